-- How a picture was made, as its file told before it was cleaned, or why that is not known: as JSON.
ALTER TABLE uploads ADD COLUMN recipe TEXT;
