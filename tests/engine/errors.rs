//! Responses of the API beside pictures: errors in OpenAI's shape, whatever the request.

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::easel::{Answer, Easel, client};

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_is_told_in_openais_shape() {
    let easel = Easel::start().await;
    let generations = "/v1/images/generations";
    for (method, path, content_type, body, status, code) in [
        (Method::GET, "/v1/nothing", "", "", 404, "unknown_url"),
        (Method::GET, "/v1/models/no-such-model", "", "", 404, "model_not_found"),
        (Method::GET, "/v1/files/0123.png", "", "", 404, "file_not_found"),
        (Method::GET, generations, "", "", 405, "method_not_allowed"),
        (Method::POST, "/images/generations", "application/json", "{}", 404, "unknown_url"),
        (
            Method::POST,
            "/v1/chat/completions",
            "application/json",
            "{}",
            404,
            "unsupported_endpoint",
        ),
        (Method::POST, "/v1/responses", "application/json", "{}", 404, "unsupported_endpoint"),
        (Method::POST, generations, "text/plain", "{}", 415, "unsupported_content_type"),
        (Method::POST, generations, "application/json", "{", 400, "invalid_json"),
        (Method::POST, generations, "application/json", "[]", 400, "invalid_json"),
        (Method::POST, generations, "application/json", "{}", 400, "invalid_value"),
        (
            Method::POST,
            generations,
            "application/json",
            r#"{"prompt":"x","stream":5}"#,
            400,
            "invalid_value",
        ),
        (
            Method::POST,
            generations,
            "application/json",
            r#"{"prompt":"x","response_format":"file"}"#,
            400,
            "invalid_value",
        ),
        (
            Method::POST,
            "/v1/images/edits",
            "application/json",
            r#"{"prompt":"x"}"#,
            400,
            "missing_required_parameter",
        ),
        (
            Method::POST,
            "/v1/images/edits",
            "application/json",
            r#"{"prompt":"x","image":"data:image/png;base64,aGVsbG8="}"#,
            400,
            "invalid_value",
        ),
        (
            Method::POST,
            "/v1/images/edits",
            "multipart/form-data; boundary=x",
            "--x",
            400,
            "invalid_form",
        ),
    ] {
        let request = easel.ask(method, path).header("content-type", content_type).body(body);
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{path} {body}: {}",
            answer.text
        );
        let error = &answer.json()["error"];
        for key in ["message", "type", "code", "param"] {
            assert!(error.get(key).is_some(), "{path}: {error}");
        }
        assert!(answer.headers.contains_key("x-request-id"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_ignored_or_made_otherwise_is_told_and_a_strict_caller_is_refused() {
    let easel = Easel::start().await;
    let body = json!({
        "model": "demo", "prompt": "a fox", "size": "100x200", "steps": 1, "style": "vivid", "user": "me",
    });
    let made = easel.post("/v1/images/generations", &body).await;
    assert_eq!(made.json()["easel"]["adjusted"]["size"], "256x512");
    assert_eq!(
        (made.json()["size"].as_str(), made.header("x-easel-model")),
        (Some("256x512"), "demo")
    );
    assert_eq!((made.status, made.header("x-easel-ignored")), (200, "style"));
    let strict = easel.ask(Method::POST, "/v1/images/generations").header("x-easel-strict", "1");
    let refused = Answer::of(strict.json(&body).send().await.unwrap()).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "invalid_value"));
}

/// Some tools show only the reason phrase of an error's status line.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_line_of_an_error_holds_its_sentence() {
    let easel = Easel::start().await;
    let host = easel.server.address.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let head = "GET /v1/models HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 This needs a key."), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_wait_is_filled_with_white_space_and_is_still_one_json() {
    let easel = Easel::with(&[("EASEL_API_KEEP_ALIVE_SECONDS", "1")]).await;
    for (prompt, has_picture) in [("a slow fox", true), ("a slow broken fox", false)] {
        let answer = easel.picture(prompt).await;
        assert_eq!(answer.status, 200);
        assert!(answer.text.starts_with(" \n"), "{}", answer.text);
        assert_eq!(answer.json().get("data").is_some(), has_picture);
        assert_eq!(answer.json().get("error").is_some(), !has_picture);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_has_an_end_and_what_comes_later_is_for_who_asks_again() {
    let easel = Easel::with(&[("EASEL_API_WAIT_SECONDS", "1")]).await;
    let prompt = "a fox that is slow";
    let answer = easel.picture(prompt).await;
    assert_eq!((answer.status, answer.code().as_str()), (424, "still_running"));
    assert_eq!(answer.header("x-should-retry"), "false");
    let mut answer = easel.picture(prompt).await;
    while answer.code() == "still_running" {
        answer = easel.picture(prompt).await;
    }
    answer.picture();
    assert_eq!(easel.upstream.runs(prompt), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_counted_for_whoever_has_a_key() {
    let easel = Easel::start().await;
    easel.picture("a fox to be counted").await.picture();
    let text = easel.get("/metrics").await.text;
    for line in [
        "easel_attempts_total{provider=\"hf\",model=\"MODEL\",outcome=\"done\"} 1",
        "easel_api_requests_total{door=\"openai\",status=\"200\"} 1",
        "easel_generations_running 0",
    ] {
        let line = line.replace("MODEL", &easel.upstream.model());
        assert!(text.contains(&line), "{line}: {text}");
    }
    let address = &easel.server.address;
    let ask = async |path: &str| {
        client().get(format!("{address}{path}")).send().await.unwrap().status().as_u16()
    };
    assert_eq!(
        (ask("/metrics").await, ask("/readyz").await, ask("/healthz").await),
        (401, 200, 200)
    );
}
