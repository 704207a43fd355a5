//! Which addresses this server may contact, and how much it reads from them.

mod listed;
mod proxy;
mod public;
mod reading;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{Client, ClientBuilder, Response, redirect::Policy};
use url::{Host, Url};

use self::public::{PublicOnly, is_public};
pub use self::{
    listed::Listed,
    proxy::Proxy,
    reading::{MAX_ANSWER_BYTES, MAX_LOOKUP_BYTES, parse, read_words},
};
use crate::{
    error::GenerateError,
    generation::Image,
    server::{
        budget::{Budget, Held},
        picture, redact,
    },
};

/// For a guard on its own.
const BUDGET_BYTES: usize = 192 * 1024 * 1024;

/// All that is said of an address that was typed and does not answer. Which of its ports are open
/// and which names lead into this network is nobody's to find out from here.
pub const OUT_OF_REACH: &str = "nothing answered there in time, or it is not on the public \
     internet; if it is yours, add its origin to EASEL_ALLOWED_ORIGINS in .env";

const MAX_REDIRECTS: usize = 3;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(120);

/// The port of https, and the first that is not set aside for well-known services: apps behind TLS
/// are served at 7860, 8443 and the like, but nothing that paints is where mail and shells are.
const HTTPS_PORT: u16 = 443;
const FIRST_FREE_PORT: u16 = 1024;

/// The outbound rules. Private addresses are refused, also after DNS and after a redirect,
/// unless the operator listed the place; plain http goes only to listed places.
#[derive(Clone)]
pub struct Guard {
    listed: Arc<[Listed]>,
    /// Each is made when it is first needed, because reading the certificates of this system takes
    /// longer than all the rest of the start. `None` where that failed. By [`Kind::place`].
    clients: Arc<[OnceLock<Option<Client>>; 4]>,
    build: Arc<dyn Fn(Kind) -> reqwest::Result<Client> + Send + Sync>,
    proxy: Option<Arc<Proxy>>,
    budget: Budget,
}

/// Which client is wanted.
#[derive(Clone, Copy)]
struct Kind {
    /// Not for listed places: the resolver leaves out private addresses.
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
    /// A guard that trusts the `listed` places: origins (scheme, host and port), or what is below
    /// a path of one.
    pub fn new(listed: impl IntoIterator<Item = Url>) -> Self {
        Self::with(listed, None, |builder| builder)
    }

    /// The same, contacting everything by way of `proxy`, if there is one.
    pub fn through(proxy: Option<Proxy>, listed: impl IntoIterator<Item = Url>) -> Self {
        Self::with(listed, proxy, |builder| builder)
    }

    /// The same with `finish` as the last word on every client.
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
            // Proxies that the environment names are not asked: they would look names up
            // themselves, and lead to any address.
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
            listed: listed.into_iter().map(|url| Listed::new(&url)).collect(),
            clients: Arc::default(),
            build: Arc::new(build),
            proxy,
            budget: Budget::new(BUDGET_BYTES),
        }
    }

    /// Reads answers within `budget`, which others use too.
    #[must_use]
    pub fn within(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// What answers are read within.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// True when the operator listed the place of `url`.
    pub fn is_listed(&self, url: &Url) -> bool {
        self.listed.iter().any(|listed| listed.holds(url))
    }

    /// The client to contact `url` with. It follows no redirects, keeps no cookies and adds no
    /// credentials; a name is resolved and checked when it connects.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotAllowed`] before any packet leaves; [`GenerateError::Internal`] when this
    /// system has no certificates.
    pub fn client_for(&self, url: &Url) -> Result<&Client, GenerateError> {
        self.client(url, Protocol::Any)
    }

    fn client(&self, url: &Url, protocol: Protocol) -> Result<&Client, GenerateError> {
        let is_wary = !self.is_listed(url);
        if is_wary && !self.is_open(url) {
            return Err(GenerateError::NotAllowed { origin: url.origin().ascii_serialization() });
        }
        let kind = Kind { is_wary, protocol };
        let client = self.clients[kind.place()].get_or_init(|| {
            let told = |error: &reqwest::Error| {
                tracing::error!(cause = describe(error), "no client for HTTP can be made");
            };
            (self.build)(kind).inspect_err(told).ok()
        });
        client.as_ref().ok_or(GenerateError::Internal)
    }

    /// True for what may be contacted without being listed, as far as its text tells.
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

    /// As [`client_for`](Self::client_for), but speaking HTTP/1.1 only, to open a WebSocket.
    ///
    /// # Errors
    ///
    /// As [`client_for`](Self::client_for).
    pub fn http1_client_for(&self, url: &Url) -> Result<&Client, GenerateError> {
        self.client(url, Protocol::Http1)
    }

    /// Downloads an image without any credentials, following at most three redirects, each of
    /// them checked. Of what is no image no word is shown: an address in an answer must not make
    /// this server read to others what only it can reach.
    ///
    /// # Errors
    ///
    /// Refused addresses, failures on the way, more than 32 MiB, or bytes that are no image.
    pub async fn download_image(&self, url: &Url) -> Result<Held<Image>, GenerateError> {
        self.download_image_within(url, picture::MAX_IMAGE_BYTES).await
    }

    /// As [`download_image`](Self::download_image), of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// As [`download_image`](Self::download_image).
    pub async fn download_image_within(
        &self,
        url: &Url,
        limit: usize,
    ) -> Result<Held<Image>, GenerateError> {
        let host = url.host_str().unwrap_or_default();
        let bytes = self.download(url, limit).await?;
        bytes.try_map(picture::recognise).map_err(|_| GenerateError::BadAnswer {
            detail: format!("what {host} has at the picture's address is no picture"),
        })
    }

    /// As [`download_image_within`](Self::download_image_within), whatever the bytes are. Words
    /// among them are for nobody to read.
    ///
    /// # Errors
    ///
    /// As [`download_image`](Self::download_image).
    pub async fn download(&self, url: &Url, limit: usize) -> Result<Held<Vec<u8>>, GenerateError> {
        let host = url.host_str().unwrap_or_default();
        let download = async {
            let response = self.get(url.clone()).await?;
            let status = response.status();
            // The file may be there when its host has recovered.
            if status.is_server_error() || status.as_u16() == 429 {
                let detail = format!("{host} answered {status} for the picture");
                return Err(GenerateError::Unknown { detail });
            }
            if matches!(status.as_u16(), 404 | 410) {
                let detail = format!("{host} answered {status} for the picture");
                return Err(GenerateError::Expired { detail });
            }
            if !status.is_success() {
                let detail = format!("{host} answered {status} for the picture");
                return Err(GenerateError::BadAnswer { detail });
            }
            self.read(response, limit).await
        };
        tokio::time::timeout(DOWNLOAD_TIMEOUT, download).await.unwrap_or_else(|_| {
            Err(GenerateError::Timeout { detail: "the picture could not be downloaded".to_owned() })
        })
    }

    async fn get(&self, mut url: Url) -> Result<Response, GenerateError> {
        for _ in 0..=MAX_REDIRECTS {
            let response = self
                .client_for(&url)?
                .get(url.clone())
                .send()
                .await
                .map_err(|error| self.unreachable(&url, &error))?;
            if !response.status().is_redirection() {
                return Ok(response);
            }
            let location = response.headers().get(reqwest::header::LOCATION);
            url = location
                .and_then(|location| location.to_str().ok())
                .and_then(|location| url.join(location).ok())
                .ok_or_else(|| GenerateError::BadAnswer {
                    detail: "a redirect to nowhere".to_owned(),
                })?;
        }
        Err(GenerateError::BadAnswer { detail: "too many redirects".to_owned() })
    }

    /// What to say when no connection came about or the request was not answered. The reason is
    /// told of listed places alone: of others it would tell of ports and of names in this network.
    pub fn unreachable(&self, url: &Url, error: &reqwest::Error) -> GenerateError {
        let host = url.host_str().unwrap_or_default().to_owned();
        let detail = describe(error);
        if error.is_connect() {
            if self.is_listed(url) {
                return GenerateError::Unreachable { host, detail };
            }
            tracing::debug!(?host, ?detail, "no connection");
            GenerateError::Unreachable { host, detail: OUT_OF_REACH.to_owned() }
        } else if error.is_timeout() {
            GenerateError::Timeout { detail }
        } else {
            GenerateError::Unknown { detail }
        }
    }
}

