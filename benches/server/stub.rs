//! The upstream that everything is measured against, and the plainest server there is between it
//! and a client.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::post,
};
use bytes::Bytes;
use tokio::net::TcpListener;

pub const LARGE: usize = 1_000_000;
pub const SMALL: usize = 100_000;

/// An endpoint that answers at once, `/models/new/{bytes}` with another picture each time and
/// `/models/same/{bytes}` with the same one, and `/models/slow`, which never does.
pub async fn upstream() -> String {
    let (large, small) = (picture(LARGE), picture(SMALL));
    let counter = Arc::new(AtomicUsize::new(0));
    let of_size = move |size: usize| if size == SMALL { small.clone() } else { large.clone() };
    let same = of_size.clone();
    let router = Router::new()
        .route(
            "/models/new/{bytes}",
            post(async move |Path(size): Path<usize>, _: Bytes| {
                let mut bytes = of_size(size).to_vec();
                let number = counter.fetch_add(1, Ordering::Relaxed).to_le_bytes();
                let end = bytes.len();
                bytes[end - number.len()..].copy_from_slice(&number);
                bytes
            }),
        )
        .route(
            "/models/same/{bytes}",
            post(async move |Path(size): Path<usize>, _: Bytes| same(size)),
        )
        .route("/models/slow", post(|_: Bytes| std::future::pending::<()>()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Passes every call on to `upstream` and hands back the answer, which it reads whole, as Easel
/// has to. Says its address as Easel does.
pub async fn proxy(upstream: String) {
    let pass = async move |State(client): State<reqwest::Client>,
                           path: Path<String>,
                           body: Bytes| {
        let answer = client.post(format!("{upstream}/models/{}", path.0)).body(body).send().await;
        match answer {
            Ok(answer) => answer.bytes().await.map_err(|_| StatusCode::BAD_GATEWAY),
            Err(_) => Err(StatusCode::BAD_GATEWAY),
        }
    };
    let router =
        Router::new().route("/models/{*path}", post(pass)).with_state(reqwest::Client::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("at http://{}", listener.local_addr().unwrap());
    axum::serve(listener, router).await.unwrap();
}

/// A PNG header and then noise: what the server looks at, and as long as a real one.
fn picture(size: usize) -> Bytes {
    let mut bytes = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    bytes.extend([
        0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 4, 0, 0, 0, 4, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0,
    ]);
    bytes.extend((0..size - bytes.len()).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8));
    bytes.into()
}
