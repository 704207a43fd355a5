//! Decides which hosts this server may contact, and with which client.

mod download;
mod listed;
mod proxy;
mod public;
mod reading;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{Client, ClientBuilder, redirect::Policy};
use url::{Host, Url};

use self::public::{PublicOnly, is_public};
pub use self::{
    listed::ListedUrl,
    proxy::Proxy,
    reading::{MAX_ANSWER_BYTES, MAX_LOOKUP_BYTES, parse, read_words},
};
use crate::server::{budget::Budget, fault::Fault, redact};

/// The budget of a guard without a shared one.
const BUDGET_BYTES: usize = 192 * 1024 * 1024;

/// The only detail about a typed URL that does not respond. It must not reveal which ports are open
/// or which names resolve in this network.
pub const OUT_OF_REACH: &str = "nothing answered there in time, or it is not on the public \
     internet; if it is yours, add its origin under Connections, or to EASEL_ALLOWED_ORIGINS in .env";

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The port of https, and the first port above the well-known ones: apps behind TLS are served at
/// 7860, 8443 and the like, but mail and shells are not image servers.
const HTTPS_PORT: u16 = 443;
const FIRST_FREE_PORT: u16 = 1024;

/// The outbound rules. Private addresses are refused, also after DNS and after a redirect, unless
/// the operator listed them; plain http is allowed only for listed origins.
#[derive(Clone)]
pub struct Guard {
    listed: Arc<[ListedUrl]>,
    /// Further listed origins, which may change.
    besides: Option<Besides>,
    /// The HTTP clients by [`Kind::place`], each made when it is first needed, because reading the
    /// system's certificates takes longer than the rest of the start. `None` where that failed.
    clients: Arc<[OnceLock<Option<Client>>; 4]>,
    build: Arc<dyn Fn(Kind) -> reqwest::Result<Client> + Send + Sync>,
    proxy: Option<Arc<Proxy>>,
    budget: Budget,
}

type Besides = Arc<dyn Fn(&Url) -> bool + Send + Sync>;

/// The kind of client.
#[derive(Clone, Copy)]
struct Kind {
    /// For unlisted origins: the resolver leaves out private addresses.
    is_wary: bool,
    protocol: Protocol,
}

#[derive(Clone, Copy, PartialEq)]
enum Protocol {
    Any,
    /// For upgrades, which HTTP/2 does not have.
    Http1,
}

impl Kind {
    fn place(self) -> usize {
        usize::from(self.is_wary) + 2 * usize::from(self.protocol == Protocol::Http1)
    }
}

impl Guard {
    /// A guard that trusts the `listed` URLs: origins (scheme, host and port), or everything below
    /// a path.
    pub fn new(listed: impl IntoIterator<Item = Url>) -> Self {
        Self::with(listed, None, |builder| builder)
    }

    /// The same, with all requests through `proxy`, if there is one.
    pub fn through(proxy: Option<Proxy>, listed: impl IntoIterator<Item = Url>) -> Self {
        Self::with(listed, proxy, |builder| builder)
    }

    /// The same, where `finish` adjusts every client last.
    pub fn with(
        listed: impl IntoIterator<Item = Url>,
        proxy: Option<Proxy>,
        finish: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        // Several TLS back ends are compiled in; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let proxy = proxy.map(Arc::new);
        let way = proxy.clone();
        let build = move |kind: Kind| {
            // Proxies in the environment are not used: they would resolve names themselves, and
            // could lead to any address.
            let builder = base().no_proxy();
            let builder = match &way {
                Some(proxy) => proxy.lead(builder),
                None => builder,
            };
            let builder = match kind.is_wary {
                true => builder.dns_resolver(PublicOnly::but_for(way.as_deref())),
                false => builder,
            };
            let builder = match kind.protocol {
                Protocol::Any => builder,
                Protocol::Http1 => builder.http1_only(),
            };
            finish(builder).build()
        };
        Self {
            listed: listed.into_iter().map(|url| ListedUrl::new(&url)).collect(),
            besides: None,
            clients: Arc::default(),
            build: Arc::new(build),
            proxy,
            budget: Budget::new(BUDGET_BYTES),
        }
    }

