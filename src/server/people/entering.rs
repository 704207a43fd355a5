//! Identifies the person of a request, where people have names.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{Extensions, HeaderMap},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{NotIn, People, digest_of, folded, somebody::somebody};
use crate::server::{
    access::{Caller, caller_behind},
    api_keys::checked_name,
    clock::now_ms,
    config::Access,
    roles::caller_of,
    session::IsNew,
    store::{Deed, Person, Role, SessionId, StoreError},
};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// A browser that was not used for this long is signed out.
const UNUSED_MS: i64 = 90 * 24 * HOUR_MS;

/// The person who is signed in. A layer adds it to every request of a person with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub person: Person,
    /// The digest of the browser's session; `None` where a proxy identifies the person.
    pub browser: Option<String>,
}

/// Identifies the person of a request. Later layers see the person's gallery instead of the
/// browser's own session.
pub async fn with_person(
    State(people): State<People>,
    mut request: Request,
    next: Next,
) -> Response {
    let signed = match people.signed(request.extensions(), request.headers()).await {
        Ok(signed) => signed,
        Err(error) => return error.into_response(),
    };
    if let Some(signed) = signed {
        let extensions = request.extensions_mut();
        extensions.remove::<IsNew>();
        extensions.insert(signed.person.gallery.clone());
        if let Some(caller) = people.caller_as(&signed.person) {
            extensions.insert(caller);
        }
        extensions.insert(signed);
    }
    next.run(request).await
}

impl People {
    pub fn access(&self) -> Access {
        self.0.access
    }

    /// The present permissions of the owner of this gallery, for work without a request: a removed
    /// person may do nothing any more.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn caller_with(&self, gallery: &SessionId) -> Result<Caller, StoreError> {
        let nobody_known = caller_behind(self.0.access);
        if !self.0.access.knows_names() {
            return Ok(nobody_known);
        }
        let person = self.0.records.person_with_gallery(gallery).await?;
        Ok(person.and_then(|person| self.caller_as(&person)).unwrap_or(nobody_known))
    }

    /// What somebody with a name may do, where that is something else than what anybody may.
    fn caller_as(&self, person: &Person) -> Option<Caller> {
        match (self.0.access, person.role) {
            (Access::Local, _) => None,
            // Signed out they could do more.
            (Access::Open, Role::Viewer) => None,
            (_, role) => Some(caller_of(role)),
        }
    }

    async fn signed(
        &self,
        extensions: &Extensions,
        headers: &HeaderMap,
    ) -> Result<Option<Signed>, StoreError> {
        let is_new = extensions.get::<IsNew>().is_some();
        let session = extensions.get::<SessionId>().filter(|_| !is_new);
        match self.0.access {
            Access::Proxy => match self.named_by_proxy(extensions, headers) {
                Some(name) => {
                    let person = self.of_proxy(name, session).await?;
                    Ok(person.map(|person| Signed { person, browser: None }))
                }
                None => Ok(None),
            },
            Access::People | Access::Open => self.at(session).await,
            // Their galleries stay theirs.
            Access::Local if self.0.are_there => self.at(session).await,
            Access::Local => Ok(None),
        }
    }

    /// The person who is signed in with a browser.
    async fn at(&self, session: Option<&SessionId>) -> Result<Option<Signed>, StoreError> {
        let Some(session) = session else { return Ok(None) };
        let (digest, now_ms) = (digest_of(session.as_str()), now_ms());
        let (records, since_ms) = (&self.0.records, now_ms - UNUSED_MS);
        let Some((person, browser)) = records.person_at(&digest, since_ms).await? else {
            return Ok(None);
        };
        if now_ms - browser.used_ms >= HOUR_MS {
            records.note_browser(&digest, now_ms, since_ms).await?;
        }
        Ok(Some(Signed { person, browser: Some(digest) }))
    }

    /// The name that a trusted proxy gives. A client that does not come through the proxy may write
    /// anything in the header, and so may a client of a proxy that only appends to it.
    fn named_by_proxy(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<String> {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>()?;
        if !self.0.proxies.contains(peer.0.ip()) {
            return None;
        }
        let mut names = headers.get_all(self.0.header.as_ref()?).iter();
        let (Some(name), None) = (names.next(), names.next()) else { return None };
        checked_name(std::str::from_utf8(name.as_bytes()).ok()?)
    }

    /// The person whom the proxy names, who gets a gallery at the first visit.
    async fn of_proxy(
        &self,
        name: String,
        session: Option<&SessionId>,
    ) -> Result<Option<Person>, StoreError> {
        let (records, name_as_kept) = (&self.0.records, folded(&name));
        if let Some(person) = records.person_named(&name_as_kept).await? {
            let is_theirs = person.name == name;
            if !is_theirs {
                tracing::warn!(
                    kept = person.name,
                    "the proxy names somebody whose name looks like one that is there, and is another"
                );
            }
            return Ok(Some(person).filter(|_| is_theirs));
        }
        if records.is_kept_out(&name_as_kept).await? {
            return Ok(None);
        }
        let person = somebody(name.clone(), Role::Maker, None);
        if records.add_person(&person).await? {
            self.adopt(session, &person).await?;
            self.0.happened.by_name(&person.name, Deed::CameIn, "").await;
        }
        // Another request may have been first.
        let person = records.person_named(&name_as_kept).await?;
        Ok(person.filter(|person| person.name == name))
    }

    /// Logs why a person cannot sign in, but never what they typed.
    pub fn note(error: &NotIn) {
        match error {
            NotIn::Wrong => tracing::info!("a wrong name or password was tried"),
            NotIn::TooSoon { .. } => tracing::warn!("passwords are tried too often"),
            NotIn::Store(error) => tracing::warn!(%error, "nobody can sign in"),
            _ => {}
        }
    }
}
