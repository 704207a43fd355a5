-- Words that a person keeps for later: prompts, and styles, which are put around a prompt.
CREATE TABLE words (
    session TEXT NOT NULL,
    -- prompt or style
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Before the prompt, or all of it.
    prefix TEXT NOT NULL,
    suffix TEXT NOT NULL,
    negative TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (session, kind, name)
);
