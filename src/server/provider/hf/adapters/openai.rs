//! The image route that some providers copied from OpenAI: pictures in base64.

use serde_json::{Map, Value};

use super::{Adapter, Dialect, Order, PictureNames};
use crate::server::provider::hf::client::Call;

/// A provider with this route.
pub struct OpenAi {
    name: &'static str,
    path: &'static str,
    /// Its name for base64.
    response_format: &'static str,
    dialect: Dialect,
    takes_pictures: bool,
}

pub const DEEPINFRA: OpenAi = OpenAi {
    name: "deepinfra",
    path: "v1/openai/images/generations",
    response_format: "b64_json",
    dialect: Dialect::OPENAI,
    takes_pictures: false,
};

pub const NSCALE: OpenAi = OpenAi {
    name: "nscale",
    path: "v1/images/generations",
    response_format: "b64_json",
    dialect: Dialect::OPENAI,
    takes_pictures: false,
};

/// Together takes every input, and calls the number of steps `steps`.
pub const TOGETHER: OpenAi = OpenAi {
    name: "together",
    path: "v1/images/generations",
    response_format: "base64",
    dialect: Dialect { steps: Some("steps"), ..Dialect::STANDARD },
    takes_pictures: true,
};

impl Adapter for OpenAi {
    fn name(&self) -> &'static str {
        self.name
    }

    fn dialect(&self, _: &Order<'_>) -> Dialect {
        self.dialect
    }

    /// Together's names: Kontext takes one picture, all others a list.
    fn picture(&self, order: &Order<'_>) -> Option<PictureNames> {
        let is_kontext = order.provider_id.to_ascii_lowercase().contains("kontext");
        let names = match is_kontext {
            true => PictureNames { one: &["image_url"], many: &[] },
            false => PictureNames { one: &[], many: &["reference_images"] },
        };
        Some(names).filter(|_| self.takes_pictures)
    }

    fn takes_pictures(&self) -> bool {
        self.takes_pictures
    }

    fn call(&self, order: &Order<'_>, inputs: Map<String, Value>) -> Call {
        let body = order.with_model(inputs, &[("response_format", self.response_format)]);
        order.post(self.path, body)
    }
}
