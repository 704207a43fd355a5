-- Files of results that are no pictures: only ever handed out as downloads.
CREATE TABLE files (
    generation TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (generation, position)
);

CREATE INDEX files_digest ON files (digest);
