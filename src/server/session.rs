//! Identifies browsers by a random name in a signed cookie, nothing else.

use std::{collections::HashSet, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, Key, SameSite, SignedCookieJar};
use hmac::{Hmac, Mac};
use parking_lot::RwLock;
use sha2::Sha256;

use super::{
    clock::now_ms,
    config::Config,
    drafts::DraftKey,
    keys::signing_keys,
    store::{Records, SessionId, StoreError},
};

/// The prefix of all Easel cookie names: of this installation, of others on this host, and of
/// earlier versions, which were called `easel_session`.
const NAME_PREFIX: &str = "easel_";

/// Browsers restrict a cookie with this prefix to the exact host that set it over TLS.
const HOST_PREFIX: &str = "__Host-";

const DAY_S: i64 = 24 * 60 * 60;
/// As long as browsers keep a cookie.
const MAX_AGE_S: i64 = 400 * DAY_S;
/// A cookie in use is renewed after this time, so that only unused ones expire.
const RENEW_AFTER_S: i64 = 30 * DAY_S;

/// How soon the other servers on the same database learn that a session was ended.
const POLL_INTERVAL: Duration = Duration::from_secs(10);

/// Signs and verifies session cookies. The keys are stored with the data, so that after a restart,
/// or in another process on the same data, cookies stay valid. Cheap to clone.
#[derive(Clone)]
pub struct Signer(Arc<Inner>);

struct Inner {
    /// Never empty.
    keys: Vec<Key>,
    /// Two installations on one host, at two ports, receive each other's cookies; with the same
    /// name they would replace each other's.
    name: String,
    /// The host that everybody reaches over TLS.
    public_host: Option<String>,
    ended: RwLock<HashSet<SessionId>>,
    records: Records,
}

/// The contents of a cookie.
struct Known {
    session: SessionId,
    /// Unix time in seconds.
    issued_s: i64,
    name: String,
    /// Signed with the current key.
    is_fresh: bool,
}

impl Signer {
    /// # Errors
    ///
    /// When the keys cannot be read or stored.
    pub async fn open(config: &Config, records: &Records) -> Result<Self, StoreError> {
        let keys = signing_keys(config, records).await?;
        let instance = records.instance(&format!("{:08x}", rand::random::<u32>())).await?;
        let public = config.public_url.as_ref().filter(|url| url.scheme() == "https");
        let signer = Self(Arc::new(Inner {
            keys,
            name: format!("{NAME_PREFIX}{instance}"),
            public_host: public.and_then(|url| url.host_str()).map(str::to_owned),
            ended: RwLock::default(),
            records: records.clone(),
        }));
        signer.look_for_ended().await?;
        Ok(signer)
    }

    /// The session in the request's cookie, if its signature is valid and it was not ended.
    pub fn session(&self, headers: &HeaderMap) -> Option<SessionId> {
        self.known(headers).map(|known| known.session)
    }

    /// Ends the session on all servers. Its generations stay, but nobody sees them any more.
    ///
    /// # Errors
    ///
    /// When that could not be stored: the session continues.
    pub async fn end(&self, session: &SessionId) -> Result<(), StoreError> {
        if self.0.records.end_session(session, now_ms()).await? {
            self.0.ended.write().insert(session.clone());
        }
        Ok(())
    }

