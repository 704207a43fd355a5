//! The table of providers: their names, and the sources of their keys.

use std::sync::{PoisonError, RwLock};

use serde::{Deserialize, Serialize};

/// The table. Each line has the folder below `server/provider/`, the variant's name, and the
/// description; the folder's `OPENING` sets the provider up. Code that needs something for every
/// provider passes the name of a macro that takes these lines.
macro_rules! providers {
    ($with:ident) => {
        $with! {
            demo Demo ProviderInfo { prefix: "demo", title: "Demo", glyph: "E", target: None, endpoints: false, key: KeyUse::None };
            hf Hf ProviderInfo { prefix: "hf", title: "Hugging Face", glyph: "HF", target: Some("owner/name"), endpoints: false, key: KeyUse::Required(&HUGGING_FACE_KEYS) };
            space Space ProviderInfo { prefix: "space", title: "Gradio Space", glyph: "G", target: Some("owner/name"), endpoints: true, key: KeyUse::Optional(&HUGGING_FACE_KEYS) };
            replicate Replicate ProviderInfo { prefix: "replicate", title: "Replicate", glyph: "R", target: Some("owner/name"), endpoints: false, key: KeyUse::Required(&REPLICATE_KEYS) };
            openai Openai ProviderInfo { prefix: "openai", title: "OpenAI API", glyph: "O", target: Some("https://host/v1#model"), endpoints: false, key: KeyUse::Own(&OPENAI_KEYS) };
        }
    };
}

/// The static description of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderInfo {
    /// The text before the colon of a model reference: lower-case ASCII letters.
    pub prefix: &'static str,
    /// The provider's name for people.
    pub title: &'static str,
    /// One or two letters that stand in for a picture.
    pub glyph: &'static str,
    /// The pattern of its model names; `None` where the prefix alone names the only model.
    pub target: Option<&'static str>,
    /// Whether its models are apps: they have details, and endpoints whose names follow a `#`.
    pub endpoints: bool,
    /// Whether it needs a key.
    pub key: KeyUse,
}

/// Whether a provider needs a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyUse {
    /// It takes no key.
    None,
    /// Some of its models need a key of another provider.
    Optional(&'static Keys),
    /// Some of its servers need their own key.
    Own(&'static Keys),
    /// All of its models need a key.
    Required(&'static Keys),
}

/// Where the keys of a provider come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Keys {
    /// The environment variable that holds a key.
    pub variable: &'static str,
    /// The name of the company that issues the keys.
    pub owner: &'static str,
    /// The page that creates a key, an https URL.
    pub make: &'static str,
    /// The page that shows and adds credit, an https URL.
    pub billing: &'static str,
}

/// The keys of the Hub and of private Spaces.
pub const HUGGING_FACE_KEYS: Keys = Keys {
    variable: "HF_AUTH_KEY",
    owner: "Hugging Face",
    // Grants only the permission to call inference providers.
    make: "https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained",
    billing: "https://huggingface.co/settings/billing",
};

/// The keys of Replicate.
pub const REPLICATE_KEYS: Keys = Keys {
    variable: "REPLICATE_API_TOKEN",
    owner: "Replicate",
    make: "https://replicate.com/account/api-tokens",
    billing: "https://replicate.com/account/billing",
};

/// The keys of servers with OpenAI's images API, each at its own URL.
pub const OPENAI_KEYS: Keys = Keys {
    variable: "EASEL_OPENAI_SERVERS",
    owner: "OpenAI",
    make: "https://platform.openai.com/api-keys",
    billing: "https://platform.openai.com/settings/organization/billing",
};

macro_rules! kinds {
    ($($folder:ident $kind:ident $info:expr;)*) => {
        /// A provider: a kind of service that runs models.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum ProviderKind {
            $(#[doc = concat!("See `server/provider/", stringify!($folder), "`.")] $kind,)*
            /// A provider that is not in the table, which the program added at start-up.
            Other(&'static ProviderInfo),
        }

        impl ProviderKind {
            /// The providers of the table, in display order.
            pub const BUILT_IN: &[Self] = &[$(Self::$kind),*];

            /// Its static description.
            pub fn info(self) -> &'static ProviderInfo {
                match self {
                    $(Self::$kind => const { &$info },)*
                    Self::Other(info) => info,
                }
            }

            /// Its name in stored data.
            fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => stringify!($kind),)*
                    Self::Other(info) => info.prefix,
                }
            }
        }
    };
}
providers!(kinds);

