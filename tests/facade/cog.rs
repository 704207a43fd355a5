//! Starts a real cog server, and ends it with all its child processes.

use std::{
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::port;

/// The tested versions: the newer one in Rust, and the one in pure Python.
#[allow(dead_code, reason = "the standalone facade is told its version")]
pub const VERSIONS: [&str; 2] = ["0.23.1", "0.16.12"];

/// A cog server with the fixture model; ends when it is dropped.
pub struct Cog {
    pub origin: String,
    process: Child,
}

impl Cog {
    /// Starts `version`, which uploads its outputs to `upload_url`, and waits until it is ready.
    /// The first start installs it, which takes a while.
    pub async fn start(version: &str, upload_url: Option<&str>) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/cog.sh");
        let port = port::free();
        let process = Command::new(script)
            .args([version, &port.to_string()])
            .args(upload_url)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut cog = Self { origin: format!("http://127.0.0.1:{port}"), process };
        let started = Instant::now();
        while !cog.is_ready().await {
            let ended = cog.process.try_wait().unwrap();
            assert_eq!(ended, None, "cog {version} ended before it was ready");
            assert!(started.elapsed() < Duration::from_secs(180), "cog {version} is not ready");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        cog
    }

    async fn is_ready(&self) -> bool {
        let Ok(answer) = reqwest::get(format!("{}/health-check", self.origin)).await else {
            return false;
        };
        let health: serde_json::Value = answer.json().await.unwrap_or_default();
        health["status"] == "READY"
    }
}

impl Drop for Cog {
    fn drop(&mut self) {
        // The whole process group, because the worker is a separate process.
        let group = format!("-{}", self.process.id());
        _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        _ = self.process.wait();
    }
}
