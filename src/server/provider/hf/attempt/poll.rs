//! From a provider's answer to its outputs: follows the job, tolerates failing polls, and resumes
//! after a restart.

use std::collections::HashSet;

use super::{Attempt, Route, cancel_call};
use crate::{
    generation::Event,
    language::notice,
    server::{
        budget::Held,
        fault::Fault,
        outbound::on_drop::OnDrop,
        picture,
        provider::{
            Answer,
            hf::{
                adapters::{self, JobAnswer, Pending},
                answer::{self, Content, Outputs},
                client::{Call, Reply},
                errors::{self, CallSite},
                join,
                reference::Target,
            },
        },
    },
};
use serde::{Deserialize, Serialize};

/// How many polls in a row may fail: about two minutes, because the job continues and is billed.
const MAX_BAD_POLLS: u32 = 45;

/// The limit for forwarded log lines of a provider.
const MAX_LINES: usize = 200;

/// What a later process needs to resume a job.
#[derive(Debug, Serialize, Deserialize)]
struct Handle {
    provider: String,
    provider_id: String,
    ask: String,
    cancel: Option<String>,
}

impl Attempt<'_> {
    /// The pictures of a successful answer, immediately or after a job.
    pub(super) async fn outputs_of(
        &self,
        route: &Route<'_>,
        call_site: CallSite<'_>,
        reply: Reply,
        mut undo: OnDrop,
    ) -> Result<Held<Outputs>, Fault> {
        if reply.headers.get("x-compute-type").is_some_and(|kind| kind == "cache") {
            self.updates.notice(notice!("run-from-cache"));
        }
        let Held { value: content, share } = self.content(reply).await?;
        let said = answer::said(&content);
        let pending = match content {
            Content::Pictures(value) => {
                undo.disarm();
                return Ok(Held { value, share });
            }
            Content::Json(json) => {
                let heard = JobAnswer { asked: None, answer: &json };
                match (route.adapter.follow(&route.order(self), heard), said) {
                    (Ok(pending), _) => pending,
                    (Err(Fault::BadAnswer { .. }), Some(value)) => {
                        undo.disarm();
                        return Ok(Held { value, share });
                    }
                    (Err(error), _) => return Err(error),
                }
            }
            Content::Other(words) => {
                let value = said.ok_or_else(|| no_picture(&words))?;
                return Ok(Held { value, share });
            }
        };
        let handle = Handle {
            provider: route.adapter.name().to_owned(),
            provider_id: route.provider_id.clone(),
            ask: pending.ask.clone(),
            cancel: pending.cancel.clone(),
        };
        let handle = serde_json::to_string(&handle).map_err(|_| Fault::Internal)?;
        drop(share);
        // The job runs; without a stored handle it is lost only if this process ends, too.
        if let Err(error) = self.updates.remember(&handle).await {
            tracing::warn!(%error, "a job cannot be remembered");
        }
        self.updates.send(Event::Accepted { attempt: self.job.attempt });
        self.follow(route, call_site, pending, undo).await
    }

    /// Polls a job until it ends. Failed polls are repeated, because a poll starts nothing.
    async fn follow(
        &self,
        route: &Route<'_>,
        call_site: CallSite<'_>,
        mut pending: Pending,
        mut undo: OnDrop,
    ) -> Result<Held<Outputs>, Fault> {
        let order = route.order(self);
        let longest = self.client.delays.poll * 6;
        let (mut wait, mut bad_polls) = (self.client.delays.poll, 0);
        let mut told = HashSet::new();
        loop {
            for event in pending.events.drain(..) {
                // Every poll returns the whole log.
                let is_news = match &event {
                    Event::Log { text, .. } => told.len() < MAX_LINES && told.insert(text.clone()),
                    _ => true,
                };
                if is_news {
                    self.updates.send(event);
                }
            }
            if !pending.at_once {
                tokio::time::sleep(wait).await;
                wait = wait.mul_f64(1.5).min(longest);
            }
            let mut headers = route.adapter.poll_headers();
            headers.push(("accept", "application/json"));
            let url = adapters::below(&route.base, &pending.ask);
            let error = match self.client.poll(&Call::get(url, headers)).await {
                Ok(reply) if reply.status.is_success() => {
                    let Held { value: content, share } = self.content(reply).await?;
                    let said = answer::said(&content);
                    match content {
                        Content::Pictures(value) => {
                            undo.disarm();
                            return Ok(Held { value, share });
                        }
                        // A gateway in between answered with its own text.
                        Content::Other(words) => no_picture(&words),
                        Content::Json(json) => {
                            bad_polls = 0;
                            let heard = JobAnswer { asked: Some(&pending.ask), answer: &json };
                            match (route.adapter.follow(&order, heard), said) {
                                (Ok(next), _) => pending = next,
                                (Err(Fault::BadAnswer { .. }), Some(value)) => {
                                    undo.disarm();
                                    return Ok(Held { value, share });
                                }
                                (Err(error), _) => {
                                    undo.disarm();
                                    return Err(error);
                                }
                            }
                            continue;
                        }
                    }
                }
                Ok(reply) => {
                    let failure =
                        errors::read(call_site, reply.status, &reply.headers, &reply.body);
                    // A new job, or its result, may not be known everywhere yet.
                    let passing = reply.status.is_server_error()
                        || matches!(reply.status.as_u16(), 404 | 429);
                    if !passing {
                        return Err(failure.fault);
                    }
                    failure.fault
                }
                Err(error) => error,
            };
            bad_polls += 1;
            if bad_polls == MAX_BAD_POLLS {
                return Err(lost(error));
            }
            pending.at_once = false;
        }
    }

    /// Reads an answer, and reserves memory for its decoded content.
    async fn content(&self, reply: Reply) -> Result<Held<Content>, Fault> {
        let Held { value: body, mut share } = reply.body;
        share.grow(body.len()).await?;
        Ok(Held { value: answer::read(body, &self.job.request.prompt)?, share })
    }

    /// Resumes the job of an earlier process.
    ///
    /// # Errors
    ///
    /// `Interrupted` when the handle cannot be read or its provider is not known any more;
    /// otherwise the error of the job or of a download.
    pub async fn resume(&self, handle: &str) -> Result<Answer, Fault> {
        let interrupted = Fault::Interrupted { may_be_billed: true };
        let Ok(handle) = serde_json::from_str::<Handle>(handle) else { return Err(interrupted) };
        let Some(adapter) = adapters::find(&handle.provider) else { return Err(interrupted) };
        let target = self.client.target(&self.job.request.model)?;
        let Target::Model { id, .. } = target else { return Err(interrupted) };
        let route = Route {
            adapter,
            base: join(&self.client.router, &handle.provider),
            model: id.to_string(),
            page: id.page(),
            provider_id: handle.provider_id,
            lora: None,
        };
        let cancel = handle.cancel.map(|cancel| cancel_call(&route.base, &cancel));
        let undo = self.client.undo(cancel);
        let pending = Pending { ask: handle.ask, cancel: None, events: Vec::new(), at_once: true };
        let call_site = self.client.call_site(&route.model, &route.page, &route.base);
        let outputs = self.follow(&route, call_site, pending, undo).await?;
        let takes_seed = adapter.dialect(&route.order(self)).seed.is_some();
        self.download_outputs(outputs, &route, takes_seed).await
    }
}

/// An answer with neither a picture nor generated text.
fn no_picture(words: &str) -> Fault {
    Fault::BadAnswer { detail: picture::first_words(words.as_bytes()) }
}

/// Too many polls failed: the job may well still run.
fn lost(error: Fault) -> Fault {
    let detail = error.detail().map_or_else(|| error.to_string(), str::to_owned);
    Fault::Unknown { detail }
}
