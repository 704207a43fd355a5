//! Whose browser it is: a random name in a signed cookie, nothing else.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::cookie::{Cookie, Key, SameSite, SignedCookieJar};
use rand::RngCore;

use super::store::{Records, SessionId, StoreError};

const COOKIE: &str = "easel_session";

/// As long as browsers keep a cookie.
const MAX_AGE_DAYS: i64 = 400;

/// Signs and checks session cookies. The key is kept with the data, so that a restart, or another
/// process on the same data, knows everybody again.
#[derive(Clone)]
pub struct Signer(Key);

impl Signer {
    pub async fn new(records: &Records) -> Result<Self, StoreError> {
        let mut fresh = [0; 64];
        rand::rng().fill_bytes(&mut fresh);
        let key = records.signing_key(fresh).await?;
        Ok(Self(Key::from(&key)))
    }

    /// The session that the request's cookie names, if its signature is ours.
    pub fn session(&self, headers: &HeaderMap) -> Option<SessionId> {
        let jar = SignedCookieJar::from_headers(headers, self.0.clone());
        jar.get(COOKIE).map(|cookie| SessionId::new(cookie.value()))
    }

    fn set_cookie(&self, session: &SessionId) -> Option<HeaderValue> {
        let cookie = Cookie::build((COOKIE, session.as_str().to_owned()))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(time::Duration::days(MAX_AGE_DAYS))
            .build();
        let jar = SignedCookieJar::new(self.0.clone()).add(cookie);
        let response = axum::response::IntoResponse::into_response(jar);
        response.headers().get(header::SET_COOKIE).cloned()
    }
}

/// Marks a request that came without a session.
#[derive(Clone, Copy, Debug)]
pub struct IsNew;

/// Gives every browser a session and tells the handlers which it is.
pub async fn with_session(
    State(signer): State<Signer>,
    mut request: Request,
    next: Next,
) -> Response {
    let known = signer.session(request.headers());
    let session = known.clone().unwrap_or_else(new_session);
    request.extensions_mut().insert(session.clone());
    if known.is_none() {
        request.extensions_mut().insert(IsNew);
    }
    let mut response = next.run(request).await;
    if known.is_none()
        && let Some(cookie) = signer.set_cookie(&session)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// 128 random bits, in hex.
fn new_session() -> SessionId {
    SessionId::new(format!("{:032x}", rand::random::<u128>()))
}
