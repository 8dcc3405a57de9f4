-- Search by an index over the words of chunks, for those who may read very many.
--
-- The index knows which chunks hold a word. PostgreSQL uses it under row-level security only for a condition of a policy
-- itself, because the operator of arrays is not leakproof. So there is a role of its own, kontor_search, that sees of the
-- chunks' words those rows alone that hold a word that is asked for, and that its person may read. It sees nothing else.
-- The index itself comes with `kontor migrate`, on a server only: the embedded engine looks at each row and is exact.

-- The dimensions of a sparse vector. Not in SQL, which would be put in its caller's place and lose its cost.
CREATE FUNCTION lexical_terms(lexical sparsevec) RETURNS integer[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
BEGIN
  RETURN string_to_array(regexp_replace(split_part(ltrim(lexical::text, '{'), '}', 1), ':[^,]*', '', 'g'), ',')::integer[];
END $$;

GRANT USAGE ON SCHEMA public TO kontor_search;
GRANT SELECT ON chunk_lexical TO kontor_search;
CREATE POLICY search_reads_asked ON chunk_lexical FOR SELECT TO kontor_search USING (
  tenant = (SELECT current_setting('app.tenant', true))
  AND acl_id IN (SELECT unnest(nullif(current_setting('app.acl', true), '')::integer[]))
  AND lexical_terms(lexical) && (SELECT nullif(current_setting('app.terms', true), '')::integer[]));
