//! Requests to one app, or to the Hub: cookies, token, redirects, limits.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    cookie::{CookieStore, Jar},
    header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE},
};
use serde_json::Value;
use url::Url;

use super::{errors, home::Home, network::Network};
use crate::server::{
    budget::Held,
    fault::Fault,
    outbound::{
        guard::{self, MAX_LOOKUP_BYTES},
        retry::{self, Policy},
    },
};

const MAX_REDIRECTS: usize = 3;
/// The limit for a response that is not a stream.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// The retries of a GET.
const GET_POLICY: Policy = Policy {
    retries: 2,
    first: Duration::from_millis(500),
    longest: Duration::from_secs(1),
    jitter: (0.75, 1.25),
    longest_asked: Duration::from_secs(5),
    budget: Duration::from_secs(10),
};

/// Requests that share one cookie jar, because cookies identify both the replica of a Space and the
/// person. Cookies and token go to one origin, and nowhere after a redirect away from it.
#[derive(Clone)]
pub struct Http {
    network: Network,
    /// The cookies of a login, which all people share.
    login: Arc<Jar>,
    jar: Arc<Jar>,
    /// The person's language, a BCP 47 tag.
    language: &'static str,
    home: Home,
}

impl Http {
    /// Requests to the Hub, with the token.
    pub fn to_hub(network: Network) -> Self {
        Self::new(Home::hub(&network), network)
    }

    /// Requests to the app at `address`, without the token.
    pub fn to_app(network: Network, address: &Url) -> Self {
        Self::new(Home::app(address), network)
    }

    /// Requests to the Space at `address`, with the token: for Spaces that, according to the Hub,
    /// are private or belong to the token's account.
    pub fn to_space(network: Network, address: &Url) -> Self {
        Self::new(Home::space(&network, address), network)
    }

    fn new(home: Home, network: Network) -> Self {
        Self { home, network, login: Arc::default(), jar: Arc::default(), language: "en" }
    }

    /// The same after a login: its cookies are shared, and later ones belong to one person.
    #[must_use]
    pub fn logged_in(self) -> Self {
        Self { login: self.jar, jar: Arc::default(), ..self }
    }

    /// The same for a person with a jar and a language of their own.
    #[must_use]
    pub fn for_session(&self, jar: Arc<Jar>, language: Option<&'static str>) -> Self {
        Self { jar, language: language.unwrap_or(self.language), ..self.clone() }
    }

    /// Whether the server at `url` has set a cookie in this jar.
    pub fn has_cookies(&self, url: &Url) -> bool {
        self.jar.cookies(url).is_some()
    }

    /// Whether any request carries the token.
    pub fn carries_token(&self) -> bool {
        self.network.token.is_set() && self.home.takes_token()
    }

    pub fn network(&self) -> &Network {
        &self.network
    }

    /// GETs `url`, with two retries where they are safe, and follows at most three redirects that
    /// stay on this origin. Returns a response of any status, and the URL it came from.
    ///
    /// # Errors
    ///
    /// [`Fault::NotAllowed`] before any packet leaves, and network failures. `UnsupportedModel`
    /// when it redirects to another origin: the person entrusted prompt and files to this origin,
    /// and to no other.
    /// files to it, and to no other.
    pub async fn get(&self, url: &Url) -> Result<(Response, Url), Fault> {
        let mut retries = GET_POLICY.retries();
        loop {
            let answer = tokio::time::timeout(ANSWER_TIMEOUT, self.follow(url)).await;
            let answer = answer.unwrap_or_else(|_| Err(no_answer(url)));
            let (again, asked) = match &answer {
                Ok((response, _)) => (
                    matches!(response.status().as_u16(), 408 | 502 | 503 | 504),
                    retry::retry_after(response.headers(), SystemTime::now()),
                ),
                Err(Fault::Unreachable { .. } | Fault::Unknown { .. }) => (true, None),
                Err(_) => (false, None),
            };
            let Some(wait) = again.then(|| retries.next(asked)).flatten() else { return answer };
            retries.sleep(wait).await;
        }
    }

