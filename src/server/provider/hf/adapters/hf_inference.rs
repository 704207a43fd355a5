//! hf-inference: the router's own machines, on the classic wire.

use serde_json::{Map, Value};

use super::{Adapter, Dialect, Order, below, endpoint};
use crate::server::provider::hf::client::Call;

pub struct HfInference;

impl Adapter for HfInference {
    fn name(&self) -> &'static str {
        "hf-inference"
    }

    fn dialect(&self, _: &Order<'_>) -> Dialect {
        Dialect::STANDARD
    }

    fn call(&self, order: &Order<'_>, inputs: Map<String, Value>) -> Call {
        let url = below(order.base, &format!("models/{}", order.hub_id));
        endpoint::classic(url, order.prompt, inputs)
    }
}
