//! Weeks with a wrong database in place of the right one: whichever it is, no file is deleted, and
//! everything is available when the right one is back.

use std::{collections::BTreeSet, path::PathBuf};

use bytes::Bytes;
use easel::server::{
    config::Secret,
    store::{
        Bound, End, FileRow, Images, Record, Records, StoreMismatch, adopt, check, find_mismatch,
        meet, remove_orphans, restore, restore_lost, sweep,
    },
};
use futures::{StreamExt, TryStreamExt};
use sqlx::{AnyPool, AssertSqlSafe, Connection, Executor};
use url::Url;

use crate::test_store::{Addresses, TestStore, now_ms, session};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

impl TestStore {
    /// A generation of the session `a` with its own picture.
    async fn painted(&self, words: &str) -> (Record, String) {
        let digest = self.images.put(Bytes::from(words.to_owned())).await.unwrap();
        (self.made_of(&digest).await, digest)
    }

    /// The URL of a database with another name, beside its own.
    fn database_named(&self, name: &str) -> Secret {
        match &self.database_url {
            None => Secret::new(format!("sqlite:{}", self.folder.path().join(name).display())),
            Some(url) => {
                let mut url = Url::parse(url.expose()).unwrap();
                let name = format!("{}_{name}", url.path().trim_matches('/'));
                url.set_path(&name);
                Secret::new(url)
            }
        }
    }

    /// An empty database beside its own.
    async fn empty_database(&self) -> Records {
        let url = self.database_named("empty");
        self.create(&url, None).await;
        Records::open(Some(&url), self.folder.path()).await.unwrap()
    }

    /// A copy of its database as it is now.
    async fn copy_of_database(&self) -> Secret {
        let copy = self.database_named("copy");
        match &self.database_url {
            None => {
                let own = self.folder.path().join("easel.db");
                let pool = AnyPool::connect(&format!("sqlite:{}", own.display())).await.unwrap();
                let path = copy.expose().trim_start_matches("sqlite:").to_owned();
                sqlx::query("VACUUM INTO $1").bind(path).execute(&pool).await.unwrap();
            }
            Some(own) => self.create(&copy, Some(own)).await,
        }
        copy
    }

