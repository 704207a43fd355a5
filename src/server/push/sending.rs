//! Sends messages: decides whether somebody is to be told, and tries a few times.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use futures::future::join_all;
use reqwest::{StatusCode, header};
use serde_json::json;
use tokio::{
    sync::{Semaphore, broadcast::error::RecvError},
    time::{sleep, timeout},
};
use tracing::warn;
use url::Url;

use super::{Push, encryption::Recipient};
use crate::{
    language::{Language, text},
    server::{
        outbound::retry,
        store::{Ended, PushBrowser, PushKind, PushNews, SessionId, Signal, StoreError},
    },
};

/// How long the servers have to say that a page is shown.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// How many ends are told at the same time; more are not told.
const MAX_CONCURRENT: usize = 256;

/// How long a push service may take.
const SEND_LIMIT: Duration = Duration::from_secs(10);

/// The pauses between tries, and the longest that a push service may ask for.
const PAUSES: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(30)];
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// How long a push service keeps a message for a browser that is off, in seconds.
const KEPT_S: &str = "86400";

/// How much of the prompt is told, in characters.
const FIRST_WORDS: usize = 100;

/// The result of one try.
enum Tried {
    Over,
    /// The browser takes no messages any more.
    Gone,
    /// With the pause that the push service asks for.
    Again(Option<Duration>),
}

