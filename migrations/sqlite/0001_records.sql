-- Understood by SQLite and PostgreSQL alike: only TEXT, BIGINT and DOUBLE PRECISION; JSON as
-- TEXT, times as Unix milliseconds, booleans as 0 and 1.

CREATE TABLE generations (
    id TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL,
    provider TEXT NOT NULL,
    -- The request: model, prompt and inputs, as JSON.
    request TEXT NOT NULL,
    -- Prompt and model in the words that a search looks for.
    search_text TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    started_ms BIGINT,
    ended_ms BIGINT,
    estimated_time DOUBLE PRECISION,
    handle TEXT,
    facts TEXT NOT NULL DEFAULT '[]',
    error TEXT,
    starred BIGINT NOT NULL DEFAULT 0,
    deleted_ms BIGINT,
    share_token TEXT UNIQUE,
    share_inputs BIGINT NOT NULL DEFAULT 0,
    -- The process that runs it, and until when it is trusted to be alive.
    owner TEXT,
    lease_until_ms BIGINT
);

CREATE INDEX generations_gallery ON generations (session, created_ms DESC, id DESC);
CREATE INDEX generations_lease ON generations (state, lease_until_ms);
CREATE INDEX generations_ended ON generations (ended_ms);
CREATE INDEX generations_deleted ON generations (deleted_ms);

CREATE TABLE images (
    generation TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    digest TEXT NOT NULL,
    content_type TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (generation, position)
);

CREATE INDEX images_digest ON images (digest);

-- The kept files that a request names as inputs.
CREATE TABLE inputs (
    generation TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    PRIMARY KEY (generation, digest)
);

CREATE INDEX inputs_digest ON inputs (digest);

CREATE TABLE events (
    generation TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (generation, number)
);

CREATE TABLE uploads (
    session TEXT NOT NULL,
    digest TEXT NOT NULL,
    content_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (session, digest)
);

CREATE INDEX uploads_digest ON uploads (digest);
