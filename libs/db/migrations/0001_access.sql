-- Corpora, the people whom their users files name, and who may read what.
--
-- Two roles and the extension `vector` are made at the start of the program, before any migration, because they need
-- other rights. kontor_app answers people; kontor_worker imports and administers. They own nothing and log in nowhere:
-- a transaction takes one on with SET LOCAL ROLE.
-- Every table has the tenant first in its key, and forced row-level security. A setting that was never made, or was made
-- for an ended transaction, is null or '': both show no row.

GRANT USAGE ON SCHEMA public TO kontor_app, kontor_worker;

CREATE TABLE corpus (
  tenant        text NOT NULL CHECK (tenant <> ''),
  id            uuid NOT NULL,
  name          text NOT NULL,
  -- Without access rules nobody but administrators sees a corpus.
  access_state  text NOT NULL CHECK (access_state IN ('ruled', 'administrators_only')),
  generation_id uuid NOT NULL,
  -- Counts changes to the indexed text, so that a cached vocabulary knows when it is old.
  revision      integer NOT NULL DEFAULT 0,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, name)
);

-- What an index was built with. Immutable: another embedder or other constants are another generation.
CREATE TABLE generation (
  tenant     text NOT NULL,
  id         uuid NOT NULL,
  corpus_id  uuid NOT NULL,
  embedder   text NOT NULL,
  dimensions integer NOT NULL,
  recipe     jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, corpus_id) REFERENCES corpus (tenant, id) ON DELETE CASCADE
);

-- People who are there without any users file.
CREATE TABLE person (
  tenant        text NOT NULL CHECK (tenant <> ''),
  id            text NOT NULL,
  name          text NOT NULL,
  administrator boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant, id)
);

-- The people of a corpus's users file. Importing another file replaces them, so that whoever it no longer names as an
-- administrator is none from then on.
CREATE TABLE corpus_person (
  tenant        text NOT NULL,
  corpus_id     uuid NOT NULL,
  person        text NOT NULL,
  name          text,
  administrator boolean NOT NULL,
  PRIMARY KEY (tenant, corpus_id, person),
  FOREIGN KEY (tenant, corpus_id) REFERENCES corpus (tenant, id) ON DELETE CASCADE
);
CREATE INDEX corpus_person_person ON corpus_person (tenant, person);

CREATE TABLE membership (
  tenant     text NOT NULL,
  corpus_id  uuid NOT NULL,
  person     text NOT NULL,
  group_name text NOT NULL,
  PRIMARY KEY (tenant, corpus_id, person, group_name),
  FOREIGN KEY (tenant, corpus_id, person) REFERENCES corpus_person (tenant, corpus_id, person) ON DELETE CASCADE
);
CREATE INDEX membership_person ON membership (tenant, person);

CREATE TABLE access_rule (
  tenant    text NOT NULL,
  corpus_id uuid NOT NULL,
  prefix    text NOT NULL,
  groups    text[] NOT NULL CHECK (cardinality(groups) > 0),
  PRIMARY KEY (tenant, corpus_id, prefix),
  FOREIGN KEY (tenant, corpus_id) REFERENCES corpus (tenant, id) ON DELETE CASCADE
);

-- An access set is stored once and named by a number, so that the filter on each row is one integer. The number is
-- unique over all tenants: a set never passes for another tenant's.
CREATE TABLE acl_set (
  tenant     text NOT NULL CHECK (tenant <> ''),
  id         integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  principals text[] NOT NULL CHECK (cardinality(principals) > 0),
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, principals)
);