impl Push {
    /// Tells ends that this process writes down, and answers other processes whose pages it shows,
    /// until the future is dropped.
    pub async fn follow(self) {
        let (mut ends, mut signals) = (self.0.records.ends(), self.0.records.signals());
        let places = Arc::new(Semaphore::new(MAX_CONCURRENT));
        loop {
            tokio::select! {
                ended = ends.recv() => match ended {
                    Ok(ended) => match places.clone().try_acquire_owned() {
                        Ok(place) => {
                            let push = self.clone();
                            tokio::spawn(async move {
                                if let Err(error) = push.tell(&ended).await {
                                    warn!(%error, "nobody was notified of an end");
                                }
                                drop(place);
                            });
                        }
                        Err(_) => warn!("so much has ended at once that nobody was notified of some"),
                    },
                    Err(RecvError::Lagged(count)) => warn!(count, "nobody was notified of some ends"),
                    Err(RecvError::Closed) => return,
                },
                signal = signals.recv() => match signal {
                    Ok(Signal::AnybodyThere(session)) if self.0.pages.are_shown(&session) => {
                        let answer = Signal::SomebodyThere(session);
                        if let Err(error) = self.0.records.publish(answer).await {
                            warn!(%error, "that a page is shown could not be told");
                        }
                    }
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }

    async fn tell(&self, ended: &Ended) -> Result<(), StoreError> {
        let records = &self.0.records;
        let Some(news) = records.push_news(ended).await? else { return Ok(()) };
        if records.push_browsers(&news.session).await?.is_empty()
            || self.is_somebody_there(&news.session).await?
        {
            return Ok(());
        }
        // Some may have been switched off meanwhile.
        let browsers = records.push_browsers(&news.session).await?;
        let sent = browsers.iter().map(|browser| self.send(ended, &news, browser));
        join_all(sent).await.into_iter().collect()
    }

    /// Whether a page of the session is shown, by whichever process.
    async fn is_somebody_there(&self, session: &SessionId) -> Result<bool, StoreError> {
        let mut signals = self.0.records.signals();
        self.0.records.publish(Signal::AnybodyThere(session.clone())).await?;
        let answer = async {
            loop {
                match signals.recv().await {
                    Ok(Signal::SomebodyThere(there)) if there == *session => return,
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        Ok(timeout(ANSWER_LIMIT, answer).await.is_ok())
    }

    async fn send(
        &self,
        ended: &Ended,
        news: &PushNews,
        browser: &PushBrowser,
    ) -> Result<(), StoreError> {
        let language = Language::of_tag(&browser.language).unwrap_or_default();
        let message = language.of_work(|| message(ended, news)).to_string();
        let recipient = Recipient::of(&browser.public_key, &browser.auth);
        let body = recipient.and_then(|recipient| recipient.encrypted(message.as_bytes()));
        let (Some(body), Ok(url)) = (body, browser.endpoint.expose().parse()) else {
            return Ok(());
        };
        for pause in PAUSES.into_iter().map(Some).chain([None]) {
            match self.attempt(ended, &url, body.clone()).await? {
                Tried::Over => return Ok(()),
                Tried::Gone => {
                    let records = &self.0.records;
                    return records.forget_push_browser(&news.session, &browser.endpoint).await;
                }
                Tried::Again(asked) => match pause {
                    Some(pause) => sleep(asked.unwrap_or(pause).min(MAX_PAUSE)).await,
                    None => warn!(host = url.host_str(), "a push service does not take a message"),
                },
            }
        }
        Ok(())
    }

    /// Makes one try. Only the host of the address is logged.
    async fn attempt(&self, ended: &Ended, url: &Url, body: Vec<u8>) -> Result<Tried, StoreError> {
        let host = url.host_str();
        let client = match self.0.guard.client_for(url) {
            Ok(client) => client,
            Err(error) => {
                warn!(host, %error, "a push service may not be contacted");
                return Ok(Tried::Over);
            }
        };
        let now = SystemTime::now();
        let now_s = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let contact = self.0.config.public_url.as_ref().filter(|url| url.scheme() == "https");
        let Some(authorization) = self.key().await?.authorization(url, contact, now_s) else {
            return Ok(Tried::Over);
        };
        let request = client
            .post(url.clone())
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header("ttl", KEPT_S)
            .header("urgency", "normal")
            .header("topic", topic(ended))
            .body(body);
        // The body of the response is not read.
        let Ok(Ok(response)) = timeout(SEND_LIMIT, request.send()).await else {
            return Ok(Tried::Again(None));
        };
        let status = response.status();
        Ok(match status {
            status if status.is_success() => Tried::Over,
            StatusCode::NOT_FOUND | StatusCode::GONE => Tried::Gone,
            StatusCode::TOO_MANY_REQUESTS => {
                Tried::Again(retry::retry_after(response.headers(), now))
            }
            status if status.is_server_error() => {
                Tried::Again(retry::retry_after(response.headers(), now))
            }
            _ => {
                warn!(host, status = status.as_u16(), "a push service refuses a message");
                Tried::Over
            }
        })
    }
}

/// What `public/sw.js` shows, in the current language.
fn message(ended: &Ended, news: &PushNews) -> serde_json::Value {
    let title = match news.kind {
        PushKind::Done => text!("notifier-done"),
        PushKind::Failed => text!("push-failed"),
        PushKind::Comparison => text!("push-comparison"),
        PushKind::Grid => text!("push-grid"),
    };
    let address = match ended {
        Ended::Generation(id) => format!("/p/{id}"),
        Ended::Series(id) => id.path(),
    };
    json!({
        "title": title,
        "body": first_words(&news.prompt),
        "tag": topic(ended),
        "address": address,
    })
}

/// A later message about the same replaces an earlier one. At most 32 letters (RFC 8030, section
/// 5.4).
fn topic(ended: &Ended) -> String {
    match ended {
        Ended::Generation(id) => id.as_str().replace('-', ""),
        Ended::Series(id) => id.as_str().replace('-', ""),
    }
}

fn first_words(prompt: &str) -> String {
    let words = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(FIRST_WORDS) {
        None => words,
        Some((end, _)) => {
            let end = words[..end].rfind(' ').unwrap_or(end);
            format!("{}…", &words[..end])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_prompt_is_told_by_its_first_words() {
        assert_eq!(first_words(" a\n fox "), "a fox");
        let told = first_words(&"lighthouse ".repeat(50));
        assert!(told.ends_with("lighthouse…") && told.chars().count() <= FIRST_WORDS, "{told}");
        assert_eq!(first_words(&"画".repeat(500)), format!("{}…", "画".repeat(FIRST_WORDS)));
    }
}
