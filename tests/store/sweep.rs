//! What is cleared away, and what never is.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use easel::{
    error::GenerateError,
    generation::{FileReference, GalleryFilter, InputValue},
    server::store::{End, RecordState, ResultFile, StoredImage, Swept, sweep},
};

use crate::place::{Place, new_id, request, session};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// Files are dated by the disk or the bucket, so these tests count from the real time.
fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}

impl Place {
    async fn put(&self, text: &'static str) -> String {
        self.images.put(Bytes::from_static(text.as_bytes())).await.unwrap()
    }

    async fn has(&self, digest: &str) -> bool {
        self.images.get(digest).await.unwrap().is_some()
    }

    async fn sweep(&self, now_ms: i64) -> Swept {
        sweep(&self.records, &self.images, now_ms).await.unwrap()
    }
}

fn image(digest: &str) -> StoredImage {
    StoredImage { digest: digest.to_owned(), ..crate::lifecycle::image(0) }
}

#[tokio::test]
async fn a_file_goes_when_no_row_names_it_and_not_before() {
    let place = Place::new().await;
    let now = now_ms();
    let (kept, orphan) = (place.put("kept").await, place.put("orphan").await);
    let record = place.running("me", now).await;
    let end = End::Done { images: vec![image(&kept)], files: vec![], facts: vec![] };
    place.records.finish(&record.item.id, &end, now).await.unwrap();

    assert_eq!(place.sweep(now).await, Swept::default());
    assert!(place.has(&orphan).await);

    let swept = place.sweep(now + 2 * HOUR_MS).await;
    assert_eq!(swept, Swept { files: 1, ..Swept::default() });
    assert!(place.has(&kept).await && !place.has(&orphan).await);
}

#[tokio::test]
async fn a_file_that_is_no_picture_goes_with_its_generation_and_not_before() {
    let place = Place::new().await;
    let now = now_ms();
    let digest = place.put("a film").await;
    let record = place.running("me", now).await;
    let files = vec![ResultFile { digest: digest.clone(), ..crate::lifecycle::file(0) }];
    let end = End::Done { images: vec![], files, facts: vec![] };
    place.records.finish(&record.item.id, &end, now).await.unwrap();

    assert_eq!(place.sweep(now + 2 * HOUR_MS).await, Swept::default());
    assert!(place.has(&digest).await);
    // It is nothing that may be looked at or given as an input.
    assert_eq!(place.records.file_of(&record.session, &digest).await.unwrap(), None);

    assert!(place.records.delete(&record.session, &record.item.id, now).await.unwrap());
    let swept = place.sweep(now + 2 * HOUR_MS).await;
    assert_eq!((swept.generations, swept.files), (1, 1));
    assert!(!place.has(&digest).await);
}

#[tokio::test]
async fn the_bin_is_emptied_after_an_hour_and_shared_files_stay() {
    let place = Place::new().await;
    let now = now_ms();
    let (both, one) = (place.put("both").await, place.put("one").await);
    let (first, second) = (place.running("me", now).await, place.running("me", now).await);
    let mut images = vec![image(&both), image(&one)];
    images[1].position = 1;
    let end = End::Done { images, files: vec![], facts: vec![] };
    place.records.finish(&first.item.id, &end, now).await.unwrap();
    let end = End::Done { images: vec![image(&both)], files: vec![], facts: vec![] };
    place.records.finish(&second.item.id, &end, now).await.unwrap();
    assert!(place.records.delete(&first.session, &first.item.id, now).await.unwrap());

    assert_eq!(place.sweep(now + HOUR_MS - 1).await.generations, 0);
    assert!(place.records.restore(&first.session, &first.item.id).await.unwrap());
    assert!(place.records.delete(&first.session, &first.item.id, now).await.unwrap());

    let swept = place.sweep(now + 2 * HOUR_MS).await;
    assert_eq!((swept.generations, swept.files), (1, 1));
    assert!(place.has(&both).await && !place.has(&one).await);
    assert!(!place.records.restore(&first.session, &first.item.id).await.unwrap());
    // It is out of the search index too.
    let search = GalleryFilter { search: Some("fox".into()), ..Default::default() };
    let page = place.records.list(&first.session, &search, None, 9).await.unwrap();
    assert_eq!(page.items.len(), 1);
}

