//! What of the configuration says where this server may go, and with which way out.

use url::Url;

use super::{
    Config, ConfigError, SpaceLogin, error,
    values::{parse_origin, parse_url},
};
use crate::{
    generation::ProviderKind,
    server::{
        outbound::guard::{Listed, Proxy},
        redact,
    },
};

/// A place that may be contacted: an origin, or what is below a path of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The provider that may; `None` is every one.
    pub provider: Option<ProviderKind>,
    pub url: Url,
}

impl SpaceLogin {
    /// True for an app at the origin that was written down, and below the path, if there is one.
    pub fn is_for(&self, address: &Url) -> bool {
        Listed::new(&self.origin).holds(address)
    }
}

impl Config {
    /// The endpoints of Hugging Face's wire that the operator wrote down by their full address.
    pub fn endpoints(&self) -> Vec<Url> {
        let named = self.named_models();
        named
            .filter(|model| model.provider() == ProviderKind::Hf)
            .filter_map(|model| model.named().parse().ok())
            .collect()
    }
}

/// An origin, or an address for what is below its path, after `space:` and the like where only
/// that provider may contact it.
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
