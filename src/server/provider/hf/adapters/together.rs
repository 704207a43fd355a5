//! together: like OpenAI's image route, but with every input, and `steps` for the steps.

use serde_json::{Map, Value};

use super::{Adapter, Dialect, Order};
use crate::server::provider::hf::client::Call;

pub struct Together;

impl Adapter for Together {
    fn name(&self) -> &'static str {
        "together"
    }

    fn dialect(&self, _: &Order<'_>) -> Dialect {
        Dialect { steps: Some("steps"), ..Dialect::STANDARD }
    }

    fn call(&self, order: &Order<'_>, inputs: Map<String, Value>) -> Call {
        let body = order.with_model(inputs, &[("response_format", "base64")]);
        order.post("v1/images/generations", body)
    }
}
