-- Keys of providers that were given in the page, sealed: without the key file beside the data, or
-- EASEL_SECRET_KEY, nobody can read them.
CREATE TABLE provider_keys (
    -- The prefix of the provider.
    provider TEXT NOT NULL PRIMARY KEY,
    -- Nonce and ciphertext of XChaCha20-Poly1305, in base64.
    sealed TEXT NOT NULL,
    changed_ms BIGINT NOT NULL
);
