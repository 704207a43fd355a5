//! The table of providers: what each is called, and where its keys come from.

use std::sync::{PoisonError, RwLock};

use serde::{Deserialize, Serialize};

/// The table. A line is the folder below `server/provider/`, the name in code, and the
/// description; the folder's `OPENING` sets it up. Whoever needs something for each provider
/// gives the name of a macro that takes these lines.
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

/// What a person may know of a provider before using it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderInfo {
    /// The word before the colon of a model reference: lower-case ASCII letters.
    pub prefix: &'static str,
    /// The name that a person knows it by.
    pub title: &'static str,
    /// A letter or two that stand for it where there is no picture.
    pub glyph: &'static str,
    /// What its models are named like; `None` where there is one model, named by the prefix.
    pub target: Option<&'static str>,
    /// Whether its models are apps: with details of their own, and endpoints that are named after
    /// a `#`.
    pub endpoints: bool,
    /// Whether it works without a key.
    pub key: KeyUse,
}

/// Whether a provider works without a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyUse {
    /// There is no key.
    None,
    /// Some of its models need the key of another provider.
    Optional(&'static Keys),
    /// Some of its servers need a key of their own.
    Own(&'static Keys),
    /// Nothing of it runs without a key.
    Required(&'static Keys),
}

/// Where the keys of a provider come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Keys {
    /// The variable of the environment that a key is put into.
    pub variable: &'static str,
    /// Whose keys they are, by name.
    pub owner: &'static str,
    /// The page that makes a key, an https address.
    pub make: &'static str,
    /// The page that shows and adds credit, an https address.
    pub billing: &'static str,
}

/// Of the Hub and of private Spaces.
pub const HUGGING_FACE_KEYS: Keys = Keys {
    variable: "HF_AUTH_KEY",
    owner: "Hugging Face",
    // With just the permission to call inference providers.
    make: "https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained",
    billing: "https://huggingface.co/settings/billing",
};

/// Of Replicate.
pub const REPLICATE_KEYS: Keys = Keys {
    variable: "REPLICATE_API_TOKEN",
    owner: "Replicate",
    make: "https://replicate.com/account/api-tokens",
    billing: "https://replicate.com/account/billing",
};

/// Of servers with OpenAI's images API, each at its own address.
pub const OPENAI_KEYS: Keys = Keys {
    variable: "EASEL_OPENAI_SERVERS",
    owner: "OpenAI",
    make: "https://platform.openai.com/api-keys",
    billing: "https://platform.openai.com/settings/organization/billing",
};

macro_rules! kinds {
    ($($folder:ident $kind:ident $info:expr;)*) => {
        /// A kind of place that runs models.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum ProviderKind {
            $(#[doc = concat!("See `server/provider/", stringify!($folder), "`.")] $kind,)*
            /// One that is not in the table, which a server was opened with.
            Other(&'static ProviderInfo),
        }

        impl ProviderKind {
            /// Those of the table, in the order in which they are shown.
            pub const BUILT_IN: &[Self] = &[$(Self::$kind),*];

            /// All that is known of it before anybody is asked.
            pub fn info(self) -> &'static ProviderInfo {
                match self {
                    $(Self::$kind => const { &$info },)*
                    Self::Other(info) => info,
                }
            }

            /// What it is called in what is stored.
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

/// The providers beside those of the table: names have to be read where there is no server at
/// hand, as in a row of the database.
static OTHERS: RwLock<Vec<&'static ProviderInfo>> = RwLock::new(Vec::new());

impl ProviderKind {
    /// Makes a provider that is not in the table known by its prefix.
    ///
    /// # Panics
    ///
    /// When another provider has the prefix, or it is not made of lower-case ASCII letters.
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

    /// All that are known, in the order in which they are shown.
    pub fn all() -> Vec<Self> {
        let others = OTHERS.read().unwrap_or_else(PoisonError::into_inner);
        Self::BUILT_IN.iter().copied().chain(others.iter().copied().map(Self::Other)).collect()
    }

    /// The provider with this prefix.
    pub fn named(prefix: &str) -> Option<Self> {
        Self::all().into_iter().find(|kind| kind.prefix() == prefix)
    }

    /// The word before the colon of a model reference.
    pub fn prefix(self) -> &'static str {
        self.info().prefix
    }

    /// The name that a person knows it by.
    pub fn title(self) -> &'static str {
        self.info().title
    }

    /// Where its keys come from, if it takes any.
    pub fn keys(self) -> Option<&'static Keys> {
        match self.info().key {
            KeyUse::None => None,
            KeyUse::Optional(keys) | KeyUse::Own(keys) | KeyUse::Required(keys) => Some(keys),
        }
    }

    /// True when it has keys that are not another provider's.
    pub fn has_own_keys(self) -> bool {
        matches!(self.info().key, KeyUse::Own(_) | KeyUse::Required(_))
    }
}

/// A name in what is stored that belongs to no provider of this server.
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
