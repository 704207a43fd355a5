//! wavespeed: a job that is polled at the path it names.

use serde_json::{Map, Value, json};

use super::{
    Adapter, Dialect, JobAnswer, Order, Pending, PictureNames, job_failed, no_picture, path_of,
};
use crate::{
    generation::Event,
    server::{
        fault::Fault,
        provider::hf::{client::Call, errors},
    },
};

pub struct Wavespeed;

impl Adapter for Wavespeed {
    fn name(&self) -> &'static str {
        "wavespeed"
    }

    fn dialect(&self, _: &Order<'_>) -> Dialect {
        Dialect::STANDARD
    }

    fn picture(&self, _: &Order<'_>) -> Option<PictureNames> {
        Some(PictureNames { one: &["image"], many: &["images"] })
    }

    fn takes_pictures(&self) -> bool {
        true
    }

    fn call(&self, order: &Order<'_>, inputs: Map<String, Value>) -> Call {
        let mut body = order.with_prompt(inputs);
        if order.lora.is_some() {
            body.insert("loras".to_owned(), json!([{ "path": order.hub_id, "scale": 1 }]));
        }
        order.post(&format!("api/v3/{}", order.provider_id), body.into())
    }

    fn follow(&self, _: &Order<'_>, heard: JobAnswer<'_>) -> Result<Pending, Fault> {
        let JobAnswer { asked, answer } = heard;
        let refused = answer.get("code").and_then(Value::as_i64).is_some_and(|code| code != 200);
        if refused {
            return Err(job_failed(errors::words(answer)));
        }
        let text = |place| answer.pointer(place).and_then(Value::as_str);
        let events = match text("/data/status") {
            Some("failed") => {
                let words = text("/data/error").filter(|words| !words.is_empty());
                return Err(job_failed(words.map(str::to_owned)));
            }
            Some("created" | "pending") => {
                vec![Event::Queued { place: None, size: None, eta_seconds: None, upstream: true }]
            }
            Some("processing") => vec![super::painting()],
            _ => return Err(no_picture(answer)),
        };
        let ask = match text("/data/urls/get") {
            Some(address) => path_of(address)?,
            None => asked.ok_or_else(|| no_picture(answer))?.to_owned(),
        };
        Ok(Pending { ask, cancel: None, events, at_once: false })
    }
}
