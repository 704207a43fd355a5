-- Keys of providers that people brought for themselves, sealed as those in provider_keys are. Nobody
-- else's generations use them.
CREATE TABLE own_keys (
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    -- The prefix of the provider.
    provider TEXT NOT NULL,
    sealed TEXT NOT NULL,
    changed_ms BIGINT NOT NULL,
    PRIMARY KEY (person, provider)
);

-- Whether a generation was begun with one of them: it runs with it to its end, and no budget counts it.
ALTER TABLE charges ADD COLUMN own_key BIGINT NOT NULL DEFAULT 0;
