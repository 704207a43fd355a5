-- How each model was found last: warm, cold, asleep, busy or gone. What is old says nothing any more.
CREATE TABLE readiness (
    model TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    seen_ms BIGINT NOT NULL
);
