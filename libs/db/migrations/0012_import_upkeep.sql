-- What an import needs to go on after its process died at any moment, and what finds files that nothing refers to.

-- Where a folder's import looks; null for uploads.
ALTER TABLE import_run ADD COLUMN directory text;
-- Where an uploaded file is kept from its upload on: no folder has it. Null for files of a folder.
ALTER TABLE import_item ADD COLUMN blob_key text, ADD COLUMN size_bytes bigint;

-- Asked after each document: whether any other still waits. Over all items of a run this cost more with each document.
CREATE INDEX import_item_waiting ON import_item (tenant, run_id) WHERE state = 'waiting';
CREATE INDEX import_run_open ON import_run (tenant) WHERE finished_at IS NULL;
CREATE INDEX document_blob ON document (tenant, blob_key);
