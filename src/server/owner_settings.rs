//! What an owner decides in the page. It is kept in the database and used at once, here and by all
//! servers that share it; what stands in the environment counts before it.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::{
    config::{Allowed, Config, parse_allowed},
    service::now_ms,
    store::{Records, Signal, StoreError},
};
use crate::generation::{Limit, ModelReference};

/// Under which it is kept whether people may bring keys of their own.
const OWN_KEYS: &str = "own keys";

/// The same of the models on offer, and of what may be contacted.
const MODELS: &str = "models";
const ORIGINS: &str = "origins";

/// Knows what owners decided. Cheap to clone.
#[derive(Clone)]
pub struct OwnerSettings(Arc<Inner>);

struct Inner {
    config: Arc<Config>,
    records: Records,
    decided: RwLock<Decided>,
}

/// What was decided in the page.
#[derive(Debug, Default)]
struct Decided {
    limits: BTreeMap<Limit, u32>,
    allows_own_keys: bool,
    /// `None` where nobody decided it.
    models: Option<Vec<ModelReference>>,
    origins: Vec<Allowed>,
}

/// How much there may be of something, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetLimit {
    pub limit: Limit,
    pub value: u32,
    pub set_by: SetBy,
}

/// Who decided something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// The environment, which counts.
    Environment,
    /// An owner, in the page.
    Owner,
    /// Nobody: it is as it usually is.
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

    /// How much there may be of it now.
    pub fn limit(&self, limit: Limit) -> u32 {
        self.set_limit(limit).value
    }

    /// The same, and who says so.
    pub fn set_limit(&self, limit: Limit) -> SetLimit {
        let decided = self.0.decided.read().unwrap_or_else(PoisonError::into_inner);
        let configured = self.0.config.limits.get(&limit).copied();
        let (value, set_by) = match (configured, decided.limits.get(&limit)) {
            (Some(value), _) => (value, SetBy::Environment),
            (None, Some(value)) => (*value, SetBy::Owner),
            (None, None) => (limit.usual(), SetBy::Nobody),
        };
        SetLimit { limit, value, set_by }
    }

    /// Sets limits; those without a value are as usual again. Answers what is different now.
    ///
    /// # Errors
    ///
    /// When the database does not answer; then nothing is different.
    pub async fn set_limits(
        &self,
        limits: &[(Limit, Option<u32>)],
    ) -> Result<Vec<SetLimit>, StoreError> {
        let before = Limit::ALL.map(|limit| self.limit(limit));
        // What the environment says cannot be set over.
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

    /// Whether people may bring keys of their own.
    pub fn allows_own_keys(&self) -> bool {
        self.0.decided.read().unwrap_or_else(PoisonError::into_inner).allows_own_keys
    }

    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn allow_own_keys(&self, is_allowed: bool) -> Result<(), StoreError> {
        let value = is_allowed.then(|| "yes".to_owned());
        self.keep(&[(OWN_KEYS.to_owned(), value)]).await
    }

    /// The models on offer as the owner entered them; `None` where that does not count.
    pub fn models(&self) -> Option<Vec<ModelReference>> {
        if self.0.config.models.is_some() {
            return None;
        }
        self.0.decided.read().unwrap_or_else(PoisonError::into_inner).models.clone()
    }

    /// Offers these models; without any, those that Easel offers by itself.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn set_models(&self, models: &[ModelReference]) -> Result<(), StoreError> {
        let lines = lines_of(models.iter().map(ModelReference::to_string));
        self.keep(&[(MODELS.to_owned(), lines)]).await
    }

    /// The places that may be contacted as the owner entered them, one a line.
    pub fn origins(&self) -> Vec<String> {
        let decided = self.0.decided.read().unwrap_or_else(PoisonError::into_inner);
        decided.origins.iter().map(Allowed::to_string).collect()
    }

    /// Has these contacted, beside what is public.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn set_origins(&self, origins: &[Allowed]) -> Result<(), StoreError> {
        let lines = lines_of(origins.iter().map(Allowed::to_string));
        self.keep(&[(ORIGINS.to_owned(), lines)]).await
    }

    /// Keeps it, and tells every server of it, this one first.
    async fn keep(&self, settings: &[(String, Option<String>)]) -> Result<(), StoreError> {
        self.0.records.keep_owner_settings(settings, now_ms()).await?;
        self.look_again().await?;
        self.0.records.publish(Signal::Settings).await
    }

    /// Looks at what is kept: another server may have decided something. What an earlier or later
    /// version wrote and is not understood, is as if nobody had decided it.
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
        *self.0.decided.write().unwrap_or_else(PoisonError::into_inner) = decided;
        Ok(())
    }
}

/// Nothing where there is none.
fn lines_of(entries: impl Iterator<Item = String>) -> Option<String> {
    let lines: Vec<_> = entries.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn understood<T>(value: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
    value.lines().filter_map(parse).collect()
}

/// Under which a limit is kept.
fn name_of(limit: Limit) -> String {
    format!("limit {}", limit.word())
}

fn limit_named(name: &str) -> Option<Limit> {
    Limit::of_word(name.strip_prefix("limit ")?)
}
