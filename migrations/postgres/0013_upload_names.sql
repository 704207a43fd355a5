-- What a file that was given as an input is called; NULL for pictures, whose type says enough.
ALTER TABLE uploads ADD COLUMN name TEXT;
