-- How often another model took the place of the one before.
ALTER TABLE generations ADD COLUMN replaced BIGINT NOT NULL DEFAULT 0;
