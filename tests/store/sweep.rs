//! What a sweep deletes, and what it must keep.

use bytes::Bytes;
use easel::{
    error::GenerateError,
    generation::{FileReference, GalleryFilter, InputValue},
    server::store::{Bound, End, FileRow, Record, RecordState, StoredImage, SweepReport, sweep},
};
use futures::{TryStreamExt, future::ready};
use image::{DynamicImage, ImageFormat, RgbImage};

use crate::test_store::{TestStore, new_id, now_ms, request, session};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

impl TestStore {
    async fn put(&self, text: impl Into<String>) -> String {
        self.images.put(Bytes::from(text.into())).await.unwrap()
    }

    /// True if the file is in its place, rather than set aside.
    pub async fn has(&self, digest: &str) -> bool {
        self.images.list().try_any(|file| ready(file.digest == digest)).await.unwrap()
    }

    pub async fn has_set_aside(&self, digest: &str) -> bool {
        self.images.lost().try_any(|file| ready(file.digest == digest)).await.unwrap()
    }

    async fn sweep(&self, now_ms: i64) -> SweepReport {
        sweep(&self.records, &self.images, now_ms, Bound::Careful).await.unwrap()
    }

    /// A generation of the session `a` that made the picture `digest`.
    pub async fn made_of(&self, digest: &str) -> Record {
        let record = self.running("me", now_ms()).await;
        let end = End::Done {
            images: vec![image(digest)],
            files: vec![],
            outputs: vec![],
            facts: vec![],
        };
        assert!(self.records.finish(&record.item.id, &end, now_ms()).await.unwrap());
        record
    }
}

fn image(digest: &str) -> StoredImage {
    StoredImage { digest: digest.to_owned(), ..crate::lifecycle::image(0) }
}

#[tokio::test]
async fn a_file_that_nothing_accounts_for_is_set_aside_and_found_again() {
    let place = TestStore::new().await;
    let now = now_ms();
    let (kept, orphan) = (place.put("kept").await, place.put("orphan").await);
    place.made_of(&kept).await;

    assert_eq!(place.sweep(now + 23 * HOUR_MS).await, SweepReport::default());
    let swept = place.sweep(now + 25 * HOUR_MS).await;
    assert_eq!(swept, SweepReport { set_aside: 1, ..SweepReport::default() });
    assert!(place.has(&kept).await && !place.has(&orphan).await);
    for weeks in 1..9 {
        assert_eq!(place.sweep(now + weeks * 7 * DAY_MS).await, SweepReport::default());
    }
    assert!(place.has_set_aside(&orphan).await);

    assert_eq!(place.images.get(&orphan).await.unwrap().unwrap(), "orphan");
    assert!(place.has(&orphan).await && !place.has_set_aside(&orphan).await);
}

#[tokio::test]
async fn a_file_goes_days_after_its_generation_and_not_before() {
    let place = TestStore::new().await;
    let now = now_ms();
    let digest = place.put("a film").await;
    let record = place.running("me", now).await;
    let files = vec![FileRow { digest: digest.clone(), ..crate::lifecycle::file(0) }];
    let end = End::Done { images: vec![], files, outputs: vec![], facts: vec![] };
    place.records.finish(&record.item.id, &end, now).await.unwrap();

    assert_eq!(place.sweep(now + 9 * DAY_MS).await, SweepReport::default());
    assert!(place.has(&digest).await);
    // It may neither be viewed nor used as an input.
    assert_eq!(place.records.file_of(&record.session, &digest).await.unwrap(), None);

    assert!(place.records.delete(&record.session, &record.item.id, now).await.unwrap());
    let died = now + 2 * HOUR_MS;
    assert_eq!(place.sweep(died).await, SweepReport { generations: 1, ..SweepReport::default() });
    assert_eq!(place.sweep(died + 3 * DAY_MS).await, SweepReport::default());
    assert!(place.has(&digest).await);
    assert_eq!(
        place.sweep(died + 3 * DAY_MS + 1).await,
        SweepReport { files: 1, ..SweepReport::default() }
    );
    assert!(!place.has(&digest).await && !place.has_set_aside(&digest).await);
}

