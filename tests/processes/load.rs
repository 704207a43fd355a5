//! Many large files at the same time, including bombs, against a server with limited memory.

use std::{io::Read, net::SocketAddr, path::Path, time::Duration};

use easel::generation::{Draft, GenerationId, contract::Part};
use flate2::{Compression, read::ZlibEncoder};
use futures::future::join_all;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    process::Command,
    time::timeout,
};

use crate::server::Server;

/// The most memory that the server may use, in MB.
const MAX_MB: u64 = 300;

/// Far more than the server needs, and less than the total of the requests.
const ADDRESS_SPACE_KB: u64 = 4_000_000;

const TEST_TIMEOUT: Duration = Duration::from_secs(120);

const LARGE: usize = 31 * 1024 * 1024;

async fn start(folder: &Path, variables: &[(&str, String)]) -> Server {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {ADDRESS_SPACE_KB}; exec \"$0\"")]);
    command.arg(env!("CARGO_BIN_EXE_easel"));
    Server::run(command, folder, variables).await
}

/// The value `name` of the server's status in /proc, in kB.
fn memory_kb(server: &Server, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The server's peak memory, in MB.
fn peak_mb(server: &Server) -> u64 {
    memory_kb(server, "VmHWM") / 1024
}

#[track_caller]
fn assert_small(server: &Server, what: &str) {
    let peak = peak_mb(server);
    assert!(peak < MAX_MB, "{what}: {peak} MB");
}

async fn connect(server: &Server, from: [u8; 4]) -> TcpStream {
    let to: SocketAddr = server.address.strip_prefix("http://").unwrap().parse().unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    socket.connect(to).await.unwrap()
}

const HERE: [u8; 4] = [127, 0, 0, 1];
const ELSEWHERE: [u8; 4] = [127, 0, 0, 2];

/// Sends a request and returns the status, the head of the response, and the connection.
async fn ask(server: &Server, from: [u8; 4], head: &str, body: &[u8]) -> (u16, String, TcpStream) {
    let mut stream = connect(server, from).await;
    let host = server.address.strip_prefix("http://").unwrap();
    let length = body.len();
    let head =
        format!("{head}\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    // A server that refuses a body may close the connection early.
    let _ = stream.write_all(body).await;
    let mut answer = Vec::new();
    while !answer.windows(4).any(|part| part == b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte).await {
            Ok(1) => answer.push(byte[0]),
            _ => break,
        }
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer, stream)
}

async fn cookie(server: &Server) -> String {
    let (_, head, _) = ask(server, HERE, "GET /session HTTP/1.1", b"").await;
    let cookie = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next())?
    });
    cookie.expect("a cookie comes with the page").to_owned()
}

