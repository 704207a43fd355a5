-- What a person always wants of one model, as JSON.
CREATE TABLE habits (
    session TEXT NOT NULL,
    model TEXT NOT NULL,
    habit TEXT NOT NULL,
    kept_ms BIGINT NOT NULL,
    PRIMARY KEY (session, model)
);
