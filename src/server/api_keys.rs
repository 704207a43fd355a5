//! API keys: how they are made, and who makes a request with a key or without one.

mod credentials;
#[cfg(test)]
mod tests;

use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use axum::http::request::Parts;
use rand::{Rng, distr::Alphanumeric};
use sha2::{Digest, Sha256};

use self::credentials::{is_of_this_machine, key_in};
use super::{
    access::Caller,
    clock::now_ms,
    config::{Access, Config},
    redact::turns_text,
    roles::caller_of,
    store::{AddedKey, ApiKey, Records, Scope, SessionId, StoreError},
};
use crate::generation::is_blank;

/// The prefix of every key.
const PREFIX: &str = "sk-easel-";

/// The letters and digits of a key: as much entropy as 32 random bytes.
const LETTERS: usize = 43;

const ENDING: usize = 4;

/// The longest name of a key, in Unicode scalar values.
const MAX_NAME_LENGTH: usize = 100;

/// The longest key that is looked up.
const MAX_KEY_LENGTH: usize = 512;

const MINUTE_MS: i64 = 60_000;

/// The caller of an API request, with the gallery of its results.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiCaller {
    /// The key's id in the database; not the key.
    pub key: String,
    pub session: SessionId,
    pub scope: Scope,
    /// The permissions of the key's owner; a key without an owner is the operator's.
    pub caller: Caller,
}

/// Why a request is not authenticated.
#[derive(Debug)]
pub enum Unknown {
    /// There is no key, and one is required.
    NoKey,
    WrongKey,
    Store(StoreError),
}

impl From<StoreError> for Unknown {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// How many more requests a key has in this minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub limit: u32,
    pub remaining: u32,
    pub reset_seconds: u32,
}

/// Why a request is not counted, and must not start anything.
#[derive(Debug)]
pub enum Uncounted {
    /// The key has reached its limit of this minute.
    TooMany(Rate),
    Store(StoreError),
}

/// Keeps API keys and looks them up. Cheap to clone.
#[derive(Clone)]
pub struct ApiKeys(Arc<Inner>);

struct Inner {
    records: Records,
    /// The digest of the key in the environment.
    configured: Option<String>,
    keyless: bool,
    access: Access,
}

/// Creates a key of this name. The returned text is the key itself, which is stored nowhere.
pub fn new_key(name: &str, scope: Scope) -> (ApiKey, String) {
    let letters = rand::rng().sample_iter(Alphanumeric).take(LETTERS).map(char::from);
    let text: String = PREFIX.chars().chain(letters).collect();
    let key = ApiKey {
        id: uuid::Uuid::now_v7().to_string(),
        name: name.to_owned(),
        digest: digest(&text),
        ending: text[text.len() - ENDING..].to_owned(),
        session: SessionId::new(fresh_gallery()),
        scope,
        created_ms: now_ms(),
        used_ms: None,
        revoked_ms: None,
    };
    (key, text)
}

/// A valid name of a key or a person, without surrounding white space: something of it is seen, and
/// it does not turn the text around it.
pub fn checked_name(text: &str) -> Option<String> {
    let text = text.trim();
    let is_right = !is_blank(text)
        && text.chars().count() <= MAX_NAME_LENGTH
        && !text.contains(|letter: char| letter.is_control() || turns_text(letter));
    is_right.then(|| text.to_owned())
}

/// The date of a time, in UTC.
pub fn day(at_ms: i64) -> String {
    let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(at_ms).unwrap_or(0));
    let text = humantime::format_rfc3339_seconds(at).to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}

impl ApiKeys {
    pub fn new(config: &Config, access: Access, records: Records) -> Self {
        Self(Arc::new(Inner {
            records,
            configured: config.engine.key.as_ref().map(|key| digest(key.expose())),
            // Where other people have access to the page, a proxy may forward their requests to
            // this machine.
            access,
            keyless: config.engine.keyless && access == Access::Local,
        }))
    }

