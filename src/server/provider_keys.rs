//! Provider keys that an owner enters in the page for all, and that people enter for themselves:
//! checked immediately, stored sealed, used from then on, and never shown again.

mod own;
mod reading;
mod seal;

use std::sync::Arc;

use parking_lot::RwLock;

pub(in crate::server) use self::seal::Seal;
use super::{
    budget::Budget,
    clock::now_ms,
    config::{Config, Key, Secret},
    limiter::{Limiter, Rate},
    owner_settings::OwnerSettings,
    provider::{Opening, OwnProviders, Registry},
    store::{Records, Signal, StoreError},
};
use crate::{
    error::GenerateError,
    generation::{Connection, ConnectionState, ProviderKind},
};

/// In bytes.
const MAX_KEY_LENGTH: usize = 512;
const MIN_KEY_LENGTH: usize = 8;

/// So many letters and digits in a row has every key that people bring, and no word that providers say:
/// what is kept is struck from everybody's texts.
const WORD_OF_A_KEY: usize = 16;

/// Keys that one person may have checked in a minute: nobody tries out here which of many are good.
const CHECKS_A_MINUTE: u32 = 6;

/// Knows the keys that were given. Cheap to clone.
#[derive(Clone)]
pub struct ProviderKeys(Arc<Inner>);

struct Inner {
    config: Arc<Config>,
    openings: Vec<Opening>,
    budget: Budget,
    registry: Registry,
    own: OwnProviders,
    settings: OwnerSettings,
    records: Records,
    /// Of keys of their own, by who has them checked.
    checks: Limiter<String>,
    /// The prefixes of those whose key is kept and cannot be opened.
    unreadable: RwLock<Vec<String>>,
}

/// Where the key of a provider comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// There is no key.
    Nowhere,
    /// The environment, in this variable.
    Configured(&'static str),
    /// It was entered in the page.
    Given,
    /// It was entered in the page, but sealed with another seal than the present one.
    Unreadable,
}

/// A provider, its connection, and where its key comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldKey {
    pub connection: Connection,
    pub held: KeySource,
}

/// The result of entering a key.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyOutcome {
    /// It is used from now on; with the provider's response.
    Kept(Connection),
    /// The provider does not accept it, and the earlier key stays.
    Refused(Connection),
    /// It cannot be a key.
    NoKey,
    /// The key in the environment takes precedence.
    Configured,
    /// Servers that share a database need the same seal.
    NoSeal,
    /// This person had too many checked just now.
    TooOften,
}

impl ProviderKeys {
    /// Unseals the stored keys, and passes them to the providers.
    ///
    /// # Errors
    ///
    /// When the database does not answer, or the file of the seal cannot be read.
    pub async fn open(
        config: Arc<Config>,
        (openings, budget): (&[Opening], Budget),
        registry: Registry,
        settings: OwnerSettings,
        records: Records,
    ) -> Result<Self, StoreError> {
        let (openings, unreadable) = (openings.to_vec(), RwLock::default());
        let own = OwnProviders::new(Arc::clone(&config), &openings, budget.clone());
        let checks = Limiter::new(Rate::per_minute(CHECKS_A_MINUTE));
        let inner = Inner {
            config,
            openings,
            budget,
            registry,
            own,
            settings,
            records,
            checks,
            unreadable,
        };
        let keys = Self(Arc::new(inner));
        keys.read().await?;
        Ok(keys)
    }

    /// The providers that use people's own keys.
    pub fn own_providers(&self) -> &OwnProviders {
        &self.0.own
    }

    /// The available providers that can have a key.
    pub fn all(&self) -> Vec<HeldKey> {
        let unreadable = self.0.unreadable.read().clone();
        let of_kind = |kind: ProviderKind| {
            let provider = self.0.registry.of_kind(kind)?;
            let (key, variable) = self.key_of(kind)?;
            let is_unreadable = unreadable.iter().any(|prefix| prefix == kind.prefix());
            let held = match key {
                key if key.is_configured() => KeySource::Configured(variable),
                key if key.is_set() => KeySource::Given,
                _ if is_unreadable => KeySource::Unreadable,
                _ => KeySource::Nowhere,
            };
            Some(HeldKey { connection: provider.connection(), held })
        };
        self.kinds().filter_map(of_kind).collect()
    }

    /// The providers that have a key of their own.
    fn kinds(&self) -> impl Iterator<Item = ProviderKind> {
        let takes_key = |opening: &&Opening| opening.key_place().is_some();
        self.0.openings.iter().filter(takes_key).map(|opening| opening.kind)
    }

