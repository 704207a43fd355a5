//! fal-ai through its queue: position, log and cancel, then the result.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value, json};

use super::{
    Adapter, Dialect, JobAnswer, Order, Pending, PictureNames, Size, job_failed, job_id,
    no_picture, path_of,
};
use crate::{
    generation::{Event, LogLevel},
    server::{
        fault::Fault,
        provider::hf::{answer::is_empty, client::Call, errors},
        redact,
    },
};

/// Tells the router to use fal's queue instead of holding the connection.
const QUEUE: &str = "_subdomain=queue";

/// Without it the response to a poll has no log, and so no steps.
const LOGS: &str = "logs=1";

/// A progress bar in a log line: `45%|████▌     | 9/20 [00:03<00:04,  2.51it/s]`. A line may hold
/// several, separated by carriage returns.
static BAR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\|\s*(\d+)/(\d+)\s*\[").expect("the pattern is a constant"));

/// How many lines of one response are read.
const MAX_LINES: usize = 500;

pub struct FalAi;

impl Adapter for FalAi {
    fn name(&self) -> &'static str {
        "fal-ai"
    }

    /// fal ignores plain `width` and `height`.
    fn dialect(&self, _: &Order<'_>) -> Dialect {
        Dialect { size: Size::Object("image_size"), ..Dialect::STANDARD }
    }

    fn picture(&self, _: &Order<'_>) -> Option<PictureNames> {
        Some(PictureNames { one: &["image_url"], many: &["image_urls"] })
    }

    fn takes_pictures(&self) -> bool {
        true
    }

    fn call(&self, order: &Order<'_>, inputs: Map<String, Value>) -> Call {
        let mut body = order.with_prompt(inputs);
        if let Some(lora) = order.lora {
            let file = lora.weights_path.as_deref().unwrap_or_default();
            let path = format!("https://huggingface.co/{}/resolve/main/{file}", order.hub_id);
            body.insert("loras".to_owned(), json!([{ "path": path, "scale": 1 }]));
            if order.provider_id == "fal-ai/lora" {
                let base = "stabilityai/stable-diffusion-xl-base-1.0";
                body.insert("model_name".to_owned(), base.into());
            }
        }
        order.post(&format!("{}?{QUEUE}", order.provider_id), body.into())
    }

    fn cancels(&self) -> bool {
        true
    }

    fn follow(&self, order: &Order<'_>, heard: JobAnswer<'_>) -> Result<Pending, Fault> {
        let JobAnswer { asked, answer } = heard;
        let status = answer.get("status").and_then(Value::as_str).unwrap_or_default();
        let job = match asked {
            None => job_path(order, answer)?,
            // The result was requested, and it holds no picture.
            Some(asked) => match asked.split_once("/status?") {
                Some((job, _)) => job.to_owned(),
                None => {
                    let words = errors::words(answer);
                    let failed = words.is_some() || is_empty(answer);
                    return Err(if failed { job_failed(words) } else { no_picture(answer) });
                }
            },
        };
        let pending = |ask: String, events, at_once| Pending {
            ask,
            cancel: Some(format!("{job}/cancel?{QUEUE}")),
            events,
            at_once,
        };
        let poll = format!("{job}/status?{QUEUE}&{LOGS}");
        match status {
            "IN_QUEUE" => Ok(pending(poll, vec![queued(answer)], false)),
            "IN_PROGRESS" => Ok(pending(poll, progress(answer), false)),
            "COMPLETED" => Ok(pending(format!("{job}?{QUEUE}"), Vec::new(), true)),
            "FAILED" | "ERROR" | "CANCELED" | "CANCELLED" => {
                Err(job_failed(errors::words(answer).or_else(|| Some(status.to_owned()))))
            }
            _ => Err(no_picture(answer)),
        }
    }
}

/// The path of the job below the prefix. It differs from the submitted one: of `fal-ai/flux/dev`
/// only `fal-ai/flux` is left.
fn job_path(order: &Order<'_>, answer: &Value) -> Result<String, Fault> {
    if let Some(address) = answer.get("response_url").and_then(Value::as_str) {
        return path_of(address);
    }
    let id = job_id(answer.get("request_id")).ok_or_else(|| no_picture(answer))?;
    let app: Vec<_> = order.provider_id.split('/').take(2).collect();
    Ok(format!("{}/requests/{id}", app.join("/")))
}

/// fal counts the jobs ahead: 0 is the next.
fn queued(answer: &Value) -> Event {
    let ahead = answer.get("queue_position").and_then(Value::as_u64);
    let place = ahead.and_then(|ahead| u32::try_from(ahead + 1).ok());
    Event::Queued { place, size: None, eta_seconds: None, upstream: true }
}

/// The log lines, and the last progress bar among them.
fn progress(answer: &Value) -> Vec<Event> {
    let lines: Vec<_> = answer
        .get("logs")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|line| line.get("message").unwrap_or(line).as_str())
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    // Every poll returns the whole log, which may be long.
    let lines = &lines[lines.len().saturating_sub(MAX_LINES)..];
    let bar = lines.iter().rev().find_map(|line| {
        let found = BAR.captures_iter(line).last()?;
        Some((found[1].parse().ok()?, found[2].parse().ok()?))
    });
    let mut events: Vec<_> = lines
        .iter()
        .filter(|line| !BAR.is_match(line))
        .map(|line| Event::log(LogLevel::Info, redact::excerpt(line)))
        .collect();
    events.push(match bar {
        Some((step, total)) => Event::Progress {
            step: Some(step),
            total: Some(total),
            unit: Some("steps".to_owned()),
            fraction: None,
            label: None,
        },
        None => super::painting(),
    });
    events
}
