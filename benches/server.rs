//! Measures the release server against a stub on this machine and prints a table:
//! `cargo bench --features ssr --bench server`.

use std::{
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, routing::post};
use bytes::Bytes;
use easel::generation::{GenerationId, Inputs, Outcome, Request};
use reqwest::{Client, header};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::ChildStdout,
    sync::Semaphore,
    task::JoinSet,
};

const IMAGE_BYTES: usize = 1_000_000;
const SESSIONS: usize = 8;
const WAITING: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() {
    // Several TLS back ends are compiled in, and a client wants one even for plain http.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let picture = picture();
    let stub = stub(picture.clone()).await;
    let started = Instant::now();
    let server = Server::start(&stub).await;
    let sessions = sessions(&server, SESSIONS).await;
    let first_answer = started.elapsed();
    let idle = server.resident_kib();

    println!("Easel's server on {} cores, everything on 127.0.0.1\n", cores());
    row("start to first answer", format!("{:.0} ms", first_answer.as_secs_f64() * 1e3));
    row("memory, idle", format!("{:.1} MB", idle as f64 / 1e3));

    let pages = rate(500, 16, |_| {
        let (client, address) = (sessions[0].clone(), server.address.clone());
        async move { drop(client.get(address).send().await.unwrap().bytes().await.unwrap()) }
    })
    .await;
    row("page renders", format!("{pages:.0} / s"));

    let model = format!("hf:{stub}/models/x");
    let generations = rate(200, SESSIONS, |number| {
        let client = sessions[number % SESSIONS].clone();
        let (address, model) = (server.address.clone(), model.clone());
        async move { generate(&client, &address, &model).await }
    })
    .await;
    row("generate, with a 1 MB picture", format!("{generations:.0} / s"));
    row("", format!("{:.0} MB / s", generations * IMAGE_BYTES as f64 / 1e6));

    let direct_client = Client::new();
    let direct = median(50, || async {
        let answer =
            direct_client.post(format!("{stub}/models/x")).body("{}").send().await.unwrap();
        assert_eq!(answer.bytes().await.unwrap().len(), picture.len());
    })
    .await;
    let through = median(50, || generate(&sessions[0], &server.address, &model)).await;
    row("one call of the stub, directly", format!("{:.1} ms", direct * 1e3));
    row("the same through generate", format!("{:.1} ms", through * 1e3));
    row("ratio", format!("{:.1}", through / direct));

    let before = server.resident_kib();
    let slow = format!("hf:{stub}/models/slow");
    let mut waiting = JoinSet::new();
    // One after the other, so that those that wait are measured, and not a rush.
    for number in 0..WAITING {
        let (client, id) = (sessions[number % SESSIONS].clone(), new_id());
        let events = format!("{}/api/generations/{id}/events", server.address);
        let (address, slow) = (server.address.clone(), slow.clone());
        let caller = client.clone();
        waiting.spawn(async move { call(&caller, &address, id, &slow).await });
        // The stream of events says something once its generation was accepted.
        let mut events = client.get(events).send().await.unwrap();
        let accepted = tokio::time::timeout(PATIENCE, events.chunk()).await;
        accepted.expect("a generation that is accepted").unwrap();
    }
    let with_waiting = server.resident_kib();
    row("memory, with 1,000 generations waiting", format!("{:.1} MB", with_waiting as f64 / 1e3));
    let each = (with_waiting.saturating_sub(before)) as f64 / WAITING as f64;
    row("each of them", format!("{each:.0} kB"));
}

fn row(name: &str, value: String) {
    println!("{name:<42} {value:>12}");
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A PNG header and then noise: what the server looks at, and as long as a real one.
fn picture() -> Bytes {
    let mut bytes = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    bytes.extend([
        0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 4, 0, 0, 0, 4, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0,
    ]);
    bytes.extend(
        (0..IMAGE_BYTES - bytes.len()).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8),
    );
    bytes.into()
}

/// An endpoint that answers at once, and one that never does.
async fn stub(picture: Bytes) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let counter = Arc::new(AtomicUsize::new(0));
    let router = Router::new()
        .route(
            "/models/x",
            post(move |_: Bytes| {
                // Each picture is another one, so that each is stored.
                let mut bytes = picture.to_vec();
                let number = counter.fetch_add(1, Ordering::Relaxed).to_le_bytes();
                let end = bytes.len();
                bytes[end - number.len()..].copy_from_slice(&number);
                async move { bytes }
            }),
        )
        .route("/models/slow", post(|_: Bytes| std::future::pending::<()>()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

struct Server {
    address: String,
    process: Child,
    _data: tempfile::TempDir,
}

impl Server {
    async fn start(stub: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_easel"))
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            .env("EASEL_DATA_DIR", data.path())
            .env("EASEL_ALLOWED_ORIGINS", format!("hf:{stub}"))
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

    fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Clients with a cookie of their own.
async fn sessions(server: &Server, count: usize) -> Vec<Client> {
    let mut sessions = Vec::new();
    for _ in 0..count {
        let client = Client::builder().cookie_store(true).build().unwrap();
        client.get(&server.address).send().await.unwrap().bytes().await.unwrap();
        sessions.push(client);
    }
    sessions
}

async fn generate(client: &Client, address: &str, model: &str) {
    let answer = call(client, address, new_id(), model).await.unwrap();
    match postcard::from_bytes(&answer) {
        Ok(Outcome::Done { images, .. }) => assert_eq!(images[0].bytes.len(), IMAGE_BYTES),
        other => panic!("no picture: {other:?}"),
    }
}

fn new_id() -> GenerationId {
    GenerationId::from_parts(rand::random::<u64>() >> 16, rand::random())
}

async fn call(
    client: &Client,
    address: &str,
    id: GenerationId,
    model: &str,
) -> reqwest::Result<Bytes> {
    let request = Request {
        model: model.parse().unwrap(),
        prompt: "a fox".to_owned(),
        inputs: Inputs::new(),
    };
    let body = postcard::to_allocvec(&(id, request)).unwrap();
    let answer = client
        .post(format!("{address}/api/generate"))
        .header(header::CONTENT_TYPE, "application/x-postcard")
        .body(body)
        .send()
        .await?;
    answer.error_for_status()?.bytes().await
}

/// How many of `count` calls are done in a second, `at_once` at a time.
async fn rate<F: Future<Output = ()> + Send + 'static>(
    count: usize,
    at_once: usize,
    call: impl Fn(usize) -> F,
) -> f64 {
    let permits = Arc::new(Semaphore::new(at_once));
    let started = Instant::now();
    let mut calls = JoinSet::new();
    for number in 0..count {
        let permit = permits.clone().acquire_owned().await.unwrap();
        let call = call(number);
        calls.spawn(async move {
            call.await;
            drop(permit);
        });
    }
    calls.join_all().await;
    count as f64 / started.elapsed().as_secs_f64()
}

/// The median duration of `count` calls, in seconds.
async fn median<F: Future<Output = ()>>(count: usize, call: impl Fn() -> F) -> f64 {
    let mut seconds = Vec::with_capacity(count);
    for _ in 0..count {
        let started = Instant::now();
        call().await;
        seconds.push(started.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    seconds[count / 2]
}
