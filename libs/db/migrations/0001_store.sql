-- Roles own nothing and log in nowhere: a transaction takes one on with SET LOCAL ROLE.
-- kontor_app answers people; kontor_worker imports and administers. Neither may bypass row-level security.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kontor_app') THEN
    CREATE ROLE kontor_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kontor_worker') THEN
    CREATE ROLE kontor_worker NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
END $$;

CREATE TABLE corpus (
  tenant text NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  access_state text NOT NULL CHECK (access_state IN ('ruled', 'administrators_only')),
  generation_id uuid NOT NULL,
  -- Counts changes to the indexed text, so that a cached vocabulary knows when it is old.
  revision integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, name)
);

CREATE TABLE generation (
  tenant text NOT NULL,
  id uuid NOT NULL,
  corpus_id uuid NOT NULL,
  embedder text NOT NULL,
  dimensions integer NOT NULL,
  recipe jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);

CREATE TABLE person (
  tenant text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  administrator boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE membership (
  tenant text NOT NULL,
  corpus_id uuid NOT NULL,
  person text NOT NULL,
  group_name text NOT NULL,
  PRIMARY KEY (tenant, person, corpus_id, group_name)
);

CREATE TABLE access_rule (
  tenant text NOT NULL,
  corpus_id uuid NOT NULL,
  prefix text NOT NULL,
  groups text[] NOT NULL,
  PRIMARY KEY (tenant, corpus_id, prefix)
);

-- An access set is stored once and named by a number, so that the filter on each row is one integer.
CREATE TABLE acl_set (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  principals text[] NOT NULL,
  UNIQUE (tenant, principals)
);

CREATE TABLE document (
  tenant text NOT NULL,
  id uuid NOT NULL,
  corpus_id uuid NOT NULL,
  path text NOT NULL,
  title text NOT NULL,
  media_type text NOT NULL,
  content_hash text NOT NULL,
  size_bytes bigint NOT NULL,
  acl_id integer NOT NULL REFERENCES acl_set (id),
  blob_key text NOT NULL,
  chunk_count integer NOT NULL,
  indexed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, corpus_id, path)
);

CREATE TABLE document_text (
  tenant text NOT NULL,
  document_id uuid NOT NULL,
  acl_id integer NOT NULL,
  text text NOT NULL,
  -- Distinct terms and the chunks that hold them: what the vocabulary gives back when the document goes.
  terms text[] NOT NULL,
  term_chunks integer[] NOT NULL,
  PRIMARY KEY (tenant, document_id),
  FOREIGN KEY (tenant, document_id) REFERENCES document (tenant, id) ON DELETE CASCADE
);

CREATE TABLE chunk (
  tenant text NOT NULL,
  id uuid NOT NULL,
  document_id uuid NOT NULL,
  acl_id integer NOT NULL,
  ordinal integer NOT NULL,
  start_offset integer NOT NULL,
  end_offset integer NOT NULL,
  heading_path text[] NOT NULL,
  page integer,
  token_count integer NOT NULL,
  language text NOT NULL,
  text text NOT NULL,
  embedding_text text NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, document_id, ordinal),
  FOREIGN KEY (tenant, document_id) REFERENCES document (tenant, id) ON DELETE CASCADE
);

-- Narrow on purpose: an exact scan reads vectors, not text.
CREATE TABLE chunk_index (
  tenant text NOT NULL,
  chunk_id uuid NOT NULL,
  document_id uuid NOT NULL,
  corpus_id uuid NOT NULL,
  acl_id integer NOT NULL,
  token_count integer NOT NULL,
  lexical sparsevec(1000000000) NOT NULL,
  dense halfvec,
  PRIMARY KEY (tenant, chunk_id),
  FOREIGN KEY (tenant, document_id) REFERENCES document (tenant, id) ON DELETE CASCADE
);
CREATE INDEX chunk_index_acl ON chunk_index (tenant, acl_id);
CREATE INDEX chunk_index_document ON chunk_index (tenant, document_id);
CREATE INDEX chunk_index_pending ON chunk_index (tenant, corpus_id, token_count) WHERE dense IS NULL;

CREATE TABLE term (
  tenant text NOT NULL,
  corpus_id uuid NOT NULL,
  term text NOT NULL,
  chunks integer NOT NULL,
  PRIMARY KEY (tenant, corpus_id, term)
);

CREATE TABLE lexicon_entry (
  tenant text NOT NULL,
  corpus_id uuid NOT NULL,
  term text NOT NULL,
  kind text NOT NULL,
  expands text[] NOT NULL,
  weight real NOT NULL
);
CREATE INDEX lexicon_entry_corpus ON lexicon_entry (tenant, corpus_id);
