//! Parses the text after `space:` in a model reference.

use url::Url;

use crate::generation::ModelReference;

/// An app, and which of its endpoints to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub place: AppAddress,
    /// The name after `#/`, or a number for functions without a name.
    pub endpoint: Option<String>,
}

/// The location of an app.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AppAddress {
    /// A Space of the Hub, `owner/name`.
    Space(String),
    /// A URL, without query, fragment and trailing slash.
    Address(Url),
}

impl Reference {
    /// Reads `owner/name`, a URL, and the URL of a Space's page on `hub`; each may be followed by
    /// `#/endpoint`.
    pub fn parse(target: &str, hub: &Url) -> Option<Self> {
        let target = target.trim();
        let (target, endpoint) = match target.split_once('#') {
            Some((target, endpoint)) => (target, Some(endpoint.trim_start_matches('/'))),
            None => (target, None),
        };
        let endpoint = endpoint.filter(|name| !name.is_empty()).map(str::to_owned);
        let target = target.trim_end_matches('/');
        if let Some(id) = space_id(target) {
            return Some(Self { place: AppAddress::Space(id), endpoint });
        }
        let mut url: Url = target.parse().ok()?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return None;
        }
        // Its pages show models that the `replicate` provider runs.
        if url.host_str() == Some("replicate.com") {
            return None;
        }
        if url.origin() == hub.origin() || url.host_str() == Some("huggingface.co") {
            let id = space_id(
                &url.path()
                    .strip_prefix("/spaces/")?
                    .split('/')
                    .take(2)
                    .collect::<Vec<_>>()
                    .join("/"),
            )?;
            return Some(Self { place: AppAddress::Space(id), endpoint });
        }
        url.set_query(None);
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Some(Self { place: AppAddress::Address(url), endpoint })
    }
}

impl Reference {
    /// The model reference for another endpoint of the same app, by name or number.
    pub fn with_endpoint(&self, endpoint: &str) -> Option<ModelReference> {
        let target = match &self.place {
            AppAddress::Space(id) => id.as_str(),
            AppAddress::Address(url) => url.as_str().trim_end_matches('/'),
        };
        let slash = if endpoint.starts_with('/') { "" } else { "/" };
        format!("space:{target}#{slash}{endpoint}").parse().ok()
    }

    /// The model reference for the app, or for the endpoint of it that was named.
    pub fn to_model(&self) -> Option<ModelReference> {
        let plain = self.with_endpoint(self.endpoint.as_deref().unwrap_or_default())?;
        match self.endpoint {
            Some(_) => Some(plain),
            None => plain.as_str().trim_end_matches("#/").parse().ok(),
        }
    }
}

impl AppAddress {
    /// The name for people: `owner/name`, or the URL without its scheme.
    pub fn title(&self) -> String {
        match self {
            Self::Space(id) => id.clone(),
            Self::Address(url) => {
                let text = url.as_str().trim_end_matches('/');
                text.split_once("://").map_or(text, |(_, rest)| rest).to_owned()
            }
        }
    }
}

/// `owner/name`, checked: safe to put into a path as it is.
pub fn space_id(text: &str) -> Option<String> {
    let (owner, name) = text.split_once('/')?;
    let fits = |part: &str| {
        !part.is_empty()
            && part.len() <= 96
            && !part.starts_with('.')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
    };
    (fits(owner) && fits(name)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_an_app_is_named_in_a_way_that_reads_back(
            text in "(https?://)?(huggingface\\.co/spaces/|x\\.test|10\\.0\\.0\\.1:7860|o/n|)[a-z/.@_?:%# 狐-]{0,20}(#/?[ -~狐]{0,12})?",
        ) {
            let hub = "https://huggingface.co".parse().unwrap();
            let Some(reference) = Reference::parse(&text, &hub) else { return Ok(()) };
            let Some(model) = reference.to_model() else { return Ok(()) };
            prop_assert_eq!(Reference::parse(model.named(), &hub), Some(reference), "{}", model);
        }
    }

    #[test]
    fn names_and_addresses_are_understood() {
        let hub: Url = "https://huggingface.co".parse().unwrap();
        for (target, title, endpoint) in [
            ("owner/name", "owner/name", None),
            ("owner/na.me-2/#/infer", "owner/na.me-2", Some("infer")),
            ("owner/name#13", "owner/name", Some("13")),
            ("https://huggingface.co/spaces/o/n", "o/n", None),
            ("https://huggingface.co/spaces/o/n/tree/main?x=1", "o/n", None),
            ("https://o-n.hf.space/demo/a/", "o-n.hf.space/demo/a", None),
            ("https://x.test/?__theme=dark#/run", "x.test", Some("run")),
            ("http://127.0.0.1:7860/", "127.0.0.1:7860", None),
        ] {
            let reference = Reference::parse(target, &hub).unwrap();
            assert_eq!(reference.place.title(), title, "{target}");
            assert_eq!(reference.endpoint.as_deref(), endpoint, "{target}");
            let model = reference.to_model().unwrap();
            assert_eq!(Reference::parse(model.named(), &hub), Some(reference), "{target}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let hub: Url = "https://huggingface.co".parse().unwrap();
        let pages = ["https://huggingface.co/o/model", "https://replicate.com/o/model"];
        for target in ["", "name", "a/b/c", "ftp://x/y", "../x"].into_iter().chain(pages) {
            assert_eq!(Reference::parse(target, &hub), None, "{target}");
        }
    }
}
