-- The index of the search. Releases before this migration made it at every start, so that it may be
-- there.
--
-- An index without contents, whose row numbers grow with the time of creation, so that the newest
-- matches are read first. Numbers are kept in a table of their own, because those of `generations`
-- are not stable. What the gallery filters by is in the index too, because a filter that leaves few
-- of many matches would have to read them all.

CREATE TABLE IF NOT EXISTS generation_numbers (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE
);

CREATE VIRTUAL TABLE IF NOT EXISTS generation_words USING fts5 (
    session, flags, words, content = '', contentless_delete = 1, detail = full,
    prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 0"
);

CREATE TRIGGER IF NOT EXISTS generations_numbered AFTER INSERT ON generations BEGIN
    INSERT INTO generation_numbers (number, id)
        SELECT COALESCE(MAX(number) + 1, new.created_ms << 20), new.id FROM generation_numbers
        WHERE number >= new.created_ms << 20 AND number < (new.created_ms + 1) << 20;
    INSERT INTO generation_words (rowid, session, flags, words)
        SELECT number, new.session, new.provider || iif(new.starred, ' starred', '')
            || iif(new.state = 'failed', ' failed', ''), new.search_text
        FROM generation_numbers WHERE id = new.id;
END;

CREATE TRIGGER IF NOT EXISTS generations_flagged AFTER UPDATE OF starred, state ON generations
WHEN old.starred <> new.starred OR (old.state = 'failed') <> (new.state = 'failed') BEGIN
    UPDATE generation_words SET session = new.session,
        flags = new.provider || iif(new.starred, ' starred', '')
            || iif(new.state = 'failed', ' failed', ''),
        words = new.search_text
    WHERE rowid = (SELECT number FROM generation_numbers WHERE id = new.id);
END;

CREATE TRIGGER IF NOT EXISTS generations_forgotten AFTER DELETE ON generations BEGIN
    DELETE FROM generation_words
        WHERE rowid = (SELECT number FROM generation_numbers WHERE id = old.id);
    DELETE FROM generation_numbers WHERE id = old.id;
END;
