//! The image route that some providers took over from OpenAI: pictures in base64.

use serde_json::{Map, Value};

use super::{Adapter, Dialect, Order};
use crate::server::provider::hf::client::Call;

/// One of these providers.
pub struct OpenAi {
    name: &'static str,
    path: &'static str,
    /// What it calls base64.
    response_format: &'static str,
    dialect: Dialect,
}

pub const DEEPINFRA: OpenAi = OpenAi {
    name: "deepinfra",
    path: "v1/openai/images/generations",
    response_format: "b64_json",
    dialect: Dialect::OPENAI,
};

pub const NSCALE: OpenAi = OpenAi {
    name: "nscale",
    path: "v1/images/generations",
    response_format: "b64_json",
    dialect: Dialect::OPENAI,
};

/// It takes every input, and `steps` for the steps.
pub const TOGETHER: OpenAi = OpenAi {
    name: "together",
    path: "v1/images/generations",
    response_format: "base64",
    dialect: Dialect { steps: Some("steps"), ..Dialect::STANDARD },
};

impl Adapter for OpenAi {
    fn name(&self) -> &'static str {
        self.name
    }

    fn dialect(&self, _: &Order<'_>) -> Dialect {
        self.dialect
    }

    fn call(&self, order: &Order<'_>, inputs: Map<String, Value>) -> Call {
        let body = order.with_model(inputs, &[("response_format", self.response_format)]);
        order.post(self.path, body)
    }
}
