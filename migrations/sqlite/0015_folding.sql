-- What looks the same is found: Easel folds and parts the words itself, so that both databases answer
-- alike, and the index parts them at spaces alone. It begins empty. Rows that were written by other
-- rules than those of today (`folding`) come into it in the background, the newest first; then they
-- are in `generations_unfolded` no more.

ALTER TABLE generations ADD COLUMN folding BIGINT NOT NULL DEFAULT 0;

CREATE INDEX generations_unfolded ON generations (id) WHERE folding < 1;

DROP TRIGGER generations_numbered;
DROP TRIGGER generations_flagged;
DROP TABLE generation_words;

-- The tokenizer takes every character that is not ASCII for a part of a word, and of ASCII letters
-- and digits: of what Easel writes, all but the spaces.
CREATE VIRTUAL TABLE generation_words USING fts5 (
    session, flags, words, content = '', contentless_delete = 1, detail = full,
    prefix = '1 2 3', tokenize = "ascii"
);

CREATE TRIGGER generations_numbered AFTER INSERT ON generations BEGIN
    INSERT INTO generation_numbers (number, id)
        SELECT COALESCE(MAX(number) + 1, new.created_ms << 20), new.id FROM generation_numbers
        WHERE number >= new.created_ms << 20 AND number < (new.created_ms + 1) << 20;
    INSERT INTO generation_words (rowid, session, flags, words)
        SELECT number, new.session, new.provider || iif(new.starred, ' starred', '')
            || iif(new.state = 'failed', ' failed', ''), new.search_text
        FROM generation_numbers WHERE id = new.id;
END;

-- What is not in the index yet, this leaves out.
CREATE TRIGGER generations_flagged AFTER UPDATE OF starred, state ON generations
WHEN old.starred <> new.starred OR (old.state = 'failed') <> (new.state = 'failed') BEGIN
    UPDATE generation_words SET session = new.session,
        flags = new.provider || iif(new.starred, ' starred', '')
            || iif(new.state = 'failed', ' failed', ''),
        words = new.search_text
    WHERE rowid = (SELECT number FROM generation_numbers WHERE id = new.id);
END;

CREATE TRIGGER generations_folded AFTER UPDATE OF search_text ON generations BEGIN
    INSERT OR REPLACE INTO generation_words (rowid, session, flags, words)
        SELECT number, new.session, new.provider || iif(new.starred, ' starred', '')
            || iif(new.state = 'failed', ' failed', ''), new.search_text
        FROM generation_numbers WHERE id = new.id;
END;
