-- Requests of other tools, so that one that is sent again is not carried out again: which
-- generations each stands for, and whether its caller still waits. A caller is known by the fingerprint
-- of what it asks, or by the name that it gave the request itself.
CREATE TABLE api_requests (
    id TEXT NOT NULL PRIMARY KEY,
    -- The key that asked.
    asker TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    idempotency TEXT,
    -- Ids with commas between them.
    generations TEXT NOT NULL,
    -- waiting, lost or delivered
    state TEXT NOT NULL,
    -- The server at which the caller waits, and when that was last known to be so.
    server TEXT NOT NULL,
    changed_ms BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    -- How often a later caller took it over; whoever was there before changes nothing any more.
    taken BIGINT NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX api_requests_idempotency ON api_requests (asker, idempotency)
    WHERE idempotency IS NOT NULL;
CREATE INDEX api_requests_fingerprint ON api_requests (asker, fingerprint);
CREATE INDEX api_requests_created ON api_requests (created_ms);

-- Addresses of pictures in answers: whoever knows the name may fetch the picture for a day.
CREATE TABLE api_files (
    name TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    -- As it is kept, and as it is handed out.
    content_type TEXT NOT NULL,
    handed_out_as TEXT NOT NULL,
    created_ms BIGINT NOT NULL
);

CREATE INDEX api_files_created ON api_files (created_ms);
