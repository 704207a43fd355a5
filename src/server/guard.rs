//! Which addresses this server may contact, and how much it reads from them.

mod public;
mod reading;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{Client, ClientBuilder, Response, redirect::Policy};
use url::{Host, Origin, Url};

use self::public::{PRIVATE, PublicOnly, is_public};
pub use self::reading::{MAX_ANSWER_BYTES, MAX_LOOKUP_BYTES, parse, read_words};
use super::{
    budget::{Budget, Held},
    picture, redact,
};
use crate::{error::GenerateError, generation::Image};

/// For a guard on its own.
const BUDGET_BYTES: usize = 192 * 1024 * 1024;

const MAX_REDIRECTS: usize = 3;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(120);

/// The outbound rules. Private addresses are refused, also after DNS and after a redirect,
/// unless the operator listed that origin; plain http goes only to listed origins.
#[derive(Clone)]
pub struct Guard {
    listed: Arc<[Origin]>,
    /// For listed origins: any address.
    trusting: Client,
    /// For all others: its resolver leaves out private addresses.
    wary: Client,
    /// The same two for upgrades, which HTTP/2 does not have; made when first needed.
    http1: Arc<[OnceLock<Client>; 2]>,
    budget: Budget,
}

impl Guard {
    /// A guard that trusts `listed` origins (scheme, host and port).
    pub fn new(listed: impl IntoIterator<Item = Url>) -> Self {
        // Several TLS back ends are compiled in; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            listed: listed.into_iter().map(|url| url.origin()).collect(),
            trusting: build(base()),
            wary: build(base().dns_resolver(PublicOnly)),
            http1: Arc::default(),
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

    /// True when the operator listed the origin of `url`.
    pub fn is_listed(&self, url: &Url) -> bool {
        self.listed.contains(&url.origin())
    }

    /// The client to contact `url` with. It follows no redirects, keeps no cookies and adds no
    /// credentials; a name is resolved and checked when it connects.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotAllowed`] before any packet leaves.
    pub fn client_for(&self, url: &Url) -> Result<&Client, GenerateError> {
        if self.is_listed(url) {
            return Ok(&self.trusting);
        }
        let public = match url.host() {
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            Some(Host::Domain(name)) => name != "localhost" && !name.ends_with(".localhost"),
            None => false,
        };
        let plain = url.username().is_empty() && url.password().is_none();
        if url.scheme() == "https" && public && plain {
            Ok(&self.wary)
        } else {
            Err(GenerateError::NotAllowed { origin: url.origin().ascii_serialization() })
        }
    }

    /// As [`client_for`](Self::client_for), but speaking HTTP/1.1 only, to open a WebSocket.
    ///
    /// # Errors
    ///
    /// As [`client_for`](Self::client_for).
    pub fn http1_client_for(&self, url: &Url) -> Result<&Client, GenerateError> {
        self.client_for(url)?;
        let [trusting, wary] = &*self.http1;
        Ok(if self.is_listed(url) {
            trusting.get_or_init(|| build(base().http1_only()))
        } else {
            wary.get_or_init(|| build(base().http1_only().dns_resolver(PublicOnly)))
        })
    }

    /// Downloads an image without any credentials, following at most three redirects, each of
    /// them checked.
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
        let download = async {
            let response = self.get(url.clone()).await?;
            let host = url.host_str().unwrap_or_default();
            if !response.status().is_success() {
                let detail = format!("{host} answered {} for the picture", response.status());
                return Err(GenerateError::BadAnswer { detail });
            }
            self.read(response, limit).await?.try_map(picture::recognise)
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
                .map_err(|error| unreachable(&url, &error))?;
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
}

fn base() -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("easel/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::none())
}

fn build(builder: ClientBuilder) -> Client {
    builder.build().expect("the TLS back end is compiled in")
}

/// What to say when no connection came about or the request was not answered. An address that
/// the resolver refused is told as such.
pub fn unreachable(url: &Url, error: &reqwest::Error) -> GenerateError {
    let host = url.host_str().unwrap_or_default().to_owned();
    let description = describe(error);
    if description.contains(PRIVATE) {
        GenerateError::NotAllowed { origin: url.origin().ascii_serialization() }
    } else if error.is_connect() {
        GenerateError::Unreachable { host, detail: description }
    } else if error.is_timeout() {
        GenerateError::Timeout { detail: description }
    } else {
        GenerateError::Unknown { detail: description }
    }
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
    fn a_listed_origin_is_scheme_host_and_port() {
        let guard = Guard::new(["http://127.0.0.1:7860".parse().unwrap()]);
        assert!(!refused(&guard, "http://127.0.0.1:7860/any/path"));
        for other in ["http://127.0.0.1:7861/", "https://127.0.0.1:7860/", "http://127.0.0.1/"] {
            assert!(refused(&guard, other), "{other}");
        }
    }
}
