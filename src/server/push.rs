//! Web Push (RFC 8030): tells people whose pages are closed that something of theirs has ended.
//!
//! The process that writes an end down sends the messages, to every browser of the person that was
//! switched on, unless a page of theirs is shown somewhere: then that page tells it. Messages are
//! encrypted for the browser (RFC 8291) and signed by this installation (RFC 8292). A message that
//! cannot be delivered is given up after a few tries: the picture is in the gallery either way.

mod encryption;
mod pages;
mod sending;
mod signing;

use std::sync::Arc;

use tokio::sync::OnceCell;
use url::Url;

pub use self::pages::ShownPage;
use self::{encryption::Recipient, pages::Pages, signing::PushKey};
use super::{
    clock::now_ms,
    config::{Config, Secret},
    outbound::guard::Guard,
    store::{PushBrowser, Records, SessionId, StoreError},
};
use crate::language::Language;

/// The longest address of a browser, in bytes. Those of the push services have up to 600.
const MAX_ENDPOINT: usize = 2_000;

/// Web Push of this installation. Cheap to clone.
#[derive(Clone)]
pub struct Push(Arc<Inner>);

struct Inner {
    config: Arc<Config>,
    records: Records,
    guard: Guard,
    pages: Pages,
    key: OnceCell<PushKey>,
}

/// A guard for push services: they are on the public internet, and an origin that an operator lists
/// for models is none of them.
pub fn public_only(config: &Config) -> Guard {
    Guard::through(config.proxy.clone(), [])
}

impl Push {
    /// Messages go out through `guard`.
    pub fn new(config: Arc<Config>, records: Records, guard: Guard) -> Self {
        let (pages, key) = (Pages::default(), OnceCell::new());
        Self(Arc::new(Inner { config, records, guard, pages, key }))
    }

    /// Servers that share a database need the same secret to share a key.
    pub fn is_offered(&self) -> bool {
        !self.0.records.is_shared() || self.0.config.door.secret_key.is_some()
    }

    /// The key that browsers know this installation by, in base64url; made when it is first asked
    /// for. `None` where Web Push is not offered.
    ///
    /// # Errors
    ///
    /// When the database or the file of the seal cannot be used.
    pub async fn public_key(&self) -> Result<Option<String>, StoreError> {
        if !self.is_offered() {
            return Ok(None);
        }
        Ok(Some(self.key().await?.public.clone()))
    }

    async fn key(&self) -> Result<&PushKey, StoreError> {
        let Inner { config, records, key, .. } = &*self.0;
        key.get_or_try_init(|| PushKey::open(config, records)).await
    }

    /// Tells the browser at `endpoint` from now on what is made in `session`. `keys` are its public
    /// key and its secret, in base64url; `signed_in` is the digest of the browser's own session,
    /// where a person is signed in with it. False when it is no browser on the public internet.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn keep(
        &self,
        session: &SessionId,
        signed_in: Option<&str>,
        endpoint: String,
        (public_key, auth): (String, String),
    ) -> Result<bool, StoreError> {
        let is_possible = self.is_offered()
            && self.may_reach(&endpoint)
            && Recipient::of(&public_key, &auth).is_some_and(|recipient| recipient.is_usable());
        if !is_possible {
            return Ok(false);
        }
        let language = Language::current().tag().to_owned();
        let browser = PushBrowser { endpoint: Secret::new(endpoint), public_key, auth, language };
        self.0.records.keep_push_browser(session, signed_in, &browser, now_ms()).await?;
        Ok(true)
    }

    /// As far as the text of the address allows; its host is resolved when it is contacted.
    fn may_reach(&self, endpoint: &str) -> bool {
        let Ok(url) = endpoint.parse::<Url>() else { return false };
        endpoint.len() <= MAX_ENDPOINT
            && url.scheme() == "https"
            && self.0.guard.client_for(&url).is_ok()
    }

    /// Whether the browser at `endpoint` is told what is made in `session`.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn knows(&self, session: &SessionId, endpoint: String) -> Result<bool, StoreError> {
        self.0.records.is_pushed_to(session, &Secret::new(endpoint)).await
    }

    /// Tells the browser at `endpoint` nothing any more.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn forget(&self, session: &SessionId, endpoint: String) -> Result<(), StoreError> {
        self.0.records.forget_push_browser(session, &Secret::new(endpoint)).await
    }

    /// A page of `session` is shown until the answer is dropped.
    pub fn page_opens(&self, session: &SessionId) -> ShownPage {
        self.0.pages.open(session)
    }

    /// A page of `session`, which asks again and again, is shown.
    pub fn page_asks(&self, session: &SessionId) {
        self.0.pages.ask(session);
    }
}
