-- Documents, their text, and the search index. Each row carries the access set of its document.

CREATE TABLE document (
  tenant       text NOT NULL,
  id           uuid NOT NULL,
  corpus_id    uuid NOT NULL,
  path         text NOT NULL,
  title        text NOT NULL,
  media_type   text NOT NULL,
  content_hash text NOT NULL,
  size_bytes   bigint NOT NULL,
  acl_id       integer NOT NULL,
  blob_key     text NOT NULL,
  chunk_count  integer NOT NULL,
  indexed_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, corpus_id, path),
  FOREIGN KEY (tenant, corpus_id) REFERENCES corpus (tenant, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, acl_id) REFERENCES acl_set (tenant, id)
);
CREATE INDEX document_acl ON document (tenant, corpus_id, acl_id);

CREATE TABLE document_text (
  tenant      text NOT NULL,
  document_id uuid NOT NULL,
  acl_id      integer NOT NULL,
  text        text NOT NULL,
  PRIMARY KEY (tenant, document_id),
  FOREIGN KEY (tenant, document_id) REFERENCES document (tenant, id) ON DELETE CASCADE
);

-- Offsets count UTF-16 code units of document_text.text.
CREATE TABLE chunk (
  tenant       text NOT NULL,
  id           uuid NOT NULL,
  document_id  uuid NOT NULL,
  acl_id       integer NOT NULL,
  ordinal      integer NOT NULL,
  start_offset integer NOT NULL,
  end_offset   integer NOT NULL,
  heading_path text[] NOT NULL,
  page         integer,
  token_count  integer NOT NULL,
  language     text NOT NULL,
  text         text NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, document_id, ordinal),
  FOREIGN KEY (tenant, document_id) REFERENCES document (tenant, id) ON DELETE CASCADE
);

-- The two legs of search lie in narrow tables of their own, inline and uncompressed, so that an exact scan reads little,
-- and adding a vector to a chunk that was searchable by its words already rewrites nothing.
CREATE TABLE chunk_lexical (
  tenant      text NOT NULL,
  chunk_id    uuid NOT NULL,
  document_id uuid NOT NULL,
  corpus_id   uuid NOT NULL,
  acl_id      integer NOT NULL,
  lexical     sparsevec(1000000000) NOT NULL,
  PRIMARY KEY (tenant, chunk_id),
  FOREIGN KEY (tenant, document_id) REFERENCES document (tenant, id) ON DELETE CASCADE
) WITH (toast_tuple_target = 8160);
ALTER TABLE chunk_lexical ALTER COLUMN lexical SET STORAGE MAIN;
CREATE INDEX chunk_lexical_acl ON chunk_lexical (tenant, corpus_id, acl_id);
CREATE INDEX chunk_lexical_document ON chunk_lexical (tenant, document_id);

-- `vector`, not `halfvec`: without the processor's instruction for half precision, as in the embedded engine, reading
-- halves costs three times the distance itself. The dimension is the generation's.
CREATE TABLE chunk_dense (
  tenant      text NOT NULL,
  chunk_id    uuid NOT NULL,
  document_id uuid NOT NULL,
  corpus_id   uuid NOT NULL,
  acl_id      integer NOT NULL,
  dense       vector NOT NULL,
  PRIMARY KEY (tenant, chunk_id),
  FOREIGN KEY (tenant, document_id) REFERENCES document (tenant, id) ON DELETE CASCADE
) WITH (toast_tuple_target = 8160);
ALTER TABLE chunk_dense ALTER COLUMN dense SET STORAGE MAIN;
CREATE INDEX chunk_dense_acl ON chunk_dense (tenant, corpus_id, acl_id);
CREATE INDEX chunk_dense_document ON chunk_dense (tenant, document_id);

-- What still waits for its vector, in the order in which batches waste the least padding.
CREATE TABLE chunk_pending (
  tenant         text NOT NULL,
  corpus_id      uuid NOT NULL,
  token_count    integer NOT NULL,
  chunk_id       uuid NOT NULL,
  document_id    uuid NOT NULL,
  embedding_text text NOT NULL,
  PRIMARY KEY (tenant, corpus_id, token_count, chunk_id),
  FOREIGN KEY (tenant, document_id) REFERENCES document (tenant, id) ON DELETE CASCADE
);
CREATE INDEX chunk_pending_chunk ON chunk_pending (tenant, chunk_id);
CREATE INDEX chunk_pending_document ON chunk_pending (tenant, document_id);

-- The words of a corpus: in how many chunks each stands. A row with 0 stays, so that replacing a document costs no
-- deletion. The term '' counts the chunks themselves.
CREATE TABLE term (
  tenant    text NOT NULL,
  corpus_id uuid NOT NULL,
  term      text COLLATE "C" NOT NULL,
  chunks    integer NOT NULL,
  PRIMARY KEY (tenant, corpus_id, term),
  FOREIGN KEY (tenant, corpus_id) REFERENCES corpus (tenant, id) ON DELETE CASCADE
) WITH (fillfactor = 70);

-- What each document added to them, so that removing it takes exactly that away.
CREATE TABLE document_term (
  tenant      text NOT NULL,
  document_id uuid NOT NULL,
  terms       text[] NOT NULL,
  chunks      integer[] NOT NULL,
  PRIMARY KEY (tenant, document_id),
  FOREIGN KEY (tenant, document_id) REFERENCES document (tenant, id) ON DELETE CASCADE
);

CREATE TABLE lexicon_entry (
  tenant    text NOT NULL,
  corpus_id uuid NOT NULL,
  ordinal   integer NOT NULL,
  term      text NOT NULL,
  kind      text NOT NULL,
  expands   text[] NOT NULL,
  weight    real NOT NULL,
  PRIMARY KEY (tenant, corpus_id, ordinal),
  FOREIGN KEY (tenant, corpus_id) REFERENCES corpus (tenant, id) ON DELETE CASCADE
);