    /// Creates the database `url` from `template`, which must have no connections meanwhile.
    async fn create(&self, url: &Secret, template: Option<&Secret>) {
        if self.is_sqlite() {
            return;
        }
        let name =
            |url: &Secret| Url::parse(url.expose()).unwrap().path().trim_matches('/').to_owned();
        let server = std::env::var("TEST_DATABASE_URL").unwrap();
        let mut server = sqlx::PgConnection::connect(&server).await.unwrap();
        let template = template.map_or("template1".to_owned(), name);
        let create = format!("CREATE DATABASE {} TEMPLATE {template}", name(url));
        let free = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'"
        );
        loop {
            server.execute(AssertSqlSafe(free.as_str())).await.unwrap();
            match server.execute(AssertSqlSafe(create.as_str())).await {
                Ok(_) => return,
                // Somebody has reconnected, like the listener does.
                Err(error) if error.to_string().contains("being accessed") => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Every file, in its place or set aside.
    async fn files(&self) -> BTreeSet<String> {
        let (kept, lost) = (self.images.list(), self.images.lost());
        kept.chain(lost).map_ok(|file| file.digest).try_collect().await.unwrap()
    }
}

/// Runs a server on `records` for six weeks, and returns the doubts that its sweeps had.
async fn weeks_with(records: &Records, images: &Images) -> Vec<Option<StoreMismatch>> {
    let mut mismatches = Vec::new();
    let hours = [0, 1, 2, 3, 25, 26, 50, 75, 80, 100, 7 * 24, 10 * 24, 14 * 24, 28 * 24, 42 * 24];
    for hours in hours {
        let now_ms = now_ms() + hours * HOUR_MS;
        let swept = sweep(records, images, now_ms, Bound::Careful).await.unwrap();
        mismatches.push(swept.mismatch);
    }
    mismatches.dedup();
    mismatches
}

/// Ends the drill: the right database serves everything, also after its adoption.
async fn all_is_well(place: &TestStore, digests: &[String]) {
    adopt(&place.records, &place.images, now_ms()).await.unwrap();
    assert_eq!(weeks_with(&place.records, &place.images).await, [None]);
    for digest in digests {
        assert!(place.images.get(digest).await.unwrap().is_some());
        assert!(place.has(digest).await);
    }
}

#[tokio::test]
async fn an_older_database_is_put_back() {
    let place = TestStore::new().await;
    let (_, old) = place.painted("old").await;
    let (binned, restored) = place.painted("in the bin, then restored").await;
    let a = session("a");
    assert!(place.records.delete(&a, &binned.item.id, now_ms()).await.unwrap());
    let unused = place.images.put(Bytes::from_static(b"not used yet")).await.unwrap();
    place.records.add_upload(&a, &unused, "image/png", 1, now_ms()).await.unwrap();
    let older = place.copy_of_database().await;

    assert!(place.records.restore(&a, &binned.item.id).await.unwrap());
    let (_, new) = place.painted("new").await;
    assert_eq!(meet(&place.records, &place.images, now_ms()).await.unwrap(), None);
    let before = place.files().await;

    let older = Records::open(Some(&older), place.folder.path()).await.unwrap();
    assert_eq!(weeks_with(&older, &place.images).await, [Some(StoreMismatch::OlderCopy)]);
    assert_eq!(place.files().await, before);
    // The newer database learns of the other one, and keeps everything until an operator decides.
    assert_eq!(weeks_with(&place.records, &place.images).await, [Some(StoreMismatch::OtherCame)]);
    assert_eq!(place.files().await, before);
    all_is_well(&place, &[old, restored, new]).await;
}

/// A copy that knows the newest mark of all but one: the server was killed before its next sweep.
#[tokio::test]
async fn a_copy_from_before_something_left_the_bin_is_put_back_after_a_kill() {
    let place = TestStore::new().await;
    let a = session("a");
    let (binned, restored) = place.painted("in the bin, then restored").await;
    assert!(place.records.delete(&a, &binned.item.id, now_ms()).await.unwrap());
    assert_eq!(meet(&place.records, &place.images, now_ms()).await.unwrap(), None);
    let copy = place.copy_of_database().await;
    let (records, images) = (&place.records, &place.images);
    assert!(restore(records, images, (&a, &binned.item.id), now_ms()).await.unwrap());

    let copy = Records::open(Some(&copy), place.folder.path()).await.unwrap();
    assert_eq!(weeks_with(&copy, &place.images).await, [Some(StoreMismatch::OlderCopy)]);
    assert!(place.has(&restored).await);
    all_is_well(&place, &[restored]).await;
}

#[tokio::test]
async fn an_older_database_is_put_back_for_good() {
    let place = TestStore::new().await;
    let (_, old) = place.painted("old").await;
    let older = place.copy_of_database().await;
    let (_, new) = place.painted("new").await;
    meet(&place.records, &place.images, now_ms()).await.unwrap();

    let older = Records::open(Some(&older), place.folder.path()).await.unwrap();
    adopt(&older, &place.images, now_ms()).await.unwrap();
    assert_eq!(weeks_with(&older, &place.images).await, [None]);
    assert!(place.has(&old).await && place.has_set_aside(&new).await);
    // The operator of the newer database is informed, and nothing was lost.
    let told = find_mismatch(&place.records, &place.images).await.unwrap();
    assert_eq!(told, Some(StoreMismatch::OlderCopy));
    all_is_well(&place, &[old, new]).await;
}

#[tokio::test]
async fn an_empty_database_is_used_once() {
    let place = TestStore::new().await;
    let (_, picture) = place.painted("picture").await;
    let empty = place.empty_database().await;
    assert_eq!(weeks_with(&empty, &place.images).await, [Some(StoreMismatch::OtherDatabase)]);
    assert!(place.has(&picture).await);
    all_is_well(&place, &[picture]).await;
}

#[tokio::test]
async fn an_empty_database_meets_files_that_had_no_mark_yet() {
    let place = Addresses::new().await.open().await;
    let (_, picture) = place.painted("picture").await;
    let empty = place.empty_database().await;
    assert_eq!(weeks_with(&empty, &place.images).await, [Some(StoreMismatch::NamesNothing)]);
    assert!(place.has(&picture).await);
    assert_eq!(weeks_with(&place.records, &place.images).await, [Some(StoreMismatch::OtherCame)]);
    all_is_well(&place, &[picture]).await;
}

#[tokio::test]
async fn another_database_makes_and_deletes_the_same_picture() {
    let place = TestStore::new().await;
    let (_, picture) = place.painted("the same").await;
    let other = place.empty_database().await;
    meet(&other, &place.images, now_ms()).await.unwrap();
    let theirs = TestStore { records: other, ..Addresses::new().await.open().await };
    let record = theirs.made_of(&picture).await;
    assert!(theirs.records.delete(&record.session, &record.item.id, now_ms()).await.unwrap());

    assert_eq!(
        weeks_with(&theirs.records, &place.images).await,
        [Some(StoreMismatch::OtherDatabase)]
    );
    assert!(place.has(&picture).await);
    all_is_well(&place, &[picture]).await;
}

#[tokio::test]
async fn of_two_databases_on_one_store_neither_clears_files_away() {
    let place = TestStore::new().await;
    let (_, ours) = place.painted("ours").await;
    place.images.put(Bytes::from_static(b"an orphan of ours")).await.unwrap();
    let other = place.empty_database().await;
    let theirs = place.images.put(Bytes::from_static(b"theirs")).await.unwrap();
    let before = place.files().await;
    meet(&other, &place.images, now_ms()).await.unwrap();
    for _ in 0..2 {
        let mismatches = weeks_with(&place.records, &place.images).await;
        assert_eq!(mismatches, [Some(StoreMismatch::OtherCame)]);
        let mismatches = weeks_with(&other, &place.images).await;
        assert_eq!(mismatches, [Some(StoreMismatch::OtherDatabase)]);
    }
    assert_eq!(place.files().await, before);
    assert!(place.has(&ours).await && place.has(&theirs).await);
}

#[tokio::test]
async fn a_copy_that_runs_beside_is_noticed_by_both() {
    let place = TestStore::new().await;
    let (record, picture) = place.painted("picture").await;
    let copy = place.copy_of_database().await;
    let copy = Records::open(Some(&copy), place.folder.path()).await.unwrap();
    // The copy cannot know yet that it is a copy.
    assert_eq!(meet(&copy, &place.images, now_ms()).await.unwrap(), None);
    assert!(copy.delete(&record.session, &record.item.id, now_ms()).await.unwrap());

    let found = meet(&place.records, &place.images, now_ms()).await.unwrap();
    assert_eq!(found, Some(StoreMismatch::OlderCopy));
    assert_eq!(weeks_with(&copy, &place.images).await, [Some(StoreMismatch::OtherCame)]);
    assert!(place.has(&picture).await);
    all_is_well(&place, &[picture]).await;
}

#[tokio::test]
async fn a_backup_without_its_files_is_put_back() {
    let place = TestStore::new().await;
    let (_, first) = place.painted("first").await;
    let (_, second) = place.painted("second").await;
    let backup = place.copy_of_database().await;
    let elsewhere = Addresses::new().await;
    let half = Images::open(elsewhere.storage_url.as_ref(), elsewhere.folder.path()).unwrap();
    let backup = Records::open(Some(&backup), place.folder.path()).await.unwrap();

    // Nothing was copied there yet, or the disk is not mounted.
    assert_eq!(weeks_with(&backup, &half).await, [Some(StoreMismatch::HoldsNothing)]);
    half.put(Bytes::from_static(b"first")).await.unwrap();
    adopt(&backup, &half, now_ms()).await.unwrap();
    assert_eq!(weeks_with(&backup, &half).await, [None]);
    assert!(half.get(&first).await.unwrap().is_some());
    assert!(half.get(&second).await.unwrap().is_none());
    half.put(Bytes::from_static(b"second")).await.unwrap();
    assert_eq!(weeks_with(&backup, &half).await, [None]);
    assert!(half.get(&second).await.unwrap().is_some());
}

#[tokio::test]
async fn a_torn_log_is_noticed_and_nothing_is_removed() {
    let place = TestStore::new().await;
    if !place.is_sqlite() {
        return;
    }
    let mut pictures = Vec::new();
    for number in 0..5 {
        pictures.push(place.painted(&format!("picture {number}")).await.1);
    }
    // As after a power cut: one copy with a damaged position, one cut off before the last mark.
    let copy = |name: &str| -> PathBuf {
        let path = place.folder.path().join(name);
        for ending in ["", "-wal"] {
            let own = place.folder.path().join(format!("easel.db{ending}"));
            std::fs::copy(own, place.folder.path().join(format!("{name}{ending}"))).unwrap();
        }
        path
    };
    let (torn, cut) = (copy("torn.db"), copy("cut.db"));
    let log = torn.with_file_name("torn.db-wal");
    let mut bytes = std::fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(&log, bytes).unwrap();
    std::fs::write(cut.with_file_name("cut.db-wal"), "").unwrap();

    for (path, found) in [(torn, StoreMismatch::TornLog), (cut, StoreMismatch::OtherDatabase)] {
        let url = Secret::new(format!("sqlite:{}", path.display()));
        let damaged = Records::open(Some(&url), place.folder.path()).await.unwrap();
        assert_eq!(weeks_with(&damaged, &place.images).await, [Some(found)]);
        for picture in &pictures {
            assert!(place.has(picture).await);
        }
        adopt(&place.records, &place.images, now_ms()).await.unwrap();
    }
    all_is_well(&place, &pictures).await;
}

#[tokio::test]
async fn a_lost_file_that_a_row_names_is_told_and_put_back() {
    let place = TestStore::new().await;
    let named = place.images.put(Bytes::from_static(b"named later")).await.unwrap();
    let orphan = place.images.put(Bytes::from_static(b"orphan")).await.unwrap();
    let swept =
        sweep(&place.records, &place.images, now_ms() + 2 * DAY_MS, Bound::Careful).await.unwrap();
    assert_eq!(swept.set_aside, 2);
    let record = place.running("me", now_ms()).await;
    let file = FileRow { digest: named.clone(), bytes: 11, ..crate::lifecycle::file(0) };
    let end = End::Done { images: vec![], files: vec![file], outputs: vec![], facts: vec![] };
    place.records.finish(&record.item.id, &end, now_ms()).await.unwrap();

    let mut said = Vec::new();
    let say = |what: &str| said.push(what.to_owned());
    let checked = check(&place.records, &place.images, say).await.unwrap();
    assert_eq!(checked.problems, 1);
    assert!(said[0].contains("is set aside, in lost/; easel check --restore"), "{said:?}");
    assert!(said[1].starts_with("1 file belongs to no row and set aside"), "{said:?}");

    assert_eq!(restore_lost(&place.records, &place.images).await.unwrap(), 1);
    assert!(place.has(&named).await);
    assert_eq!(remove_orphans(&place.records, &place.images).await.unwrap(), 1);
    assert!(!place.has(&orphan).await && !place.has_set_aside(&orphan).await);
    let checked = check(&place.records, &place.images, |_| ()).await.unwrap();
    assert_eq!(checked.problems, 0);
}
