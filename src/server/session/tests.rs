//! Tests cookies over time: renewed, accepted from earlier versions and other schemes, ended.

use tempfile::TempDir;

use super::*;

struct TestSession {
    folder: TempDir,
    records: Records,
}

impl TestSession {
    async fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), records: Records::in_memory().await.unwrap() }
    }

    async fn signer(&self, variables: &[(&str, &str)]) -> Signer {
        let mut config = Config::read(|name| {
            let (_, value) = variables.iter().find(|(variable, _)| *variable == name)?;
            Some((*value).to_owned())
        })
        .unwrap();
        config.data_dir = self.folder.path().to_owned();
        Signer::open(&config, &self.records).await.unwrap()
    }
}

/// Signed with the current key of `signer`, whatever the value is.
fn signed(signer: &Signer, name: &str, value: &str) -> HeaderMap {
    let cookie = Cookie::new(name.to_owned(), value.to_owned());
    let jar = SignedCookieJar::new(signer.0.keys[0].clone()).add(cookie);
    let mut headers = HeaderMap::new();
    let set = jar.into_response().headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    headers.insert(header::COOKIE, set.split(';').next().unwrap().parse().unwrap());
    headers
}

/// The cookies set in response to a request with `headers`.
async fn visit(signer: &Signer, headers: HeaderMap) -> Vec<String> {
    use tower::ServiceExt;

    let with_session = axum::middleware::from_fn_with_state(signer.clone(), with_session);
    let routes = axum::Router::new().fallback(|| async {}).layer(with_session);
    let mut request = Request::new(axum::body::Body::empty());
    *request.headers_mut() = headers;
    let answer = routes.oneshot(request).await.unwrap();
    let set = answer.headers().get_all(header::SET_COOKIE).iter();
    set.map(|cookie| cookie.to_str().unwrap().to_owned()).collect()
}

fn sent_back(set: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, set.split(';').next().unwrap().parse().unwrap());
    headers
}

#[tokio::test]
async fn a_session_of_an_earlier_version_is_taken_over() {
    let signer = TestSession::new().await.signer(&[]).await;
    let earlier = signed(&signer, "easel_session", "0123");
    assert_eq!(signer.session(&earlier), Some(SessionId::new("0123")));
    let [new, removed] = visit(&signer, earlier).await.try_into().unwrap();
    assert!(new.starts_with(&signer.0.name) && removed.starts_with("easel_session=;"));
    assert_eq!(signer.session(&sent_back(&new)), Some(SessionId::new("0123")));
    assert!(visit(&signer, sent_back(&new)).await.is_empty());
}

#[tokio::test]
async fn a_cookie_is_renewed_long_before_it_ends() {
    let signer = TestSession::new().await.signer(&[]).await;
    let aged = |days: i64| {
        let issued_s = now_ms() / 1000 - days * DAY_S;
        signed(&signer, &signer.0.name, &format!("0123.{issued_s}"))
    };
    assert!(visit(&signer, aged(29)).await.is_empty());
    let [renewed] = visit(&signer, aged(31)).await.try_into().unwrap();
    assert_eq!(signer.session(&sent_back(&renewed)), Some(SessionId::new("0123")));
    assert!(signer.session(&aged(399)).is_some());
    assert_eq!(signer.session(&aged(401)), None);
}

#[tokio::test]
async fn at_the_public_address_only_tls_carries_the_cookie() {
    let place = TestSession::new().await;
    let plain = place.signer(&[]).await;
    let signer = place.signer(&[("EASEL_PUBLIC_URL", "https://easel.example")]).await;
    let at = |mut headers: HeaderMap, host: &'static str| {
        headers.insert(header::HOST, HeaderValue::from_static(host));
        headers
    };
    let [set] = visit(&signer, at(HeaderMap::new(), "Easel.example")).await.try_into().unwrap();
    assert!(set.starts_with("__Host-easel_") && set.contains("; Secure"), "{set}");
    assert!(set.contains("Path=/") && !set.contains("Domain"), "{set}");
    // On this machine there is no TLS.
    let [local] = visit(&signer, at(HeaderMap::new(), "127.0.0.1:3000")).await.try_into().unwrap();
    assert!(local.starts_with("easel_") && !local.contains("Secure"), "{local}");
    // From before there was a public URL.
    let before = signed(&plain, &plain.0.name, &format!("0123.{}", now_ms() / 1000));
    let [taken_over] = visit(&signer, at(before, "easel.example")).await.try_into().unwrap();
    assert_eq!(signer.session(&sent_back(&taken_over)), Some(SessionId::new("0123")));
}

#[tokio::test]
async fn two_easels_on_one_host_keep_apart() {
    let (one, other) =
        (TestSession::new().await.signer(&[]).await, TestSession::new().await.signer(&[]).await);
    assert_ne!(one.0.name, other.0.name);
    let [set] = visit(&one, HeaderMap::new()).await.try_into().unwrap();
    assert_eq!(other.session(&sent_back(&set)), None);
    // A cookie that this installation cannot verify stays for the other one.
    let earlier = signed(&one, "easel_session", "0123");
    assert!(visit(&other, earlier).await.iter().all(|set| !set.starts_with("easel_session")));
}

#[tokio::test]
async fn a_session_that_was_ended_is_worth_nothing() {
    let place = TestSession::new().await;
    let (signer, elsewhere) = (place.signer(&[]).await, place.signer(&[]).await);
    let [set] = visit(&signer, HeaderMap::new()).await.try_into().unwrap();
    let session = signer.session(&sent_back(&set)).unwrap();
    place.records.add_upload(&session, "0", "image/png", 1, 0).await.unwrap();
    signer.end(&session).await.unwrap();
    assert_eq!(signer.session(&sent_back(&set)), None);
    let [another] = visit(&signer, sent_back(&set)).await.try_into().unwrap();
    assert_ne!(signer.session(&sent_back(&another)), Some(session));
    // Another server on the same database, once it has looked, and the next one at its start.
    elsewhere.look_for_ended().await.unwrap();
    assert_eq!(elsewhere.session(&sent_back(&set)), None);
    assert_eq!(place.signer(&[]).await.session(&sent_back(&set)), None);
}

#[tokio::test]
async fn a_new_key_takes_over_what_the_old_one_signed() {
    let place = TestSession::new().await;
    let [set] = visit(&place.signer(&[]).await, HeaderMap::new()).await.try_into().unwrap();
    let session = place.signer(&[]).await.session(&sent_back(&set));
    let secret = "s".repeat(32);
    let rotated = place.signer(&[("EASEL_SECRET", &secret)]).await;
    assert_eq!(rotated.session(&sent_back(&set)), session);
    let [renewed] = visit(&rotated, sent_back(&set)).await.try_into().unwrap();
    assert_eq!(rotated.session(&sent_back(&renewed)), session);
    assert!(visit(&rotated, sent_back(&renewed)).await.is_empty());
}
