//! Parses the text after `hf:` in a model reference: a model of the Hub, or an endpoint's URL.

use url::Url;

use crate::server::fault::Fault;

/// The host of the retired serverless API. Its name no longer resolves, so it is never called.
const DEAD_HOST: &str = "api-inference.huggingface.co";
const HUB_HOSTS: [&str; 3] = ["huggingface.co", "www.huggingface.co", "hf.co"];
const MAX_ID_CHARS: usize = 96;

/// The target of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Model {
        /// `owner/name`, or the bare name that a few old models have.
        id: ModelId,
        /// The inference provider that the person chose with `@provider`; no other one is tried.
        provider: Option<String>,
        /// True when the text named the retired host.
        was_dead_host: bool,
    },
    /// Used verbatim, with the classic wire.
    Endpoint(Url),
}

/// A checked model id: safe to put into a path as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModelId(String);

impl ModelId {
    /// The model's page, which is also where its licence is accepted.
    pub fn page(&self) -> String {
        format!("https://huggingface.co/{}", self.0)
    }

    fn parse(text: &str) -> Option<Self> {
        let well_formed = text.chars().count() <= MAX_ID_CHARS
            && text.split('/').count() <= 2
            && text.split('/').all(is_segment)
            && !text.contains("..")
            && !text.contains("--");
        well_formed.then(|| Self(text.to_owned()))
    }
}

impl std::fmt::Display for ModelId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_segment(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(allowed)
}

/// Reads the text after `hf:`: `owner/name`, `owner/name@provider`, an endpoint's URL, or the URL
/// of a model's page as copied from a browser.
///
/// # Errors
///
/// [`Fault::ModelNotFound`] for anything else.
pub fn parse(text: &str) -> Result<Target, Fault> {
    let text = text.trim();
    let wrong = |detail: &str| Fault::ModelNotFound {
        model: text.chars().take(100).collect(),
        detail: detail.to_owned(),
    };
    if !text.contains("://") {
        let (id, provider) = match text.split_once('@') {
            Some((id, provider)) => (id, Some(provider)),
            None => (text, None),
        };
        if provider.is_some_and(|provider| !is_segment(provider)) {
            return Err(wrong("after @ comes the name of an inference provider, like fal-ai"));
        }
        let id = ModelId::parse(id).ok_or_else(|| wrong("a model is named owner/name"))?;
        return Ok(Target::Model {
            id,
            provider: provider.map(str::to_owned),
            was_dead_host: false,
        });
    }

    let url: Url = text.parse().map_err(|_| wrong("this is not an address"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("an endpoint's address begins with https://"));
    }
    let host = url.host_str().unwrap_or_default();
    let path = url.path().trim_matches('/');
    if host == DEAD_HOST {
        let id = path.strip_prefix("models/").or_else(|| path.strip_prefix("pipeline/"));
        // A pipeline URL has the task before the model: pipeline/text-to-image/owner/name.
        let id = id.map(|id| id.trim_start_matches("text-to-image/"));
        let id = id.and_then(ModelId::parse).ok_or_else(|| wrong("its host was shut down"))?;
        return Ok(Target::Model { id, provider: None, was_dead_host: true });
    }
    if HUB_HOSTS.contains(&host) {
        let path = path.strip_prefix("models/").unwrap_or(path);
        let mut segments = path.split('/');
        let id: Vec<_> = segments.by_ref().take(2).collect();
        // The URL may be of one of the model's tabs: owner/name/tree/main.
        let is_model = id.len() == 2
            && !["spaces", "datasets", "docs", "settings", "api"].contains(&id[0])
            && segments.next().is_none_or(|tab| {
                ["tree", "blob", "resolve", "discussions", "commits"].contains(&tab)
            });
        let id = is_model.then(|| ModelId::parse(&id.join("/"))).flatten();
        let id = id.ok_or_else(|| wrong("this page is not a model's"))?;
        return Ok(Target::Model { id, provider: None, was_dead_host: false });
    }
    Ok(Target::Endpoint(url))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_a_model_has_a_name_that_is_safe_in_a_path(
            text in "(https://(huggingface\\.co|api-inference\\.huggingface\\.co|hf\\.co)/)?(models/)?[a-z/.@_?# -]{0,30}",
        ) {
            let Ok(Target::Model { id, .. }) = parse(&text) else { return Ok(()) };
            prop_assert!(!id.0.contains("..") && !id.0.starts_with('/'), "{id}");
            prop_assert!(id.0.chars().all(|c| c.is_ascii_alphanumeric() || "_.-/".contains(c)));
            prop_assert_eq!(parse(&id.to_string()).unwrap(), model(&id.0, None));
        }
    }

    fn model(id: &str, provider: Option<&str>) -> Target {
        Target::Model {
            id: ModelId(id.to_owned()),
            provider: provider.map(str::to_owned),
            was_dead_host: false,
        }
    }

    #[test]
    fn ids_providers_and_pages_name_a_model() {
        for (text, target) in [
            ("black-forest-labs/FLUX.1-dev", model("black-forest-labs/FLUX.1-dev", None)),
            (" a/b@fal-ai ", model("a/b", Some("fal-ai"))),
            ("gpt2", model("gpt2", None)),
            ("https://huggingface.co/a/b", model("a/b", None)),
            ("https://huggingface.co/a/b/tree/main?x=1#y", model("a/b", None)),
            ("https://hf.co/a/b/", model("a/b", None)),
        ] {
            assert_eq!(parse(text).unwrap(), target, "{text}");
        }
    }

    #[test]
    fn other_addresses_are_endpoints_and_kept_verbatim() {
        for text in
            ["https://x1.us-east-1.aws.endpoints.huggingface.cloud/", "http://127.0.0.1:9/models/x"]
        {
            let Target::Endpoint(url) = parse(text).unwrap() else { panic!("{text}") };
            assert_eq!(url.as_str(), text);
        }
    }

    #[test]
    fn the_dead_host_is_mapped_to_its_model() {
        for text in [
            "https://api-inference.huggingface.co/models/a/b",
            "https://api-inference.huggingface.co/pipeline/text-to-image/a/b",
        ] {
            let Target::Model { id, was_dead_host, .. } = parse(text).unwrap() else {
                panic!("{text}")
            };
            assert_eq!((id.to_string().as_str(), was_dead_host), ("a/b", true));
        }
    }

    #[test]
    fn what_could_leave_the_path_is_refused() {
        for text in [
            "",
            "a/b/c",
            "../etc",
            "a/..",
            "a/b--c",
            "-a/b",
            "a/b?x",
            "a/b#x",
            "a/b@",
            "a/b@x/y",
            "a%2fb",
            "ftp://host/x",
            "https://huggingface.co/spaces/a",
            "https://huggingface.co/datasets/b",
            "https://huggingface.co/a/b/c",
            "https://api-inference.huggingface.co/status",
            &"a".repeat(97),
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
