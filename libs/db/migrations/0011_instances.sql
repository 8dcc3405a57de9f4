-- Which processes serve the tenant and what they can do: an API in one process tells from it whether another one writes answers.

CREATE TABLE instance (
  tenant       text NOT NULL CHECK (tenant <> ''),
  id           uuid NOT NULL,
  service      text NOT NULL,
  capabilities jsonb NOT NULL,
  started_at   timestamptz NOT NULL DEFAULT now(),
  seen_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);

ALTER TABLE instance ENABLE ROW LEVEL SECURITY;
ALTER TABLE instance FORCE ROW LEVEL SECURITY;
CREATE POLICY worker_of_tenant ON instance TO kontor_worker
  USING (tenant = (SELECT current_setting('app.tenant', true))) WITH CHECK (tenant = (SELECT current_setting('app.tenant', true)));
GRANT SELECT, INSERT, UPDATE, DELETE ON instance TO kontor_worker;
