-- A keyed digest of the draft that a generation was made from. A draft may hold secrets, which are
-- never kept; by this a call with the same id is known for the same draft or another one.
ALTER TABLE generations ADD COLUMN draft_digest TEXT;
