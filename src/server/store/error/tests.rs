//! Tests the message for each cause.

use super::*;

#[test]
fn the_page_learns_what_to_look_at_and_nothing_internal() {
    let full = io::Error::from(io::ErrorKind::StorageFull);
    let away = sqlx::Error::Io(io::ErrorKind::ConnectionRefused.into());
    let s3 = |answer: &str| object_store::Error::Generic { store: "S3", source: answer.into() };
    let no_store =
        object_store::Error::Generic { store: "S3", source: "http://10.0.0.1 refused".into() };
    let no_key =
        object_store::Error::PermissionDenied { path: "a".to_owned(), source: "403".into() };
    for (error, detail) in [
        (StoreError::Disk(full), "the disk is full"),
        (StoreError::Database(away), "the database does not answer"),
        (StoreError::Database(sqlx::Error::PoolTimedOut), "the database does not answer"),
        (StoreError::Images(no_store), "the picture store does not answer"),
        (StoreError::Images(no_key), "the picture store refuses the key"),
        (StoreError::Images(s3("<Code>NoSuchBucket</Code>")), "there is no such bucket"),
        (StoreError::Images(s3("<Code>AccessDenied</Code>")), "the picture store refuses the key"),
    ] {
        let Fault::Storage { detail: told } = error.into() else { panic!() };
        assert_eq!(told, detail);
    }
}
