//! Parses the text after `replicate:` in a model reference.

use url::Url;

use crate::generation::ModelReference;

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Model(Name),
    /// A model pinned to a version of 64 hex digits.
    Version(Name, String),
    Deployment(Name),
    /// A self-hosted cog server, by its URL without a trailing slash.
    Cog(Url),
}

/// `owner/name`, checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    pub owner: String,
    pub name: String,
}

/// The text is not a target at Replicate.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "use owner/name, owner/name:version, deployments/owner/name or the address of a cog server"
)]
pub struct InvalidTarget;

impl Target {
    /// Reads `owner/name[:version]`, `deployments/owner/name`, a page of replicate.com or the URL
    /// of a cog server.
    pub fn parse(text: &str) -> Result<Self, InvalidTarget> {
        let text = text.trim();
        if text.starts_with("http://") || text.starts_with("https://") {
            return parse_address(text);
        }
        if let Some(deployment) = text.strip_prefix("deployments/") {
            return Ok(Self::Deployment(Name::parse(deployment)?));
        }
        match text.split_once(':') {
            None => Ok(Self::Model(Name::parse(text)?)),
            Some((name, version)) => Ok(Self::Version(Name::parse(name)?, parse_version(version)?)),
        }
    }

    pub fn of(model: &ModelReference) -> Result<Self, InvalidTarget> {
        Self::parse(model.named())
    }

    /// Short, for the picker and for errors.
    pub fn title(&self) -> String {
        match self {
            Self::Model(name) | Self::Version(name, _) => name.to_string(),
            Self::Deployment(name) => format!("deployments/{name}"),
            Self::Cog(url) => match (url.host_str(), url.port()) {
                (Some(host), Some(port)) => format!("{host}:{port}"),
                (host, _) => host.unwrap_or_default().to_owned(),
            },
        }
    }

    /// Its page at replicate.com.
    pub fn page(&self) -> Option<String> {
        match self {
            Self::Model(name) => Some(format!("https://replicate.com/{name}")),
            Self::Version(name, version) => {
                Some(format!("https://replicate.com/{name}/versions/{version}"))
            }
            Self::Deployment(name) => Some(format!("https://replicate.com/deployments/{name}")),
            Self::Cog(_) => None,
        }
    }
}

impl Name {
    pub fn parse(text: &str) -> Result<Self, InvalidTarget> {
        match text.split_once('/') {
            Some((owner, name)) if is_part(owner) && is_part(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(InvalidTarget),
        }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// A letter or digit, followed by letters, digits, dots, dashes and underscores; so never `..`.
fn is_part(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

fn parse_version(text: &str) -> Result<String, InvalidTarget> {
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    if text.len() == 64 && text.chars().all(hex) { Ok(text.to_owned()) } else { Err(InvalidTarget) }
}

/// A page of replicate.com, or else the URL of a cog server.
fn parse_address(text: &str) -> Result<Target, InvalidTarget> {
    let url: Url = text.parse().map_err(|_| InvalidTarget)?;
    if matches!(url.host_str(), Some("replicate.com" | "www.replicate.com")) {
        let parts: Vec<_> =
            url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
        return match parts[..] {
            ["deployments", owner, name, ..] => {
                Ok(Target::Deployment(Name::parse(&format!("{owner}/{name}"))?))
            }
            [owner, name, "versions", version, ..] => {
                let name = Name::parse(&format!("{owner}/{name}"))?;
                Ok(Target::Version(name, parse_version(version)?))
            }
            [owner, name, ..] => Ok(Target::Model(Name::parse(&format!("{owner}/{name}"))?)),
            _ => Err(InvalidTarget),
        };
    }
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let text = text.trim_end_matches('/');
    if plain {
        Ok(Target::Cog(text.parse().map_err(|_| InvalidTarget)?))
    } else {
        Err(InvalidTarget)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_names_a_model_is_safe_in_a_path_and_reads_back(
            text in "(https://(www\\.)?replicate\\.com/|deployments/)?[a-z0-9/.@_?# -]{0,30}(:[0-9a-f]{64})?",
        ) {
            let spelled = match Target::parse(&text) {
                Ok(Target::Model(name)) => name.to_string(),
                Ok(Target::Version(name, version)) => format!("{name}:{version}"),
                Ok(Target::Deployment(name)) => format!("deployments/{name}"),
                Ok(Target::Cog(_)) | Err(_) => return Ok(()),
            };
            prop_assert!(!spelled.contains("..") || !spelled.split('/').any(|part| part == ".."));
            prop_assert_eq!(Target::parse(&spelled), Target::parse(&text));
        }
    }

    const VERSION: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn name() -> Name {
        Name { owner: "black-forest-labs".into(), name: "flux-1.1_pro".into() }
    }

    #[test]
    fn every_spelling_is_understood() {
        let plain = "black-forest-labs/flux-1.1_pro";
        for (text, target) in [
            (format!(" {plain} "), Target::Model(name())),
            (format!("{plain}:{VERSION}"), Target::Version(name(), VERSION.into())),
            (format!("deployments/{plain}"), Target::Deployment(name())),
            (format!("https://replicate.com/{plain}"), Target::Model(name())),
            (format!("https://replicate.com/{plain}/api?x=1#y"), Target::Model(name())),
            (
                format!("https://replicate.com/{plain}/versions/{VERSION}"),
                Target::Version(name(), VERSION.into()),
            ),
            (format!("https://replicate.com/deployments/{plain}/"), Target::Deployment(name())),
            (
                "http://127.0.0.1:5000/".to_owned(),
                Target::Cog("http://127.0.0.1:5000".parse().unwrap()),
            ),
        ] {
            assert_eq!(Target::parse(&text), Ok(target), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "invalid",
            "/model",
            "a/b/c",
            "a/b:",
            "a:x/b",
            "owner:abc",
            "a/b:c:d",
            "a/b:c/d",
            "a/b:latest",
            "../b",
            "a/..",
            "a /b",
            "deployments/a",
            "https://replicate.com/",
            "https://replicate.com/a/versions",
            "https://user:pw@host/",
            "ftp://host/",
        ] {
            let parsed = Target::parse(text);
            // A page with two parts is read as a model; the API then reports that it does not
            // exist.
            let is_page = text == "https://replicate.com/a/versions";
            assert_eq!(parsed.is_err(), !is_page, "{text} → {parsed:?}");
        }
    }
}
