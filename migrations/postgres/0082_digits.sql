-- Digits of every script and letters such as æ are found as they are typed without a key for them:
-- the rows of before are folded anew.

DROP INDEX generations_unfolded;
CREATE INDEX generations_unfolded ON generations (id) WHERE folding < 3;
