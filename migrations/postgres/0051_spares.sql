-- What is tried when a generation does not begin, or takes too long, as JSON.
ALTER TABLE generations ADD COLUMN spare TEXT;
