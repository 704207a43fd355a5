-- Browsers that are told by Web Push. The address is a secret: whoever knows it and the key of this
-- Easel may send to it.
CREATE TABLE push_browsers (
    -- The SHA-256 of the address, in hex.
    digest TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL,
    -- Where a person is signed in, so that a browser that is signed out is told nothing any more.
    browser TEXT REFERENCES person_sessions (digest) ON DELETE CASCADE,
    endpoint TEXT NOT NULL,
    public_key TEXT NOT NULL,
    auth TEXT NOT NULL,
    language TEXT NOT NULL,
    created_ms BIGINT NOT NULL
);

CREATE INDEX push_browsers_session ON push_browsers (session, created_ms);
CREATE INDEX push_browsers_browser ON push_browsers (browser);
