-- The second wall: every read names tenant and access sets itself, and these policies repeat it.
-- A setting that was never made is NULL, and a comparison with NULL shows no row.
DO $$
DECLARE
  name text;
  visible constant text := 'tenant = current_setting(''app.tenant'', true) AND acl_id = ANY ((SELECT current_setting(''app.acl'', true))::integer[])';
  own constant text := 'tenant = current_setting(''app.tenant'', true) AND person = current_setting(''app.person'', true)';
  tenant constant text := 'tenant = current_setting(''app.tenant'', true)';
BEGIN
  FOREACH name IN ARRAY ARRAY['document', 'document_text', 'chunk', 'chunk_index'] LOOP
    EXECUTE format('CREATE POLICY app_reads ON %I FOR SELECT TO kontor_app USING (%s)', name, visible);
    EXECUTE format('GRANT SELECT ON %I TO kontor_app', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['conversation', 'message', 'message_source', 'citation'] LOOP
    EXECUTE format('CREATE POLICY app_owns ON %I TO kontor_app USING (%s) WITH CHECK (%s)', name, own, own);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO kontor_app', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['corpus', 'generation', 'acl_set', 'term', 'lexicon_entry'] LOOP
    EXECUTE format('CREATE POLICY app_reads ON %I FOR SELECT TO kontor_app USING (%s)', name, tenant);
    EXECUTE format('GRANT SELECT ON %I TO kontor_app', name);
  END LOOP;
  CREATE POLICY app_announces ON outbox FOR INSERT TO kontor_app WITH CHECK (outbox.tenant = current_setting('app.tenant', true));
  GRANT INSERT ON outbox TO kontor_app;
  FOREACH name IN ARRAY ARRAY['corpus', 'generation', 'person', 'membership', 'access_rule', 'acl_set', 'document', 'document_text', 'chunk',
    'chunk_index', 'term', 'lexicon_entry', 'import_run', 'import_item', 'outbox'] LOOP
    EXECUTE format('CREATE POLICY worker_of_tenant ON %I TO kontor_worker USING (%s) WITH CHECK (%s)', name, tenant, tenant);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO kontor_worker', name);
  END LOOP;
  FOR name IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant'
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
  END LOOP;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO kontor_app, kontor_worker', current_schema());
END $$;
