//! What of the configuration says where this server may go, and with which way out.

use url::Url;

use super::{Config, ConfigError, SpaceLogin, error, parse_origin, parse_url};
use crate::{
    generation::ProviderKind,
    server::{
        guard::{Listed, Proxy},
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
    /// The places that count as listed for one provider: what the operator listed, and its own
    /// services. Those of the others it need not reach.
    pub fn listed_for(&self, provider: ProviderKind) -> Vec<Url> {
        let allowed = self.allowed_origins.iter();
        let allowed = allowed
            .filter(|allowed| allowed.provider.is_none_or(|kind| kind == provider))
            .map(|allowed| &allowed.url);
        let services: &[&Url] = match provider {
            ProviderKind::Demo => &[],
            ProviderKind::Hf => &[&self.hf_endpoint, &self.hf_inference_endpoint],
            ProviderKind::Space => &[&self.hf_endpoint],
            ProviderKind::Replicate => &[&self.replicate_base_url],
        };
        allowed.chain(services.iter().copied()).cloned().collect()
    }

    /// The endpoints of Hugging Face's wire that the operator wrote down by their full address.
    pub fn endpoints(&self) -> Vec<Url> {
        let named = self.named_models();
        named
            .filter(|model| model.provider() == ProviderKind::Hf)
            .filter_map(|model| model.target().parse().ok())
            .collect()
    }
}

/// An origin, or an address for what is below its path, after `space:` and the like where only
/// that provider may contact it.
pub fn parse_allowed(value: &str) -> Result<Allowed, ConfigError> {
    let named = value.split_once(':').and_then(|(prefix, url)| {
        let kind = ProviderKind::ALL.into_iter().find(|kind| kind.prefix() == prefix)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_place_may_be_one_provider_s_alone() {
        let config = Config::read(|name| {
            let value = match name {
                "EASEL_ALLOWED_ORIGINS" => "http://a:1, space:http://b:2/app,hf:http://c:3",
                "HF_ENDPOINT" => "https://hub",
                "HF_INFERENCE_ENDPOINT" => "https://router",
                "REPLICATE_BASE_URL" => "https://api/v1",
                _ => return None,
            };
            Some(value.to_owned())
        })
        .unwrap();
        for (kind, listed) in [
            (ProviderKind::Demo, "http://a:1/"),
            (ProviderKind::Hf, "http://a:1/ http://c:3/ https://hub/ https://router/"),
            (ProviderKind::Space, "http://a:1/ http://b:2/app https://hub/"),
            (ProviderKind::Replicate, "http://a:1/ https://api/v1"),
        ] {
            let urls: Vec<_> = config.listed_for(kind).iter().map(Url::to_string).collect();
            assert_eq!(urls.join(" "), listed);
        }
    }
}
