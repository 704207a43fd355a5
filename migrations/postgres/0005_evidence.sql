-- What lets the sweep remove a file, and what stops it.

-- Files that a row named which died. No other file is ever removed.
CREATE TABLE tombstones (
    digest TEXT NOT NULL PRIMARY KEY,
    died_ms BIGINT NOT NULL
);

CREATE INDEX tombstones_died ON tombstones (died_ms);

-- The marks that this database left in its store of files. When the last one there is none of
-- these, the store was used with another database, or with a newer copy of this one.
CREATE TABLE marks (
    mark TEXT NOT NULL PRIMARY KEY,
    made_ms BIGINT NOT NULL
);
