//! No double runs, whatever fails: something breaks at each step between a request and the last
//! byte of its response, the caller retries like its library does, and the provider is called once.

use std::time::Duration;

use reqwest::Method;
use sqlx::{Connection, Executor, SqliteConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::easel::{Answer, Easel};

/// Every write that a request causes.
const WRITES: [&str; 8] = [
    "INSERT ON api_requests",
    "INSERT ON generations",
    "INSERT ON generation_numbers",
    "INSERT ON events",
    "INSERT ON images",
    "UPDATE ON generations",
    "UPDATE ON api_requests",
    "DELETE ON api_requests",
];

/// For a response that no longer changes.
const TEST_TIMEOUT: Duration = Duration::from_secs(90);

/// How a caller retries.
#[derive(Clone, Copy, Debug)]
struct Caller {
    /// It sends an idempotency key.
    has_key: bool,
    /// The server is killed before the retry.
    is_killed: bool,
}

impl Caller {
    async fn ask(self, easel: &Easel, prompt: &str) -> Answer {
        let mut request = easel.ask(Method::POST, "/v1/images/generations");
        if self.has_key {
            request = request.header("idempotency-key", prompt);
        }
        Answer::of(request.json(&easel.request(prompt)).send().await.unwrap()).await
    }

    /// Retries until the outcome is known.
    async fn ask_to_the_end(self, easel: &Easel, prompt: &str) -> Answer {
        let asking = async {
            loop {
                let answer = self.ask(easel, prompt).await;
                if answer.status < 500 && answer.code() != "still_running" {
                    return answer;
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        tokio::time::timeout(TEST_TIMEOUT, asking)
            .await
            .unwrap_or_else(|_| panic!("{self:?} {prompt}"))
    }
}

/// A second connection to the server's database, as another process would have it.
async fn database(easel: &Easel) -> SqliteConnection {
    let address = format!("sqlite://{}", easel.folder.path().join("easel.db").display());
    SqliteConnection::connect(&address).await.unwrap()
}

async fn holds_when_writes_fail(caller: Caller) {
    let mut easel = Easel::with(&[("EASEL_API_WAIT_SECONDS", "2")]).await;
    for write in WRITES {
        let what = format!("{caller:?}, no {write}");
        let prompt = format!("a fox, and no {write}");
        let trigger =
            format!("CREATE TRIGGER fault BEFORE {write} BEGIN SELECT RAISE(ABORT, 'fault'); END");
        let mut other = database(&easel).await;
        other.execute(sqlx::AssertSqlSafe(trigger)).await.unwrap();
        let first = caller.ask(&easel, &prompt).await;
        if caller.is_killed {
            easel = easel
                .killed_and(async || {
                    other.execute("DROP TRIGGER fault").await.unwrap();
                })
                .await;
        } else {
            other.execute("DROP TRIGGER fault").await.unwrap();
        }
        // A caller that got its picture retries only with an idempotency key.
        if first.status == 200 && !caller.has_key {
            assert_eq!(easel.upstream.runs(&prompt), 1, "{what}");
            continue;
        }
        let last = caller.ask_to_the_end(&easel, &prompt).await;
        // A kill between the provider's response and the first write about it leaves the outcome
        // unknown.
        let is_unknown = caller.is_killed && last.code() == "outcome_unknown";
        assert!(last.status == 200 || is_unknown, "{what}: {} {}", last.status, last.text);
        assert_eq!(easel.upstream.runs(&prompt), 1, "{what}: first {}", first.text);
        if first.status == 200 {
            assert_eq!(first.picture(), last.picture(), "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_costs_no_second_call() {
    let callers = [(true, false), (false, false), (true, true), (false, true)];
    let callers = callers.map(|(has_key, is_killed)| Caller { has_key, is_killed });
    futures::future::join_all(callers.map(holds_when_writes_fail)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_at_any_byte_costs_no_second_call() {
    let easel = Easel::start().await;
    let caller = Caller { has_key: true, is_killed: false };
    let whole = caller.ask(&easel, "a fox to be measured").await.text.len();
    // Cuts of the request, then of the response, whose head alone is longer than the first of them.
    for (sent, read) in [
        (10, 0),
        (usize::MAX - 1, 0),
        (usize::MAX, 0),
        (usize::MAX, 1),
        (usize::MAX, whole / 2),
        (usize::MAX, whole),
    ] {
        let prompt = format!("a fox, sent {sent}, read {read}");
        let request = easel.ask(Method::POST, "/v1/images/generations");
        let request = request.header("idempotency-key", &prompt).json(&easel.request(&prompt));
        let request = in_bytes(request.build().unwrap());
        let missing = usize::MAX - sent;
        let sent = if sent < request.len() { sent } else { request.len() - missing };
        let address = easel.server.address.strip_prefix("http://").unwrap();
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(&request[..sent]).await.unwrap();
        connection.read_exact(&mut vec![0; read]).await.unwrap();
        drop(connection);
        let last = caller.ask_to_the_end(&easel, &prompt).await;
        assert_eq!(last.status, 200, "{prompt}: {}", last.text);
        assert_eq!(easel.upstream.runs(&prompt), 1, "{prompt}");
    }
}

/// The request as bytes on the wire.
fn in_bytes(request: reqwest::Request) -> Vec<u8> {
    let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
    let mut bytes = format!("POST {} HTTP/1.1\r\nhost: easel\r\n", request.url().path());
    for (name, value) in request.headers() {
        bytes += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    bytes += &format!("content-length: {}\r\n\r\n", body.len());
    [bytes.as_bytes(), body].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_breaks_off_is_not_called_again() {
    let easel = Easel::start().await;
    let caller = Caller { has_key: true, is_killed: false };
    for how in ["broken", "cut short", "cut at once"] {
        let prompt = format!("a {how} fox");
        for _ in 0..2 {
            let told = caller.ask_to_the_end(&easel, &prompt).await;
            assert_eq!((told.status, told.code().as_str()), (424, "outcome_unknown"), "{how}");
        }
        assert_eq!(easel.upstream.runs(&prompt), 1, "{how}");
    }
}
