//! PostgreSQL and an S3-compatible server: those from the environment, or ones that the tests
//! start.

use std::{path::Path, process::Stdio};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdin, Command},
};

/// A server that runs until this is dropped: its script ends when its standard input closes.
pub struct Peer {
    pub address: String,
    process: Child,
    input: Option<ChildStdin>,
}

impl Peer {
    async fn start(script: &str, arguments: &[&str], variables: &[(&str, &Path)]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(script);
        let mut process = Command::new(script)
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines.next_line().await.unwrap().expect("the script says why it ended");
        let input = process.stdin.take();
        Self { address, process, input }
    }

    /// Stops the server and waits for its end.
    pub async fn stop(mut self) {
        drop(self.input.take());
        self.process.wait().await.unwrap();
    }

    pub async fn s3() -> Self {
        Self::start("s3.sh", &[], &[]).await
    }

    /// A PostgreSQL server on `port` with its data in `folder`.
    pub async fn postgres_in(folder: &Path, port: u16) -> Self {
        let port = port.to_string();
        Self::start("postgres.sh", &[&port], &[("EASEL_TEST_PG_DIR", folder)]).await
    }
}

/// A database and a bucket for one test.
pub struct Shared {
    pub folder: TempDir,
    pub variables: Vec<(&'static str, String)>,
    _peers: Vec<Peer>,
}

impl Shared {
    pub async fn new() -> Self {
        let mut peers = Vec::new();
        let server = match std::env::var("TEST_DATABASE_URL") {
            Ok(server) => server,
            Err(_) => {
                peers.push(Peer::start("postgres.sh", &[], &[]).await);
                peers[0].address.clone()
            }
        };
        let name = format!("easel_{}", uuid::Uuid::now_v7().simple());
        let database = create_database(&server, &name).await;

        let mut variables = vec![("DATABASE_URL", database)];
        match std::env::var("TEST_STORAGE_URL") {
            Ok(bucket) => {
                variables.push(("STORAGE_URL", format!("{}/{name}", bucket.trim_end_matches('/'))));
                for variable in
                    ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"]
                {
                    variables.extend(std::env::var(variable).map(|value| (variable, value)));
                }
            }
            Err(_) => {
                let s3 = Peer::start("s3.sh", &[], &[]).await;
                variables.extend([
                    ("STORAGE_URL", format!("s3://easel/{name}")),
                    ("AWS_ENDPOINT_URL", s3.address.clone()),
                    ("AWS_ACCESS_KEY_ID", "test".to_owned()),
                    ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
                    ("AWS_REGION", "us-east-1".to_owned()),
                ]);
                peers.push(s3);
            }
        }
        Self { folder: TempDir::new().unwrap(), variables, _peers: peers }
    }
}

/// Creates an empty database `name`, and returns its URL.
pub async fn create_database(server: &str, name: &str) -> String {
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(server).await.unwrap();
    let sql = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(sql).execute(&pool).await.unwrap();
    let mut address = url::Url::parse(server).unwrap();
    address.set_path(name);
    address.into()
}
