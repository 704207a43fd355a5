//! Settings that an owner changes in the page. They are stored in the database and used
//! immediately, by all servers that share it; the environment takes precedence.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::RwLock;

use super::{
    clock::now_ms,
    config::{Allowed, Config, parse_allowed},
    store::{Records, Signal, StoreError},
};
use crate::generation::{Limit, ModelReference};

/// The setting whether people may use their own provider keys.
const OWN_KEYS: &str = "own keys";

/// The settings of the models on offer, and of the origins that may be contacted.
const MODELS: &str = "models";
const ORIGINS: &str = "origins";

/// The current settings. Cheap to clone.
#[derive(Clone)]
pub struct OwnerSettings(Arc<Inner>);

struct Inner {
    config: Arc<Config>,
    records: Records,
    decided: RwLock<Decided>,
}

/// The settings from the page.
#[derive(Debug, Default)]
struct Decided {
    limits: BTreeMap<Limit, u32>,
    allows_own_keys: bool,
    /// `None` where it is not set.
    models: Option<Vec<ModelReference>>,
    origins: Vec<Allowed>,
}

/// A limit with its value and its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetLimit {
    pub limit: Limit,
    pub value: u32,
    pub set_by: SetBy,
}

/// The source of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// The environment, which takes precedence.
    Environment,
    /// An owner, in the page.
    Owner,
    /// The default.
    Nobody,
}

impl OwnerSettings {
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn open(config: Arc<Config>, records: Records) -> Result<Self, StoreError> {
        let settings = Self(Arc::new(Inner { config, records, decided: RwLock::default() }));
        settings.look_again().await?;
        Ok(settings)
    }

    /// The current value of a limit.
    pub fn limit(&self, limit: Limit) -> u32 {
        self.set_limit(limit).value
    }

    /// The value with its source.
    pub fn set_limit(&self, limit: Limit) -> SetLimit {
        let decided = self.0.decided.read();
        let configured = self.0.config.limits.get(&limit).copied();
        let (value, set_by) = match (configured, decided.limits.get(&limit)) {
            (Some(value), _) => (value, SetBy::Environment),
            (None, Some(value)) => (*value, SetBy::Owner),
            (None, None) => (limit.usual(), SetBy::Nobody),
        };
        SetLimit { limit, value, set_by }
    }

    /// Sets limits; those without a value get their defaults again. Returns the ones that changed.
    ///
    /// # Errors
    ///
    /// When the database does not answer; then nothing has changed.
    pub async fn set_limits(
        &self,
        limits: &[(Limit, Option<u32>)],
    ) -> Result<Vec<SetLimit>, StoreError> {
        let before = Limit::ALL.map(|limit| self.limit(limit));
        // The environment takes precedence over the page.
        let is_free = |(limit, _): &&(Limit, _)| !self.0.config.limits.contains_key(limit);
        let kept: Vec<_> = limits
            .iter()
            .filter(is_free)
            .map(|(limit, value)| (name_of(*limit), value.map(|value| value.to_string())))
            .collect();
        self.keep(&kept).await?;
        let changed = Limit::ALL.into_iter().zip(before);
        let changed = changed.filter(|(limit, before)| self.limit(*limit) != *before);
        Ok(changed.map(|(limit, _)| self.set_limit(limit)).collect())
    }

    /// Whether people may use their own provider keys.
    pub fn allows_own_keys(&self) -> bool {
        self.0.decided.read().allows_own_keys
    }

    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn allow_own_keys(&self, is_allowed: bool) -> Result<(), StoreError> {
        let value = is_allowed.then(|| "yes".to_owned());
        self.keep(&[(OWN_KEYS.to_owned(), value)]).await
    }

    /// The models on offer as the owner entered them; `None` where the environment decides.
    pub fn models(&self) -> Option<Vec<ModelReference>> {
        if self.0.config.models.is_some() {
            return None;
        }
        self.0.decided.read().models.clone()
    }

    /// Offers these models; with an empty list, Easel's own choice.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn set_models(&self, models: &[ModelReference]) -> Result<(), StoreError> {
        let lines = lines_of(models.iter().map(ModelReference::to_string));
        self.keep(&[(MODELS.to_owned(), lines)]).await
    }

    /// The origins that the owner entered, one a line.
    pub fn origins(&self) -> Vec<String> {
        let decided = self.0.decided.read();
        decided.origins.iter().map(Allowed::to_string).collect()
    }

    /// Allows these origins, besides public ones.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn set_origins(&self, origins: &[Allowed]) -> Result<(), StoreError> {
        let lines = lines_of(origins.iter().map(Allowed::to_string));
        self.keep(&[(ORIGINS.to_owned(), lines)]).await
    }

    /// Stores settings, and notifies every server, this one first.
    async fn keep(&self, settings: &[(String, Option<String>)]) -> Result<(), StoreError> {
        self.0.records.keep_owner_settings(settings, now_ms()).await?;
        self.look_again().await?;
        self.0.records.publish(Signal::Settings).await
    }

    /// Reads the stored settings again: another server may have changed them. Values of other
    /// versions that cannot be parsed count as unset.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn look_again(&self) -> Result<(), StoreError> {
        let mut decided = Decided::default();
        for (name, value) in self.0.records.owner_settings().await? {
            match name.as_str() {
                MODELS => decided.models = Some(understood(&value, |line| line.parse().ok())),
                ORIGINS => decided.origins = understood(&value, |line| parse_allowed(line).ok()),
                OWN_KEYS => decided.allows_own_keys = value == "yes",
                name => {
                    if let Some(limit) = limit_named(name)
                        && let Ok(value) = value.parse()
                        && limit.range().contains(&value)
                    {
                        decided.limits.insert(limit, value);
                    }
                }
            }
        }
        if self.0.config.allowed_origins.is_empty() {
            self.0.config.entered_origins.set(decided.origins.clone());
        }
        *self.0.decided.write() = decided;
        Ok(())
    }
}

/// `None` where there are no entries.
fn lines_of(entries: impl Iterator<Item = String>) -> Option<String> {
    let lines: Vec<_> = entries.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn understood<T>(value: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
    value.lines().filter_map(parse).collect()
}

/// The name of a limit in the database.
fn name_of(limit: Limit) -> String {
    format!("limit {}", limit.word())
}

fn limit_named(name: &str) -> Option<Limit> {
    Limit::of_word(name.strip_prefix("limit ")?)
}
