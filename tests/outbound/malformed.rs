//! Answers that no HTTP server gives, of a place that the operator listed.

use std::time::Duration;

use easel::{
    generation::ModelReference,
    server::{budget::Budget, config::Config, fault::Fault, provider},
};
use futures::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
    time::{advance, timeout},
};

use crate::places::{job, nobody};

/// Longer than all tries of a provider together.
const TEST_TIMEOUT: Duration = Duration::from_secs(150);

/// What is written once, and again and again after it.
type Said = (&'static str, String, &'static str);

fn all() -> Vec<Said> {
    let ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    let headers: String = (0..20_000).map(|n| format!("x-{n}: y\r\n")).collect();
    vec![
        ("short", format!("{ok}Content-Length: 100\r\n\r\n{{}}"), ""),
        ("no length", format!("{ok}Content-Length: many\r\n\r\n{{}}"), ""),
        ("two lengths", format!("{ok}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}"), ""),
        ("no chunk", format!("{ok}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n"), ""),
        (
            "endless chunk",
            format!("{ok}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{{}}\r\n"),
            "",
        ),
        ("headers", format!("{ok}{headers}\r\n{{}}"), ""),
        ("endless head", "HTTP/1.1 200 OK\r\nx-a: ".to_owned(), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("endless headers", "HTTP/1.1 200 OK\r\n".to_owned(), "x-a: y\r\n"),
        ("endless status", "HTTP/1.1 200 ".to_owned(), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("garbage", "\0\u{1}\u{2}no http\r\n\r\n".to_owned(), ""),
        ("nothing", String::new(), ""),
    ]
}

/// Says the same to everybody who comes.
async fn upstream((_, first, again): Said) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (first, again) = (first.clone(), again.repeat(1024));
            tokio::spawn(async move {
                let mut asked = [0; 4096];
                let _ = stream.read(&mut asked).await;
                let _ = stream.write_all(first.as_bytes()).await;
                while !again.is_empty() && stream.write_all(again.as_bytes()).await.is_ok() {}
            });
        }
    });
    origin
}

/// What a provider makes of it.
async fn told(prefix: &str, said: Said) -> Fault {
    let origin = upstream(said).await;
    fault_of(prefix, &origin, TEST_TIMEOUT).await
}

async fn fault_of(prefix: &str, origin: &str, limit: Duration) -> Fault {
    let config = Config::read(|name| match name {
        "EASEL_ALLOWED_ORIGINS" => Some(format!("hf:{origin},{origin}")),
        _ => None,
    });
    let config = config.unwrap();
    let model = match prefix {
        "openai" => format!("openai:{origin}/v1#any"),
        "hf" => format!("hf:{origin}/any"),
        _ => format!("{prefix}:{origin}"),
    };
    let model: ModelReference = model.parse().unwrap();
    let opening = provider::BUILT_IN.iter().find(|opening| opening.kind == model.provider());
    let provider = opening.unwrap().provider(&config, &Budget::new(64 << 20));
    let answer = timeout(limit, provider.generate(job(&model, "a fox"), nobody())).await;
    let answer = answer.unwrap_or_else(|_| panic!("{model} goes on"));
    answer.expect_err("it is no answer").fault
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_no_http_end_with_an_error() {
    let asked = ["hf", "space", "replicate", "openai"].into_iter().flat_map(|prefix| {
        all().into_iter().map(move |said| async move { (prefix, said.0, told(prefix, said).await) })
    });
    for (prefix, name, fault) in join_all(asked).await {
        let words = fault.to_string();
        assert!(!words.is_empty() && fault != Fault::Internal, "{prefix}, {name}: {fault:?}");
        assert!(words.len() < 2_000, "{prefix}, {name}: {words}");
    }
}

/// An answer may be preceded by others that are none yet, of which HTTP sets no limit.
#[tokio::test(start_paused = true)]
async fn endless_answers_that_are_none_yet_end_in_time_and_are_not_read_on() {
    const MINUTES: Duration = Duration::from_secs(20 * 60);
    for prefix in ["hf", "space", "replicate", "openai"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (read, mut was_read) = mpsc::unbounded_channel();
        let (left, mut was_left) = mpsc::unbounded_channel();
        let talking = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (read, left) = (read.clone(), left.clone());
                tokio::spawn(async move {
                    let mut asked = [0; 4096];
                    let _ = stream.read(&mut asked).await;
                    let again = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(1024);
                    let mut rounds = 0;
                    while stream.write_all(again.as_bytes()).await.is_ok() {
                        rounds += 1;
                        // More than all buffers on the way hold.
                        if rounds == 512 {
                            let _ = read.send(());
                        }
                    }
                    let _ = left.send(());
                });
            }
        });
        // While one talks without a pause the clock stands still.
        let clock = async {
            let mut talks = 0;
            while was_read.recv().await.is_some() {
                talks += 1;
                advance(MINUTES).await;
            }
            talks
        };
        let fault = tokio::select! {
            fault = fault_of(prefix, &origin, 100 * MINUTES) => fault,
            talks = clock => panic!("{prefix}: {talks} and no end"),
        };
        let words = fault.to_string();
        assert!(!words.is_empty() && fault != Fault::Internal, "{prefix}: {fault:?}");
        println!("{prefix}: {fault:?}");
        was_left.recv().await.expect("nobody reads on");
        talking.abort();
    }
}
