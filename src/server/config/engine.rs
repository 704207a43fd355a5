//! The APIs for other programs, and how long clients may wait.

use super::{
    ConfigError, Secret, error,
    values::{Texts, list},
};
use crate::generation::ModelReference;

/// The API part of the configuration.
#[derive(Clone, Debug)]
pub struct Engine {
    /// `EASEL_API_KEY`: one key besides those made by command, with a gallery of its own.
    pub key: Option<Secret>,
    /// `EASEL_API_KEYLESS`: whether programs on this machine need no key.
    pub keyless: bool,
    /// `EASEL_API_ALIASES`: other names of models.
    pub aliases: Vec<(String, ModelReference)>,
    /// `EASEL_API_WAIT_SECONDS`: how long a client waits for its pictures.
    pub wait_seconds: u32,
    /// `EASEL_API_KEEP_ALIVE_SECONDS`: after this silence white space is sent; 0 means never.
    pub keep_alive_seconds: u32,
    /// `EASEL_SDAPI`: whether AUTOMATIC1111's API is served.
    pub sdapi: bool,
}

/// Shorter ones can be guessed. In characters.
const MIN_KEY_LENGTH: usize = 20;

const MAX_ALIASES: usize = 100;
const MAX_ALIAS_LENGTH: usize = 100;

impl Engine {
    pub(super) fn read(texts: &Texts<'_>) -> Result<Self, ConfigError> {
        let key = texts.secret_text("EASEL_API_KEY")?;
        if key.as_ref().is_some_and(|key| key.chars().count() < MIN_KEY_LENGTH) {
            return Err(error("EASEL_API_KEY", "must have at least 20 characters"));
        }
        let aliases = texts.get("EASEL_API_ALIASES").unwrap_or_default();
        let aliases = list(&aliases).map(parse_alias).collect::<Result<Vec<_>, _>>()?;
        if aliases.len() > MAX_ALIASES {
            return Err(error("EASEL_API_ALIASES", "must hold at most 100 names"));
        }
        let seconds = |variable, default| {
            let seconds = texts.number(variable, default)?;
            let is_right = seconds <= 86_400;
            is_right.then_some(seconds).ok_or_else(|| error(variable, "must be at most 86400"))
        };
        Ok(Self {
            key: key.map(Secret::new),
            keyless: match texts.get("EASEL_API_KEYLESS").as_deref() {
                None | Some("off") => false,
                Some("loopback") => true,
                Some(_) => return Err(error("EASEL_API_KEYLESS", "must be off or loopback")),
            },
            aliases,
            wait_seconds: seconds("EASEL_API_WAIT_SECONDS", 590)?.max(1),
            keep_alive_seconds: seconds("EASEL_API_KEEP_ALIVE_SECONDS", 45)?,
            sdapi: super::switch(&|variable| texts.get(variable), "EASEL_SDAPI")?,
        })
    }
}

/// Parses `gpt-image-1=hf:owner/name`.
fn parse_alias(entry: &str) -> Result<(String, ModelReference), ConfigError> {
    let wrong = |problem: String| error("EASEL_API_ALIASES", problem);
    let (name, model) = entry
        .split_once('=')
        .ok_or_else(|| wrong("must hold entries of the form: name=hf:owner/name".to_owned()))?;
    let name = name.trim();
    let is_plain = |byte: u8| byte.is_ascii_graphic();
    if name.is_empty() || name.len() > MAX_ALIAS_LENGTH || !name.bytes().all(is_plain) {
        return Err(wrong("has a name that is not a plain word".to_owned()));
    }
    let model = model.parse();
    let model = model.map_err(|problem| wrong(format!("cannot be used: {problem}")))?;
    Ok((name.to_owned(), model))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::Config;

    fn engine(variable: &str, value: &str) -> Result<Engine, ConfigError> {
        let read = Config::read(|name| (name == variable).then(|| value.to_owned()));
        read.map(|config| config.engine)
    }

    #[test]
    fn without_a_word_a_key_is_needed_and_nobody_waits_for_ever() {
        let engine = engine("", "").unwrap();
        assert!(!engine.keyless && engine.key.is_none() && engine.sdapi);
        assert_eq!((engine.wait_seconds, engine.keep_alive_seconds), (590, 45));
    }

    #[test]
    fn names_of_ones_own_lead_to_models() {
        let engine = engine("EASEL_API_ALIASES", "gpt-image-1 = hf:a/b, draw=demo").unwrap();
        let aliases = engine.aliases.iter().map(|(name, model)| (name.as_str(), model.as_str()));
        assert_eq!(aliases.collect::<Vec<_>>(), [("gpt-image-1", "hf:a/b"), ("draw", "demo")]);
    }

    #[test]
    fn a_wrong_variable_is_named() {
        for (variable, value) in [
            ("EASEL_API_KEY", "short"),
            ("EASEL_API_KEYLESS", "yes"),
            ("EASEL_API_ALIASES", "demo"),
            ("EASEL_API_ALIASES", "a=dall-e"),
            ("EASEL_API_ALIASES", "two words=demo"),
            ("EASEL_API_WAIT_SECONDS", "long"),
            ("EASEL_API_KEEP_ALIVE_SECONDS", "100000"),
            ("EASEL_SDAPI", "no"),
        ] {
            assert_eq!(engine(variable, value).unwrap_err().variable, variable);
        }
    }
}