    /// Also trusts URLs for which `besides` returns true at the time of the request.
    #[must_use]
    pub fn or_listed(self, besides: impl Fn(&Url) -> bool + Send + Sync + 'static) -> Self {
        Self { besides: Some(Arc::new(besides)), ..self }
    }

    /// Reads responses within `budget`, which is shared with others.
    #[must_use]
    pub fn within(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// The budget for responses.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// True when the operator listed `url`.
    pub fn is_listed(&self, url: &Url) -> bool {
        self.listed.iter().any(|listed| listed.holds(url))
            || self.besides.as_ref().is_some_and(|besides| besides(url))
    }

    /// The client for `url`. It follows no redirects, stores no cookies and adds no credentials; a
    /// name is resolved and checked when it connects.
    ///
    /// # Errors
    ///
    /// [`Fault::NotAllowed`] before any packet leaves; [`Fault::Internal`] when this system has no
    /// certificates.
    pub fn client_for(&self, url: &Url) -> Result<&Client, Fault> {
        self.client(url, Protocol::Any)
    }

    fn client(&self, url: &Url, protocol: Protocol) -> Result<&Client, Fault> {
        let is_wary = !self.is_listed(url);
        if is_wary && !self.is_open(url) {
            return Err(Fault::NotAllowed { origin: url.origin().ascii_serialization() });
        }
        let kind = Kind { is_wary, protocol };
        let client = self.clients[kind.place()].get_or_init(|| {
            let told = |error: &reqwest::Error| {
                tracing::error!(cause = describe(error), "no client for HTTP can be made");
            };
            (self.build)(kind).inspect_err(told).ok()
        });
        client.as_ref().ok_or(Fault::Internal)
    }

    /// True for URLs that may be contacted without being listed, as far as their text allows.
    fn is_open(&self, url: &Url) -> bool {
        let public = match url.host() {
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.');
                name != "localhost"
                    && !name.ends_with(".localhost")
                    && self.proxy.as_ref().is_none_or(|proxy| proxy.may_reach(name))
            }
            None => false,
        };
        let plain = url.username().is_empty() && url.password().is_none();
        let port = url.port_or_known_default().unwrap_or_default();
        let port = port == HTTPS_PORT || port >= FIRST_FREE_PORT;
        url.scheme() == "https" && public && plain && port
    }

    /// Like [`client_for`](Self::client_for), but with HTTP/1.1 only, to open a WebSocket.
    ///
    /// # Errors
    ///
    /// As [`client_for`](Self::client_for).
    pub fn http1_client_for(&self, url: &Url) -> Result<&Client, Fault> {
        self.client(url, Protocol::Http1)
    }

    /// The fault for a failed connection or a request without a response. The cause is shown only
    /// for listed origins: for others it would reveal ports and names in this network.
    pub fn unreachable(&self, url: &Url, error: &reqwest::Error) -> Fault {
        let host = url.host_str().unwrap_or_default().to_owned();
        let detail = describe(error);
        if error.is_connect() {
            if self.is_listed(url) {
                return Fault::Unreachable { host, detail };
            }
            tracing::debug!(?host, ?detail, "no connection");
            Fault::Unreachable { host, detail: OUT_OF_REACH.to_owned() }
        } else if error.is_timeout() {
            Fault::Timeout { detail }
        } else {
            Fault::Unknown { detail }
        }
    }
}

fn base() -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("easel/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::none())
}

/// The whole chain of causes, redacted, without the URL.
pub fn describe(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    if causes.is_empty() {
        causes.push("the connection failed".to_owned());
    }
    redact::excerpt(&causes.join(": "))
}

#[cfg(test)]
mod tests;
