//! People's own provider keys, where an owner allows them: stored sealed like the shared ones, and
//! used for the generations of that person alone.

use std::collections::HashMap;

use super::{HeldKey, KeyOutcome, KeySource, ProviderKeys, Seal, checked_own};
use crate::{
    generation::ProviderKind,
    server::{
        clock::now_ms,
        provider::OwnKeys,
        store::{Person, SessionId, Signal, StoreError},
    },
};

impl ProviderKeys {
    /// The providers for which `person` can have a key, and the keys that they entered.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn own_of(&self, person: &Person) -> Result<Vec<HeldKey>, StoreError> {
        let kept = self.0.records.own_sealed_keys(&person.id).await?;
        let of_kind = |kind: ProviderKind| {
            let provider = self.0.registry.of_kind(kind)?;
            self.key_of(kind)?;
            let used = self.0.own.of_kind(&person.gallery, kind);
            let is_kept = kept.iter().any(|prefix| prefix == kind.prefix());
            let held = match (&used, is_kept) {
                (Some(_), _) => KeySource::Given,
                (None, true) => KeySource::Unreadable,
                (None, false) => KeySource::Nowhere,
            };
            Some(HeldKey { connection: used.as_ref().unwrap_or(provider).connection(), held })
        };
        Ok(self.kinds().filter_map(of_kind).collect())
    }

    /// Checks `text` at the provider, and uses it for new generations of `person` unless the
    /// provider refuses it.
    ///
    /// # Errors
    ///
    /// When it cannot be stored; then it is not used either.
    pub async fn give_own(
        &self,
        person: &Person,
        kind: ProviderKind,
        text: &str,
    ) -> Result<KeyOutcome, StoreError> {
        if self.key_of(kind).is_none() {
            return Ok(KeyOutcome::NoKey);
        }
        let Some(secret) = checked_own(text) else { return Ok(KeyOutcome::NoKey) };
        if self.has_no_seal() {
            return Ok(KeyOutcome::NoSeal);
        }
        if self.0.checks.check(&person.id).is_err() {
            return Ok(KeyOutcome::TooOften);
        }
        if let Some(refused) = self.refused(kind, &secret).await {
            return Ok(KeyOutcome::Refused(refused));
        }
        let seal = Seal::make(&self.0.config)?;
        let sealed = seal.close(&name_of(&person.id, kind.prefix()), &secret);
        let sealed = sealed.ok_or_else(|| {
            StoreError::Unusable("a key of a provider could not be sealed".to_owned())
        })?;
        let (records, prefix) = (&self.0.records, kind.prefix());
        records.keep_own_sealed_key(&person.id, prefix, &sealed, now_ms()).await?;
        self.changed_own().await?;
        Ok(match self.0.own.of_kind(&person.gallery, kind) {
            Some(provider) => KeyOutcome::Kept(provider.check().await),
            None => KeyOutcome::NoKey,
        })
    }

    /// Removes a key of `person`. False when there was none.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn remove_own(
        &self,
        person: &Person,
        kind: ProviderKind,
    ) -> Result<bool, StoreError> {
        // This server stops using it immediately, even if the database fails.
        self.0.own.end(&person.gallery, kind);
        let is_removed = self.0.records.remove_own_sealed_key(&person.id, kind.prefix()).await?;
        if is_removed {
            self.changed_own().await?;
        }
        Ok(is_removed)
    }

    /// Tells every server that people have other keys of their own, this one first.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn changed_own(&self) -> Result<(), StoreError> {
        self.read_own().await?;
        self.0.records.publish(Signal::OwnKeys).await
    }

    /// Gives the providers what people brought: nothing where no owner allows it.
    pub(super) async fn read_own(&self) -> Result<(), StoreError> {
        let mut opened: HashMap<SessionId, OwnKeys> = HashMap::new();
        if self.0.settings.allows_own_keys() {
            let kept = self.0.records.all_own_sealed_keys().await?;
            let seal = if kept.is_empty() { None } else { Seal::find(&self.0.config)? };
            for own in kept {
                let kind = self.kinds().find(|kind| kind.prefix() == own.provider);
                let name = name_of(&own.person, &own.provider);
                let secret = seal.as_ref().and_then(|seal| seal.open(&name, &own.sealed));
                if let Some(key) = kind.zip(secret) {
                    opened.entry(own.gallery).or_default().push(key);
                }
            }
        }
        self.0.own.set(opened);
        Ok(())
    }
}

/// The name under which it is sealed, so that it can be unsealed only for this person.
fn name_of(person: &str, prefix: &str) -> String {
    format!("{prefix} of {person}")
}
