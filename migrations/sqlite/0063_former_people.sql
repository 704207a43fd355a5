-- What those were called who were removed, so that what they spent still has a name.
CREATE TABLE former_people (
    -- The session of their gallery.
    gallery TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- The name as names are compared, by which a proxy does not bring them back; empty once they may
    -- come again.
    folded TEXT NOT NULL,
    removed_ms BIGINT NOT NULL
);

CREATE INDEX former_people_folded ON former_people (folded);
