//! deepinfra: the image route of OpenAI's shape, pictures in base64.

use serde_json::{Map, Value};

use super::{Adapter, Dialect, Order};
use crate::server::provider::hf::client::Call;

pub struct DeepInfra;

impl Adapter for DeepInfra {
    fn name(&self) -> &'static str {
        "deepinfra"
    }

    fn dialect(&self, _: &Order<'_>) -> Dialect {
        Dialect::OPENAI
    }

    fn call(&self, order: &Order<'_>, inputs: Map<String, Value>) -> Call {
        let body = order.with_model(inputs, &[("response_format", "b64_json")]);
        order.post("v1/openai/images/generations", body)
    }
}
