//! A real Gradio server that records its runs.

use std::{
    collections::HashMap,
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::Asked;
use crate::port;

const RELEASE: &str = "6.31.0";

pub struct Gradio {
    pub origin: String,
    /// The file with a line for every run that starts and every run that succeeds.
    runs: PathBuf,
    _folder: TempDir,
    /// The app ends when its standard input closes, which happens when this is dropped.
    _process: Child,
}

impl Gradio {
    pub async fn start() -> Self {
        tokio::task::spawn_blocking(Self::start_now).await.expect("Gradio starts")
    }

    fn start_now() -> Self {
        let folder = TempDir::new().unwrap();
        let runs = folder.path().join("runs");
        let port = port::free();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/gradio.sh");
        let mut process = Command::new(script)
            .args([RELEASE, &port.to_string()])
            .env("EASEL_TEST_RUNS", &runs)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("tests/peers/gradio.sh can be run");
        // On the first use, the script installs this release.
        let deadline = Instant::now() + Duration::from_secs(300);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = process.try_wait().unwrap();
            assert_eq!(ended, None, "Gradio {RELEASE} did not start");
            assert!(Instant::now() < deadline, "Gradio {RELEASE} does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self {
            origin: format!("http://127.0.0.1:{port}"),
            runs,
            _folder: folder,
            _process: process,
        }
    }

    pub fn asked(&self) -> HashMap<String, Asked> {
        let mut asked = HashMap::<String, Asked>::new();
        for line in std::fs::read_to_string(&self.runs).unwrap_or_default().lines() {
            let (what, prompt) = line.split_once(' ').expect("a word and a prompt");
            let asked = asked.entry(prompt.to_owned()).or_default();
            match what {
                "begun" => asked.runs += 1,
                _ => asked.succeeded += 1,
            }
        }
        asked
    }
}
