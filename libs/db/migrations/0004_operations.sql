-- Runs of the import, file by file, and the events that go out in the transaction that caused them.

CREATE TABLE import_run (
  tenant       text NOT NULL,
  id           uuid NOT NULL,
  corpus_id    uuid NOT NULL,
  corpus       text NOT NULL,
  state        text NOT NULL CHECK (state IN ('scanning', 'parsing', 'embedding', 'finished', 'failed')),
  files        integer NOT NULL DEFAULT 0,
  unchanged    integer NOT NULL DEFAULT 0,
  removed      integer NOT NULL DEFAULT 0,
  notices      text[] NOT NULL DEFAULT '{}',
  started_at   timestamptz NOT NULL DEFAULT now(),
  embedding_at timestamptz,
  finished_at  timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, corpus_id) REFERENCES corpus (tenant, id) ON DELETE CASCADE
);

-- Counts of parsed and failed files come from these rows: a file that is handled twice counts once.
CREATE TABLE import_item (
  tenant        text NOT NULL,
  run_id        uuid NOT NULL,
  path          text NOT NULL,
  state         text NOT NULL CHECK (state IN ('waiting', 'parsed', 'failed')),
  error_code    text,
  error_message text,
  PRIMARY KEY (tenant, run_id, path),
  FOREIGN KEY (tenant, run_id) REFERENCES import_run (tenant, id) ON DELETE CASCADE
);

-- Written in the transaction of the change it announces; published afterwards, at least once.
CREATE TABLE outbox (
  tenant       text NOT NULL CHECK (tenant <> ''),
  id           uuid NOT NULL,
  aggregate    text NOT NULL,
  type         text NOT NULL,
  payload      jsonb NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX outbox_waiting ON outbox (tenant, id) WHERE published_at IS NULL;
