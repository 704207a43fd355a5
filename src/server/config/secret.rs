//! Values that must not be seen.

use secrecy::{ExposeSecret, SecretString};

use crate::server::redact;

/// A text that is never printed, and wiped from memory when it is dropped.
#[derive(Clone, Debug)]
pub struct Secret(SecretString);

impl Secret {
    /// Keeps `text` and makes it known to [`redact`].
    pub fn new(text: impl Into<String>) -> Self {
        let text = SecretString::from(text.into());
        redact::register(text.expose_secret());
        Self(text)
    }

    /// For the request that needs it, and nothing else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// For tests: nobody compares what a stranger sent with a secret this way, because it takes longer
/// the more of it is right.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}
