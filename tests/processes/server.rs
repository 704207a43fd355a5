//! The real binary, started and stopped like an operator, or a power cut, does it.

use std::{path::Path, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

const TEST_TIMEOUT: Duration = Duration::from_secs(30);

/// A running server. Dropping it kills it.
pub struct Server {
    process: Child,
    /// `http://127.0.0.1:PORT`
    pub address: String,
}

impl Server {
    /// Starts with `folder` as the data folder, and waits until the server answers.
    pub async fn start(folder: &Path, variables: &[(&str, String)]) -> Self {
        Self::run(binary(), folder, variables).await
    }

    /// The same with a `command` that starts the binary in another way.
    pub async fn run(command: Command, folder: &Path, variables: &[(&str, String)]) -> Self {
        let server = Self::try_run(command, folder, variables).await;
        server.expect("the server says where it is")
    }

    /// As [`start`](Self::start); `None` when the server gives up, as it does without a database.
    pub async fn try_start(folder: &Path, variables: &[(&str, String)]) -> Option<Self> {
        Self::try_run(binary(), folder, variables).await
    }

    async fn try_run(
        mut command: Command,
        folder: &Path,
        variables: &[(&str, String)],
    ) -> Option<Self> {
        command
            // Outside any folder with a .env file.
            .current_dir(std::env::temp_dir())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            .env("EASEL_DATA_DIR", folder)
            .env("EASEL_MODELS", "demo")
            .env("EASEL_DEMO_COLD_START", "off")
            .env("RUST_LOG", "error")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some(address) = line.strip_prefix("Easel is at ") {
                    return Some(address.to_owned());
                }
            }
            None
        };
        let address = timeout(TEST_TIMEOUT, address).await.expect("the server starts in time")?;
        // Drain the rest of its output, which contains no errors.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Some(Self { process, address })
    }

    /// Runs `easel` with `arguments` on the data in `folder`; returns whether it succeeded, and its
    /// output.
    pub async fn command(folder: &Path, arguments: &[&str]) -> (bool, String) {
        Self::command_with(folder, &[], arguments).await
    }

    /// As [`command`](Self::command), with more variables.
    pub async fn command_with(
        folder: &Path,
        variables: &[(&str, String)],
        arguments: &[&str],
    ) -> (bool, String) {
        let output = Self::once(binary(), folder, variables, arguments).await;
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    }

    /// Starts a server that must fail, and returns its error message.
    pub async fn refused(folder: &Path, variables: &[(&str, String)]) -> String {
        let output = Self::once(binary(), folder, variables, &[]).await;
        assert!(!output.status.success());
        assert_eq!(output.stdout, b"");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Runs `command`, which starts the binary in another way, to its end.
    pub async fn once(
        mut command: Command,
        folder: &Path,
        variables: &[(&str, String)],
        arguments: &[&str],
    ) -> std::process::Output {
        let output = command
            .args(arguments)
            .current_dir(std::env::temp_dir())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            .env("EASEL_DATA_DIR", folder)
            .env("RUST_LOG", "error")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .kill_on_drop(true)
            .output();
        timeout(TEST_TIMEOUT, output).await.expect("it ends").unwrap()
    }

    /// The command that all of these run.
    pub fn binary() -> Command {
        binary()
    }

    pub fn pid(&self) -> u32 {
        self.process.id().expect("it runs")
    }

    /// SIGKILL: no line of its code runs after this.
    pub async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }

    /// SIGTERM; true when the server exits successfully.
    pub async fn stop(mut self) -> bool {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").arg(pid).status().await.unwrap().success());
        timeout(TEST_TIMEOUT, self.process.wait()).await.unwrap().unwrap().success()
    }
}

/// The binary under test: the one in `EASEL_BINARY`, such as a release, or this build's.
fn binary() -> Command {
    let named = std::env::var_os("EASEL_BINARY").filter(|path| !path.is_empty());
    Command::new(named.unwrap_or_else(|| env!("CARGO_BIN_EXE_easel").into()))
}
