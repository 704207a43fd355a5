-- What models cost, as an owner entered it, in millionths of the currency of this Easel.
CREATE TABLE prices (
    -- A model reference, in which * stands for anything.
    pattern TEXT NOT NULL PRIMARY KEY,
    micros BIGINT NOT NULL,
    -- image, second or run
    unit TEXT NOT NULL
);

-- How much may be spent.
CREATE TABLE budgets (
    -- all, each, or the one who pays, after “of ”.
    whose TEXT NOT NULL PRIMARY KEY,
    -- day or month
    period TEXT NOT NULL,
    micros BIGINT,
    generations BIGINT,
    touched BIGINT NOT NULL DEFAULT 0
);

-- Whoever changes this row is alone with what was spent, over all servers.
INSERT INTO budgets (whose, period) VALUES ('', 'month');

-- What each generation costs: what is expected, as long as it has not ended. It outlives the
-- generation.
CREATE TABLE charges (
    generation TEXT NOT NULL PRIMARY KEY,
    -- The session of a gallery, or a visitor as in visits.
    payer TEXT NOT NULL,
    -- The API key it was made with.
    api_key TEXT,
    model TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    currency TEXT NOT NULL,
    -- The price then; without one nobody knows what it costs.
    price BIGINT,
    unit TEXT,
    micros BIGINT NOT NULL,
    -- 0 when it came to nothing and cost nothing.
    counts BIGINT NOT NULL,
    -- When its provider was called, where that is paid by time.
    called_ms BIGINT,
    settled_ms BIGINT
);

CREATE INDEX charges_created ON charges (created_ms);
CREATE INDEX charges_payer ON charges (payer, created_ms);
CREATE INDEX charges_model ON charges (model, created_ms);
