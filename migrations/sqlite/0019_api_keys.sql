-- Keys of other tools. Of a key only its SHA-256 is kept, and its last letters, by which its owner
-- knows it. What is made with it belongs to its session.
CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    ending TEXT NOT NULL,
    session TEXT NOT NULL,
    -- What it may do, as JSON.
    scope TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    used_ms BIGINT,
    revoked_ms BIGINT
);

CREATE UNIQUE INDEX api_keys_name ON api_keys (name) WHERE revoked_ms IS NULL;
