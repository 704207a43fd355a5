//! Browsers that are told while all pages are closed: switched on and off, and not told while a page
//! is seen.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use easel::server::store::{SessionId, Signal};

use crate::site::{Browser, Site};

/// As a browser writes it; with the key of the example in RFC 8291.
pub const SUBSCRIPTION: &str = r#"{"endpoint": "https://push.example/send/x", "expirationTime": null,
    "keys": {"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg"}}"#;

async fn post(browser: &Browser<'_>, path: &str, body: &str) -> u16 {
    let kind = [("content-type", "application/json")];
    browser.ask(Method::POST, path, &kind, body.as_bytes().to_vec()).await.status.as_u16()
}

#[tokio::test]
async fn a_browser_is_told_of_whoever_switched_it_on_last() {
    let site = Site::new().await;
    let (ana, bo) = (site.browser().await, site.browser().await);
    let key = ana.get("/push").await;
    assert_eq!((key.status, key.text().len()), (StatusCode::OK, 87));
    assert_eq!(
        (key.header("cache-control"), bo.get("/push").await.text()),
        ("no-store", key.text())
    );
    assert_eq!(post(&ana, "/push/known", SUBSCRIPTION).await, 404);
    assert_eq!(post(&ana, "/push", SUBSCRIPTION).await, 204);
    assert_eq!(post(&ana, "/push/known", SUBSCRIPTION).await, 204);
    assert_eq!(post(&bo, "/push/known", SUBSCRIPTION).await, 404);
    assert_eq!(post(&bo, "/push", SUBSCRIPTION).await, 204);
    assert_eq!(post(&ana, "/push/known", SUBSCRIPTION).await, 404);
    assert_eq!(post(&bo, "/push/forget", SUBSCRIPTION).await, 204);
    assert_eq!(post(&bo, "/push/known", SUBSCRIPTION).await, 404);
}

#[tokio::test]
async fn what_no_browser_writes_is_refused() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let longer = SUBSCRIPTION.replace("/send/x", &"x".repeat(3_000));
    for (wrong, status) in [
        (SUBSCRIPTION.replace("https:", "http:"), 422),
        (SUBSCRIPTION.replace("push.example", "127.0.0.1"), 422),
        (SUBSCRIPTION.replace("BCVx", "BCVy"), 422),
        (SUBSCRIPTION.replace("BTBZ", ""), 422),
        (longer, 422),
        (r#"{"endpoint": 7}"#.to_owned(), 422),
        ("oops".to_owned(), 400),
        ("x".repeat(300_000), 413),
    ] {
        assert_eq!(post(&browser, "/push", &wrong).await, status, "{wrong:.80}");
    }
}

#[tokio::test]
async fn a_page_counts_as_seen_until_it_says_that_it_is_hidden() {
    let site = Site::new().await;
    tokio::spawn(site.state.push.clone().follow());
    let records = site.state.records();
    let (seen, hidden) = (site.browser().await, site.browser().await);
    let mut signals = records.signals();
    let _streams =
        [seen.stream("/api/events?watch=").await, hidden.stream("/api/events?watch=,&away").await];
    // Answers come in the order of the questions.
    for session in [&hidden.session, &seen.session] {
        records.publish(Signal::AnybodyThere(session.clone())).await.unwrap();
    }
    let answer = async {
        loop {
            if let Signal::SomebodyThere(session) = signals.recv().await.unwrap() {
                return session;
            }
        }
    };
    let answer: SessionId = tokio::time::timeout(Duration::from_secs(30), answer).await.unwrap();
    assert_eq!(answer, seen.session);
}