#[tokio::test]
async fn a_file_that_came_again_after_its_death_is_not_removed() {
    let place = TestStore::new().await;
    let (now, long_ago) = (now_ms(), now_ms() - 10 * DAY_MS);
    let digest = place.put("twice").await;
    let record = place.made_of(&digest).await;
    place.records.delete(&record.session, &record.item.id, long_ago - 2 * HOUR_MS).await.unwrap();
    // Its time of death is ten days ago, but it was written now.
    assert_eq!(place.sweep(long_ago).await.generations, 1);
    assert_eq!(place.sweep(now + HOUR_MS).await, SweepReport::default());
    assert_eq!(
        place.sweep(now + 2 * DAY_MS).await,
        SweepReport { set_aside: 1, ..SweepReport::default() }
    );
    assert!(place.has_set_aside(&digest).await);
}

#[tokio::test]
async fn a_dead_file_that_a_row_names_again_stays() {
    let place = TestStore::new().await;
    let now = now_ms();
    let digest = place.put("again").await;
    let record = place.made_of(&digest).await;
    place.records.delete(&record.session, &record.item.id, now).await.unwrap();
    place.sweep(now + 2 * HOUR_MS).await;
    place.made_of(&digest).await;
    for days in 1..30 {
        assert_eq!(place.sweep(now + days * DAY_MS).await, SweepReport::default());
    }
    assert!(place.has(&digest).await);
}

#[tokio::test]
async fn the_bin_is_emptied_after_an_hour_and_shared_files_stay() {
    let place = TestStore::new().await;
    let now = now_ms();
    let (both, one) = (place.put("both").await, place.put("one").await);
    let first = place.running("me", now).await;
    let mut images = vec![image(&both), image(&one)];
    images[1].position = 1;
    let end = End::Done { images, files: vec![], outputs: vec![], facts: vec![] };
    place.records.finish(&first.item.id, &end, now).await.unwrap();
    place.made_of(&both).await;
    assert!(place.records.delete(&first.session, &first.item.id, now).await.unwrap());

    assert_eq!(place.sweep(now + HOUR_MS - 1).await.generations, 0);
    assert!(place.records.restore(&first.session, &first.item.id).await.unwrap());
    assert!(place.records.delete(&first.session, &first.item.id, now).await.unwrap());

    assert_eq!(place.sweep(now + 2 * HOUR_MS).await.generations, 1);
    assert_eq!(place.sweep(now + 4 * DAY_MS).await.files, 1);
    assert!(place.has(&both).await && !place.has(&one).await);
    assert!(!place.records.restore(&first.session, &first.item.id).await.unwrap());
    // It is gone from the search index too.
    let search = GalleryFilter { search: Some("fox".into()), ..Default::default() };
    let page = place.records.list(&first.session, &search, None, 9).await.unwrap();
    assert_eq!(page.items.len(), 1);
}

#[tokio::test]
async fn uploads_stay_while_a_generation_needs_them() {
    let place = TestStore::new().await;
    let now = now_ms();
    let (used, unused) = (place.put("used").await, place.put("unused").await);
    for digest in [&used, &unused] {
        place.records.add_upload(&session("a"), digest, "image/png", 4, now).await.unwrap();
    }
    let mut request = request("x");
    let file = InputValue::File(FileReference::Stored(used.clone()));
    request.inputs.insert("images".into(), InputValue::List(vec![file]));
    let id = new_id();
    place.records.claim_new(&id, &session("a"), &request, None, "me", now).await.unwrap();
    place.records.finish(&id, &End::Cancelled, now).await.unwrap();

    assert_eq!(place.sweep(now + 23 * HOUR_MS).await.uploads, 0);
    let swept = place.sweep(now + 25 * HOUR_MS).await;
    assert_eq!((swept.uploads, swept.files), (1, 0));
    assert_eq!(place.sweep(now + 5 * DAY_MS).await.files, 1);
    assert!(place.has(&used).await && !place.has(&unused).await);
    assert!(place.records.file_of(&session("a"), &used).await.unwrap().is_some());
}

