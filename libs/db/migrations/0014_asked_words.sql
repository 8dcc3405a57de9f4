-- Search by an index over the words of chunks, for those who may read very many.
--
-- The index knows which chunks hold a word. PostgreSQL uses it under row-level security only for a condition of a policy
-- itself, because the operator of arrays is not leakproof. So there is a role of its own, kontor_search, that sees of the
-- chunks' words those rows alone that hold a word that is asked for, and that its person may read. It sees nothing else.
-- The index itself comes with `kontor migrate`, on a server only: the embedded engine looks at each row and is exact.

-- A word's name in the index: with its corpus, so that a search reads no word of another corpus or tenant. Where two share
-- one, a few rows more are looked at.
CREATE FUNCTION lexical_key(corpus_id uuid, dimension integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ('x' || left(md5(corpus_id::text || ':' || dimension::text), 8))::bit(32)::integer;

-- The words of a sparse vector, `{dimension:weight,…}/count` as text. Not in SQL, which would be put in its caller's place
-- and lose its cost. An index is built without a search path, so the function names its schema.
CREATE FUNCTION lexical_keys(corpus_id uuid, lexical sparsevec) RETURNS integer[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
BEGIN
  RETURN ARRAY(SELECT public.lexical_key(corpus_id, split_part(entry, ':', 1)::integer) FROM unnest(string_to_array(split_part(ltrim(lexical::text, '{'), '}', 1), ',')) AS entry);
END $$;

GRANT USAGE ON SCHEMA public TO kontor_search;
GRANT SELECT ON chunk_lexical TO kontor_search;
CREATE POLICY search_reads_asked ON chunk_lexical FOR SELECT TO kontor_search USING (
  tenant = (SELECT current_setting('app.tenant', true))
  AND acl_id IN (SELECT unnest(nullif(current_setting('app.acl', true), '')::integer[]))
  AND lexical_keys(corpus_id, lexical) && (SELECT nullif(current_setting('app.words', true), '')::integer[]));
