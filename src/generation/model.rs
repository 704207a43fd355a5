//! Models: how they are named, what is known of them, and where they come from.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{InputSchema, Inputs, ProviderKind};

/// The text before the colon of a model reference names no provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no model: use {names}", names = names())]
pub struct UnknownProvider(pub String);

/// What to run, as text: `demo`, `hf:owner/name`, `hf:https://…`, `space:owner/name`,
/// `replicate:owner/name:version`. Only the provider before the colon is checked here; the rest
/// belongs to that provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelReference(String);

/// Whether a model takes a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PromptUse {
    Required,
    Optional,
    /// The model has no such input; the prompt box is kept as a caption for the gallery.
    None,
}

/// What a person may know of a model before running it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub reference: ModelReference,
    /// Short, for the picker: `owner/name` for models that have an owner.
    pub title: String,
    /// One sentence of plain text.
    pub description: Option<String>,
    /// The page about the model, an https address.
    pub page: Option<String>,
    pub prompt: PromptUse,
    pub schema: InputSchema,
    /// A request that its maker shows off with.
    pub example: Option<Example>,
    /// What the person should know first: a fallback list, a provider with a warning, a licence.
    pub notices: Vec<String>,
}

/// A prompt and inputs that are known to work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Example {
    pub prompt: Option<String>,
    pub inputs: Inputs,
}

/// One row of the model picker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Badge {
    pub reference: ModelReference,
    pub title: String,
    pub description: Option<String>,
    pub likes: Option<u64>,
    pub license: Option<String>,
    pub gated: bool,
    pub lora: bool,
    /// An address on this server or an https one.
    pub thumbnail: Option<String>,
}

/// A page of a search for models.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelPage {
    pub models: Vec<Badge>,
    /// Opaque; given back to the same provider for the next page.
    pub next: Option<String>,
    /// What should be said about the list, such as that it is the built-in one.
    pub notice: Option<String>,
}

/// What is known of the way to one kind of provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    pub provider: ProviderKind,
    pub state: ConnectionState,
    /// Sentences: whose token it is, what it may do, exactly what to do next. Never the token.
    pub details: Vec<String>,
    /// Where to make or mend the key, as (words, https address).
    pub links: Vec<(String, String)>,
}

/// The state of a connection, from worst to best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConnectionState {
    NotConfigured,
    Failed,
    /// There is a key, but nobody has asked the provider about it yet.
    Unchecked,
    Ready,
}

impl Badge {
    /// A model of which nothing more is known.
    pub fn new(reference: ModelReference, title: impl Into<String>) -> Self {
        Self {
            reference,
            title: title.into(),
            description: None,
            likes: None,
            license: None,
            gated: false,
            lora: false,
            thumbnail: None,
        }
    }
}

impl ModelReference {
    /// The built-in model that needs no account.
    pub fn demo() -> Self {
        Self("demo".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn provider(&self) -> ProviderKind {
        let prefix = self.0.split_once(':').map_or(self.0.as_str(), |(prefix, _)| prefix);
        ProviderKind::named(prefix).unwrap_or(ProviderKind::Demo)
    }

    /// All after the first colon; empty for `demo`.
    pub fn target(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, target)| target)
    }
}

impl FromStr for ModelReference {
    type Err = UnknownProvider;

    fn from_str(text: &str) -> Result<Self, UnknownProvider> {
        let text = text.trim();
        let known = match text.split_once(':') {
            None => ProviderKind::named(text).is_some_and(|kind| kind.info().target.is_none()),
            Some((prefix, target)) => {
                !target.is_empty()
                    && text.len() <= 512
                    && !text.contains(char::is_control)
                    && ProviderKind::named(prefix).is_some_and(|kind| kind.info().target.is_some())
            }
        };
        if known {
            Ok(Self(text.to_owned()))
        } else {
            Err(UnknownProvider(text.chars().take(100).collect()))
        }
    }
}

/// How the models of each provider are named, for a sentence.
fn names() -> String {
    let names = ProviderKind::all().into_iter().map(|kind| match kind.info().target {
        Some(target) => format!("{}:{target}", kind.prefix()),
        None => kind.prefix().to_owned(),
    });
    let mut names: Vec<_> = names.collect();
    let last = names.pop().unwrap_or_default();
    format!("{} or {last}", names.join(", "))
}

impl TryFrom<String> for ModelReference {
    type Error = UnknownProvider;

    /// What was kept before control characters were refused can still be read, without them.
    fn try_from(mut text: String) -> Result<Self, UnknownProvider> {
        text.retain(|letter| !letter.is_control());
        text.parse()
    }
}

impl From<ModelReference> for String {
    fn from(reference: ModelReference) -> Self {
        reference.0
    }
}

impl fmt::Display for ModelReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_reference_knows_its_provider_and_target() {
        for (text, provider, target) in [
            ("demo", ProviderKind::Demo, ""),
            ("hf:a/b@fal-ai", ProviderKind::Hf, "a/b@fal-ai"),
            ("hf:http://127.0.0.1:9/models/x", ProviderKind::Hf, "http://127.0.0.1:9/models/x"),
            (" space:https://h/p#/infer ", ProviderKind::Space, "https://h/p#/infer"),
            ("replicate:a/b:c", ProviderKind::Replicate, "a/b:c"),
        ] {
            let reference: ModelReference = text.parse().unwrap();
            assert_eq!((reference.provider(), reference.target()), (provider, target));
        }
    }

    proptest! {
        #[test]
        fn what_is_a_reference_reads_back_as_it_is(
            prefix in "(demo|hf|space|replicate|\\PC{0,8})",
            rest in "(?s)(:.{0,40}|:.{500,520})?",
        ) {
            let Ok(reference) = format!("{prefix}{rest}").parse::<ModelReference>() else {
                return Ok(());
            };
            prop_assert_eq!(&reference.to_string().parse::<ModelReference>(), &Ok(reference.clone()));
            let json = serde_json::to_string(&reference).unwrap();
            prop_assert_eq!(&serde_json::from_str::<ModelReference>(&json).unwrap(), &reference);
            let sent = postcard::to_allocvec(&reference).unwrap();
            prop_assert_eq!(&postcard::from_bytes::<ModelReference>(&sent).unwrap(), &reference);
            let (kind, target) = (reference.provider(), reference.target());
            let spelled = if target.is_empty() { kind.prefix().to_owned() } else { format!("{}:{target}", kind.prefix()) };
            prop_assert_eq!(spelled, reference.as_str());
            prop_assert!(!reference.as_str().contains(char::is_control));
            prop_assert!(reference.as_str().len() <= 512);
        }
    }

    #[test]
    fn other_texts_are_no_reference() {
        for text in ["", "demo:x", "hf:", "openal:dall-e", "owner/name", "hf:a\nb", "hf:a\x1bb"] {
            assert!(text.parse::<ModelReference>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_is_answered_with_those_of_the_table() {
        let error = "openal:dall-e".parse::<ModelReference>().unwrap_err().to_string();
        let expected = "“openal:dall-e” is no model: use demo, hf:owner/name, space:owner/name";
        assert!(error.starts_with(expected), "{error}");
        assert!(error.contains("replicate:owner/name"), "{error}");
    }

    #[test]
    fn what_was_kept_with_control_characters_is_read_without_them() {
        let kept = r#""hf:a\n2026 ERROR\u001b[31m/b""#;
        let reference: ModelReference = serde_json::from_str(kept).unwrap();
        assert_eq!(reference.as_str(), "hf:a2026 ERROR[31m/b");
    }
}
