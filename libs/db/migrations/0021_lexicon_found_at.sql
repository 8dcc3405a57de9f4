-- The file in which an import found the firm's terms by itself: they go when that file goes. Null where there are none, or
-- where somebody named the file, and such terms stay until somebody names another one.
--
-- Only adds (docs/operating/upgrading.md): a version before this one writes terms and not this, and its terms stay.

ALTER TABLE corpus ADD COLUMN lexicon_found_at text;
