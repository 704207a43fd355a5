//! Rate limits for actions: starts, uploads, searches, changes. Reads are not counted. The limits
//! allow a hundred waiting generations, each of which calls again every 25 s, and a house full of
//! people behind one address.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use server_fn::error::FromServerFnError;

use super::{
    client_address::ClientAddress,
    limiter::{Limiter, Rate},
    router::{status_of, when_again},
    session::IsNew,
    store::SessionId,
};
use crate::{
    app,
    error::GenerateError,
    generation::{Refusal, RefusalKind},
};

const OF_SESSION: Rate = Rate::per_second(10, 300);
const OF_ADDRESS: Rate = Rate::per_second(40, 1_200);

/// This machine's requests are its owner's, and those of all people behind a proxy that is not
/// configured.
const OF_OWN_MACHINE: Rate = Rate::per_second(400, 12_000);

/// Counts recent requests. Cheap to clone.
#[derive(Clone)]
pub struct RateLimits(Arc<Inner>);

struct Inner {
    sessions: Limiter<SessionId>,
    addresses: Limiter<ClientAddress>,
    own_machine: Limiter<()>,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self(Arc::new(Inner {
            sessions: Limiter::new(OF_SESSION),
            addresses: Limiter::new(OF_ADDRESS),
            own_machine: Limiter::new(OF_OWN_MACHINE),
        }))
    }
}

impl RateLimits {
    /// Counts a request. A request without a session counts only for its address: a new cookie
    /// brings no new allowance.
    ///
    /// # Errors
    ///
    /// How long it will be until there is room for another.
    pub fn check(
        &self,
        session: Option<&SessionId>,
        address: ClientAddress,
    ) -> Result<(), Duration> {
        if let Some(session) = session {
            self.0.sessions.check(session)?;
        }
        match address.is_local() {
            true => self.0.own_machine.check(&()),
            false => self.0.addresses.check(&address),
        }
    }
}

/// Refuses requests above the limit, before anything is done and before a body is read.
pub async fn limit(State(limits): State<RateLimits>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let extensions = request.extensions();
    let is_known = extensions.get::<IsNew>().is_none();
    let session = extensions.get::<SessionId>().filter(|_| is_known);
    match limits.check(session, ClientAddress::of(extensions)) {
        Ok(()) => next.run(request).await,
        Err(wait) => refusal(request.uri().path(), wait),
    }
}

fn refusal(path: &str, wait: Duration) -> Response {
    let error = GenerateError::TooManyRequests {
        retry_after_seconds: u32::try_from(wait.as_secs() + 1).ok(),
        detail: "Too many requests came at once from this browser or address.".to_owned(),
    };
    // The page parses the responses of server functions by type.
    let is_typed = path.starts_with("/api/") && path != "/api/uploads";
    if is_typed {
        let status: StatusCode = status_of(&error);
        let refusal = Refusal { kind: RefusalKind::TooOften, ..app::refusal(&error) };
        return (status, when_again(&error), refusal.ser()).into_response();
    }
    error.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> ClientAddress {
        ClientAddress::new([192, 0, 2, last].into())
    }

    /// How many of up to 20,000 consecutive requests pass.
    fn taken(mut check: impl FnMut() -> Result<(), Duration>) -> usize {
        (0..20_000).take_while(|_| check().is_ok()).count()
    }

    /// Whether one of a few requests is refused; one may pass if it was delayed.
    fn is_refused(
        limits: &RateLimits,
        session: Option<&SessionId>,
        address: ClientAddress,
    ) -> bool {
        (0..20).any(|_| limits.check(session, address).is_err())
    }

    #[test]
    fn a_browser_may_ask_so_often_and_another_still_may() {
        let limits = RateLimits::default();
        let (one, other) = (SessionId::new("one"), SessionId::new("other"));
        // Some allowance returns while they are counted.
        let asked = taken(|| limits.check(Some(&one), address(1)));
        assert!((300..400).contains(&asked), "{asked}");
        assert!(is_refused(&limits, Some(&one), address(2)));
        assert!(!is_refused(&limits, Some(&other), address(1)));
    }

    #[test]
    fn a_new_cookie_is_no_new_allowance() {
        let limits = RateLimits::default();
        let mut number = 0;
        let asked = taken(|| {
            number += 1;
            limits.check(Some(&SessionId::new(number.to_string())), address(1))
        });
        assert!((1_200..2_000).contains(&asked), "{asked}");
        assert!(is_refused(&limits, None, address(1)));
        assert!(!is_refused(&limits, None, address(2)));
    }

    #[test]
    fn through_this_machine_come_many() {
        let limits = RateLimits::default();
        let here = ClientAddress::new([127, 0, 0, 1].into());
        assert!((12_000..20_000).contains(&taken(|| limits.check(None, here))));
    }
}
