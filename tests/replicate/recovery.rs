//! The server is killed in the middle of a paid run and restarted: the picture arrives, and nothing
//! ran twice.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use easel::{
    error::GenerateError,
    generation::{Draft, GenerationId, InputValue, PageOutcome, Refusal, Request},
};
use serde::de::DeserializeOwned;

use crate::{
    cloud::{Cloud, Switches, TOKEN},
    cog::VERSIONS,
    world::{World, eventually, job, within},
};

/// The server binary, whose data outlives it.
struct Easel {
    process: Child,
    origin: String,
}

impl Easel {
    fn start(data: &Path, cloud: &Cloud) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_easel"))
            .current_dir(data)
            .env_clear()
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            .env("EASEL_DATA_DIR", data)
            .env("EASEL_MODELS", "replicate:easel/painter")
            .env("EASEL_ALLOWED_ORIGINS", &cloud.delivery)
            .env("REPLICATE_API_TOKEN", TOKEN)
            .env("REPLICATE_BASE_URL", format!("{}/v1", cloud.origin))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut output =
            BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address = |line: String| line.strip_prefix("Easel is at ").map(str::to_owned);
        let origin = output.find_map(address).expect("it says where it is");
        // Keep reading its output, because a server that cannot print fails.
        std::thread::spawn(move || output.for_each(drop));
        Self { process, origin }
    }

    /// SIGKILL: the server cannot clean up.
    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// SIGTERM, and waits for the end.
    fn stop(mut self) {
        let id = self.process.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Easel {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// A page of one browser session, which outlives the server.
struct Page {
    http: reqwest::Client,
    id: GenerationId,
    request: Request,
}

impl Page {
    fn new(inputs: &[(&str, InputValue)]) -> Self {
        let job = job("easel/painter", inputs);
        let http = reqwest::Client::builder().cookie_store(true).build().unwrap();
        Self { http, id: job.id, request: job.request }
    }

    /// Opens the page, which sets the session's cookie.
    async fn open(&self, easel: &Easel) {
        self.http.get(&easel.origin).send().await.unwrap().error_for_status().unwrap();
    }

    async fn generate(&self, easel: &Easel) -> Result<PageOutcome, GenerateError> {
        let url = format!("{}/api/generate", easel.origin);
        let body = postcard::to_allocvec(&(&self.id, Some(Draft::of(&self.request)))).unwrap();
        let request =
            self.http.post(url).header("content-type", "application/x-postcard").body(body);
        let Ok(answer) = request.send().await else { return Err(GenerateError::ServerUnreachable) };
        let is_success = answer.status().is_success();
        let body = answer.bytes().await.unwrap();
        if is_success {
            return Ok(read(&body));
        }
        Err((&read::<Refusal>(&body)).try_into().unwrap())
    }

    /// Calls until the generation is done.
    async fn done(&self, easel: &Easel) -> Result<PageOutcome, GenerateError> {
        within(async {
            loop {
                match self.generate(easel).await {
                    Ok(PageOutcome::Running) => {}
                    other => return other,
                }
            }
        })
        .await
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> T {
    postcard::from_bytes(body).unwrap()
}

/// Starts a run that takes several seconds, stops the server when `ready`, and restarts it.
async fn survives(switches: Switches, ready: impl Fn(&Cloud) -> bool, end: fn(Easel)) {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(switches);
    let data = tempfile::tempdir().unwrap();
    let easel = Easel::start(data.path(), &world.cloud);
    let page = Page::new(&[("step_seconds", InputValue::Number(0.8))]);
    page.open(&easel).await;
    tokio::select! {
        answer = page.done(&easel) => panic!("it ended before the server did: {answer:?}"),
        () = eventually(|| ready(&world.cloud)) => {}
    }
    end(easel);
    world.cloud.switch(Switches::default());

    let easel = Easel::start(data.path(), &world.cloud);
    let answer = page.done(&easel).await;
    let Ok(PageOutcome::Done { images, .. }) = answer else { panic!("{answer:?}") };
    assert_eq!(images.len(), 1);
    let seen = world.cloud.seen();
    assert_eq!((seen.create_requests, seen.creates, seen.cancels), (1, 1, 0));
}

#[tokio::test]
async fn a_picture_arrives_although_the_server_was_killed_while_it_was_made() {
    survives(Switches::default(), |cloud| cloud.seen().polls >= 2, Easel::kill).await;
}

#[tokio::test]
async fn a_picture_arrives_although_the_server_was_killed_before_the_create_was_answered() {
    let delay = Duration::from_secs(60).as_millis() as u64;
    let switches = Switches { create_delay_ms: delay, ..Switches::default() };
    survives(switches, |cloud| cloud.seen().creates == 1, Easel::kill).await;
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_leaves_the_run_to_its_successor() {
    survives(Switches::default(), |cloud| cloud.seen().polls >= 2, Easel::stop).await;
}
