//! zai-org: a job that is polled by its id.

use serde_json::{Map, Value};

use super::{Adapter, Dialect, JobAnswer, Order, Pending, job_failed, job_id, no_picture};
use crate::server::{
    fault::Fault,
    provider::hf::{client::Call, errors},
};

pub struct ZaiOrg;

/// The provider requires the source of a call, and writes errors in this language.
const HEADERS: [(&str, &str); 2] =
    [("x-source-channel", "hugging_face"), ("accept-language", "en-US,en")];

impl Adapter for ZaiOrg {
    fn name(&self) -> &'static str {
        "zai-org"
    }

    fn dialect(&self, _: &Order<'_>) -> Dialect {
        Dialect::OPENAI
    }

    fn call(&self, order: &Order<'_>, inputs: Map<String, Value>) -> Call {
        let body = order.with_model(inputs, &[]);
        let mut call = order.post("api/paas/v4/async/images/generations", body);
        call.headers.extend(HEADERS);
        call
    }

    fn poll_headers(&self) -> Vec<(&'static str, &'static str)> {
        HEADERS.to_vec()
    }

    fn follow(&self, _: &Order<'_>, heard: JobAnswer<'_>) -> Result<Pending, Fault> {
        let JobAnswer { asked, answer } = heard;
        match answer.get("task_status").and_then(Value::as_str) {
            Some("PROCESSING") => {}
            Some("FAIL") => return Err(job_failed(errors::words(answer))),
            _ => return Err(no_picture(answer)),
        }
        let ask = match (asked, job_id(answer.get("id"))) {
            (Some(asked), _) => asked.to_owned(),
            (None, Some(id)) => format!("api/paas/v4/async-result/{id}"),
            (None, None) => return Err(no_picture(answer)),
        };
        Ok(Pending { ask, cancel: None, events: vec![super::painting()], at_once: false })
    }
}
