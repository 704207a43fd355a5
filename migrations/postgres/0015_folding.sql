-- What looks the same is found: Easel folds and parts the words itself, so that both databases answer
-- alike, and the index parts them at spaces alone. It begins empty. Rows that were written by other
-- rules than those of today (`folding`) come into it in the background, the newest first; then they
-- are in `generations_unfolded` no more.

ALTER TABLE generations ADD COLUMN folding BIGINT NOT NULL DEFAULT 0;

CREATE INDEX generations_unfolded ON generations (id) WHERE folding < 1;

ALTER TABLE generations DROP COLUMN words;
ALTER TABLE generations ADD COLUMN words tsvector;

CREATE INDEX generations_words ON generations USING gin (words);

-- Not a generated column, which would write the whole table anew at once.
CREATE FUNCTION generation_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.words := (
        SELECT string_agg(quote_literal(left(word, 255)) || ':' || place, ' ')
        FROM unnest(string_to_array(NEW.search_text, ' ')) WITH ORDINALITY AS parted (word, place)
        WHERE word <> ''
    )::tsvector;
    RETURN NEW;
END
$$;

CREATE TRIGGER generations_folded BEFORE INSERT OR UPDATE OF search_text ON generations
    FOR EACH ROW EXECUTE FUNCTION generation_words();
