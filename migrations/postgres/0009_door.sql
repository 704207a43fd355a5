-- How many generations were started on a day (since 1970, in UTC) by each visitor of an Easel that
-- is open to everybody; an empty name counts all of them. Visitors are known by a keyed digest of
-- their address.
CREATE TABLE visits (
    day BIGINT NOT NULL,
    visitor TEXT NOT NULL,
    started BIGINT NOT NULL,
    PRIMARY KEY (day, visitor)
);

-- Sessions that were ended: their cookies are worth nothing any more.
CREATE TABLE ended_sessions (
    session TEXT NOT NULL PRIMARY KEY,
    ended_ms BIGINT NOT NULL
);
