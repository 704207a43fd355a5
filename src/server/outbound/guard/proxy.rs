//! The operator's proxy for outbound requests.

use std::{fmt, net::IpAddr};

use reqwest::{ClientBuilder, NoProxy};
use url::Url;

/// The networks that are reached without the proxy.
const OWN_NETWORK: &str =
    "localhost,127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,::1,fc00::/7";

/// A proxy for everything but addresses of the local network.
#[derive(Clone)]
pub struct Proxy {
    url: Url,
    way: reqwest::Proxy,
}

/// The URL of no usable proxy.
#[derive(Debug, thiserror::Error)]
#[error("must be like socks5://host:port or http://host:port")]
pub struct NoSuchProxy;

impl Proxy {
    /// # Errors
    ///
    /// For other schemes than `socks5`, `http` and `https`.
    pub fn new(url: &Url) -> Result<Self, NoSuchProxy> {
        // Not socks5h, because then the proxy resolves names.
        let known = matches!(url.scheme(), "socks5" | "http" | "https") && url.host().is_some();
        let way = if known { reqwest::Proxy::all(url.as_str()).ok() } else { None };
        let way = way.ok_or(NoSuchProxy)?.no_proxy(NoProxy::from_string(OWN_NETWORK));
        Ok(Self { url: url.clone(), way })
    }

    /// Makes a client use the proxy.
    pub fn lead(&self, builder: ClientBuilder) -> ClientBuilder {
        builder.proxy(self.way.clone())
    }

    /// Its host name, unless it is given by address.
    pub fn name(&self) -> Option<&str> {
        self.url.host_str().filter(|name| name.parse::<IpAddr>().is_err())
    }

    /// True when the unlisted `name` can be contacted through it. With SOCKS the name is resolved
    /// and checked here, and the proxy gets the address; an http proxy would resolve it itself, and
    /// connect to wherever it then points.
    pub fn may_reach(&self, name: &str) -> bool {
        self.url.scheme() == "socks5" && self.name() != Some(name)
    }
}

/// Leaves out the password.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.url.scheme(), self.url.host_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(text: &str) -> Result<Proxy, NoSuchProxy> {
        Proxy::new(&text.parse().unwrap())
    }

    #[test]
    fn names_are_looked_up_by_no_proxy() {
        let socks = proxy("socks5://gate.test:1080").unwrap();
        assert!(socks.may_reach("example.com") && !socks.may_reach("gate.test"));
        assert_eq!(socks.name(), Some("gate.test"));
        let http = proxy("http://user:pw@10.0.0.1:3128").unwrap();
        assert!(!http.may_reach("example.com"));
        assert_eq!(http.name(), None);
        for text in ["socks5h://gate.test:1080", "ftp://gate.test", "file:///x"] {
            assert!(proxy(text).is_err(), "{text}");
        }
    }
}
