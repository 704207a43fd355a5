//! Tests clients that a server on the internet meets, with shorter timeouts.

use std::time::Instant;

use axum::{body::Body, routing};
use bytes::Bytes;
use futures::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::*;

const TEST_TIMEOUT: Duration = Duration::from_secs(20);

/// Short enough for a test, and each of its own length.
fn timeouts() -> Timeouts {
    Timeouts {
        head: Duration::from_millis(300),
        keep_alive: Duration::from_millis(900),
        body: Duration::from_millis(300),
        slowest_body: 1_000,
        write: Duration::from_millis(300),
        slowest_reader: 1_000,
        grace: Duration::from_millis(300),
        last_word: Duration::from_millis(200),
    }
}

/// Echoes requests; `/large` returns more than any buffer in between holds.
fn routes() -> Router {
    let large = || async { Bytes::from(vec![0; 64 << 20]) };
    let endless = || async {
        let drops = futures::stream::pending::<Result<Bytes, io::Error>>();
        Body::from_stream(drops)
    };
    Router::new()
        .route("/", routing::get(|| async { "ok" }))
        .route("/", routing::post(|body: Bytes| async { body }))
        .route("/large", routing::get(large))
        .route("/endless", routing::get(endless))
}

struct Running {
    address: SocketAddr,
    server: &'static Server,
    listening: tokio::task::JoinHandle<()>,
}

async fn run(limits: ConnectionLimits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let rules = Rules { timeouts: timeouts(), limits, ..Rules::default() };
    let server: &Server = Box::leak(Box::new(Server::new(routes(), rules)));
    let listening = tokio::spawn(async move { server.accept(&listener).await });
    Running { address, server, listening }
}

impl Running {
    async fn connect(&self, sent: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        stream
    }

    async fn ask(&self) -> String {
        heard(self.connect("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await).await
    }
}

/// Everything received until the other side closes the connection.
async fn heard(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    // A connection reset ends it too.
    let _ = timeout(TEST_TIMEOUT, stream.read_to_end(&mut said)).await.expect("it is closed");
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn whoever_is_late_is_closed() {
    let running = run(ConnectionLimits::default()).await;
    for (sent, answer) in [
        ("", ""),
        ("GET / HT", ""),
        ("GET / HTTP/1.1\r\nHost: a\r\nX-Slow:", ""),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1", "HTTP/1.1 400"),
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200"),
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1", "HTTP/1.1 200"),
    ] {
        let said = heard(running.connect(sent).await).await;
        assert!(
            said.starts_with(answer) && (said.is_empty() == answer.is_empty()),
            "{sent}: {said}"
        );
    }
}

#[tokio::test]
async fn a_head_that_trickles_in_is_not_waited_for() {
    let running = run(ConnectionLimits::default()).await;
    let mut stream = running.connect("GET / HTTP/1.1\r\nHost: a\r\nX: ").await;
    let begun = Instant::now();
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    loop {
        ticks.tick().await;
        if stream.write_all(b"x").await.is_err() {
            break;
        }
        assert!(begun.elapsed() < TEST_TIMEOUT);
    }
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request() {
    let running = run(ConnectionLimits::default()).await;
    let mut stream = running.connect("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    // Longer than the head of a request may take.
    tokio::time::sleep(timeouts().head * 2).await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(heard(stream).await.contains("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_reader_that_stops_is_closed() {
    let running = run(ConnectionLimits::default()).await;
    let _stream = running.connect("GET /large HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let all_gone = async {
        while !running.server.tasks.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    // It counts once it is accepted.
    assert_eq!(running.ask().await.lines().next(), Some("HTTP/1.1 200 OK"));
    timeout(TEST_TIMEOUT, all_gone).await.expect("its connection ends");
}

#[tokio::test]
async fn an_answer_that_takes_its_time_is_not_broken_off() {
    let running = run(ConnectionLimits::default()).await;
    let mut stream = running.connect("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    let rest = timeout(timeouts().keep_alive * 2, heard(stream)).await;
    assert!(rest.is_err(), "it was closed");
}

#[tokio::test]
async fn idle_connections_make_room_for_whoever_asks() {
    let running = run(ConnectionLimits { in_all: 8, of_one_address: 8 }).await;
    let idle = join_all((0..64).map(|_| running.connect(""))).await;
    assert_eq!(running.ask().await.lines().next(), Some("HTTP/1.1 200 OK"));
    assert!(running.server.tasks.len() <= 9);
    drop(idle);
}

#[tokio::test]
async fn a_request_names_one_host_and_not_too_much_else() {
    let running = run(ConnectionLimits::default()).await;
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(200));
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "y".repeat(MAX_HEAD));
    for (sent, answer) in [
        ("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"),
        ("GET / HTTP/1.0\r\n\r\n", "HTTP/1.0 400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "HTTP/1.1 400"),
        (&many, "HTTP/1.1 431"),
        (&long, "HTTP/1.1 431"),
        // HTTP/2 with prior knowledge is closed without a response.
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ""),
    ] {
        let said = heard(running.connect(sent).await).await;
        let asked = sent.lines().next().unwrap_or_default();
        assert!(said.starts_with(answer) && !said.contains(" 200 "), "{asked}: {said}");
    }
}

const MAX_HEAD: usize = 33 * 1024;

#[tokio::test]
async fn whoever_asks_nothing_does_not_hold_up_the_end() {
    let running = run(ConnectionLimits::default()).await;
    let waiting = ["", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"];
    let open = join_all(waiting.map(|sent| running.connect(sent))).await;
    assert!(running.ask().await.contains("200"));
    let answered = running.connect("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut begun = [0; 1];
    answered.peek(&mut begun).await.unwrap();
    running.listening.abort();
    let end = running.server.end();
    assert!(timeout(timeouts().grace, end).await.is_err(), "one is being answered");
    assert_eq!(running.server.tasks.len(), 1);
    running.server.seats.clear();
    timeout(TEST_TIMEOUT, running.server.tasks.wait()).await.expect("all of them end");
    drop(open);
}