    fn opening_of(&self, kind: ProviderKind) -> Option<&Opening> {
        self.0.openings.iter().find(|opening| opening.kind == kind)
    }

    /// The shared key of a provider, and the variable that may hold it; `None` where it takes none.
    fn key_of(&self, kind: ProviderKind) -> Option<(&Key, &'static str)> {
        (self.opening_of(kind)?.key_place()?.get)(&self.0.config)
    }

    /// Checks `text` at the provider, and uses it from now on unless the provider refuses it.
    ///
    /// # Errors
    ///
    /// When it cannot be stored; then it is not used either.
    pub async fn give(&self, kind: ProviderKind, text: &str) -> Result<KeyOutcome, StoreError> {
        let Some((key, _)) = self.key_of(kind) else { return Ok(KeyOutcome::NoKey) };
        if key.is_configured() {
            return Ok(KeyOutcome::Configured);
        }
        let Some(secret) = checked(text) else { return Ok(KeyOutcome::NoKey) };
        if self.has_no_seal() {
            return Ok(KeyOutcome::NoSeal);
        }
        if let Some(refused) = self.refused(kind, &secret).await {
            return Ok(KeyOutcome::Refused(refused));
        }
        let seal = Seal::make(&self.0.config)?;
        let sealed = seal.close(kind.prefix(), &secret).ok_or_else(|| {
            StoreError::Unusable("a key of a provider could not be sealed".to_owned())
        })?;
        self.0.records.keep_sealed_key(kind.prefix(), &sealed, now_ms()).await?;
        self.changed().await?;
        let provider = self.0.registry.of_kind(kind);
        Ok(match provider {
            Some(provider) => KeyOutcome::Kept(provider.check().await),
            None => KeyOutcome::NoKey,
        })
    }

    /// Removes a key that was entered. False when there was none.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn remove(&self, kind: ProviderKind) -> Result<bool, StoreError> {
        // This server stops using it immediately, even if the database fails.
        if let Some((key, _)) = self.key_of(kind) {
            key.give(None);
        }
        let is_removed = self.0.records.remove_sealed_key(kind.prefix()).await?;
        if is_removed {
            self.changed().await?;
        }
        Ok(is_removed)
    }

    /// Servers that share a database cannot share a file beside it.
    fn has_no_seal(&self) -> bool {
        self.0.records.is_shared() && self.0.config.door.secret_key.is_none()
    }

    /// The provider's response to a key that it does not accept; `None` where it accepts the key,
    /// or does not respond. No other code uses the key meanwhile.
    async fn refused(&self, kind: ProviderKind, secret: &Secret) -> Option<Connection> {
        let opening = self.opening_of(kind)?;
        let mut config = (*self.0.config).clone();
        (opening.key_place()?.set)(&mut config, Key::candidate(secret.clone()));
        let checked = opening.provider(&config, &self.0.budget).check().await;
        let makes_another = kind.keys().is_some_and(|keys| {
            checked.error.is_none() && checked.links.iter().any(|(_, page)| page == keys.make)
        });
        let is_bad = matches!(checked.error, Some(GenerateError::BadKey { .. })) || makes_another;
        (checked.state == ConnectionState::Failed && is_bad).then_some(checked)
    }

    /// Notifies every server, this one first, that keys or their permissions have changed.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn changed(&self) -> Result<(), StoreError> {
        self.read().await?;
        self.0.registry.forget();
        self.0.records.publish(Signal::Settings).await
    }
}

/// A possible key, without white space that was copied with it.
fn checked(text: &str) -> Option<Secret> {
    let text = text.trim();
    let is_right = (MIN_KEY_LENGTH..=MAX_KEY_LENGTH).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_right.then(|| Secret::new(text))
}

/// The same of what people bring, for whose keys no provider here may vouch.
fn checked_own(text: &str) -> Option<Secret> {
    let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.any(|word| word.len() >= WORD_OF_A_KEY).then(|| checked(text)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_copied_around_a_key_is_left_out() {
        let text = |text| checked(text).map(|secret| secret.expose().to_owned());
        assert_eq!(text(" hf_something \r\n").as_deref(), Some("hf_something"));
        for wrong in ["", "short", "two words", "hf_ñandúúú", &"x".repeat(513)] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn no_word_that_others_read_is_a_key_of_ones_own() {
        for word in ["https://", "generation", "stabilityai/stable-diffusion-3.5-large", ""] {
            assert!(checked_own(word).is_none(), "{word}");
        }
        for key in
            ["hf_aBcDeFgHiJkLmNoPqRsT", " r8_0123456789abcdef\n", "sk-a_b-0123456789abcdef-c"]
        {
            assert!(checked_own(key).is_some(), "{key}");
        }
    }
}
