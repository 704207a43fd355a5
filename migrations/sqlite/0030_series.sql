-- Generations that are looked at side by side: a comparison of models, or a grid. A generation of one
-- is begun when its turn comes, so that it may have no row of its own yet.
CREATE TABLE series (
    id TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL,
    -- What varies, as JSON.
    plan TEXT NOT NULL,
    prompt TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    is_comparison BIGINT NOT NULL,
    is_blind BIGINT NOT NULL,
    is_revealed BIGINT NOT NULL DEFAULT 0,
    -- The position of the picture that was found the best.
    winner BIGINT,
    is_cancelled BIGINT NOT NULL DEFAULT 0,
    share_token TEXT UNIQUE,
    share_inputs BIGINT NOT NULL DEFAULT 0,
    -- Who asked, for what is begun later: what they may do, where they asked, what they read.
    caller TEXT NOT NULL,
    address TEXT NOT NULL,
    language TEXT NOT NULL,
    -- The process that sees it through, and until when it is trusted to be alive. Without a time all
    -- has ended.
    owner TEXT NOT NULL,
    lease_until_ms BIGINT
);

CREATE INDEX series_session ON series (session, created_ms);
CREATE INDEX series_lease ON series (lease_until_ms) WHERE lease_until_ms IS NOT NULL;

CREATE TABLE series_members (
    series TEXT NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    generation TEXT NOT NULL,
    model TEXT NOT NULL,
    title TEXT NOT NULL,
    -- What it is asked for, as JSON.
    draft TEXT NOT NULL,
    -- done, failed or cancelled; nothing before.
    ended TEXT,
    -- Why it was not begun, as JSON.
    refused TEXT,
    PRIMARY KEY (series, position)
);

CREATE INDEX series_members_generation ON series_members (generation);
