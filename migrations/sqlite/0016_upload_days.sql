-- How many bytes were uploaded on a day (since 1970, in UTC) by each browser, and from each address.
-- Both are known by keyed digests.
CREATE TABLE upload_days (
    day BIGINT NOT NULL,
    uploader TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (day, uploader)
);
