//! Data of earlier releases is opened, found and resumed by this one.
//!
//! `tests/fixtures/easel-RELEASE` contains a data folder and the dump of a PostgreSQL database, as
//! `write_release` wrote them with that release.

use std::{path::Path, sync::Arc, time::Duration};

use easel::{
    error::GenerateError,
    generation::{FileReference, GalleryFilter, GalleryItem, InputValue},
    server::{
        budget::Budget,
        drafts::DraftKey,
        generations::{Generations, Limits},
        provider::{OwnProviders, Registry, demo::Demo},
        store::{RecordState, SigningKey, check},
    },
};
use secrecy::ExposeSecret;
use sqlx::Connection;

use crate::{
    kinds,
    test_store::{Addresses, TestStore, session},
};

impl TestStore {
    async fn of_release(release: &str) -> Self {
        let fixture =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/easel-{release}"));
        let addresses = Addresses::new().await;
        match &addresses.database_url {
            None => {
                let database = addresses.folder.path().join("easel.db");
                std::fs::copy(fixture.join("easel.db"), database).unwrap();
            }
            Some(url) => {
                let dump = std::fs::read_to_string(fixture.join("postgres.sql")).unwrap();
                let mut connection = sqlx::PgConnection::connect(url.expose()).await.unwrap();
                sqlx::raw_sql(sqlx::AssertSqlSafe(dump)).execute(&mut connection).await.unwrap();
            }
        }
        let place = addresses.open().await;
        for shelf in std::fs::read_dir(fixture.join("images")).unwrap() {
            for file in std::fs::read_dir(shelf.unwrap().path()).unwrap() {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                place.images.put(bytes.into()).await.unwrap();
            }
        }
        place
    }

    /// Every table, column, index and trigger, as the database describes it.
    async fn schema(&self) -> Vec<(String, String)> {
        sqlx::any::install_default_drivers();
        let (url, sql) = match &self.database_url {
            None => (
                format!("sqlite:{}", self.folder.path().join("easel.db").display()),
                // White space does not matter, nor the order in which tables were created.
                "SELECT name, replace(replace(coalesce(sql, ''), char(10), ''), ' ', '') \
                 FROM sqlite_master ORDER BY name",
            ),
            Some(url) => (
                url.expose().to_owned(),
                "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, is_nullable, \
                 column_default, generation_expression) FROM information_schema.columns \
                 WHERE table_schema = 'public' \
                 UNION ALL SELECT indexname || '', indexdef FROM pg_indexes \
                 WHERE schemaname = 'public' ORDER BY 1",
            ),
        };
        let database = sqlx::AnyPool::connect(&url).await.unwrap();
        sqlx::query_as(sql).fetch_all(&database).await.unwrap()
    }

    async fn items(&self, filter: GalleryFilter) -> Vec<GalleryItem> {
        self.records.list(&session("ann"), &filter, None, 200).await.unwrap().items
    }

    async fn search(&self, words: &str) -> Vec<GalleryItem> {
        self.items(GalleryFilter { search: Some(words.to_owned()), ..Default::default() }).await
    }
}

#[tokio::test]
async fn rows_of_0_1_are_listed_searched_and_opened() {
    let place = TestStore::of_release("0.1").await;
    let items = place.items(GalleryFilter::default()).await;
    // All but the one in the bin.
    assert_eq!(items.len(), 38);
    for item in &items {
        let record = place.records.get(&item.id).await.unwrap().unwrap();
        assert_eq!(&record.item, item);
        for image in &item.images {
            assert!(place.images.get(&image.digest).await.unwrap().is_some());
        }
    }

    // Every row once, and none a second time.
    assert_eq!(place.records.fold_anew().await.unwrap(), 39);
    assert_eq!(place.records.fold_anew().await.unwrap(), 0);
    let fox = place.search("狐 fox").await;
    assert_eq!(fox.len(), 1);
    let fox = place.get(&fox[0].id).await;
    let upload = fox.item.request.inputs.get("image");
    let Some(InputValue::File(FileReference::Stored(upload))) = upload else { panic!("{fox:?}") };
    assert_eq!(fox.item.request.inputs, kinds::inputs(upload).into());
    assert_eq!((fox.item.images.len(), fox.files[0].name.as_str()), (2, "fox.mp4"));
    assert_eq!(fox.item.facts[0].value, u64::MAX.to_string());
    let events = place.records.events_after(&fox.item.id, 0).await.unwrap();
    let events: Vec<_> = events.into_iter().map(|event| event.event).collect();
    assert_eq!(events, kinds::events(&fox.item.images[0].digest));

    let starred = place.items(GalleryFilter { starred: true, ..Default::default() }).await;
    assert_eq!(starred.iter().map(|item| &item.id).collect::<Vec<_>>(), [&fox.item.id]);
    let failed = place.items(GalleryFilter { failed: true, ..Default::default() }).await;
    let errors: Vec<_> = failed.into_iter().rev().filter_map(|item| item.error).collect();
    // Later releases have more kinds of errors.
    let mut known = kinds::errors();
    known.retain(|error| !matches!(error, GenerateError::EndpointOff { .. }));
    assert_eq!(errors, known);

    for (prompt, with_inputs) in [("shared with its inputs", true), ("shared without them", false)]
    {
        let shared = place.search(prompt).await;
        let (token, told) =
            place.records.share_of(&session("ann"), &shared[0].id).await.unwrap().unwrap();
        assert_eq!(told, with_inputs);
        assert!(place.records.by_share_token(&token).await.unwrap().is_some());
    }
    assert!(place.records.file_of(&session("ann"), upload).await.unwrap().is_some());
    let other = SigningKey::new(Box::new([0; 64]));
    let key = place.records.signing_key(other).await.unwrap();
    assert_eq!(*key.expose_secret(), [7; 64]);
}