fn chunk(kind: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    let named = [&kind[..], contents].concat();
    let length = u32::try_from(contents.len()).unwrap().to_be_bytes();
    [&length[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
}

/// A PNG with these chunks.
fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    let header = chunk(b"IHDR", &[0, 0, 0, 16, 0, 0, 0, 8, 8, 2, 0, 0, 0]);
    [b"\x89PNG\r\n\x1a\n".to_vec(), header, chunks.concat(), chunk(b"IEND", b"")].concat()
}

fn large_png() -> Vec<u8> {
    let noise: Vec<u8> =
        (0..LARGE as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    png(&[chunk(b"IDAT", &noise)])
}

fn form(file: &[u8]) -> (String, Vec<u8>) {
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    let body = [head.as_bytes(), file, b"\r\n--x--\r\n"].concat();
    let kind = "Content-Type: multipart/form-data; boundary=x";
    (format!("POST /api/uploads HTTP/1.1\r\n{kind}"), body)
}

#[tokio::test(flavor = "multi_thread")]
async fn bombs_in_dropped_pictures_do_not_go_off() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path(), &[]).await;
    let cookie = cookie(&server).await;
    let mut packed = Vec::new();
    let spaces = std::io::repeat(b' ').take(64 * 1024 * 1024);
    ZlibEncoder::new(spaces, Compression::best()).read_to_end(&mut packed).unwrap();
    let packed_text = png(&[chunk(b"zTXt", &[b"parameters\0\0", &packed[..]].concat())]);
    let international = [b"parameters\0\x01\0\0\0", &packed[..]].concat();
    let many = png(&vec![chunk(b"iTXt", &international); 300]);
    let parts = png(&vec![chunk(b"tEXt", b""); 2_000_000]);

    let objects = format!("{{\"a\":[{}1]}}", "{\"a\":1},".repeat(120_000));
    let objects = png(&[chunk(b"tEXt", format!("workflow\0{objects}").as_bytes())]);

    let mut lists = b"II*\0\x08\0\0\0".to_vec();
    lists.extend(5_400_u16.to_le_bytes());
    for entry in 0..5_400_u32 {
        lists.extend(b"\x69\x87\x04\0\x01\0\0\0");
        lists.extend((8 + entry * 2).to_le_bytes());
    }
    let length = u16::try_from(lists.len() + 8).unwrap().to_be_bytes();
    let lists = [b"\xff\xd8\xff\xe1", &length[..], b"Exif\0\0", &lists].concat();

    for (name, file) in [
        ("zTXt", packed_text),
        ("iTXt", many),
        ("parts", parts),
        ("lists", lists),
        ("objects", objects),
    ] {
        let (head, body) = form(&file);
        let head = format!("{head}\r\nCookie: {cookie}");
        let (status, head, _) = ask(&server, HERE, &head, &body).await;
        assert!(matches!(status, 200 | 422), "{name}: {head}");
        let digest = easel::server::picture::digest(&file);
        let part = Part::FormOfPicture { draft: Draft::default(), digest };
        let part = postcard::to_allocvec(&(part,)).unwrap();
        let head = format!(
            "POST /api/draw HTTP/1.1\r\nCookie: {cookie}\r\nContent-Type: application/x-postcard"
        );
        let asked = (0..16).map(|_| ask(&server, HERE, &head, &part));
        for (answered, head, _) in timeout(TEST_TIMEOUT, join_all(asked)).await.expect(name) {
            // The form says that the file has no settings. A refused upload does not exist.
            let expected = if status == 200 { 200 } else { 404 };
            assert_eq!(answered, expected, "{name}: {head}");
        }
        assert_small(&server, name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_large_uploads_at_once_are_not_held_in_memory() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path(), &[]).await;
    let cookie = cookie(&server).await;
    let (head, body) = form(&large_png());
    let head = format!("{head}\r\nCookie: {cookie}");
    let asked = (0..16).map(|_| ask(&server, HERE, &head, &body));
    for (status, answer, _) in timeout(TEST_TIMEOUT, join_all(asked)).await.expect("all end") {
        // 503 is for uploads that waited too long.
        assert!(matches!(status, 200 | 503), "{answer}");
    }
    assert_small(&server, "uploads");
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_that_stop_hold_little_and_keep_nobody_else_away() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path(), &[]).await;
    let cookie = cookie(&server).await;
    let file = large_png();
    let (head, body) = form(&file);
    let (status, ..) = ask(&server, HERE, &format!("{head}\r\nCookie: {cookie}"), &body).await;
    assert_eq!(status, 200);

    let digest = easel::server::picture::digest(&file);
    let head = format!("GET /api/images/{digest} HTTP/1.1\r\nCookie: {cookie}");
    // These clients stop reading. Not all of them get a response.
    let mut stopped = Vec::new();
    for _ in 0..80 {
        let mut stream = connect(&server, HERE).await;
        let host = server.address.strip_prefix("http://").unwrap();
        stream.write_all(format!("{head}\r\nHost: {host}\r\n\r\n").as_bytes()).await.unwrap();
        stopped.push(stream);
    }
    for stream in &mut stopped[..8] {
        timeout(TEST_TIMEOUT, stream.read_u8()).await.expect("it begins").unwrap();
    }
    let whole = async {
        let (status, _, mut stream) = ask(&server, ELSEWHERE, &head, b"").await;
        assert_eq!(status, 200);
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        assert!(bytes == file);
    };
    timeout(TEST_TIMEOUT, whole).await.expect("another is served");
    assert_small(&server, "readers");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_webhooks_is_turned_away_at_the_door() {
    let folder = TempDir::new().unwrap();
    let body = vec![b' '; LARGE];
    let flood = async |server: &Server, head: &str, expected: &[u16]| {
        let asked = (0..16).map(|_| ask(server, HERE, head, &body));
        for (status, answer, _) in timeout(TEST_TIMEOUT, join_all(asked)).await.expect("all end") {
            // 0 stands for a connection that was closed while the body was being sent.
            assert!(status == 0 || expected.contains(&status), "{answer}");
        }
        assert_small(server, head);
    };
    let unsigned = "POST /webhooks/replicate HTTP/1.1";
    let server = start(folder.path(), &[]).await;
    flood(&server, unsigned, &[404, 405]).await;
    assert!(server.stop().await);

    let public = [
        ("EASEL_PUBLIC_URL", "https://easel.example".to_owned()),
        ("EASEL_ACCESS", "local".to_owned()),
    ];
    let server = start(folder.path(), &public).await;
    flood(&server, unsigned, &[401]).await;
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let forged = format!(
        "{unsigned}\r\nwebhook-id: a\r\nwebhook-timestamp: {now}\r\nwebhook-signature: v1,YQ=="
    );
    flood(&server, &forged, &[401, 413, 503]).await;
}

/// The most memory of one waiting generation, with the call and the page that wait for it, in kB: a
/// thousand, which may wait, need 75 MB.
const MAX_WAITING_KB: u64 = 75;

#[tokio::test(flavor = "multi_thread")]
async fn generations_that_wait_take_little_memory() {
    /// Each takes two file descriptors of the test.
    const WAITING: usize = 400;
    let folder = TempDir::new().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let listed = [("EASEL_ALLOWED_ORIGINS", format!("hf:{endpoint}"))];
    let server = Server::start(folder.path(), &listed).await;
    let mut cookies = Vec::new();
    for _ in 0..WAITING / 4 {
        cookies.push(cookie(&server).await);
    }
    let model = format!("hf:{endpoint}/models/slow");
    let (mut open, mut first) = (Vec::new(), 0);
    for number in 0..=WAITING {
        let cookie = &cookies[number % cookies.len()];
        let id = GenerationId::from_parts(number as u64, [7; 10]);
        let draft = Draft { model: model.clone(), prompt: "a fox".to_owned(), ..Draft::default() };
        let body = postcard::to_allocvec(&(&id, Some(draft))).unwrap();
        let host = server.address.strip_prefix("http://").unwrap();
        let mut call = connect(&server, HERE).await;
        let head = format!(
            "POST /api/generate HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-postcard\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        call.write_all(&[head.as_bytes(), &body].concat()).await.unwrap();
        let events = format!("GET /api/generations/{id}/events HTTP/1.1\r\nCookie: {cookie}");
        let (status, _, mut stream) = ask(&server, HERE, &events, b"").await;
        assert_eq!(status, 200);
        timeout(TEST_TIMEOUT, stream.read_u8()).await.expect("it is accepted").unwrap();
        open.push((call, stream));
        if number == 0 {
            // With it, what a process reads once is there: texts, and statements of the database.
            first = memory_kb(&server, "RssAnon");
        }
    }
    let each = (memory_kb(&server, "RssAnon") - first) / WAITING as u64;
    assert!(each <= MAX_WAITING_KB, "{each} kB each");
}
