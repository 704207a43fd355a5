//! The origins that this server may contact, and the proxy for outbound requests.

use std::{fmt, sync::Arc};

use parking_lot::RwLock;
use url::Url;

use super::{
    Config, ConfigError, SpaceLogin, error,
    values::{parse_origin, parse_url},
};
use crate::{
    generation::ProviderKind,
    server::{
        outbound::guard::{ListedUrl, Proxy},
        redact,
    },
};

/// A place that may be contacted: an origin, or a path below one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The provider that may contact it; `None` means all.
    pub provider: Option<ProviderKind>,
    pub url: Url,
}

/// The form in the configuration.
impl fmt::Display for Allowed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(provider) = self.provider {
            write!(formatter, "{}:", provider.prefix())?;
        }
        formatter.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

/// The origins that an owner entered in the page. Cheap to clone; all clones share them.
#[derive(Clone, Debug, Default)]
pub struct Entered(Arc<RwLock<Vec<Allowed>>>);

impl Entered {
    /// Replaces all entries.
    pub fn set(&self, origins: Vec<Allowed>) {
        *self.0.write() = origins;
    }

    /// Whether an entry holds `url`; `is_meant` selects entries by the provider that may contact
    /// them.
    pub fn hold(&self, url: &Url, is_meant: impl Fn(Option<ProviderKind>) -> bool) -> bool {
        let origins = self.0.read();
        let mut meant = origins.iter().filter(|allowed| is_meant(allowed.provider));
        meant.any(|allowed| ListedUrl::new(&allowed.url).holds(url))
    }
}

impl SpaceLogin {
    /// True for an app at the configured origin, and below its path, if there is one.
    pub fn is_for(&self, address: &Url) -> bool {
        ListedUrl::new(&self.origin).holds(address)
    }
}

impl Config {
    /// The endpoints with Hugging Face's wire that the operator configured by their full URL.
    pub fn endpoints(&self) -> Vec<Url> {
        let named = self.named_models();
        named
            .filter(|model| model.provider() == ProviderKind::Hf)
            .filter_map(|model| model.named().parse().ok())
            .collect()
    }
}

/// Parses an origin, or a URL for everything below its path; after `space:` and the like where only
/// that provider may contact it.
///
/// # Errors
///
/// When it is not an `http` or `https` origin.
pub fn parse_allowed(value: &str) -> Result<Allowed, ConfigError> {
    let named = value.split_once(':').and_then(|(prefix, url)| {
        let kind = ProviderKind::named(prefix)?;
        Some((Some(kind), url))
    });
    let (provider, url) = named.unwrap_or((None, value));
    Ok(Allowed { provider, url: parse_origin("EASEL_ALLOWED_ORIGINS", url)? })
}

pub fn parse_proxy(value: &str) -> Result<Proxy, ConfigError> {
    let url = parse_url("EASEL_PROXY", value)?;
    redact::register(url.password().unwrap_or_default());
    Proxy::new(&url).map_err(|problem| error("EASEL_PROXY", problem.to_string()))
}
