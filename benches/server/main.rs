//! Measures the release server against a stub on this machine, beside a plain proxy that does
//! nothing but pass the same bytes on, and prints a table:
//! `cargo bench --features ssr --bench server`.

mod browser;
mod process;
mod stub;

use std::time::Instant;

use reqwest::Client;
use tokio::task::JoinSet;

use self::{
    browser::{call, generate, median, new_id, seconds, sessions, watch},
    process::Server,
    stub::{LARGE, SMALL},
};

const SESSIONS: usize = 8;
const PICTURES: usize = 400;
const PAGES: usize = 1_000;
const WAITING: usize = 1_000;
const WATCHERS: usize = 1_000;
/// Each of them has a few streams open, as a browser has.
const LISTENERS: usize = 250;

/// The argument that makes this program the proxy.
const PROXY: &str = "--proxy";

#[tokio::main]
async fn main() {
    // Several TLS back ends are compiled in, and a client wants one even for plain http.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(PROXY) {
        return stub::proxy(arguments.next().unwrap()).await;
    }
    let upstream = stub::upstream().await;
    let started = Instant::now();
    let easel = Server::easel(&upstream).await;
    let clients = sessions(&easel.address, SESSIONS).await;
    let first_answer = started.elapsed();
    let idle = easel.resident_kib();
    let proxy = Server::proxy(&upstream).await;

    println!("Easel's server on {} cores, everything on 127.0.0.1\n", cores());
    row("start to first answer", format!("{:.0} ms", first_answer.as_secs_f64() * 1e3));
    row("memory, idle", format!("{:.1} MB", idle as f64 / 1e3));

    println!("\n{:<42} {:>9} {:>9} {:>7}", "CPU for each", "Easel", "proxy", "ratio");
    for (name, path, size) in [
        ("picture of 1 MB", "new", LARGE),
        ("the same 1 MB again", "same", LARGE),
        ("picture of 100 kB", "new", SMALL),
    ] {
        let path = format!("models/{path}/{size}");
        let through = cpu_of_pictures(&easel, &clients, &format!("hf:{upstream}/{path}")).await;
        let plain = cpu_of_proxy(&proxy, &path).await;
        let ratio = through / plain;
        println!("{name:<42} {:>6.2} ms {:>6.2} ms {ratio:>7.1}", through * 1e3, plain * 1e3);
    }
    println!("{:<42} {:>6.2} ms", "page", cpu_of_pages(&easel, &clients).await * 1e3);

    println!();
    latency(&easel, &clients[0], &upstream).await;
    memory(&easel, &sessions(&easel.address, LISTENERS).await, &upstream).await;
}

async fn cpu_of_pictures(easel: &Server, clients: &[Client], model: &str) -> f64 {
    let run = |count| {
        seconds(count, SESSIONS, |number| {
            let client = clients[number % SESSIONS].clone();
            let (address, model) = (easel.address.clone(), model.to_owned());
            async move {
                generate(&client, &address, &model).await;
            }
        })
    };
    run(SESSIONS).await;
    let before = easel.cpu_seconds();
    run(PICTURES).await;
    (easel.cpu_seconds() - before) / PICTURES as f64
}

async fn cpu_of_proxy(proxy: &Server, path: &str) -> f64 {
    let client = Client::new();
    let address = format!("{}/{path}", proxy.address);
    let before = proxy.cpu_seconds();
    seconds(PICTURES, SESSIONS, |_| {
        let call = client.post(address.clone()).body("{}").send();
        async move { drop(call.await.unwrap().bytes().await.unwrap()) }
    })
    .await;
    (proxy.cpu_seconds() - before) / PICTURES as f64
}

async fn cpu_of_pages(easel: &Server, clients: &[Client]) -> f64 {
    let before = easel.cpu_seconds();
    let took = seconds(PAGES, 16, |number| {
        let (client, address) = (clients[number % SESSIONS].clone(), easel.address.clone());
        async move { drop(client.get(address).send().await.unwrap().bytes().await.unwrap()) }
    })
    .await;
    row("page renders", format!("{:.0} / s", PAGES as f64 / took));
    (easel.cpu_seconds() - before) / PAGES as f64
}

async fn latency(easel: &Server, client: &Client, upstream: &str) {
    let path = format!("models/new/{LARGE}");
    let direct_client = Client::new();
    let direct = median(50, || async {
        let answer = direct_client.post(format!("{upstream}/{path}")).body("{}").send();
        assert_eq!(answer.await.unwrap().bytes().await.unwrap().len(), LARGE);
    })
    .await;
    let model = format!("hf:{upstream}/{path}");
    let through = median(50, || async {
        assert_eq!(generate(client, &easel.address, &model).await, LARGE);
    })
    .await;
    row("one call of the stub, directly", format!("{:.1} ms", direct * 1e3));
    row("the same through generate", format!("{:.1} ms", through * 1e3));
    row("ratio", format!("{:.1}", through / direct));
}

/// A generation that waits, with the page that called it and listens; then pages that only listen.
async fn memory(easel: &Server, clients: &[Client], upstream: &str) {
    let slow = format!("hf:{upstream}/models/slow");
    let (mut calls, mut streams) = (JoinSet::new(), Vec::new());
    let before = easel.resident_kib();
    // One after the other, so that those that wait are measured, and not a rush.
    for number in 0..WAITING {
        let (client, id) = (clients[number % LISTENERS].clone(), new_id());
        let (caller, address) = (client.clone(), easel.address.clone());
        let (known, slow) = (id.clone(), slow.clone());
        calls.spawn(async move { call(&caller, &address, known, &slow).await });
        streams.push((watch(&client, &easel.address, &id).await, client, id));
    }
    let waiting = easel.resident_kib();
    row("memory, with 1,000 generations waiting", format!("{:.1} MB", waiting as f64 / 1e3));
    row("each of them, with call and watcher", each(before, waiting, WAITING));
    let mut more = Vec::with_capacity(WATCHERS);
    for number in 0..WATCHERS {
        let (_, client, id) = &streams[number % streams.len()];
        more.push(watch(client, &easel.address, id).await);
    }
    row("each watcher more", each(waiting, easel.resident_kib(), WATCHERS));
}

fn each(before: u64, after: u64, many: usize) -> String {
    format!("{:.0} kB", after.saturating_sub(before) as f64 / many as f64)
}

fn row(name: &str, value: String) {
    println!("{name:<42} {value:>12}");
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
