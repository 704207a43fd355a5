//! Real Gradio servers, one per release and mode, shared by the tests and stopped with them.

use std::{
    collections::HashMap,
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, Instant},
};

use crate::port;

pub struct Server {
    pub port: u16,
    /// Locked by tests that need the workers to themselves.
    pub turn: tokio::sync::Mutex<()>,
    /// The app ends when its standard input closes, which happens when this process ends.
    _process: Child,
}

impl Server {
    /// The server of `release` in `mode`, started on first use.
    pub async fn get(release: &'static str, mode: &'static str) -> Arc<Self> {
        type Slot = Arc<Mutex<Option<Arc<Server>>>>;
        static SERVERS: LazyLock<Mutex<HashMap<(&str, &str), Slot>>> =
            LazyLock::new(Mutex::default);
        let slot = Arc::clone(SERVERS.lock().unwrap().entry((release, mode)).or_default());
        let start = move || {
            let mut slot = slot.lock().unwrap();
            Arc::clone(slot.get_or_insert_with(|| Arc::new(Self::start(release, mode))))
        };
        tokio::task::spawn_blocking(start).await.expect("the server starts")
    }

    /// A plain server for a single test.
    pub async fn own(release: &'static str) -> Self {
        let start = tokio::task::spawn_blocking(move || Self::start(release, "plain"));
        start.await.expect("the server starts")
    }

    fn start(release: &str, mode: &str) -> Self {
        let port = port::free();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/gradio.sh");
        let mut process = Command::new(script)
            .args([release, &port.to_string(), mode])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("tests/peers/gradio.sh can be run");
        // On the first use, the script installs this release.
        let deadline = Instant::now() + Duration::from_secs(300);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = process.try_wait().unwrap() {
                panic!(
                    "Gradio {release} did not start ({status}): see above, or its stderr-{port} in the cache directory"
                );
            }
            assert!(Instant::now() < deadline, "Gradio {release} does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { port, turn: tokio::sync::Mutex::default(), _process: process }
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}