#[tokio::test]
async fn uploads_stay_while_a_generation_needs_them() {
    let place = Place::new().await;
    let now = now_ms();
    let (used, unused) = (place.put("used").await, place.put("unused").await);
    for digest in [&used, &unused] {
        place.records.add_upload(&session("a"), digest, "image/png", 4, now).await.unwrap();
    }
    let mut request = request("x");
    let file = InputValue::File(FileReference::Stored(used.clone()));
    request.inputs.insert("images".into(), InputValue::List(vec![file]));
    let id = new_id();
    place.records.claim_new(&id, &session("a"), &request, "me", now).await.unwrap();
    place.records.finish(&id, &End::Cancelled, now).await.unwrap();

    assert_eq!(place.sweep(now + 23 * HOUR_MS).await.uploads, 0);
    let swept = place.sweep(now + 25 * HOUR_MS).await;
    assert_eq!((swept.uploads, swept.files), (1, 1));
    assert!(place.has(&used).await && !place.has(&unused).await);
    assert!(place.records.file_of(&session("a"), &used).await.unwrap().is_some());
}

#[tokio::test]
async fn an_image_used_as_input_outlives_the_generation_it_came_from() {
    let place = Place::new().await;
    let now = now_ms();
    let picture = place.put("picture").await;
    let first = place.running("me", now).await;
    let end = End::Done { images: vec![image(&picture)], files: vec![], facts: vec![] };
    place.records.finish(&first.item.id, &end, now).await.unwrap();
    let mut request = request("again");
    let file = InputValue::File(FileReference::Stored(picture.clone()));
    request.inputs.insert("image".into(), file);
    let id = new_id();
    place.records.claim_new(&id, &first.session, &request, "me", now).await.unwrap();
    place.records.finish(&id, &End::Cancelled, now).await.unwrap();

    assert!(place.records.delete(&first.session, &first.item.id, now).await.unwrap());
    place.sweep(now + 48 * HOUR_MS).await;
    let of_owner = place.records.file_of(&first.session, &picture).await.unwrap();
    assert_eq!(of_owner.as_deref(), Some("image/png"));
    assert_eq!(place.records.file_of(&session("b"), &picture).await.unwrap(), None);
    assert!(place.has(&picture).await);
}

#[tokio::test]
async fn a_generation_that_nobody_waits_for_ends() {
    let place = Place::new().await;
    let record = place.running("me", 1000).await;
    place.records.set_loading(&record.item.id, Some(20.0)).await.unwrap();
    assert_eq!(place.sweep(1000 + HOUR_MS).await.abandoned, 0);
    assert_eq!(place.sweep(1001 + HOUR_MS).await.abandoned, 1);
    let record = place.get(&record.item.id).await;
    assert_eq!(record.item.state, RecordState::Failed);
    assert_eq!(record.item.error, Some(GenerateError::StillLoading { tries: 1 }));
}

#[tokio::test]
async fn what_a_dead_process_left_half_written_is_removed() {
    let place = Place::new().await;
    let digest = place.put("whole").await;
    let half = place.folder.path().join("images").join(&digest[..2]).join(format!("{digest}#1"));
    std::fs::create_dir_all(half.parent().unwrap()).unwrap();
    std::fs::write(&half, "wh").unwrap();
    place.sweep(now_ms()).await;
    assert!(half.exists());
    place.sweep(now_ms() + 2 * HOUR_MS).await;
    // A bucket has no such files, and nothing in the folder is ours then.
    assert_eq!(half.exists(), place.storage_url.is_some());
}

#[tokio::test]
async fn a_file_that_never_came_whole_goes_after_an_hour() {
    let place = Place::new().await;
    // A bucket shows no such files.
    if place.storage_url.is_some() {
        return;
    }
    let shelf = place.folder.path().join("incoming/ab");
    std::fs::create_dir_all(&shelf).unwrap();
    let left = ["abcdef", "abcdef#1"].map(|name| shelf.join(name));
    left.iter().for_each(|file| std::fs::write(file, "half").unwrap());
    place.sweep(now_ms()).await;
    assert!(left.iter().all(|file| file.exists()));
    place.sweep(now_ms() + 2 * HOUR_MS).await;
    assert!(!left.iter().any(|file| file.exists()));
}
