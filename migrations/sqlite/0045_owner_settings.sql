-- What an owner decided on the pages of this Easel: limits, the models on offer, origins that may be
-- contacted, and whether people bring keys of their own. What stands in the environment counts before it.
CREATE TABLE owner_settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    changed_ms BIGINT NOT NULL
);

-- Those that count for how much somebody has under way.
CREATE INDEX charges_open ON charges (payer) WHERE settled_ms IS NULL;
