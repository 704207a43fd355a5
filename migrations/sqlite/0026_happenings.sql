-- What happened that an owner may want to know: who came in, and who changed, shared or deleted what.
-- No secrets are in it. What was spent is in charges.
CREATE TABLE happenings (
    -- A UUIDv7, so that they are in the order of time.
    id TEXT NOT NULL PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    -- The name of a person then; empty for somebody without one.
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    about TEXT NOT NULL
);

CREATE INDEX happenings_at ON happenings (at_ms);
