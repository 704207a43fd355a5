-- What the server made up itself and must find again, such as the key that signs its cookies.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
