//! Bytes of pictures.

use bytes::Bytes;
use easel::server::{
    picture,
    store::{StoreError, Uploader},
};
use futures::TryStreamExt;

use crate::test_store::{TestStore, session};

#[tokio::test]
async fn the_same_picture_is_kept_once() {
    let place = TestStore::new().await;
    let bytes = Bytes::from(vec![7; 100_000]);
    let digest = place.images.put(bytes.clone()).await.unwrap();
    assert_eq!(digest, picture::digest(&bytes));
    assert_eq!(place.images.put(bytes.clone()).await.unwrap(), digest);
    assert_eq!(place.images.get(&digest).await.unwrap(), Some(bytes));

    let kept: Vec<_> = place.images.list().try_collect().await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].digest.as_str(), kept[0].bytes), (digest.as_str(), 100_000));
}

#[tokio::test]
async fn a_picture_that_is_not_there_is_nothing_and_no_name_leaves_the_store() {
    let place = TestStore::new().await;
    std::fs::write(place.folder.path().join("secret"), "x").unwrap();
    for name in ["", "x", "../secret", "../../etc/passwd", "é", &"0".repeat(64)] {
        assert_eq!(place.images.get(name).await.unwrap(), None, "{name}");
    }
    place.images.delete(&"0".repeat(64)).await.unwrap();
}

#[tokio::test]
async fn a_deleted_picture_is_gone() {
    let place = TestStore::new().await;
    let digest = place.images.put(Bytes::from_static(b"x")).await.unwrap();
    place.images.delete(&digest).await.unwrap();
    assert_eq!(place.images.get(&digest).await.unwrap(), None);
}

#[tokio::test]
async fn damaged_bytes_are_never_handed_out() {
    let place = TestStore::new().await;
    let digest = place.images.put(Bytes::from_static(b"whole")).await.unwrap();
    place.overwrite(&digest, b"half").await;
    let read = place.images.get(&digest).await;
    assert!(matches!(read, Err(StoreError::Damaged { .. })), "{read:?}");
}

#[tokio::test]
async fn a_file_that_comes_in_pieces_gets_the_name_of_its_digest() {
    let place = TestStore::new().await;
    let piece = Bytes::from(vec![7; 1_000_000]);
    // Also when the file exists already.
    for _ in 0..2 {
        let mut incoming = place.images.incoming();
        for _ in 0..7 {
            incoming.write(piece.clone()).await.unwrap();
        }
        assert_eq!(incoming.length, 7_000_000);
        let digest = incoming.keep().await.unwrap();
        assert_eq!(digest, picture::digest(&piece.repeat(7)));
        let file = place.images.open_file(&digest).await.unwrap().unwrap();
        assert_eq!(file.length, 7_000_000);
        let part: Vec<_> =
            file.read(6_999_000..6_999_900).await.unwrap().try_collect().await.unwrap();
        assert!(part.concat() == piece[..900]);
    }
    let kept: Vec<_> = place.images.list().try_collect().await.unwrap();
    assert_eq!(kept.len(), 1);
}

#[tokio::test]
async fn a_damaged_file_cannot_be_opened() {
    let place = TestStore::new().await;
    let digest = place.images.put(Bytes::from_static(b"whole")).await.unwrap();
    assert!(place.images.open_file(&digest).await.unwrap().is_some());
    for bytes in [&b"half"[..], b"whale"] {
        place.overwrite(&digest, bytes).await;
        let opened = place.images.open_file(&digest).await;
        assert!(matches!(opened, Err(StoreError::Damaged { .. })), "{opened:?}");
    }
    assert!(place.images.open_file(&"0".repeat(64)).await.unwrap().is_none());
    assert!(place.images.open_file("../secret").await.unwrap().is_none());
}

#[tokio::test]
async fn a_file_is_of_those_who_uploaded_it() {
    let place = TestStore::new().await;
    let digest = place.images.put(Bytes::from_static(b"file")).await.unwrap();
    place.records.add_upload(&session("a"), &digest, "image/png", 4, 1).await.unwrap();
    place.records.add_upload(&session("a"), &digest, "image/png", 4, 2).await.unwrap();
    let of_a = place.records.file_of(&session("a"), &digest).await.unwrap();
    assert_eq!(of_a.as_deref(), Some("image/png"));
    assert_eq!(place.records.file_of(&session("b"), &digest).await.unwrap(), None);
}

#[tokio::test]
async fn what_was_uploaded_in_a_day_is_counted_in_the_database() {
    let place = TestStore::new().await;
    let uploader = |name: &str, limit| Uploader { name: name.to_owned(), limit };
    let (both, other) = ([uploader("a", 10), uploader("b", 20)], [uploader("b", 20)]);
    assert!(place.records.count_upload(1, &both, 7).await.unwrap());
    // An upload that is too large for one counter counts for neither.
    assert!(!place.records.count_upload(1, &both, 4).await.unwrap());
    assert!(!place.records.count_upload(1, &other, 21).await.unwrap());
    assert_eq!(place.records.upload_room(1, &both).await.unwrap(), 3);
    assert_eq!(place.records.upload_room(1, &other).await.unwrap(), 13);
    assert!(place.records.count_upload(1, &both, 3).await.unwrap());
    assert_eq!(place.records.upload_room(1, &both).await.unwrap(), 0);
    assert!(place.records.count_upload(2, &both, 10).await.unwrap());
    assert_eq!(place.records.upload_room(1, &both).await.unwrap(), 10, "the day is forgotten");
}
