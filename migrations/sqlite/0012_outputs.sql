-- What was made beside pictures: words, numbers, JSON, and which files there are, as JSON.
ALTER TABLE generations ADD COLUMN outputs TEXT NOT NULL DEFAULT '[]';