/// The providers beside those of the table. A static, because a row of the database is parsed
/// without access to the server.
static OTHERS: RwLock<Vec<&'static ProviderInfo>> = RwLock::new(Vec::new());

impl ProviderKind {
    /// Registers a provider that is not in the table.
    ///
    /// # Panics
    ///
    /// If another provider has the prefix, or if the prefix is not made of lower-case ASCII
    /// letters.
    pub fn add(info: &'static ProviderInfo) -> Self {
        let is_word = info.prefix.bytes().all(|byte| byte.is_ascii_lowercase());
        assert!(is_word && !info.prefix.is_empty(), "{:?} is not a prefix", info.prefix);
        let mut others = OTHERS.write().unwrap_or_else(PoisonError::into_inner);
        let earlier = Self::BUILT_IN.iter().map(|kind| kind.info()).chain(others.iter().copied());
        match earlier.into_iter().find(|other| other.prefix == info.prefix) {
            Some(other) => assert!(other == info, "two providers are named {}", info.prefix),
            None => others.push(info),
        }
        Self::Other(info)
    }

    /// All known providers, in display order.
    pub fn all() -> Vec<Self> {
        let others = OTHERS.read().unwrap_or_else(PoisonError::into_inner);
        Self::BUILT_IN.iter().copied().chain(others.iter().copied().map(Self::Other)).collect()
    }

    /// The provider with this prefix.
    pub fn named(prefix: &str) -> Option<Self> {
        Self::all().into_iter().find(|kind| kind.prefix() == prefix)
    }

    /// The text before the colon of a model reference.
    pub fn prefix(self) -> &'static str {
        self.info().prefix
    }

    /// The provider's name for people.
    pub fn title(self) -> &'static str {
        self.info().title
    }

    /// The source of its keys, if it takes any.
    pub fn keys(self) -> Option<&'static Keys> {
        match self.info().key {
            KeyUse::None => None,
            KeyUse::Optional(keys) | KeyUse::Own(keys) | KeyUse::Required(keys) => Some(keys),
        }
    }

    /// True when it takes keys, and these are not another provider's.
    pub fn has_own_keys(self) -> bool {
        matches!(self.info().key, KeyUse::Own(_) | KeyUse::Required(_))
    }
}

/// A stored name that belongs to no provider of this server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no provider {0}")]
pub struct UnknownKind(String);

impl TryFrom<String> for ProviderKind {
    type Error = UnknownKind;

    fn try_from(name: String) -> Result<Self, UnknownKind> {
        let kind = Self::all().into_iter().find(|kind| kind.name() == name);
        kind.ok_or(UnknownKind(name))
    }
}

impl From<ProviderKind> for String {
    fn from(kind: ProviderKind) -> Self {
        kind.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOY: ProviderInfo = ProviderInfo {
        prefix: "added",
        title: "Toy",
        glyph: "T",
        target: Some("name"),
        endpoints: false,
        key: KeyUse::None,
    };

    #[test]
    fn a_provider_is_stored_by_the_name_that_it_always_had() {
        for (kind, stored) in [
            (ProviderKind::Demo, r#""Demo""#),
            (ProviderKind::Hf, r#""Hf""#),
            (ProviderKind::Space, r#""Space""#),
            (ProviderKind::Replicate, r#""Replicate""#),
            (ProviderKind::Openai, r#""Openai""#),
        ] {
            assert_eq!(serde_json::to_string(&kind).unwrap(), stored);
            assert_eq!(serde_json::from_str::<ProviderKind>(stored).unwrap(), kind);
        }
        assert!(serde_json::from_str::<ProviderKind>(r#""Nobody""#).is_err());
    }

    #[test]
    fn an_added_provider_is_read_as_one_of_the_table() {
        let kind = ProviderKind::add(&TOY);
        assert_eq!(ProviderKind::add(&TOY), kind);
        assert_eq!(ProviderKind::named("added"), Some(kind));
        let stored = serde_json::to_string(&kind).unwrap();
        assert_eq!(serde_json::from_str::<ProviderKind>(&stored).unwrap(), kind);
    }

    #[test]
    #[should_panic(expected = "two providers are named demo")]
    fn a_prefix_belongs_to_one_provider() {
        ProviderKind::add(&ProviderInfo { prefix: "demo", ..TOY });
    }
}