fn base() -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("easel/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::none())
}

/// The whole chain of causes, redacted, without the address.
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
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn refused(guard: &Guard, url: &str) -> bool {
        guard.client_for(&url.parse().unwrap()).is_err()
    }

    #[test]
    fn private_addresses_and_plain_http_are_refused() {
        let guard = Guard::new([]);
        for url in [
            "http://example.com/",
            "https://127.0.0.1/",
            "https://10.1.2.3/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fd00::1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://localhost:3000/",
            "https://2130706433/",
            "https://user:pw@example.com/",
            "file:///etc/passwd",
        ] {
            assert!(refused(&guard, url), "{url}");
        }
        assert!(!refused(&guard, "https://example.com/x"));
    }

    #[test]
    fn a_listed_place_may_be_contacted_and_its_neighbours_may_not() {
        let guard = Guard::new(["http://127.0.0.1:7860/paint".parse().unwrap()]);
        assert!(!refused(&guard, "http://127.0.0.1:7860/paint/config"));
        for other in ["http://127.0.0.1:7860/", "http://127.0.0.1:7861/paint"] {
            assert!(refused(&guard, other), "{other}");
        }
    }

    #[test]
    fn ports_of_well_known_services_are_refused_unless_listed() {
        let guard = Guard::new(["https://mine.test:444".parse().unwrap()]);
        for (url, is_refused) in [
            ("https://example.com/", false),
            ("https://example.com:7860/", false),
            ("https://example.com:22/", true),
            ("https://example.com:80/", true),
            ("https://mine.test:444/", false),
        ] {
            assert_eq!(refused(&guard, url), is_refused, "{url}");
        }
    }

    #[test]
    fn a_client_is_made_when_it_is_needed_and_once() {
        let made = Arc::new(AtomicUsize::new(0));
        let count = made.clone();
        let guard = Guard::with([], None, move |builder| {
            count.fetch_add(1, Ordering::Relaxed);
            builder
        });
        assert!(refused(&guard, "https://127.0.0.1/"));
        assert_eq!(made.load(Ordering::Relaxed), 0);
        for _ in 0..2 {
            assert!(!refused(&guard.clone(), "https://example.com/"));
        }
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }

    /// Names that are not there, private ones and closed ports must look the same.
    #[tokio::test]
    async fn why_a_typed_address_cannot_be_reached_is_not_told() {
        let guard = Guard::with([], None, |builder| {
            // A name of the public internet, as far as the guard knows.
            builder.resolve("closed.test", ([127, 0, 0, 1], 1).into())
        });
        let mut told = Vec::new();
        for host in ["nothing.invalid", "localhost.", "closed.test"] {
            let url: Url = format!("https://{host}:2000/").parse().unwrap();
            let Ok(client) = guard.client_for(&url) else { continue };
            let error = client.get(url.clone()).send().await.unwrap_err();
            let GenerateError::Unreachable { detail, .. } = guard.unreachable(&url, &error) else {
                panic!("{error:?}")
            };
            told.push(detail);
        }
        assert_eq!(told, [OUT_OF_REACH; 2]);
    }
}
