//! Access control: who has access, through which proxies, and under which host names.

use http::HeaderName;
use ipnet::IpNet;

use super::{
    Access, ConfigError, Secret, error,
    values::{Texts, list},
};

/// The access-control part of the configuration.
#[derive(Clone, Debug)]
pub struct Door {
    /// `EASEL_ACCESS`: the access mode; `None` where it is not set.
    pub access: Option<Access>,
    /// `EASEL_HOSTS`: host names that this server accepts, besides those of this machine and of
    /// `EASEL_PUBLIC_URL`. In lower case, without a port.
    pub hosts: Vec<String>,
    /// `EASEL_TRUSTED_PROXIES`: the proxies whose `X-Forwarded-For` and identity header are
    /// trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// `EASEL_PROXY_HEADER`: the header in which a trusted proxy identifies a person.
    pub proxy_header: Option<HeaderName>,
    /// `EASEL_SECRET`: signs cookies. The first secret signs; later ones are still accepted.
    pub secrets: Vec<Secret>,
    /// `EASEL_SECRET_KEY`: seals provider keys that are entered in the page; `None` uses a file
    /// beside the data.
    pub secret_key: Option<Secret>,
}

/// Shorter ones can be guessed. In characters.
const MIN_SECRET_LENGTH: usize = 32;

impl Door {
    pub(super) fn read(texts: &Texts<'_>) -> Result<Self, ConfigError> {
        let access = texts.get("EASEL_ACCESS").map(|value| {
            Access::parse(&value)
                .ok_or_else(|| error("EASEL_ACCESS", "must be local, people, proxy or open"))
        });
        let proxy_header = texts.get("EASEL_PROXY_HEADER").map(|value| {
            value.parse().map_err(|_| {
                error("EASEL_PROXY_HEADER", "must be the name of a header, like Remote-User")
            })
        });
        let secrets = texts.secret_text("EASEL_SECRET")?.unwrap_or_default();
        if list(&secrets).any(|secret| secret.chars().count() < MIN_SECRET_LENGTH) {
            return Err(error("EASEL_SECRET", "must have at least 32 characters"));
        }
        let secret_key = texts.secret_text("EASEL_SECRET_KEY")?;
        if secret_key.as_ref().is_some_and(|key| key.chars().count() < MIN_SECRET_LENGTH) {
            return Err(error("EASEL_SECRET_KEY", "must have at least 32 characters"));
        }
        Ok(Self {
            access: access.transpose()?,
            hosts: texts.list("EASEL_HOSTS", parse_host)?,
            trusted_proxies: texts.list("EASEL_TRUSTED_PROXIES", parse_network)?,
            proxy_header: proxy_header.transpose()?,
            secrets: list(&secrets).map(Secret::new).collect(),
            secret_key: secret_key.map(Secret::new),
        })
    }
}

/// Ports differ behind a proxy, so they are ignored.
fn parse_host(entry: &str) -> Result<String, ConfigError> {
    let wrong = || error("EASEL_HOSTS", "must hold names of hosts, like easel.example.org");
    let authority: http::uri::Authority = entry.parse().map_err(|_| wrong())?;
    if entry.contains(['@', '*']) {
        return Err(wrong());
    }
    Ok(authority.host().trim_end_matches('.').to_ascii_lowercase())
}

fn parse_network(entry: &str) -> Result<IpNet, ConfigError> {
    let address = || entry.parse::<std::net::IpAddr>().ok().map(IpNet::from);
    entry.parse().ok().or_else(address).ok_or_else(|| {
        error("EASEL_TRUSTED_PROXIES", "must hold addresses or networks, like 172.16.0.0/12")
    })
}