#[tokio::test]
async fn a_sweep_that_would_take_many_files_takes_none() {
    let place = TestStore::new().await;
    let now = now_ms();
    for number in 0..21 {
        place.put(format!("orphan {number}")).await;
        let digest = place.put(format!("deleted {number}")).await;
        let record = place.made_of(&digest).await;
        place.records.delete(&record.session, &record.item.id, now).await.unwrap();
    }
    assert_eq!(place.sweep(now + 2 * HOUR_MS).await.generations, 21);
    for days in [4, 5, 50] {
        let held_back = SweepReport { held_back: 42, ..SweepReport::default() };
        assert_eq!(place.sweep(now + days * DAY_MS).await, held_back);
    }
    let wanted = sweep(&place.records, &place.images, now + 51 * DAY_MS, Bound::Whatever).await;
    assert_eq!(wanted.unwrap(), SweepReport { files: 21, set_aside: 21, ..SweepReport::default() });
}

#[tokio::test]
async fn a_thumbnail_goes_with_its_picture_and_is_made_again() {
    let place = TestStore::new().await;
    let noise = |x: u32, y: u32| (x ^ y.rotate_left(7)).wrapping_mul(0x9e37_79b9).to_le_bytes();
    let picture = RgbImage::from_fn(700, 700, |x, y| {
        let [r, g, b, _] = noise(x, y);
        image::Rgb([r, g, b])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::from(picture).write_to(&mut bytes, ImageFormat::Png).unwrap();
    let digest = place.images.put(bytes.into_inner().into()).await.unwrap();
    let small = place.images.thumbnail(&digest).await.unwrap();
    let thumbnail = place.folder.path().join("thumbs").join(&digest[..2]).join(&digest);
    assert_eq!(thumbnail.exists(), place.storage_url.is_none());

    assert_eq!(place.sweep(now_ms() + 2 * DAY_MS).await.set_aside, 1);
    assert!(!thumbnail.exists());
    assert_eq!(place.images.thumbnail(&digest).await.unwrap(), small);
    assert!(place.has(&digest).await);
}

#[tokio::test]
async fn an_image_used_as_input_outlives_the_generation_it_came_from() {
    let place = TestStore::new().await;
    let now = now_ms();
    let picture = place.put("picture").await;
    let first = place.running("me", now).await;
    let end =
        End::Done { images: vec![image(&picture)], files: vec![], outputs: vec![], facts: vec![] };
    place.records.finish(&first.item.id, &end, now).await.unwrap();
    let mut request = request("again");
    let file = InputValue::File(FileReference::Stored(picture.clone()));
    request.inputs.insert("image".into(), file);
    let id = new_id();
    place.records.claim_new(&id, &first.session, &request, None, "me", now).await.unwrap();
    place.records.finish(&id, &End::Cancelled, now).await.unwrap();

    assert!(place.records.delete(&first.session, &first.item.id, now).await.unwrap());
    place.sweep(now + 2 * DAY_MS).await;
    place.sweep(now + 6 * DAY_MS).await;
    let of_owner = place.records.file_of(&first.session, &picture).await.unwrap();
    assert_eq!(of_owner.as_deref(), Some("image/png"));
    assert_eq!(place.records.file_of(&session("b"), &picture).await.unwrap(), None);
    assert!(place.has(&picture).await);
}

#[tokio::test]
async fn a_generation_that_nobody_waits_for_ends() {
    let place = TestStore::new().await;
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
    let place = TestStore::new().await;
    let digest = place.put("whole").await;
    let half = place.folder.path().join("images").join(&digest[..2]).join(format!("{digest}#1"));
    std::fs::create_dir_all(half.parent().unwrap()).unwrap();
    std::fs::write(&half, "wh").unwrap();
    place.sweep(now_ms()).await;
    assert!(half.exists());
    place.sweep(now_ms() + 2 * HOUR_MS).await;
    // A bucket has no partial files, and nothing in the folder belongs to Easel then.
    assert_eq!(half.exists(), place.storage_url.is_some());
}

#[tokio::test]
async fn a_file_that_never_came_whole_goes_after_an_hour() {
    let place = TestStore::new().await;
    // A bucket shows no partial files.
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
