-- What was asked within a minute, where several servers count together.
CREATE TABLE minutes (
    -- Minutes since the Unix epoch.
    minute BIGINT NOT NULL,
    -- A pseudonym of what is counted, and of whom.
    name TEXT NOT NULL,
    asked BIGINT NOT NULL,
    PRIMARY KEY (minute, name)
);
