-- How long the last generations of each model took at their provider, in milliseconds, so that the
-- next one can be told what to expect. Those that met a model that had to be started stand apart.
CREATE TABLE run_times (
    model TEXT NOT NULL,
    was_cold BIGINT NOT NULL,
    generation TEXT NOT NULL,
    ended_ms BIGINT NOT NULL,
    took_ms BIGINT NOT NULL,
    PRIMARY KEY (model, was_cold, generation)
);

CREATE INDEX run_times_age ON run_times (ended_ms);
