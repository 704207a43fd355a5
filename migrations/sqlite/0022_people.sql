-- Who may come in where everybody has a name (EASEL_ACCESS=people or proxy).
CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- The name as names are compared.
    folded TEXT NOT NULL UNIQUE,
    -- owner, maker or viewer
    role TEXT NOT NULL,
    -- argon2id, as a PHC string; without one only a proxy tells that it is them.
    password TEXT,
    -- The session that their rows carry, on all their devices.
    gallery TEXT NOT NULL UNIQUE,
    created_ms BIGINT NOT NULL
);

-- Browsers that somebody signed in with, by the SHA-256 of what their cookie says.
CREATE TABLE person_sessions (
    digest TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    -- What the browser calls itself.
    agent TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    -- To the hour.
    used_ms BIGINT NOT NULL
);

CREATE INDEX person_sessions_person ON person_sessions (person);

-- Links that let somebody in once, by the SHA-256 of their token. Whoever follows one becomes
-- somebody new, or gets a new password where it names a person.
CREATE TABLE invitations (
    digest TEXT NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    person TEXT REFERENCES people (id) ON DELETE CASCADE,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);

CREATE INDEX invitations_person ON invitations (person);

-- Passwords that were tried, by account and by address.
CREATE TABLE sign_in_attempts (
    name TEXT NOT NULL PRIMARY KEY,
    tried BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    -- Not before this time.
    next_ms BIGINT NOT NULL
);

-- What somebody made before they had a name goes over to them, in the search too.
CREATE TRIGGER generations_adopted AFTER UPDATE OF session ON generations
WHEN old.session <> new.session BEGIN
    INSERT OR REPLACE INTO generation_words (rowid, session, flags, words)
        SELECT number, new.session, new.provider || iif(new.starred, ' starred', '')
            || iif(new.state = 'failed', ' failed', ''), new.search_text
        FROM generation_numbers WHERE id = new.id;
END;
