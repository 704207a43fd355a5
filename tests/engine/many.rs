//! Many callers at the same time: their memory while they wait, and a caller that does not read,
//! which must not delay the others.

use std::time::Duration;

use serde_json::json;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    easel::{Answer, Easel, client, new_key},
    images_stub,
};

const CALLERS: usize = 500;
const SLOW: usize = 16;
const TEST_TIMEOUT: Duration = Duration::from_secs(120);

/// The most memory per caller, in kB. Without optimisation, futures are larger.
const MAX_KB: u64 = if cfg!(debug_assertions) { 100 } else { 45 };

/// The value of a metric in `/metrics`.
async fn measured(easel: &Easel, name: &str) -> usize {
    let text = easel.get("/metrics").await.text;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name}: {text}")).parse().unwrap()
}

/// Requests a picture for another caller, while everything else goes on.
async fn another_is_answered(easel: &Easel, model: &str) {
    let key = new_key(&easel.folder, &["another"]).await;
    let body = json!({ "model": model, "prompt": "a fox for another" });
    let request = client().post(format!("{}/images/generations", easel.base()));
    let answer =
        async { Answer::of(request.bearer_auth(&key).json(&body).send().await.unwrap()).await };
    let answer = timeout(Duration::from_secs(30), answer).await.expect("it is held up");
    answer.picture();
}

#[cfg(target_os = "linux")]
fn resident_kb(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_callers_wait_for_little() {
    let server = images_stub::start().await;
    let easel = Easel::with(&[("EASEL_OPENAI_SERVERS", &server.base())]).await;
    let ask = |prompt: String| {
        let request = easel.ask(reqwest::Method::POST, "/v1/images/generations");
        request.json(&json!({ "model": server.model(), "prompt": prompt })).send()
    };
    Answer::of(ask("a first fox".to_owned()).await.unwrap()).await.picture();
    let before_kb = resident_kb(easel.server.pid());
    let callers: Vec<_> =
        (0..CALLERS).map(|number| tokio::spawn(ask(format!("fox {number} waits")))).collect();
    let all_wait = async {
        while measured(&easel, "easel_generations_running").await
            + measured(&easel, "easel_generations_waiting").await
            < CALLERS
        {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(TEST_TIMEOUT, all_wait).await.expect("all of them wait");
    let taken_kb = resident_kb(easel.server.pid()).saturating_sub(before_kb);
    println!("{CALLERS} callers that wait take {} kB each", taken_kb / CALLERS as u64);
    assert!(taken_kb <= MAX_KB * CALLERS as u64, "{taken_kb} kB for {CALLERS} callers");
    another_is_answered(&easel, &server.model()).await;
    callers.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_holds_nobody_up() {
    let server = images_stub::start().await;
    let easel = Easel::with(&[("EASEL_OPENAI_SERVERS", &server.base())]).await;
    let host = easel.server.address.trim_start_matches("http://");
    let mut slow = Vec::new();
    for number in 0..SLOW {
        let body = json!({ "model": server.model(), "prompt": format!("a large fox {number}") });
        let body = body.to_string();
        let head = format!(
            "POST /v1/images/generations HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            easel.key,
            body.len()
        );
        let mut stream = TcpStream::connect(host).await.unwrap();
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let all_are_made = async {
        while server.stub.runs("a large fox") < SLOW
            || measured(&easel, "easel_generations_running").await > 0
        {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(TEST_TIMEOUT, all_are_made).await.expect("their pictures are made");
    another_is_answered(&easel, &server.model()).await;
    drop(slow);
}