    /// Reads sessions that other servers ended, until the future is dropped.
    pub async fn follow(self) {
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            if let Err(error) = self.look_for_ended().await {
                tracing::warn!(%error, "ended sessions could not be looked for");
            }
        }
    }

    /// A pseudonym that reveals nothing about `text`, and stays the same while the key does.
    pub fn pseudonym(&self, text: &str) -> String {
        let mut hmac = Hmac::<Sha256>::new_from_slice(self.0.keys[0].signing())
            .expect("a key of any length will do");
        hmac.update(text.as_bytes());
        let digest = hmac.finalize().into_bytes();
        digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The keys that identify drafts, the current one first.
    pub fn draft_key(&self) -> DraftKey {
        DraftKey::new(self.0.keys.iter().map(|key| key.signing().to_vec()))
    }

    async fn look_for_ended(&self) -> Result<(), StoreError> {
        let ended = self.0.records.ended_sessions().await?;
        *self.0.ended.write() = ended;
        Ok(())
    }

    fn has_ended(&self, session: &SessionId) -> bool {
        self.0.ended.read().contains(session)
    }

    fn known(&self, headers: &HeaderMap) -> Option<Known> {
        let now_s = now_ms() / 1000;
        self.ours(headers).into_iter().find_map(|(cookie, is_fresh)| {
            let value = cookie.value();
            // Cookies of earlier versions do not contain their time.
            let (session, issued) = value.split_once('.').unwrap_or((value, "0"));
            let issued_s = issued.parse().unwrap_or(0);
            let is_over = issued_s > 0 && now_s - issued_s > MAX_AGE_S;
            let session = SessionId::new(session);
            let counts = !is_over && !self.has_ended(&session);
            let name = cookie.name().to_owned();
            counts.then_some(Known { session, issued_s, name, is_fresh })
        })
    }

    /// The cookies with a valid signature, and whether it is by the current key.
    fn ours(&self, headers: &HeaderMap) -> Vec<(Cookie<'static>, bool)> {
        let names = self.names_in(headers);
        let mut ours = Vec::new();
        for (index, key) in self.0.keys.iter().enumerate().filter(|_| !names.is_empty()) {
            let jar = SignedCookieJar::from_headers(headers, key.clone());
            ours.extend(names.iter().filter_map(|name| Some((jar.get(name)?, index == 0))));
        }
        ours
    }

    /// The names that a session cookie may have in `headers`, the likeliest first. Only the
    /// signature proves that it is Easel's.
    fn names_in(&self, headers: &HeaderMap) -> Vec<String> {
        let is_meant =
            |name: &&str| name.strip_prefix(HOST_PREFIX).unwrap_or(name).starts_with(NAME_PREFIX);
        let jar = CookieJar::from_headers(headers);
        let names = jar.iter().map(Cookie::name).filter(is_meant);
        let mut names: Vec<_> = names.map(str::to_owned).collect();
        names.sort_by_key(|name| !self.is_current(name));
        names
    }

    fn is_current(&self, name: &str) -> bool {
        name.strip_prefix(HOST_PREFIX).unwrap_or(name) == self.0.name
    }

    /// The name of the cookie for the host in `headers`.
    fn name_at(&self, headers: &HeaderMap) -> String {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.and_then(|host| host.parse::<Authority>().ok());
        let is_public = host.is_some_and(|host| {
            let public = self.0.public_host.as_deref();
            public.is_some_and(|public| public.eq_ignore_ascii_case(host.host()))
        });
        format!("{}{}", if is_public { HOST_PREFIX } else { "" }, self.0.name)
    }

    /// Removes Easel's cookies in `headers` from the browser.
    pub fn take_away(&self, headers: &HeaderMap) -> Vec<HeaderValue> {
        self.ours(headers).iter().filter_map(|(cookie, _)| removal(cookie.name())).collect()
    }

    /// The cookie with `session` for the host in `headers`.
    pub fn cookie_of(&self, headers: &HeaderMap, session: &SessionId) -> Option<HeaderValue> {
        self.cookie(self.name_at(headers), session)
    }

    fn cookie(&self, name: String, session: &SessionId) -> Option<HeaderValue> {
        let is_secure = name.starts_with(HOST_PREFIX);
        let value = format!("{}.{}", session.as_str(), now_ms() / 1000);
        let cookie = Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .secure(is_secure)
            .same_site(SameSite::Lax)
            .max_age(time::Duration::seconds(MAX_AGE_S))
            .build();
        let jar = SignedCookieJar::new(self.0.keys[0].clone()).add(cookie);
        jar.into_response().headers().get(header::SET_COOKIE).cloned()
    }
}

/// Marks a request that came without a session.
#[derive(Clone, Copy, Debug)]
pub struct IsNew;

/// Gives every browser a session and passes it to the handlers.
pub async fn with_session(
    State(signer): State<Signer>,
    mut request: Request,
    next: Next,
) -> Response {
    let known = signer.known(request.headers());
    let name = signer.name_at(request.headers());
    let session = known.as_ref().map_or_else(new_session, |known| known.session.clone());
    request.extensions_mut().insert(session.clone());
    if known.is_none() {
        request.extensions_mut().insert(IsNew);
    }
    let mut response = next.run(request).await;
    let is_current = known.as_ref().is_some_and(|known| {
        let age_s = now_ms() / 1000 - known.issued_s;
        known.name == name && known.is_fresh && age_s < RENEW_AFTER_S
    });
    // A handler that sets a cookie has just ended the session.
    if is_current || response.headers().contains_key(header::SET_COOKIE) {
        return response;
    }
    let headers = response.headers_mut();
    headers.extend(signer.cookie(name, &session).map(|cookie| (header::SET_COOKIE, cookie)));
    if let Some(known) = known.filter(|known| !signer.is_current(&known.name)) {
        headers.extend(removal(&known.name).map(|cookie| (header::SET_COOKIE, cookie)));
    }
    response
}

fn removal(name: &str) -> Option<HeaderValue> {
    let secure = if name.starts_with(HOST_PREFIX) { "; Secure" } else { "" };
    format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}").parse().ok()
}

/// 128 random bits, in hex.
fn new_session() -> SessionId {
    SessionId::new(format!("{:032x}", rand::random::<u128>()))
}

#[cfg(test)]
mod tests;
