//! Sets providers up from the configuration.

use std::sync::Arc;

use url::Url;

use super::Provider;
use crate::{
    generation::ProviderKind,
    server::{
        budget::Budget,
        config::{Config, Key},
        outbound::guard::Guard,
    },
};

/// Sets one provider up. Each folder has its own, named `OPENING`.
#[derive(Clone, Copy)]
pub struct Opening {
    pub kind: ProviderKind,
    /// The provider's own URLs, which it may contact whatever the operator listed.
    pub services: fn(&Config) -> Vec<Url>,
    pub key: OpeningKey,
    pub open: fn(&Config, Guard) -> Arc<dyn Provider>,
}

/// With which key a provider is used, if somebody enters one.
#[derive(Clone, Copy)]
pub enum OpeningKey {
    /// It takes no key.
    None,
    /// Its own, which is in this place of the configuration.
    Own(KeyPlace),
    /// The one of this provider.
    Of(ProviderKind),
}

/// The place of a key in the configuration.
#[derive(Clone, Copy)]
pub struct KeyPlace {
    /// The key, and the variable that may hold it; `None` where nothing would use a key.
    pub get: fn(&Config) -> Option<(&Key, &'static str)>,
    /// Replaces the key.
    pub set: fn(&mut Config, Key),
}

macro_rules! openings {
    ($($folder:ident $kind:ident $info:expr;)*) => {
        /// The providers of the table in [`crate::generation`], in its order.
        pub const BUILT_IN: &[Opening] = &[$(super::$folder::OPENING),*];
    };
}
providers!(openings);

impl Opening {
    /// The place of its own key; `None` where it has none.
    pub fn key_place(&self) -> Option<KeyPlace> {
        match self.key {
            OpeningKey::Own(place) => Some(place),
            OpeningKey::None | OpeningKey::Of(_) => None,
        }
    }

    /// The provider whose key it uses.
    pub fn key_kind(&self) -> Option<ProviderKind> {
        match self.key {
            OpeningKey::None => None,
            OpeningKey::Own(_) => Some(self.kind),
            OpeningKey::Of(kind) => Some(kind),
        }
    }

    /// The origins that this provider may contact: those that the operator listed, and its own
    /// services. It need not reach those of other providers.
    pub fn listed(&self, config: &Config) -> Vec<Url> {
        let allowed = config.allowed_origins.iter();
        let allowed = allowed
            .filter(|allowed| allowed.provider.is_none_or(|kind| kind == self.kind))
            .map(|allowed| allowed.url.clone());
        allowed.chain((self.services)(config)).collect()
    }

    /// The guard for this provider's requests.
    pub fn guard(&self, config: &Config) -> Guard {
        let (entered, kind) = (config.entered_origins.clone(), self.kind);
        let is_meant = move |of: Option<ProviderKind>| of.is_none_or(|of| of == kind);
        Guard::through(config.proxy.clone(), self.listed(config))
            .or_listed(move |url| entered.hold(url, is_meant))
    }

    /// Sets the provider up; what it reads from the network counts for `budget`.
    pub fn provider(&self, config: &Config, budget: &Budget) -> Arc<dyn Provider> {
        if let ProviderKind::Other(info) = self.kind {
            ProviderKind::add(info);
        }
        (self.open)(config, self.guard(config).within(budget.clone()))
    }
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
                "EASEL_OPENAI_SERVERS" => "http://d:4/v1 key",
                _ => return None,
            };
            Some(value.to_owned())
        })
        .unwrap();
        let listed = BUILT_IN.iter().map(|opening| {
            let urls: Vec<_> = opening.listed(&config).iter().map(Url::to_string).collect();
            (opening.kind, urls.join(" "))
        });
        assert_eq!(
            listed.collect::<Vec<_>>(),
            [
                (ProviderKind::Demo, "http://a:1/"),
                (ProviderKind::Hf, "http://a:1/ http://c:3/ https://hub/ https://router/"),
                (ProviderKind::Space, "http://a:1/ http://b:2/app https://hub/"),
                (ProviderKind::Replicate, "http://a:1/ https://api/v1"),
                (ProviderKind::Openai, "http://a:1/ http://d:4/v1"),
            ]
            .map(|(kind, urls)| (kind, urls.to_owned()))
        );
    }
}