    /// The caller of this request.
    ///
    /// # Errors
    ///
    /// When the request is not authenticated.
    pub async fn caller(&self, head: &Parts) -> Result<ApiCaller, Unknown> {
        match key_in(&head.headers) {
            Some(key) => self.holder(&key).await,
            None if self.0.keyless && is_of_this_machine(head) => self.gallery("local tools").await,
            None => Err(Unknown::NoKey),
        }
    }

    async fn holder(&self, key: &str) -> Result<ApiCaller, Unknown> {
        if key.len() > MAX_KEY_LENGTH {
            return Err(Unknown::WrongKey);
        }
        let digest = digest(key);
        if self.0.configured.as_ref() == Some(&digest) {
            return self.gallery("configured key").await;
        }
        let records = &self.0.records;
        let key = records.api_key(&digest).await?.ok_or(Unknown::WrongKey)?;
        if let Err(error) = records.note_api_key(&key, now_ms()).await {
            tracing::warn!(%error, "the use of a key could not be noted");
        }
        let mut caller = Caller::Operator;
        let mut scope = key.scope;
        if self.0.access.knows_names()
            && let Some(person) = records.person_with_gallery(&key.session).await?
        {
            caller = caller_of(person.role);
            scope.read_only |= !caller.may_make();
        }
        Ok(ApiCaller { key: key.id, session: key.session, scope, caller })
    }

    /// A caller that needs no row in the keys table.
    async fn gallery(&self, name: &str) -> Result<ApiCaller, Unknown> {
        let session = self.0.records.gallery_named(name, &fresh_gallery()).await?;
        Ok(ApiCaller {
            key: name.to_owned(),
            session,
            scope: Scope::default(),
            caller: Caller::Operator,
        })
    }

    /// Keeps a new key.
    pub async fn add(&self, key: &ApiKey) -> Result<AddedKey, StoreError> {
        self.0.records.add_api_key(key).await
    }

    /// Those that count, the newest first: of this gallery where one is named, of all where none is.
    pub async fn list(&self, only: Option<&SessionId>) -> Result<Vec<ApiKey>, StoreError> {
        let mut keys = self.0.records.api_keys(only).await?;
        keys.retain(|key| key.revoked_ms.is_none());
        Ok(keys)
    }

    /// Revokes the key of this name, only in the gallery `only` if given. False when there is no
    /// such valid key.
    pub async fn revoke(
        &self,
        id: &str,
        only: Option<&SessionId>,
        now_ms: i64,
    ) -> Result<Option<String>, StoreError> {
        self.0.records.revoke_api_key(id, only, now_ms).await
    }

    /// The model that `key` chose last.
    pub async fn chosen_model(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.0.records.chosen_model(key).await
    }

    /// Makes this the model of `key` for requests that name none.
    pub async fn choose_model(&self, key: &str, model: &str) -> Result<(), StoreError> {
        self.0.records.choose_model(key, model).await
    }

    /// Counts a request that starts something, together with all servers of this database. Returns
    /// the rate where the key has a limit.
    ///
    /// # Errors
    ///
    /// When it exceeds the limit of this minute, or when that cannot be found out.
    pub async fn count(&self, caller: &ApiCaller) -> Result<Option<Rate>, Uncounted> {
        let Some(limit) = caller.scope.per_minute else { return Ok(None) };
        let now_ms = now_ms();
        let minute = now_ms.div_euclid(MINUTE_MS);
        let name = format!("API key {}", caller.key);
        let counted = self.0.records.count_in_minute(minute, &name, limit).await;
        let left_ms = MINUTE_MS - now_ms.rem_euclid(MINUTE_MS);
        let reset_seconds = u32::try_from(left_ms / 1000 + 1).unwrap_or(60);
        match counted.map_err(Uncounted::Store)? {
            Some(asked) => {
                Ok(Some(Rate { limit, remaining: limit.saturating_sub(asked), reset_seconds }))
            }
            None => Err(Uncounted::TooMany(Rate { limit, remaining: 0, reset_seconds })),
        }
    }
}

/// 128 random bits, in hex, like a browser's session.
pub fn fresh_gallery() -> String {
    format!("{:032x}", rand::random::<u128>())
}

fn digest(key: &str) -> String {
    format!("{:x}", Sha256::digest(key))
}
