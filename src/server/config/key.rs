//! The key of a provider, which may change while the server runs.

use std::sync::Arc;

use parking_lot::RwLock;

use super::Secret;
use crate::error::KEYS_OF_PAGE;

/// The key of a provider. Cheap to clone; all clones share the key, and each request reads its
/// current value.
#[derive(Clone, Debug, Default)]
pub struct Key(Arc<Slot>);

#[derive(Debug, Default)]
struct Slot {
    /// The key comes from the environment and cannot be replaced.
    is_configured: bool,
    current: RwLock<Current>,
}

#[derive(Debug, Default)]
struct Current {
    secret: Option<Secret>,
    changes: u64,
}

impl Key {
    /// A key from the environment.
    pub fn configured(secret: Option<Secret>) -> Self {
        let is_configured = secret.is_some();
        Self(Arc::new(Slot { is_configured, current: Current { secret, changes: 0 }.into() }))
    }

    /// A key that was entered in the page, and is checked before it is kept.
    pub fn candidate(secret: Secret) -> Self {
        let key = Self::default();
        key.give(Some(secret));
        key
    }

    pub fn get(&self) -> Option<Secret> {
        self.read(|current| current.secret.clone())
    }

    pub fn is_set(&self) -> bool {
        self.read(|current| current.secret.is_some())
    }

    pub fn is_configured(&self) -> bool {
        self.0.is_configured
    }

    /// Where the key is configured, for errors: the variable, unless it was entered in the page.
    pub fn place(&self, variable: &'static str) -> &'static str {
        let is_of_page = !self.0.is_configured && self.is_set();
        if is_of_page { KEYS_OF_PAGE } else { variable }
    }

    /// How often it changed: results with an earlier key say nothing about this one.
    pub fn changes(&self) -> u64 {
        self.read(|current| current.changes)
    }

    /// Replaces a key that was entered before; a key from the environment stays.
    pub fn give(&self, secret: Option<Secret>) {
        if self.0.is_configured {
            return;
        }
        let mut current = self.0.current.write();
        if current.secret != secret {
            *current = Current { secret, changes: current.changes + 1 };
        }
    }

    fn read<T>(&self, look: impl FnOnce(&Current) -> T) -> T {
        look(&self.0.current.read())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_clones_are_the_same_key_and_the_environment_wins() {
        let text = |key: &Key| key.get().map(|secret| secret.expose().to_owned());
        let key = Key::configured(None);
        let clone = key.clone();
        key.give(Some(Secret::new("r8_given")));
        assert_eq!((text(&clone).as_deref(), clone.changes()), (Some("r8_given"), 1));
        key.give(Some(Secret::new("r8_given")));
        assert_eq!(clone.changes(), 1, "it is the same");
        key.give(None);
        assert!(!clone.is_set() && clone.changes() == 2);
        let configured = Key::configured(Some(Secret::new("r8_configured")));
        configured.give(None);
        assert_eq!(text(&configured).as_deref(), Some("r8_configured"));
        assert!(configured.is_configured() && !key.is_configured());
        let candidate = Key::candidate(Secret::new("hf_entered"));
        assert_eq!(candidate.place("HF_AUTH_KEY"), KEYS_OF_PAGE);
        assert_eq!(configured.place("HF_AUTH_KEY"), "HF_AUTH_KEY");
    }
}
