//! The server's general behaviour: headers, limits, cookies, and cross-site requests.

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use easel::{
    error::GenerateError,
    generation::Refusal,
    server::{config::Config, router::router, state::AppState},
};
use leptos::config::LeptosOptions;
use tempfile::TempDir;
use tower::ServiceExt;

async fn server() -> (Router, TempDir) {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_str().unwrap().to_owned();
    let config = Config::read(|name| (name == "EASEL_DATA_DIR").then(|| folder.clone())).unwrap();
    let options = LeptosOptions::builder().output_name("easel").build();
    (router(AppState::open(config, options).await.unwrap()), data)
}

async fn ask(server: &Router, request: Request<Body>) -> Response<Body> {
    server.clone().oneshot(request).await.unwrap()
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).header(header::HOST, "localhost").body(Body::empty()).unwrap()
}

fn text(response: &Response<Body>, name: header::HeaderName) -> &str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_answer_has_its_security_headers() {
    let (server, _data) = server().await;
    for path in ["/", "/healthz", "/nothing-here", "/api/images/0"] {
        let response = ask(&server, get(path)).await;
        assert_eq!(text(&response, header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(text(&response, header::REFERRER_POLICY), "no-referrer", "{path}");
        let policy = text(&response, header::CONTENT_SECURITY_POLICY);
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(response.headers().contains_key("x-request-id"), "{path}");
    }
}

#[tokio::test]
async fn the_page_allows_only_the_scripts_of_this_answer() {
    let (server, _data) = server().await;
    let mut policies = Vec::new();
    for _ in 0..2 {
        let response = ask(&server, get("/")).await;
        assert_eq!(response.status(), StatusCode::OK);
        let policy = text(&response, header::CONTENT_SECURITY_POLICY).to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let page = String::from_utf8(body.to_vec()).unwrap();
        assert!(page.contains(&format!("nonce=\"{nonce}\"")));
        let directive = |name: &str| {
            let mut directives = policy.split(';').map(str::trim);
            directives.find_map(|one| one.strip_prefix(name)).unwrap().to_owned()
        };
        let scripts = directive("script-src ");
        assert!(!scripts.contains("unsafe-inline") && !scripts.contains("'unsafe-eval'"));
        // Inline styles are allowed in attributes only, for the proportions of pictures that have
        // not loaded.
        assert_eq!(directive("style-src "), format!("'self' 'nonce-{nonce}'"));
        policies.push(policy);
    }
    assert_ne!(policies[0], policies[1]);
}

#[tokio::test]
async fn a_session_is_a_signed_cookie_that_scripts_cannot_read() {
    let (server, _data) = server().await;
    let response = ask(&server, get("/")).await;
    let cookie = text(&response, header::SET_COOKIE).to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let pair = cookie.split(';').next().unwrap();
    let with = |cookie: &str| {
        let request = Request::get("/").header(header::COOKIE, cookie);
        request.body(Body::empty()).unwrap()
    };
    let known = ask(&server, with(pair)).await;
    assert!(!known.headers().contains_key(header::SET_COOKIE), "it is known");
    let forged = ask(&server, with(&pair.replace('=', "=x"))).await;
    assert!(forged.headers().contains_key(header::SET_COOKIE), "a forged one is replaced");
}

#[tokio::test]
async fn a_post_from_another_site_is_refused() {
    let (server, _data) = server().await;
    let post = |path: &str, origin: &str| {
        Request::post(path)
            .header(header::HOST, "localhost:3000")
            .header(header::ORIGIN, origin)
            .header(header::CONTENT_TYPE, "application/x-postcard")
            .body(Body::from("nonsense"))
            .unwrap()
    };
    // Routes that start work, and routes that may cost money.
    for path in ["/api/generate", "/api/draw", "/api/act", "/generate"] {
        let theirs = ask(&server, post(path, "http://evil.example")).await;
        assert_eq!(theirs.status(), StatusCode::FORBIDDEN, "{path}");
    }
    let ours = ask(&server, post("/api/generate", "http://localhost:3000")).await.status();
    assert_ne!(ours, StatusCode::FORBIDDEN);
    assert!(!ours.is_success(), "nonsense is no request");
}

#[tokio::test]
async fn a_call_that_cannot_be_read_is_the_fault_of_whoever_sent_it() {
    let (server, _data) = server().await;
    for (path, body) in [
        ("/api/generate", &b"nonsense"[..]),
        ("/api/generate", b""),
        // An invalid id, and a draft that is cut off.
        ("/api/act", b"\x03abc"),
        ("/api/generate", b"\x2401912345-6789-7fff-bfff-ffffffffffff\x01\x04dem"),
    ] {
        let request = Request::post(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-postcard")
            .body(Body::from(body))
            .unwrap();
        let answer = ask(&server, request).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path} {body:?}");
        let error = axum::body::to_bytes(answer.into_body(), 1_000).await.unwrap();
        let refusal: Refusal = postcard::from_bytes(&error).unwrap();
        let error = GenerateError::try_from(&refusal).unwrap();
        assert!(matches!(error, GenerateError::InputRejected { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_request_over_64_kib_is_refused() {
    let (server, _data) = server().await;
    for (path, kib) in [("/api/generate", 65), ("/api/draw", 65), ("/generate", 257)] {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-postcard")
            .header(header::CONTENT_LENGTH, kib * 1024)
            .body(Body::from(vec![0; kib * 1024]))
            .unwrap();
        let status = ask(&server, request).await.status();
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}

/// A pasted prompt, as a browser without script submits it.
#[tokio::test]
async fn a_prompt_of_100_000_characters_is_told_how_long_it_may_be() {
    let (server, _data) = server().await;
    let prompt = "a+very+red+fox+in+the+deep+snow,+".repeat(3_200);
    let request = Request::post("/generate")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("model=demo&prompt={prompt}")))
        .unwrap();
    let answer = ask(&server, request).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = axum::body::to_bytes(answer.into_body(), 100_000).await.unwrap();
    let page = String::from_utf8_lossy(&page).replace(',', "");
    let words = "at most 4000 characters; this one has 105600";
    assert!(page.contains(words), "{page}");
}

#[tokio::test]
async fn health_tells_that_the_database_answers() {
    let (server, _data) = server().await;
    assert_eq!(ask(&server, get("/healthz")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_the_server_draws_is_compressed_and_events_are_not() {
    let (server, _data) = server().await;
    let asked = |path| {
        let request = Request::get(path).header(header::HOST, "localhost");
        request.header(header::ACCEPT_ENCODING, "br").body(Body::empty()).unwrap()
    };
    for path in ["/", "/session"] {
        let response = ask(&server, asked(path)).await;
        assert_eq!(text(&response, header::CONTENT_ENCODING), "br", "{path}");
    }
    // Compression would hold events back until there is enough data.
    let events = ask(&server, asked("/api/events")).await;
    assert_eq!(text(&events, header::CONTENT_TYPE), "text/event-stream");
    assert_eq!(text(&events, header::CONTENT_ENCODING), "");
}

#[tokio::test]
async fn under_the_name_of_another_site_nothing_is_answered() {
    let (server, _data) = server().await;
    let asked = |method: &str, path: &str, host: &str| {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, host)
            // The request of a page whose own host name resolves to this server (DNS rebinding).
            .header(header::ORIGIN, format!("http://{host}"))
            .body(Body::empty())
            .unwrap()
    };
    for (method, path) in
        [("GET", "/"), ("POST", "/api/draw"), ("POST", "/api/generate"), ("GET", "/favicon.svg")]
    {
        for theirs in ["evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example"] {
            let refused = ask(&server, asked(method, path, theirs)).await;
            assert_eq!(refused.status(), StatusCode::MISDIRECTED_REQUEST, "{path} {theirs}");
            assert!(!refused.headers().contains_key(header::SET_COOKIE));
        }
        for ours in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000"] {
            let answered = ask(&server, asked(method, path, ours)).await;
            assert_ne!(answered.status(), StatusCode::MISDIRECTED_REQUEST, "{path} {ours}");
        }
    }
    let absolute = asked("GET", "http://evil.example/session", "localhost");
    assert_eq!(ask(&server, absolute).await.status(), StatusCode::MISDIRECTED_REQUEST);
}
