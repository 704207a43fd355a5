//! Servers with OpenAI's images API, and their keys.

use url::Url;

use super::{
    ConfigError, Key, Secret, error,
    values::{Texts, list, parse_origin},
};
use crate::server::outbound::guard::ListedUrl;

/// The key of OpenAI's own server, under the name that its clients use.
const OPENAI_KEY: &str = "OPENAI_API_KEY";
const SERVERS: &str = "EASEL_OPENAI_SERVERS";

/// The URL of OpenAI itself.
pub const OPENAI: &str = "https://api.openai.com/v1";

/// A server in the configuration.
#[derive(Clone, Debug)]
pub struct ImageServer {
    /// The URL that `/images/generations` is below.
    pub base: Url,
    pub key: Key,
    /// The variable that configures it, for errors.
    pub variable: &'static str,
}

impl ImageServer {
    /// OpenAI itself.
    pub fn is_openai(&self) -> bool {
        self.variable == OPENAI_KEY
    }

    /// Whether the server can be called: OpenAI requires a key.
    pub fn is_there(&self) -> bool {
        !self.is_openai() || self.key.is_set()
    }

    /// True for the server's own URLs, which alone receive its key.
    pub fn is_at(&self, address: &Url) -> bool {
        ListedUrl::new(&self.base).holds(address)
    }
}

/// The servers in both variables, OpenAI's own first.
pub(super) fn read(texts: &Texts<'_>) -> Result<Vec<ImageServer>, ConfigError> {
    let key = Key::configured(texts.secret(OPENAI_KEY)?);
    let base = parse_origin(OPENAI_KEY, OPENAI)?;
    let own = Ok(ImageServer { base, key, variable: OPENAI_KEY });
    let others = texts.secret_text(SERVERS)?.unwrap_or_default();
    std::iter::once(own).chain(list(&others).map(parse)).collect()
}

/// Parses `https://host/v1`, or `https://host/v1 key`.
fn parse(entry: &str) -> Result<ImageServer, ConfigError> {
    let mut parts = entry.split_whitespace();
    let (base, key) = (parts.next().unwrap_or_default(), parts.next());
    if parts.next().is_some() {
        return Err(error(SERVERS, "must hold entries of the form: https://host/v1 key"));
    }
    let base = parse_origin(SERVERS, base.trim_end_matches('/'))?;
    if base.query().is_some() || base.fragment().is_some() {
        return Err(error(SERVERS, "must hold addresses without ? and #, like https://host/v1"));
    }
    Ok(ImageServer { base, key: Key::configured(key.map(Secret::new)), variable: SERVERS })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::Config;

    fn servers(variables: &[(&str, &str)]) -> Result<Vec<String>, ConfigError> {
        let config = Config::read(|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })?;
        let servers = config.image_servers.iter().filter(|server| server.is_there());
        let told = servers.map(|server| {
            let key = server.key.get();
            let key = key.as_ref().map_or("-", Secret::expose);
            format!("{} {key} {}", server.base, server.variable)
        });
        Ok(told.collect())
    }

    #[test]
    fn servers_have_keys_or_none() {
        let read = servers(&[
            (OPENAI_KEY, "sk-own"),
            (SERVERS, "https://a/v1/  key-a, http://127.0.0.1:8080/v1"),
        ]);
        let expected = [
            "https://api.openai.com/v1 sk-own OPENAI_API_KEY",
            "https://a/v1 key-a EASEL_OPENAI_SERVERS",
            "http://127.0.0.1:8080/v1 - EASEL_OPENAI_SERVERS",
        ];
        assert_eq!(read.unwrap(), expected);
        assert_eq!(servers(&[]).unwrap(), [""; 0]);
    }

    #[test]
    fn what_is_no_server_is_told_without_its_key() {
        for wrong in ["a/v1 secret-key", "https://a/v1 secret-key more", "https://a/v1?x=1 secret"]
        {
            let error = servers(&[(SERVERS, wrong)]).unwrap_err();
            assert_eq!(error.variable, SERVERS);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_key_is_for_what_is_below_its_address() {
        let server = parse("https://a/v1 key").unwrap();
        for (address, is_at) in [
            ("https://a/v1/images/generations", true),
            ("https://a/v2/images/generations", false),
            ("https://a/v1/../v2/images/generations", false),
            ("http://a/v1/images/generations", false),
            ("https://a:444/v1/models", false),
        ] {
            assert_eq!(server.is_at(&address.parse().unwrap()), is_at, "{address}");
        }
    }
}
