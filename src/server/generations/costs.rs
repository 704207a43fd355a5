//! The expected cost of a generation.

use std::time::Duration;

use tracing::warn;

use super::Generations;
use crate::{
    generation::{InputValue, Model, ModelReference, Request},
    server::{
        money::{Amount, Price, Unit},
        store::Bill,
    },
};

impl Generations {
    /// The expected cost of `request`.
    pub(super) async fn expected(&self, bill: &Bill, request: &Request, model: &Model) -> Amount {
        let Some(price) = bill.price else { return Amount::NOTHING };
        let field = model.schema.count_field();
        let asked = field.and_then(|field| request.inputs.get(&field.name));
        let default = field.and_then(|field| field.default.as_ref());
        let images = asked.or(default).and_then(InputValue::as_integer);
        let images = images.and_then(|images| u64::try_from(images).ok()).unwrap_or(1);
        price.expected(images, self.usual_time(price, &request.model).await)
    }

    /// How long `model` usually takes, where its price is per second. The times charged recently
    /// are the best estimate.
    pub async fn usual_time(&self, price: Price, model: &ModelReference) -> Option<Duration> {
        if price.unit != Unit::Second {
            return None;
        }
        let mut times = self.0.records.charged_times(model).await.unwrap_or_else(|error| {
            warn!(%error, "what was charged lately could not be read");
            Vec::new()
        });
        times.sort_unstable();
        if let Some(median) = times.get(times.len() / 2) {
            return Some(Duration::from_millis(*median));
        }
        let usual = self.usual(model).await;
        usual.warm.or(usual.cold).map(|span| span.median)
    }
}
