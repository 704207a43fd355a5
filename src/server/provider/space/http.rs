//! Requests to one app: its cookies, whose token goes where, redirects, limits.

use std::{sync::Arc, time::Duration};

use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    cookie::{CookieStore, Jar},
    header::{AUTHORIZATION, COOKIE, LOCATION, SET_COOKIE},
};
use serde_json::Value;
use url::Url;

use super::errors;
use crate::{
    error::GenerateError,
    server::{
        budget::Held,
        config::Secret,
        guard::{self, Guard, MAX_LOOKUP_BYTES},
    },
};

const MAX_REDIRECTS: usize = 3;
/// For an answer that is not a stream.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
const GET_TRIES: u32 = 3;

/// What connections need to know: the outbound rules, and the token with the Hub it belongs to.
#[derive(Clone)]
pub struct Network {
    pub guard: Guard,
    pub token: Option<Secret>,
    pub hub: Url,
}

/// Requests that share one cookie jar: replicas of a Space are told apart by cookies, and so is
/// who is logged in.
#[derive(Clone)]
pub struct Http {
    network: Network,
    jar: Arc<Jar>,
}

impl Http {
    pub fn new(network: Network) -> Self {
        Self { network, jar: Arc::default() }
    }

    pub fn network(&self) -> &Network {
        &self.network
    }

    /// GETs `url`, three times where nothing is lost by it, and follows at most three redirects,
    /// each checked anew. Answers with whatever status came, and the address it came from.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotAllowed`] before any packet leaves, and failures on the way.
    pub async fn get(&self, url: &Url) -> Result<(Response, Url), GenerateError> {
        let mut tries = 1;
        loop {
            let answer = tokio::time::timeout(ANSWER_TIMEOUT, self.follow(url)).await;
            let answer = answer.unwrap_or_else(|_| Err(no_answer(url)));
            let again = match &answer {
                Ok((response, _)) => matches!(response.status().as_u16(), 408 | 502 | 503 | 504),
                Err(error) => {
                    matches!(
                        error,
                        GenerateError::Unreachable { .. } | GenerateError::Unknown { .. }
                    )
                }
            };
            if !again || tries == GET_TRIES {
                return answer;
            }
            let jitter = rand::random_range(0.75..1.25);
            tokio::time::sleep(Duration::from_millis(250 << tries).mul_f64(jitter)).await;
            tries += 1;
        }
    }

    async fn follow(&self, url: &Url) -> Result<(Response, Url), GenerateError> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let response = self.send(self.request(Method::GET, &url)?, &url).await?;
            if !response.status().is_redirection() {
                return Ok((response, url));
            }
            let location = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            url = location
                .and_then(|to| url.join(to).ok())
                .ok_or_else(|| bad("a redirect to nowhere"))?;
        }
        Err(bad("too many redirects"))
    }

    /// GETs JSON, the answer to a look-up.
    ///
    /// # Errors
    ///
    /// Statuses other than 200, and bodies that are no JSON, with their first words.
    pub async fn get_json(&self, url: &Url) -> Result<Held<Value>, GenerateError> {
        let (response, url) = self.get(url).await?;
        self.json(response, &url, MAX_LOOKUP_BYTES).await
    }

    /// Reads a JSON answer of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// As [`get_json`](Self::get_json).
    pub async fn json(
        &self,
        response: Response,
        url: &Url,
        limit: usize,
    ) -> Result<Held<Value>, GenerateError> {
        if response.status() != StatusCode::OK {
            return Err(failure(response, url).await);
        }
        guard::parse(self.body(response, limit).await?).await
    }

    /// Reads a whole body within a minute or two.
    ///
    /// # Errors
    ///
    /// As [`Guard::read`], and when it takes longer.
    pub async fn body(
        &self,
        response: Response,
        limit: usize,
    ) -> Result<Held<Vec<u8>>, GenerateError> {
        let body = self.network.guard.read(response, limit);
        tokio::time::timeout(2 * ANSWER_TIMEOUT, body).await.unwrap_or_else(|_| {
            Err(GenerateError::Timeout { detail: "the answer never ended".to_owned() })
        })
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
    ) -> Result<Response, GenerateError> {
        let request = body(self.request(Method::POST, url)?);
        tokio::time::timeout(ANSWER_TIMEOUT, self.send(request, url))
            .await
            .unwrap_or_else(|_| Err(no_answer(url)))
    }

    /// Opens an event stream; it is the caller who bounds the wait for its messages.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn open_stream(&self, url: &Url) -> Result<Response, GenerateError> {
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

    /// A request with this app's cookies, and with the token where it belongs.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotAllowed`].
    pub fn request(&self, method: Method, url: &Url) -> Result<RequestBuilder, GenerateError> {
        Ok(self.dress(self.network.guard.client_for(url)?.request(method, url.clone()), url))
    }

    /// Adds cookies and token to a request for `url`.
    pub fn dress(&self, mut request: RequestBuilder, url: &Url) -> RequestBuilder {
        if let Some(cookies) = self.jar.cookies(url) {
            request = request.header(COOKIE, cookies);
        }
        if let Some(token) = self.network.token_for(url) {
            request = request.header(AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        request
    }

    async fn send(&self, request: RequestBuilder, url: &Url) -> Result<Response, GenerateError> {
        let response = request.send().await.map_err(|error| guard::unreachable(url, &error))?;
        self.jar.set_cookies(&mut response.headers().get_all(SET_COOKIE).iter(), url);
        Ok(response)
    }
}

impl Network {
    /// The token, if `url` belongs to the Hub or is a Space behind its proxy.
    fn token_for(&self, url: &Url) -> Option<&Secret> {
        let space = url.scheme() == "https"
            && url.port().is_none()
            && url.host_str().is_some_and(|host| host.ends_with(".hf.space"));
        let belongs = space || url.origin() == self.hub.origin();
        self.token.as_ref().filter(|_| belongs)
    }
}

/// What a status other than success means, with the first words of its body.
pub async fn failure(response: Response, url: &Url) -> GenerateError {
    let status = response.status();
    let retry_after = response
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok()?.trim().parse().ok());
    errors::of_status(status.as_u16(), retry_after, &words(response).await, url)
}

/// The words of a refusal; empty when there are none in time.
pub async fn words(response: Response) -> Vec<u8> {
    // A traceback may be long, but never this long.
    let words = guard::read_words(response, 256 * 1024);
    tokio::time::timeout(ANSWER_TIMEOUT, words).await.unwrap_or_default()
}

fn no_answer(url: &Url) -> GenerateError {
    let host = url.host_str().unwrap_or_default();
    GenerateError::Timeout { detail: format!("{host} did not answer within a minute") }
}

fn bad(detail: impl Into<String>) -> GenerateError {
    GenerateError::BadAnswer { detail: detail.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_goes_to_the_hub_and_its_spaces_only() {
        let network = Network {
            guard: Guard::new([]),
            token: Some(Secret::new("hf_sometoken")),
            hub: "https://hub.test".parse().unwrap(),
        };
        for (url, sent) in [
            ("https://hub.test/api/spaces/a/b", true),
            ("https://a-b.hf.space/config", true),
            ("https://hf.space.evil.test/config", false),
            ("https://evil-hf.space/config", false),
            ("http://a-b.hf.space/config", false),
            ("https://a-b.hf.space:8443/config", false),
            ("https://huggingface.co/api/spaces/a/b", false),
            ("http://hub.test/", false),
        ] {
            assert_eq!(network.token_for(&url.parse().unwrap()).is_some(), sent, "{url}");
        }
    }
}
