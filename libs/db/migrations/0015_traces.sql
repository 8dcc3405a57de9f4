-- The trace in which a change was announced, so that whoever hears of it belongs to the same one.
--
-- Only adds (docs/operating/upgrading.md): null where a version before this one announced it, or nothing is traced.

ALTER TABLE outbox ADD COLUMN traceparent text;
