-- The layout that the parser found, so that a reader sees headings and tables and not their marks.
-- A list of {kind, level, start, end, page}; empty for documents stored before.
ALTER TABLE document_text ADD COLUMN blocks jsonb NOT NULL DEFAULT '[]';
