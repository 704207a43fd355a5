//! A server under test, with its upstream.

use std::time::Duration;

use easel::{
    error::GenerateError,
    generation::{Inputs, PageOutcome, Request},
};
use tempfile::TempDir;
use tokio::{process::Command, time::timeout};

use crate::{
    page::{Answer, Page, new_id},
    server::Server,
    upstream::Upstream,
};

/// The address space in KiB: more than the server ever needs, and less than the machine has.
const ADDRESS_SPACE_KIB: u64 = 2 * 1024 * 1024;
/// The most memory that one client may cause.
const MAX_MIB: u64 = 300;
const TEST_TIMEOUT: Duration = Duration::from_secs(60);
/// The key of other tools.
const KEY: &str = "a-key-of-other-tools-in-tests";

/// A running server, and an upstream that sends bombs on request.
pub struct Target {
    pub upstream: Upstream,
    pub page: Page,
    server: Server,
    _folder: TempDir,
}

impl Target {
    pub async fn new() -> Self {
        let (upstream, folder) = (Upstream::start().await, TempDir::new().unwrap());
        let mut command = Command::new("sh");
        let script = format!(r#"ulimit -v {ADDRESS_SPACE_KIB} && exec "$0""#);
        command.args(["-c", &script, env!("CARGO_BIN_EXE_easel")]);
        let allowed = [
            ("EASEL_ALLOWED_ORIGINS", format!("hf:{0},{0}", upstream.origin)),
            ("EASEL_API_KEY", KEY.to_owned()),
            (
                "EASEL_MODELS",
                format!("demo,hf:{0}/hf/any,space:{0}/app/any,replicate:{0}", upstream.origin),
            ),
        ];
        let server = Server::run(command, folder.path(), &allowed).await;
        let page = Page::open(&server.address).await;
        Self { upstream, page, server, _folder: folder }
    }

    pub fn address(&self) -> &str {
        &self.server.address
    }

    /// The response status of a POST of `body` to `path`.
    pub async fn post(&self, path: &str, body: Vec<u8>) -> u16 {
        let call = reqwest::Client::new().post(format!("{}{path}", self.address()));
        let call = call.header("content-type", "application/octet-stream").body(body);
        call.send().await.unwrap().status().as_u16()
    }

    /// The status that JSON of another tool gets.
    pub async fn post_with_key(&self, path: &str, json: impl Into<reqwest::Body>) -> u16 {
        let call = reqwest::Client::new().post(format!("{}{path}", self.address()));
        let call = call.header("content-type", "application/json").bearer_auth(KEY);
        // 0 is a connection that was closed while the body still came.
        call.body(json).send().await.map_or(0, |answer| answer.status().as_u16())
    }

    /// Runs `model` to its end: what `kind` of place, and which bomb it throws.
    pub async fn run(&self, kind: &str, bomb: &str) -> Result<PageOutcome, GenerateError> {
        let model = match kind {
            "hf" => format!("hf:{}/hf/{bomb}", self.upstream.origin),
            "replicate" => format!("replicate:{}", self.upstream.origin),
            _ => format!("space:{}/app/{bomb}", self.upstream.origin),
        };
        let request = Request {
            model: model.parse().unwrap(),
            prompt: "a fox".to_owned(),
            inputs: Inputs::new(),
        };
        let id = new_id();
        let end = self.page.finish(self.address(), &id, &request);
        match timeout(TEST_TIMEOUT, end)
            .await
            .unwrap_or_else(|_| panic!("{kind}/{bomb} never ended"))
        {
            Answer::Good(outcome) => Ok(outcome),
            Answer::Bad(error) => Err(error),
            Answer::Lost | Answer::Later(_) => panic!("{kind}/{bomb}: the server is gone"),
        }
    }

    /// Asserts that the server lives, answers, and never exceeded the bound for one client.
    pub async fn survived(&self) {
        self.survived_within(MAX_MIB).await;
    }

    pub async fn survived_within(&self, most_mib: u64) {
        assert_eq!(self.page.get(self.address(), "/healthz").await.0, 200);
        let peak = self.memory("VmHWM:");
        println!("peak {peak} MiB, now {} MiB", self.memory("VmRSS:"));
        assert!(peak < most_mib, "it came to {peak} MiB");
    }

    /// Waits until the memory has fallen to `most_mib`.
    pub async fn gives_back(&self, most_mib: u64) {
        let given = async {
            while self.memory("VmRSS:") > most_mib {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let now = || self.memory("VmRSS:");
        timeout(TEST_TIMEOUT / 4, given).await.unwrap_or_else(|_| panic!("{} MiB stay", now()));
    }

    /// One value of the process's status, in MiB.
    fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.pid()));
        let status = status.unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() / 1024
    }
}
