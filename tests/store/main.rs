//! The store: one suite for SQLite with a folder and, with `TEST_DATABASE_URL` and
//! `TEST_STORAGE_URL` set, for PostgreSQL with an S3-compatible server.

mod backup;
mod counting;
mod drills;
mod events;
mod gallery;
mod images;
mod kinds;
mod lifecycle;
mod money;
mod people;
mod poison;
mod property;
mod queries;
mod sweep;
mod test_store;
mod tools;
mod upgrade;
