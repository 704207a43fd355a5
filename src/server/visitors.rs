//! What visitors of an Easel that is open to everybody may start, and how much of it.

use std::sync::Arc;

use super::{
    access::Caller,
    api_keys::ApiCaller,
    budget::Held,
    client_address::ClientAddress,
    config::Config,
    service::{self, now_ms},
    state::AppState,
    store::{Records, SessionId, StoreError, Visit},
};
use crate::{
    error::GenerateError,
    generation::{Draft, GenerationId, ModelReference, Outcome},
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The rules for visitors. Cheap to clone.
#[derive(Clone)]
pub struct Visitors {
    offers: Arc<[ModelReference]>,
    records: Records,
    each: u32,
    all: u32,
}

/// Who asks for a generation.
#[derive(Clone, Debug)]
pub struct Asker {
    pub session: SessionId,
    pub caller: Caller,
    pub address: ClientAddress,
    /// The request came without a cookie: the session was made for it.
    pub is_new: bool,
}

impl Asker {
    /// Whoever holds a key that the operator made may do what the operator lets it, wherever it
    /// comes from; a visitor's share of the day is for those who have none.
    pub fn holding(key: &ApiCaller, address: ClientAddress) -> Self {
        let session = key.session.clone();
        Self { session, caller: Caller::Operator, address, is_new: false }
    }
}

impl Visitors {
    pub fn new(config: &Config, offers: Arc<[ModelReference]>, records: Records) -> Self {
        let (each, all) = (config.door.max_per_day_each, config.door.max_per_day);
        Self { offers, records, each, all }
    }

    /// Whether `caller` may run `model`, or have this server look at it.
    ///
    /// # Errors
    ///
    /// [`GenerateError::UnsupportedModel`], which says who can change that.
    pub fn check(&self, caller: Caller, model: &ModelReference) -> Result<(), GenerateError> {
        if caller.is_operator() || self.offers.iter().any(|offer| covers(offer, model)) {
            return Ok(());
        }
        Err(GenerateError::UnsupportedModel {
            model: model.to_string(),
            detail: "It is not on offer here. The operator of this server can add it to \
                     EASEL_MODELS."
                .to_owned(),
        })
    }

    async fn count(&self, day: i64, visitor: &str) -> Result<(), GenerateError> {
        let visit = self.records.count_visit(day, visitor, self.each, self.all).await?;
        let whose = match visit {
            Visit::Counted => return Ok(()),
            Visit::VisitorIsFull => format!("one address may make {}", self.each),
            Visit::DayIsFull => format!("all visitors together may make {}", self.all),
        };
        let left_ms = (day + 1) * DAY_MS - now_ms();
        Err(GenerateError::TooManyRequests {
            retry_after_seconds: u32::try_from(left_ms.max(0) / 1000 + 1).ok(),
            detail: format!("On one day {whose} here, and that many were made today."),
        })
    }
}

/// Where an offer names an app and no endpoint of it, all of them are on offer.
fn covers(offer: &ModelReference, model: &ModelReference) -> bool {
    let is_app = offer.provider().info().endpoints && !offer.as_str().contains('#');
    offer == model
        || (is_app && model.as_str().split_once('#').is_some_and(|(app, _)| app == offer.as_str()))
}

impl AppState {
    /// Starts or joins a generation for whoever asks. Visitors start only what is on offer, and
    /// so many in a day; what has begun they may follow to its end. Without a draft it only joins.
    ///
    /// # Errors
    ///
    /// As [`Service::generate`](super::service::Service::generate), and those of the rules.
    pub async fn generate(
        &self,
        asker: &Asker,
        id: &GenerationId,
        draft: Option<Draft>,
    ) -> Result<Held<Outcome>, GenerateError> {
        let service = &self.service;
        let turn = service::Caller {
            session: asker.session.clone(),
            address: Some(asker.address),
            is_new: asker.is_new,
        };
        if asker.caller.is_operator() || self.has_begun(id).await? {
            return service.generate(turn, id, draft).await;
        }
        let draft = draft.ok_or(GenerateError::NotFound)?;
        let model = draft.reference().map_err(|error| GenerateError::InputRejected {
            fields: vec![error],
            detail: String::new(),
        })?;
        self.visitors.check(asker.caller, &model)?;
        let (day, visitor) = (now_ms() / DAY_MS, asker.address.to_string());
        let visitor = self.signer.pseudonym(&visitor);
        self.visitors.count(day, &visitor).await?;
        let outcome = service.generate(turn, id, Some(draft)).await;
        // An input that was refused cost nobody anything.
        if outcome.is_err() && !self.has_begun(id).await? {
            self.visitors.records.uncount_visit(day, &visitor).await?;
        }
        outcome
    }

    async fn has_begun(&self, id: &GenerationId) -> Result<bool, StoreError> {
        Ok(self.service.records().get(id).await?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_on_offer_is_so_with_all_its_endpoints() {
        for (offer, model, covered) in [
            ("demo", "demo", true),
            ("hf:a/b", "hf:a/b@fal-ai", false),
            ("hf:a/b", "hf:a/bc", false),
            ("space:a/b", "space:a/b#/infer", true),
            ("space:a/b", "space:a/bc#/infer", false),
            ("space:a/b#/infer", "space:a/b#/infer", true),
            ("space:a/b#/infer", "space:a/b#/other", false),
            ("space:a/b#/infer", "space:a/b", false),
        ] {
            let covers = covers(&offer.parse().unwrap(), &model.parse().unwrap());
            assert_eq!(covers, covered, "{offer} {model}");
        }
    }
}
