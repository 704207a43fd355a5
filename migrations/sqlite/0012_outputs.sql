-- What was made beside pictures: words, numbers, JSON, and which files there are, as JSON.
ALTER TABLE generations ADD COLUMN outputs TEXT NOT NULL DEFAULT '[]';

-- Words that come with the outputs are found too.
CREATE TRIGGER generations_reworded AFTER UPDATE OF search_text ON generations
WHEN old.search_text <> new.search_text BEGIN
    UPDATE generation_words SET session = new.session,
        flags = new.provider || iif(new.starred, ' starred', '')
            || iif(new.state = 'failed', ' failed', ''),
        words = new.search_text
    WHERE rowid = (SELECT number FROM generation_numbers WHERE id = new.id);
END;
