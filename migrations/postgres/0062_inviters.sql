-- Which owner made a link: it ends with their being one.
ALTER TABLE invitations ADD COLUMN inviter TEXT;
