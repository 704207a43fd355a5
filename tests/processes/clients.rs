//! Slow clients, and clients that take all connections: the server answers others, and stops in
//! time.

use std::time::{Duration, Instant};

use futures::future::join_all;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::Command,
    time::timeout,
};

use crate::{page::Page, server::Server};

/// The grace period of running work, and two seconds.
const END: Duration = Duration::from_secs(7);
const TEST_TIMEOUT: Duration = Duration::from_secs(30);

async fn connect(server: &Server, sent: &str) -> TcpStream {
    let address = server.address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server without a free connection closes it before everything is sent.
    let _ = stream.write_all(sent.as_bytes()).await;
    stream
}

/// Sends requests until one gets a response.
async fn is_answered(server: &Server) {
    let answered = async {
        loop {
            let ask = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            let mut answer = String::new();
            let _ = connect(server, ask).await.read_to_string(&mut answer).await;
            if answer.starts_with("HTTP/1.1 200") {
                return;
            }
        }
    };
    timeout(TEST_TIMEOUT, answered).await.expect("others are answered");
}

async fn stops_in_time(server: Server) {
    let begun = Instant::now();
    assert!(server.stop().await, "it ends well");
    assert!(begun.elapsed() < END, "it took {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_client_keeps_it_from_ending() {
    let folder = TempDir::new().unwrap();
    for clients in [
        &["GET / HT"][..],
        &["POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf"],
        &["GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n"],
        &["", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ] {
        let server = Server::start(folder.path(), &[]).await;
        let open = join_all(clients.iter().map(|sent| connect(&server, sent))).await;
        is_answered(&server).await;
        stops_in_time(server).await;
        drop(open);
    }
    // Sends requests without reading the responses.
    let server = Server::start(folder.path(), &[]).await;
    let many = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(5_000);
    let reader = connect(&server, "").await;
    let (_unread, mut asking) = reader.into_split();
    let flood = tokio::spawn(async move {
        let _ = asking.write_all(many.as_bytes()).await;
        std::future::pending::<()>().await;
    });
    is_answered(&server).await;
    stops_in_time(server).await;
    flood.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_client_that_drips_stops_reading_or_listens_keeps_it_from_ending() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]).await;
    let page = Page::open(&server.address).await;

    // A body of which a byte comes now and then.
    let head = "POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n";
    let mut dripping = connect(&server, head).await;
    let drip = tokio::spawn(async move {
        while dripping.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });

    // Somebody who stops in the middle of a large picture.
    let picture = [include_bytes!("../hf/pixel.png").to_vec(), vec![7; 31 << 20]].concat();
    let digest = easel::server::picture::digest(&picture);
    let name = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    let form = [name.as_bytes(), &picture, b"\r\n--x--\r\n"].concat();
    let kind = "multipart/form-data; boundary=x";
    let sent = page.send(&server.address, reqwest::Method::POST, "/api/uploads", kind, form).await;
    assert_eq!(sent.map(|(status, _)| status), Some(200));
    let mut reading =
        page.open_stream(&server.address, &format!("/api/images/{digest}")).await.unwrap();
    assert!(reading.chunk().await.unwrap().is_some(), "it begins");

    let listening = "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let streams = join_all((0..2_000).map(|_| connect(&server, listening))).await;
    is_answered(&server).await;
    stops_in_time(server).await;
    drip.abort();
    drop((reading, streams));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_port_is_closed_while_it_ends_and_a_second_signal_ends_it_at_once() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]).await;
    let half = "POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf";
    let _open = connect(&server, half).await;
    is_answered(&server).await;
    let address = server.address.trim_start_matches("http://").to_owned();
    let pid = server.pid().to_string();
    let terminate = || Command::new("kill").arg(&pid).status();
    assert!(terminate().await.unwrap().success());
    let closed = async { while TcpStream::connect(&address).await.is_ok() {} };
    timeout(TEST_TIMEOUT, closed).await.expect("the port is closed");
    let begun = Instant::now();
    assert!(!server.stop().await, "it was cut short");
    assert!(begun.elapsed() < Duration::from_secs(2), "it took {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_without_end_do_not_shut_others_out() {
    let folder = TempDir::new().unwrap();
    for (descriptors, connections) in [("256", 400), ("1024", 1_000)] {
        let mut few = Command::new("bash");
        let limited = format!("ulimit -n {descriptors}; exec \"$0\"");
        few.args(["-c", &limited, env!("CARGO_BIN_EXE_easel")]);
        let server = Server::run(few, folder.path(), &[]).await;
        let idle = join_all((0..connections).map(|_| connect(&server, ""))).await;
        is_answered(&server).await;
        let half = join_all((0..connections).map(|_| connect(&server, "GET / HT"))).await;
        is_answered(&server).await;
        drop((idle, half));
        stops_in_time(server).await;
    }
}

/// An unused protocol cannot be used against the server.
#[tokio::test(flavor = "multi_thread")]
async fn http_2_is_not_spoken_in_the_clear() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]).await;
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0";
    let upgrade = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\n\
                   Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n";
    for sent in [preface, upgrade] {
        let mut answer = Vec::new();
        let _ = timeout(TEST_TIMEOUT, connect(&server, sent).await.read_to_end(&mut answer)).await;
        let answer = String::from_utf8_lossy(&answer);
        let is_plain = answer.is_empty() || answer.starts_with("HTTP/1.");
        assert!(is_plain && !answer.starts_with("HTTP/1.1 101"), "{answer:?}");
    }
    is_answered(&server).await;
}
