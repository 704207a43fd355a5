//! A proxy in front of a real server: with a path prefix, recording requests, and cutting streams
//! on demand.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

pub struct Proxy {
    pub port: u16,
    /// `METHOD path`, without queries, in the order of arrival.
    pub requests: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Forwards requests under `prefix` to `upstream`, without the prefix. `cut` is a path prefix
    /// and a number of bytes, after which responses to such paths break off.
    pub async fn start(
        upstream: u16,
        prefix: &'static str,
        cut: Option<(&'static str, u64)>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let log = Arc::clone(&log);
                tokio::spawn(pass(client, upstream, prefix, cut, log));
            }
        });
        Self { port, requests }
    }

    pub fn count(&self, request: &str) -> usize {
        self.requests.lock().unwrap().iter().filter(|seen| seen.as_str() == request).count()
    }
}

async fn pass(
    mut client: TcpStream,
    upstream: u16,
    prefix: &str,
    cut: Option<(&str, u64)>,
    log: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        head.push(client.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let (first, headers) = head.split_once("\r\n")?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?, words.next()?);
    let Some(path) = path.strip_prefix(prefix) else {
        client
            .write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .await
            .ok()?;
        return None;
    };
    log.lock().unwrap().push(format!("{method} {}", path.split('?').next()?));

    // One request per connection, so that every request line passes through here.
    let upgrade = headers.to_ascii_lowercase().contains("upgrade: websocket");
    let close = if upgrade { "" } else { "connection: close\r\n" };
    let mut server = TcpStream::connect(("127.0.0.1", upstream)).await.ok()?;
    let head = format!("{method} {path} HTTP/1.1\r\n{close}{headers}");
    server.write_all(head.as_bytes()).await.ok()?;
    match cut {
        Some((start, bytes)) if path.starts_with(start) => {
            copy(&mut server.take(bytes), &mut client).await.ok()?;
        }
        _ => {
            copy_bidirectional(&mut client, &mut server).await.ok()?;
        }
    }
    Some(())
}
