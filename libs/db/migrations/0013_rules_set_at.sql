-- When the access rules of a corpus were last set, so that an operator is told of permissions that nobody renewed.
--
-- Only adds (docs/operating/upgrading.md): null where a version before this one set them, which is read as the day on
-- which the corpus was made. Such a version may go on to run; the age is then too high, never too low.

ALTER TABLE corpus ADD COLUMN rules_set_at timestamptz;
