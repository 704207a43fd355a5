//! A database and a picture store for one test.

use std::{
    str::FromStr,
    time::{SystemTime, UNIX_EPOCH},
};

use easel::{
    generation::{GenerationId, ModelReference, Request},
    server::{
        config::Secret,
        store::{Claim, Images, Record, Records, SessionId, meet},
    },
};
use object_store::{ObjectStoreExt, aws::AmazonS3Builder};
use tempfile::TempDir;
use url::Url;

pub struct TestStore {
    pub records: Records,
    pub images: Images,
    pub database_url: Option<Secret>,
    pub storage_url: Option<Url>,
    pub folder: TempDir,
}

/// The addresses of a database and a picture store, which may not exist yet.
pub struct Addresses {
    pub database_url: Option<Secret>,
    pub storage_url: Option<Url>,
    pub folder: TempDir,
}

impl Addresses {
    /// Addresses of an empty database and store for this test only.
    pub async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let name = format!("easel_{}", uuid::Uuid::now_v7().simple());

        let database_url = match std::env::var("TEST_DATABASE_URL") {
            Ok(server) => {
                sqlx::any::install_default_drivers();
                let pool = sqlx::AnyPool::connect(&server).await.unwrap();
                let sql = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
                sqlx::query(sql).execute(&pool).await.unwrap();
                let mut url = Url::from_str(&server).unwrap();
                url.set_path(&name);
                Some(Secret::new(url))
            }
            Err(_) => None,
        };
        let storage_url = std::env::var("TEST_STORAGE_URL").ok().map(|bucket| {
            Url::from_str(&format!("{}/{name}", bucket.trim_end_matches('/'))).unwrap()
        });
        Self { database_url, storage_url, folder }
    }

    pub async fn open(self) -> TestStore {
        let Self { database_url, storage_url, folder } = self;
        TestStore {
            records: Records::open(database_url.as_ref(), folder.path()).await.unwrap(),
            images: Images::open(storage_url.as_ref(), folder.path()).unwrap(),
            database_url,
            storage_url,
            folder,
        }
    }
}

impl TestStore {
    /// An empty database and store for this test only, in the state after a server's start.
    pub async fn new() -> Self {
        let place = Addresses::new().await.open().await;
        assert_eq!(meet(&place.records, &place.images, now_ms()).await.unwrap(), None);
        place
    }

    pub fn is_sqlite(&self) -> bool {
        self.database_url.is_none()
    }

    /// The same database through new connections, as another process has it.
    pub async fn records_again(&self) -> Records {
        Records::open(self.database_url.as_ref(), self.folder.path()).await.unwrap()
    }

    /// A generation that `owner` has run since `now_ms`.
    pub async fn running(&self, owner: &str, now_ms: i64) -> Record {
        let claim = self
            .records
            .claim_new(&new_id(), &session("a"), &request("a fox"), None, owner, now_ms)
            .await
            .unwrap();
        let Claim::Started(record) = claim else { panic!("a new id is there already") };
        record
    }

    /// Replaces the bytes of the file `digest`.
    pub async fn overwrite(&self, digest: &str, bytes: &'static [u8]) {
        let path = format!("images/{}/{digest}", &digest[..2]);
        match &self.storage_url {
            Some(url) => {
                let store = AmazonS3Builder::from_env()
                    .with_url(url.as_str())
                    .with_allow_http(true)
                    .build()
                    .unwrap();
                let path = format!("{}/{path}", url.path().trim_matches('/'));
                store.put(&path.into(), bytes.into()).await.unwrap();
            }
            None => std::fs::write(self.folder.path().join(path), bytes).unwrap(),
        }
    }

    pub async fn get(&self, id: &GenerationId) -> Record {
        self.records.get(id).await.unwrap().unwrap()
    }
}

/// Disks and buckets set the time of files, so tests of files use the real time.
pub fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}

pub fn new_id() -> GenerationId {
    uuid::Uuid::now_v7().to_string().parse().unwrap()
}

pub fn session(name: &str) -> SessionId {
    SessionId::new(name)
}

pub fn request(prompt: &str) -> Request {
    let model = ModelReference::from_str("demo").unwrap();
    Request { model, prompt: prompt.to_owned(), inputs: Default::default() }
}
