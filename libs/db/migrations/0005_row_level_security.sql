-- The second wall: every read names tenant and access sets itself, and these policies repeat it.
--
-- `acl_id IN (SELECT unnest(…))` is one hash of the visible sets for the whole scan. `acl_id = ANY (setting)` compares
-- one by one: on 15,000 rows and 20 sets it cost more than the distances did.

DO $$
DECLARE
  name text;
  of_tenant constant text := 'tenant = (SELECT current_setting(''app.tenant'', true))';
  visible constant text := of_tenant || ' AND acl_id IN (SELECT unnest(nullif(current_setting(''app.acl'', true), '''')::integer[]))';
  own constant text := of_tenant || ' AND person = (SELECT current_setting(''app.person'', true))';
BEGIN
  FOREACH name IN ARRAY ARRAY['document', 'document_text', 'chunk', 'chunk_lexical', 'chunk_dense'] LOOP
    EXECUTE format('CREATE POLICY app_reads ON %I FOR SELECT TO kontor_app USING (%s)', name, visible);
    EXECUTE format('GRANT SELECT ON %I TO kontor_app', name);
  END LOOP;

  -- A person's transaction resolves its access sets itself, from this tenant's alone.
  EXECUTE format('CREATE POLICY app_resolves ON acl_set FOR SELECT TO kontor_app USING (%s)', of_tenant);
  GRANT SELECT ON acl_set TO kontor_app;

  -- A corpus shows to those who may read something in it, which the policy of document decides. Its words go with it: they
  -- weigh a question's words, and no more than a ranking may come of them.
  EXECUTE format('CREATE POLICY app_reads ON corpus FOR SELECT TO kontor_app USING (%s AND EXISTS (SELECT FROM document d WHERE d.tenant = corpus.tenant AND d.corpus_id = corpus.id))', of_tenant);
  FOREACH name IN ARRAY ARRAY['generation', 'term', 'lexicon_entry'] LOOP
    EXECUTE format('CREATE POLICY app_reads ON %I FOR SELECT TO kontor_app USING (%s AND corpus_id IN (SELECT d.corpus_id FROM document d))', name, of_tenant);
  END LOOP;
  GRANT SELECT ON corpus, generation, term, lexicon_entry TO kontor_app;

  FOREACH name IN ARRAY ARRAY['conversation', 'message'] LOOP
    EXECUTE format('CREATE POLICY app_owns ON %I TO kontor_app USING (%s) WITH CHECK (%s)', name, own, own);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO kontor_app', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['message_text', 'message_source', 'citation'] LOOP
    EXECUTE format('CREATE POLICY app_writes ON %I FOR INSERT TO kontor_app WITH CHECK (%s)', name, own);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO kontor_app', name);
  END LOOP;
  -- What was said is read while all its documents are readable; what was found and quoted, while its own is.
  EXECUTE format('CREATE POLICY app_reads ON message_text FOR SELECT TO kontor_app USING (%s
    AND cardinality(message_text.document_ids) = (SELECT count(*) FROM document d WHERE d.tenant = message_text.tenant AND d.id = ANY (message_text.document_ids)))', own);
  EXECUTE format('CREATE POLICY app_reads ON message_source FOR SELECT TO kontor_app USING (%s
    AND EXISTS (SELECT FROM document d WHERE d.tenant = message_source.tenant AND d.id = message_source.document_id))', own);
  EXECUTE format('CREATE POLICY app_reads ON citation FOR SELECT TO kontor_app USING (%s
    AND (document_id IS NULL OR EXISTS (SELECT FROM document d WHERE d.tenant = citation.tenant AND d.id = citation.document_id)))', own);

  EXECUTE format('CREATE POLICY app_announces ON outbox FOR INSERT TO kontor_app WITH CHECK (%s)', of_tenant);
  GRANT INSERT ON outbox TO kontor_app;

  -- People, groups and rules are nobody's to read but Kontor's.
  FOREACH name IN ARRAY ARRAY['corpus', 'generation', 'person', 'corpus_person', 'membership', 'access_rule', 'acl_set', 'document', 'document_text', 'chunk',
    'chunk_lexical', 'chunk_dense', 'chunk_pending', 'term', 'document_term', 'lexicon_entry', 'import_run', 'import_item', 'outbox'] LOOP
    EXECUTE format('CREATE POLICY worker_of_tenant ON %I TO kontor_worker USING (%s) WITH CHECK (%s)', name, of_tenant, of_tenant);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO kontor_worker', name);
  END LOOP;
  -- The worker sees that an answer is open, so that it can be ended after a crash, and nothing of what was said.
  EXECUTE format('CREATE POLICY worker_of_tenant ON message TO kontor_worker USING (%s)', of_tenant);
  GRANT SELECT, UPDATE (status, error_code) ON message TO kontor_worker;

  FOR name IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant'
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
  END LOOP;
END $$;
