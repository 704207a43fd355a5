//! Model references, such as `hf:owner/name`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::ProviderKind;

const MAX_BYTES: usize = 512;

/// The text before the colon of a model reference names no provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a model: use {names}", names = names())]
pub struct UnknownProvider(pub String);

/// A provider, and the model to run there. As text: `demo`, `hf:owner/name`, `hf:https://…`,
/// `space:owner/name#/endpoint`, `replicate:owner/name:version`. Parsing happens once, here; the
/// provider interprets the name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelReference {
    text: String,
    provider: ProviderKind,
    /// Where the endpoint's name begins, at its `#`.
    app_ends: Option<usize>,
}

/// The model within a provider, without the name of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'t> {
    /// The provider's only model.
    Only,
    /// A model's name, with any suffix that the provider allows: a version, a preference.
    Name(&'t str),
    /// The URL that serves the model.
    Address(&'t str),
}

impl ModelReference {
    /// The built-in model that needs no account.
    pub fn demo() -> Self {
        let text = ProviderKind::Demo.prefix().to_owned();
        Self { text, provider: ProviderKind::Demo, app_ends: None }
    }

    /// The whole reference.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The provider that runs it.
    pub fn provider(&self) -> ProviderKind {
        self.provider
    }

    /// The text after the first colon, for the provider to parse; empty where there is only one
    /// model.
    pub fn named(&self) -> &str {
        self.text.get(self.provider.prefix().len() + 1..).unwrap_or_default()
    }

    /// The model within the provider, without the name of an endpoint.
    pub fn target(&self) -> Target<'_> {
        match self.app().get(self.provider.prefix().len() + 1..) {
            None => Target::Only,
            Some(address) if address.contains("://") => Target::Address(address),
            Some(name) => Target::Name(name),
        }
    }

    /// The reference without the name of an endpoint.
    pub fn app(&self) -> &str {
        self.app_ends.map_or(&self.text, |end| &self.text[..end])
    }

    /// The endpoint of an app, if the reference names one.
    pub fn endpoint(&self) -> Option<&str> {
        self.app_ends.map(|end| &self.text[end + 1..])
    }

    /// The title until the provider reports a better one.
    pub fn title(&self) -> &str {
        match self.target() {
            Target::Only => self.provider.title(),
            Target::Name(_) | Target::Address(_) => self.named(),
        }
    }
}

impl FromStr for ModelReference {
    type Err = UnknownProvider;

    fn from_str(text: &str) -> Result<Self, UnknownProvider> {
        let text = text.trim();
        let (prefix, named) = match text.split_once(':') {
            None => (text, None),
            Some((prefix, named)) => (prefix, Some(named)),
        };
        let is_fit = text.len() <= MAX_BYTES && !text.contains(char::is_control);
        let provider = ProviderKind::named(prefix).filter(|kind| {
            // A provider with a single model is named by its prefix alone.
            let is_named = named.is_some_and(|named| !named.is_empty() && is_fit);
            if kind.info().target.is_some() { is_named } else { named.is_none() }
        });
        let unknown = || UnknownProvider(text.chars().take(100).collect());
        let provider = provider.ok_or_else(unknown)?;
        let app_ends = provider.info().endpoints.then(|| text.find('#')).flatten();
        Ok(Self { text: text.to_owned(), provider, app_ends })
    }
}

/// The patterns of all providers' references, for a sentence.
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

    /// Drops control characters, because rows from before they were refused may contain them.
    fn try_from(mut text: String) -> Result<Self, UnknownProvider> {
        text.retain(|letter| !letter.is_control());
        text.parse()
    }
}

impl From<ModelReference> for String {
    fn from(reference: ModelReference) -> Self {
        reference.text
    }
}

impl fmt::Display for ModelReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
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
            assert_eq!((reference.provider(), reference.named()), (provider, target));
        }
    }

    #[test]
    fn what_is_run_is_told_from_where_it_is_and_from_its_endpoint() {
        for (text, target, endpoint, app) in [
            ("demo", Target::Only, None, "demo"),
            ("hf:a/b@fal-ai", Target::Name("a/b@fal-ai"), None, "hf:a/b@fal-ai"),
            ("hf:https://h/x#y", Target::Address("https://h/x#y"), None, "hf:https://h/x#y"),
            ("space:a/b#/run", Target::Name("a/b"), Some("/run"), "space:a/b"),
            ("space:https://h/p#", Target::Address("https://h/p"), Some(""), "space:https://h/p"),
        ] {
            let reference: ModelReference = text.parse().unwrap();
            assert_eq!((reference.target(), reference.endpoint()), (target, endpoint), "{text}");
            assert_eq!(reference.app(), app);
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
            let (kind, target) = (reference.provider(), reference.named());
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
        let expected = "“openal:dall-e” is not a model: use demo, hf:owner/name, space:owner/name";
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
