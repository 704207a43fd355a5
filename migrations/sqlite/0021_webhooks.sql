-- Where a key wants to be told of all that it has made, and what its messages are signed with.
CREATE TABLE api_hooks (
    asker TEXT NOT NULL PRIMARY KEY,
    -- Empty where only single requests name an address.
    url TEXT NOT NULL,
    secret TEXT NOT NULL
);

-- Messages about generations that have ended, or will: who is to hear of which, and how it went.
CREATE TABLE api_messages (
    id TEXT NOT NULL PRIMARY KEY,
    asker TEXT NOT NULL,
    session TEXT NOT NULL,
    generation TEXT NOT NULL,
    url TEXT NOT NULL,
    -- What addresses of this server begin with, for whoever asked.
    base TEXT NOT NULL,
    -- waiting, delivered or failed
    state TEXT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    -- Not before this time; a server that tries moves it on, so that no other one does.
    next_ms BIGINT NOT NULL,
    -- What was answered to the last try, or why nothing was.
    status BIGINT,
    error TEXT,
    tried_ms BIGINT,
    created_ms BIGINT NOT NULL
);

CREATE UNIQUE INDEX api_messages_generation ON api_messages (generation, url);
CREATE INDEX api_messages_waiting ON api_messages (next_ms) WHERE state = 'waiting';
CREATE INDEX api_messages_session ON api_messages (session, created_ms DESC, id DESC);
CREATE INDEX api_messages_created ON api_messages (created_ms);
