//! replicate: a prediction that the router waits for, up to a minute.

use serde_json::{Map, Value, json};

use super::{Adapter, Dialect, JobAnswer, Order, Pending, PictureNames, Size, job_failed};
use crate::server::{
    fault::Fault,
    provider::hf::{client::Call, errors},
};

pub struct Replicate;

impl Adapter for Replicate {
    fn name(&self) -> &'static str {
        "replicate"
    }

    /// FLUX uses other names there.
    fn dialect(&self, order: &Order<'_>) -> Dialect {
        if order.provider_id.to_ascii_lowercase().contains("/flux") {
            Dialect {
                size: Size::Ratio("aspect_ratio"),
                guidance: Some("guidance"),
                ..Dialect::STANDARD
            }
        } else {
            Dialect::STANDARD
        }
    }

    fn picture(&self, _: &Order<'_>) -> Option<PictureNames> {
        Some(PictureNames { one: &["image", "input_image"], many: &["images", "input_images"] })
    }

    fn takes_pictures(&self) -> bool {
        true
    }

    /// No key is allowed beside `input` and `version`: the response would be 422.
    fn call(&self, order: &Order<'_>, inputs: Map<String, Value>) -> Call {
        let mut input = order.with_prompt(inputs);
        if order.lora.is_some() {
            let weights = format!("https://huggingface.co/{}", order.hub_id);
            input.insert("lora_weights".to_owned(), weights.into());
        }
        let mut call = match order.provider_id.split_once(':') {
            Some((_, version)) => {
                order.post("v1/predictions", json!({ "input": input, "version": version }))
            }
            None => order.post(
                &format!("v1/models/{}/predictions", order.provider_id),
                json!({ "input": input }),
            ),
        };
        call.headers.push(("prefer", "wait"));
        call
    }

    /// The router does not forward polls of a prediction, so a longer one is out of reach. It runs
    /// and is billed; it must not be sent again.
    fn follow(&self, _: &Order<'_>, heard: JobAnswer<'_>) -> Result<Pending, Fault> {
        let answer = heard.answer;
        Err(match answer.get("status").and_then(Value::as_str) {
            Some("failed" | "canceled") => job_failed(errors::words(answer)),
            _ if answer.get("error").is_some_and(|error| !error.is_null()) => {
                job_failed(errors::words(answer))
            }
            Some("starting" | "processing") => Fault::Timeout {
                detail: "Replicate took longer than the minute that Hugging Face's router waits. \
                         The model was probably cold; it may be warm in a few minutes."
                    .to_owned(),
            },
            _ => super::no_picture(answer),
        })
    }
}
