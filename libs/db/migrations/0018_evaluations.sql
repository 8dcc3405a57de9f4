-- How well search found what it had to, each time it was measured, so that whoever watches hears of it getting worse.
--
-- Only adds (docs/operating/upgrading.md): a version before this one measures and keeps nothing.

CREATE TABLE evaluation (
  tenant          text NOT NULL CHECK (tenant <> ''),
  id              uuid NOT NULL,
  corpus_id       uuid NOT NULL,
  -- Answerable ones, over which recall is the mean.
  questions       integer NOT NULL CHECK (questions > 0),
  recall          double precision NOT NULL CHECK (recall BETWEEN 0 AND 1),
  reciprocal_rank double precision NOT NULL CHECK (reciprocal_rank BETWEEN 0 AND 1),
  leaks           integer NOT NULL CHECK (leaks >= 0),
  measured_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, corpus_id) REFERENCES corpus (tenant, id) ON DELETE CASCADE
);
CREATE INDEX evaluation_corpus ON evaluation (tenant, corpus_id, measured_at);

ALTER TABLE evaluation ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation FORCE ROW LEVEL SECURITY;
CREATE POLICY worker_of_tenant ON evaluation TO kontor_worker
  USING (tenant = (SELECT current_setting('app.tenant', true))) WITH CHECK (tenant = (SELECT current_setting('app.tenant', true)));
GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation TO kontor_worker;
