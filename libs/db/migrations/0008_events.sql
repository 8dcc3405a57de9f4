-- Events leave the outbox in the order in which they were written, by several relays at once; what consumers made of them
-- lies beside a note of which event it came from.

-- The id of an event holds the clock of whoever announced it, and clocks differ and jump. The position counts.
ALTER TABLE outbox ADD COLUMN position bigint GENERATED ALWAYS AS IDENTITY;
-- Why an event can never be published, for example because it is too large. It waits for a person, and nothing waits for it.
ALTER TABLE outbox ADD COLUMN refused_code text;
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (tenant, position) WHERE published_at IS NULL AND refused_code IS NULL;
CREATE INDEX outbox_aggregate ON outbox (tenant, aggregate, position) WHERE published_at IS NULL AND refused_code IS NULL;
CREATE INDEX outbox_refused ON outbox (tenant, position) WHERE refused_code IS NOT NULL;

-- Written in the transaction of what a consumer does with an event: one that comes again changes nothing.
CREATE TABLE event_taken (
  tenant   text NOT NULL CHECK (tenant <> ''),
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  taken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, consumer, event_id)
);
CREATE INDEX event_taken_age ON event_taken (tenant, taken_at);

-- What administrators did: begun before the act, ended after it. One that was begun and never ended was broken off.
CREATE TABLE audit_entry (
  tenant   text NOT NULL CHECK (tenant <> ''),
  id       uuid NOT NULL,
  actor    text NOT NULL,
  action   text NOT NULL,
  target   text NOT NULL,
  outcome  text NOT NULL CHECK (outcome IN ('begun', 'done', 'failed')),
  code     text,
  begun_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX audit_entry_begun ON audit_entry (tenant, begun_at);

-- Counts of a day and of nobody: who asked how much is no business of the statistics.
CREATE TABLE usage_day (
  tenant    text NOT NULL CHECK (tenant <> ''),
  day       date NOT NULL,
  questions integer NOT NULL DEFAULT 0,
  answered  integer NOT NULL DEFAULT 0,
  abstained integer NOT NULL DEFAULT 0,
  stopped   integer NOT NULL DEFAULT 0,
  failed    integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, day)
);

DO $$
DECLARE
  name text;
  of_tenant constant text := 'tenant = (SELECT current_setting(''app.tenant'', true))';
BEGIN
  FOREACH name IN ARRAY ARRAY['event_taken', 'audit_entry', 'usage_day'] LOOP
    EXECUTE format('CREATE POLICY worker_of_tenant ON %I TO kontor_worker USING (%s) WITH CHECK (%s)', name, of_tenant, of_tenant);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO kontor_worker', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
  END LOOP;
END $$;
