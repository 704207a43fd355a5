-- The index of the search: a column that follows `search_text` by itself. Releases before this
-- migration made it at every start, so that it may be there.

ALTER TABLE generations ADD COLUMN IF NOT EXISTS words tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED;

CREATE INDEX IF NOT EXISTS generations_words ON generations USING gin (words);
