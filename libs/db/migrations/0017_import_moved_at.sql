-- What an import needs to end whatever happens to its jobs: when it last moved on, so that one that no job works on any more
-- is found within a minute or two, and its place among the imports of its corpus, so that a job that comes late, from a queue
-- that was emptied or restored, does not put an older version of a file over a newer one. A place, because clocks jump.
--
-- Only adds (docs/operating/upgrading.md). A version before this one renews neither: its imports are looked at more often
-- than they need be, and have no place, so that they never count as newer or older than another.

ALTER TABLE import_run ADD COLUMN moved_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN place integer;
CREATE INDEX import_run_place ON import_run (tenant, corpus_id, place);
