//! A server in a process of its own, so that what it takes can be told from what we take.

use std::process::{Child, Command, Stdio};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::ChildStdout,
};

/// What `/proc` counts time in, on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

pub struct Server {
    pub address: String,
    process: Child,
    _data: tempfile::TempDir,
}

impl Server {
    /// Easel, which may contact `upstream`.
    pub async fn easel(upstream: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_easel"));
        command.env("EASEL_ALLOWED_ORIGINS", format!("hf:{upstream}"));
        Self::start(command).await
    }

    /// This very program, as a plain proxy for `upstream`.
    pub async fn proxy(upstream: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([super::PROXY, upstream]);
        Self::start(command).await
    }

    async fn start(mut command: Command) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut process = command
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            .env("EASEL_DATA_DIR", data.path())
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = ChildStdout::from_std(process.stdout.take().unwrap()).unwrap();
        let mut said = BufReader::new(stdout).lines();
        let line = said.next_line().await.unwrap().unwrap();
        let address = line.split_whitespace().last().unwrap().to_owned();
        // It must find somebody who listens, or it waits.
        tokio::spawn(async move {
            while let Ok(Some(line)) = said.next_line().await {
                eprintln!("{line}");
            }
        });
        Self { address, process, _data: data }
    }

    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    /// The time that its threads were on a processor, in seconds.
    pub fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()));
        let stat = stat.unwrap_or_default();
        // The name in parentheses may hold anything; user and system time are the 14th and 15th.
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks = after_name.split_whitespace().skip(11).take(2);
        ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS_PER_SECOND
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
