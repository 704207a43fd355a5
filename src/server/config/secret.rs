//! Secret values.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::server::redact;

/// A text that is never printed, and wiped from memory when it is dropped.
#[derive(Clone, Debug)]
pub struct Secret(Arc<Known>);

/// Known to [`redact`] as long as it is here.
#[derive(Debug)]
struct Known(SecretString);

impl Secret {
    /// Stores `text` and registers it with [`redact`].
    pub fn new(text: impl Into<String>) -> Self {
        let text = SecretString::from(text.into());
        redact::register(text.expose_secret());
        Self(Arc::new(Known(text)))
    }

    /// The text, for the request that needs it.
    pub fn expose(&self) -> &str {
        self.0.0.expose_secret()
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        redact::forget(self.0.expose_secret());
    }
}

/// For tests only: this comparison takes longer the more of a secret is right, so input from
/// outside must never be compared this way.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}