#[tokio::test]
async fn rows_that_the_search_does_not_know_yet_can_be_changed() {
    let place = TestStore::of_release("0.1").await;
    let items = place.items(GalleryFilter::default()).await;
    let of = |prompt: &str| items.iter().find(|item| item.request.prompt == prompt).unwrap();
    let (starred, deleted) = (of("shared with its inputs"), of("shared without them"));
    let (ann, records) = (session("ann"), &place.records);
    assert!(records.set_starred(&ann, &starred.id, true).await.unwrap());
    assert!(records.delete(&ann, &deleted.id, 1).await.unwrap());
    assert_eq!(records.purge_deleted(i64::MAX).await.unwrap(), 2);

    assert_eq!(records.fold_anew().await.unwrap(), 37);
    let filter =
        GalleryFilter { search: Some("shared".into()), starred: true, ..Default::default() };
    let found = place.items(filter).await;
    assert_eq!(found.iter().map(|item| &item.id).collect::<Vec<_>>(), [&starred.id]);
    assert_eq!(place.search("shared").await.len(), 1);
}

#[tokio::test]
async fn files_of_0_1_are_those_that_its_rows_name() {
    let place = TestStore::of_release("0.1").await;
    place.records.fold_anew().await.unwrap();
    let mut said = Vec::new();
    let checked = check(&place.records, &place.images, |what| said.push(what.to_owned()));
    let checked = checked.await.unwrap();
    assert_eq!((checked.problems, said), (0, vec![]));
    assert_eq!(checked.files, 9);
}

#[tokio::test]
async fn work_of_0_1_is_taken_up_or_ended() {
    let place = TestStore::of_release("0.1").await;
    let limits = Limits { running: 4, running_per_session: 4, ..Limits::default() };
    let registry = Registry::new([Arc::new(Demo::warm()) as Arc<_>]);
    let generations = Generations::new(
        (registry, OwnProviders::none()),
        place.records.clone(),
        place.images.clone(),
        Budget::new(1 << 20),
        DraftKey::new([vec![7; 64]]),
        limits,
    );
    generations.start_duties().await.unwrap();
    generations.finish(Duration::from_secs(20)).await;

    let items = place.items(GalleryFilter::default()).await;
    assert!(items.iter().all(|item| item.state != RecordState::Running));
    for prompt in ["running", "waiting for its turn"] {
        let ended = items.iter().find(|item| item.request.prompt == prompt).unwrap();
        assert_eq!(ended.error, Some(GenerateError::Interrupted { may_be_billed: false }));
    }
}

#[tokio::test]
async fn a_database_of_0_1_becomes_as_a_new_one_is() {
    let (of_release, new) = (TestStore::of_release("0.1").await, TestStore::new().await);
    let schema = of_release.schema().await;
    assert!(schema.len() > 20, "{schema:?}");
    assert_eq!(schema, new.schema().await);
}

/// The driver links SQLite in, and its minimum version is years old: an update of all dependencies
/// must not bring that back.
#[tokio::test]
async fn sqlite_is_one_without_known_damage_to_its_log() {
    sqlx::any::install_default_drivers();
    let database = sqlx::AnyPool::connect("sqlite::memory:").await.unwrap();
    let (version,): (String,) =
        sqlx::query_as("SELECT sqlite_version()").fetch_one(&database).await.unwrap();
    let parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
    // <https://www.sqlite.org/wal.html#walresetbug>
    assert!(parts >= vec![3, 51, 3], "{version}");
}
