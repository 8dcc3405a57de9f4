-- What people say of answers. Their own to give and to take back; administrators read it without a name.
--
-- Only adds (docs/operating/upgrading.md): a version before this one neither takes feedback nor shows it.

CREATE TABLE feedback (
  tenant     text NOT NULL CHECK (tenant <> ''),
  message_id uuid NOT NULL,
  person     text NOT NULL,
  verdict    text NOT NULL CHECK (verdict IN ('helpful', 'unhelpful')),
  reason     text,
  remark     text,
  -- A copy that the person sent along; without it nobody else reads what was asked.
  question   text,
  given_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, message_id),
  FOREIGN KEY (tenant, message_id) REFERENCES message (tenant, id) ON DELETE CASCADE
);
CREATE INDEX feedback_given ON feedback (tenant, given_at);

ALTER TABLE feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback FORCE ROW LEVEL SECURITY;
CREATE POLICY app_owns ON feedback TO kontor_app
  USING (tenant = (SELECT current_setting('app.tenant', true)) AND person = (SELECT current_setting('app.person', true)))
  WITH CHECK (tenant = (SELECT current_setting('app.tenant', true)) AND person = (SELECT current_setting('app.person', true)));
GRANT SELECT, INSERT, UPDATE, DELETE ON feedback TO kontor_app;
CREATE POLICY worker_of_tenant ON feedback FOR SELECT TO kontor_worker USING (tenant = (SELECT current_setting('app.tenant', true)));
GRANT SELECT ON feedback TO kontor_worker;

ALTER TABLE usage_day ADD COLUMN helpful integer NOT NULL DEFAULT 0;
ALTER TABLE usage_day ADD COLUMN unhelpful integer NOT NULL DEFAULT 0;
