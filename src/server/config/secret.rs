//! Values that must not be seen.

use std::fmt;

use crate::server::redact;

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` and makes it known to [`redact`].
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        redact::register(&text);
        Self(text)
    }

    /// For the request that needs it, and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}
