//! Parses the text after `openai:` in a model reference: a server and the name of a model there.

use url::Url;

use crate::{
    generation::ModelReference,
    server::{config::OPENAI, fault::Fault},
};

const MAX_MODEL_LENGTH: usize = 200;

/// A model of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The URL that `/images/generations` is below.
    pub base: Url,
    /// The server's name for the model.
    pub model: String,
}

impl Target {
    /// Reads `https://host/v1#model`; a name alone is a model of OpenAI itself.
    ///
    /// # Errors
    ///
    /// [`Fault::ModelNotFound`] for anything else.
    pub fn of(model: &ModelReference) -> Result<Self, Fault> {
        let target = model.named().trim();
        let wrong = |detail: &str| Fault::ModelNotFound {
            model: model.to_string(),
            detail: detail.to_owned(),
        };
        let (base, name) = match target.split_once('#') {
            Some(parts) => parts,
            None if target.contains("://") => ("", ""),
            None => (OPENAI, target),
        };
        let name = name.trim();
        if name.is_empty() || name.len() > MAX_MODEL_LENGTH {
            return Err(wrong("it is written as openai:https://host/v1#model"));
        }
        let base: Url =
            base.trim_end_matches('/').parse().map_err(|_| wrong("this is not an address"))?;
        let is_plain = base.username().is_empty() && base.password().is_none();
        if !matches!(base.scheme(), "http" | "https") || base.query().is_some() || !is_plain {
            return Err(wrong(
                "the address begins with https:// and holds neither ? nor a password",
            ));
        }
        Ok(Self { base, model: name.to_owned() })
    }

    /// The URL of one of the server's routes.
    pub fn route(&self, path: &str) -> Url {
        below(&self.base, path)
    }

    /// Short, for the picker.
    pub fn title(&self) -> String {
        match self.is_openai() {
            true => self.model.clone(),
            false => format!("{} at {}", self.model, host(&self.base)),
        }
    }

    /// True for OpenAI itself, which rejects unknown fields.
    pub fn is_openai(&self) -> bool {
        self.base.host_str() == Some("api.openai.com")
    }

    /// The reference of this model.
    pub fn reference(&self) -> Option<ModelReference> {
        let Self { base, model } = self;
        let base = base.as_str().trim_end_matches('/');
        let written = if base == OPENAI { model.clone() } else { format!("{base}#{model}") };
        format!("openai:{written}").parse().ok()
    }
}

/// Appends `path` to `base`, with or without a trailing slash.
pub fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

/// Host and port, as a URL shows them.
pub fn host(base: &Url) -> String {
    let host = base.host_str().unwrap_or_default();
    base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Result<(String, String), Fault> {
        let target = Target::of(&text.parse().unwrap())?;
        assert_eq!(Target::of(&target.reference().unwrap()).unwrap(), target);
        Ok((target.route("models").to_string(), target.model))
    }

    #[test]
    fn a_reference_is_a_server_and_a_model() {
        for (text, route, model) in [
            ("openai:https://h/v1#flux", "https://h/v1/models", "flux"),
            ("openai:https://h/v1/#flux", "https://h/v1/models", "flux"),
            ("openai:http://127.0.0.1:8080#a/b", "http://127.0.0.1:8080/models", "a/b"),
            ("openai:https://h/v1#space:a/b#/x", "https://h/v1/models", "space:a/b#/x"),
            ("openai:gpt-image-1", "https://api.openai.com/v1/models", "gpt-image-1"),
        ] {
            assert_eq!(target(text).unwrap(), (route.to_owned(), model.to_owned()), "{text}");
        }
    }

    #[test]
    fn other_texts_are_told_how_one_is_written() {
        for text in [
            "openai:https://h/v1",
            "openai:https://h/v1#",
            "openai:ftp://h/v1#x",
            "openai:https://user:pw@h/v1#x",
            "openai:https://h/v1?key=x#y",
            "openai:nonsense#y",
        ] {
            let error = target(text).unwrap_err();
            assert!(matches!(error, Fault::ModelNotFound { .. }), "{text}");
        }
    }
}