    async fn follow(&self, url: &Url) -> Result<(Response, Url), Fault> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let response = self.send(self.request(Method::GET, &url)?, &url).await?;
            if !response.status().is_redirection() {
                return Ok((response, url));
            }
            let location = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            let next = location
                .and_then(|to| url.join(to).ok())
                .ok_or_else(|| bad("a redirect to nowhere"))?;
            self.network.guard.client_for(&next)?;
            if !self.home.holds(&next) {
                return Err(moved(&url, &next));
            }
            url = next;
        }
        Err(bad("too many redirects"))
    }

    /// GETs the JSON of a look-up.
    ///
    /// # Errors
    ///
    /// Statuses other than 200, and bodies that are not JSON, with their first words.
    pub async fn get_json(&self, url: &Url) -> Result<Held<Value>, Fault> {
        let (response, url) = self.get(url).await?;
        self.json(response, &url, MAX_LOOKUP_BYTES).await
    }

    /// Reads a JSON response of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// As [`get_json`](Self::get_json).
    pub async fn json(
        &self,
        response: Response,
        url: &Url,
        limit: usize,
    ) -> Result<Held<Value>, Fault> {
        if response.status() != StatusCode::OK {
            return Err(failure(response, url).await);
        }
        guard::parse(self.body(response, limit).await?).await
    }

    /// Reads a whole body within two minutes.
    ///
    /// # Errors
    ///
    /// As [`Guard::read`](crate::server::outbound::guard::Guard::read), and when it takes longer.
    pub async fn body(&self, response: Response, limit: usize) -> Result<Held<Vec<u8>>, Fault> {
        let body = self.network.guard.read(response, limit);
        tokio::time::timeout(2 * ANSWER_TIMEOUT, body)
            .await
            .unwrap_or_else(|_| Err(Fault::Timeout { detail: "the answer never ended".to_owned() }))
    }

    /// Sends a POST, once.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get). Redirects are not followed.
    pub async fn post(
        &self,
        url: &Url,
        body: impl FnOnce(RequestBuilder) -> RequestBuilder + Send,
    ) -> Result<Response, Fault> {
        let request = body(self.request(Method::POST, url)?);
        tokio::time::timeout(ANSWER_TIMEOUT, self.send(request, url))
            .await
            .unwrap_or_else(|_| Err(no_answer(url)))
    }

    /// Opens an event stream; the caller limits the wait for its messages.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn open_stream(&self, url: &Url) -> Result<Response, Fault> {
        let request = self.request(Method::GET, url)?.header("accept", "text/event-stream");
        let response = tokio::time::timeout(ANSWER_TIMEOUT, self.send(request, url))
            .await
            .unwrap_or_else(|_| Err(no_answer(url)))?;
        if response.status() == StatusCode::OK {
            Ok(response)
        } else {
            Err(failure(response, url).await)
        }
    }

    /// A request with this app's cookies, and with the token where it may be sent.
    ///
    /// # Errors
    ///
    /// [`Fault::NotAllowed`].
    pub fn request(&self, method: Method, url: &Url) -> Result<RequestBuilder, Fault> {
        Ok(self.authorise(self.network.guard.client_for(url)?.request(method, url.clone()), url))
    }

    /// Adds cookies and token to a request for `url`, if they may be sent there.
    pub fn authorise(&self, mut request: RequestBuilder, url: &Url) -> RequestBuilder {
        // Apps read it as from a browser.
        request = request.header(ACCEPT_LANGUAGE, self.language);
        if let Some(cookies) = self.cookies(url).filter(|_| self.home.holds(url)) {
            request = request.header(COOKIE, cookies);
        }
        match self.home.authorization(&self.network, url) {
            Some((name, value)) => request.header(name, value),
            None => request,
        }
    }

    /// The person's cookies take precedence over those of the login.
    fn cookies(&self, url: &Url) -> Option<String> {
        let of = |jar: &Jar| Some(jar.cookies(url)?.to_str().ok()?.to_owned());
        let (Some(own), Some(login)) = (of(&self.jar), of(&self.login)) else {
            return of(&self.jar).or_else(|| of(&self.login));
        };
        let name = |pair: &str| pair.split('=').next().unwrap_or_default().trim().to_owned();
        let is_own = |pair: &&str| own.split(';').any(|other| name(other) == name(pair));
        let rest = login.split(';').map(str::trim).filter(|pair| !is_own(pair));
        Some(std::iter::once(own.as_str()).chain(rest).collect::<Vec<_>>().join("; "))
    }

    /// The person's language.
    pub fn language(&self) -> &'static str {
        self.language
    }

    async fn send(&self, request: RequestBuilder, url: &Url) -> Result<Response, Fault> {
        let response = request.send().await;
        let response = response.map_err(|error| self.network.guard.unreachable(url, &error))?;
        if self.home.holds(url) {
            self.jar.set_cookies(&mut response.headers().get_all(SET_COOKIE).iter(), url);
        }
        Ok(response)
    }
}

/// The fault for a status other than success, with the first words of its body where that is text.
pub async fn failure(response: Response, url: &Url) -> Fault {
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_text =
        content_type.is_none_or(|kind| kind.starts_with("text/") || kind.contains("json"));
    let (status, retry_after, body) = refusal(response).await;
    match is_text {
        true => errors::of_status(status, retry_after, &body, url),
        false => errors::of_stranger(status, retry_after, &body, url),
    }
}

/// The same for a server that may not be an app, without any of its text: this server can reach
/// hosts that other people must not read.
pub async fn failure_of_stranger(response: Response, url: &Url) -> Fault {
    let (status, retry_after, body) = refusal(response).await;
    errors::of_stranger(status, retry_after, &body, url)
}

/// Status, seconds to wait, and the body up to a limit.
async fn refusal(response: Response) -> (u16, Option<u32>, Vec<u8>) {
    let status = response.status().as_u16();
    let retry_after = retry::retry_after(response.headers(), SystemTime::now())
        .map(|wait| u32::try_from(wait.as_secs_f64().ceil() as u64).unwrap_or(u32::MAX));
    (status, retry_after, words(response).await)
}

/// The text of an error response; empty when it does not arrive in time.
pub async fn words(response: Response) -> Vec<u8> {
    // A traceback may be long, but never this long.
    let words = guard::read_words(response, 256 * 1024);
    tokio::time::timeout(ANSWER_TIMEOUT, words).await.unwrap_or_default()
}

fn no_answer(url: &Url) -> Fault {
    let host = url.host_str().unwrap_or_default();
    Fault::Timeout { detail: format!("{host} did not answer within a minute") }
}

fn moved(from: &Url, to: &Url) -> Fault {
    Fault::UnsupportedModel {
        model: from.host_str().unwrap_or_default().to_owned(),
        detail: format!(
            "it has moved to {}; choose that address instead",
            to.origin().ascii_serialization()
        ),
    }
}

fn bad(detail: impl Into<String>) -> Fault {
    Fault::BadAnswer { detail: detail.into() }
}
