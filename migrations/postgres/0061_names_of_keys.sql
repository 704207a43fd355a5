-- The name of a key tells nobody of those of others.
DROP INDEX api_keys_name;
CREATE UNIQUE INDEX api_keys_name ON api_keys (session, name) WHERE revoked_ms IS NULL;
