-- The collection that a person put a generation into; each is in one at most.
ALTER TABLE generations ADD COLUMN collection TEXT;

CREATE INDEX generations_collection ON generations (session, collection, created_ms DESC, id DESC)
    WHERE collection IS NOT NULL;
