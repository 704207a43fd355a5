//! What those may start who are not the operator, and how much of it.

use super::{
    access::Caller,
    api_keys::ApiCaller,
    client_address::ClientAddress,
    config::Config,
    offering::Offering,
    service::now_ms,
    store::{Records, SessionId, StoreError, Visit},
};
use crate::{error::GenerateError, generation::ModelReference};

/// How long a share of a day lasts.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The rules for visitors. Cheap to clone.
#[derive(Clone)]
pub struct Visitors {
    offering: Offering,
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
    /// The API key that it is asked with, by its id.
    pub key: Option<String>,
}

impl Asker {
    /// Whoever holds a key may do what the person may whose key it is, wherever it comes from.
    pub fn holding(key: &ApiCaller, address: ClientAddress) -> Self {
        let session = key.session.clone();
        Self { session, caller: key.caller, address, is_new: false, key: Some(key.key.clone()) }
    }
}

impl Visitors {
    pub fn new(config: &Config, offering: Offering, records: Records) -> Self {
        let (each, all) = (config.door.max_per_day_each, config.door.max_per_day);
        Self { offering, records, each, all }
    }

    /// Whether `caller` may run `model`, or have this server look at it.
    ///
    /// # Errors
    ///
    /// [`GenerateError::UnsupportedModel`], which says who can change that.
    pub fn check(&self, caller: Caller, model: &ModelReference) -> Result<(), GenerateError> {
        if caller.is_operator() || self.offering.covers(model) {
            return Ok(());
        }
        Err(GenerateError::UnsupportedModel {
            model: model.to_string(),
            detail: "It is not on offer here. The operator of this server can add it to \
                     EASEL_MODELS."
                .to_owned(),
        })
    }

    /// Counts one more generation of `visitor`, a pseudonym of an address or a person, on `day`.
    ///
    /// # Errors
    ///
    /// [`GenerateError::TooManyRequests`] when that would be more than its share of the day, or more
    /// than all visitors together may start.
    pub async fn count(
        &self,
        day: i64,
        visitor: &str,
        caller: Caller,
    ) -> Result<(), GenerateError> {
        let visit = self.records.count_visit(day, visitor, self.each, self.all).await?;
        let whose = match visit {
            Visit::Counted => return Ok(()),
            Visit::VisitorIsFull if caller == Caller::Maker => {
                format!("one person may make {}", self.each)
            }
            Visit::DayIsFull if caller == Caller::Maker => {
                format!("all people together may make {}", self.all)
            }
            Visit::VisitorIsFull => format!("one address may make {}", self.each),
            Visit::DayIsFull => format!("all visitors together may make {}", self.all),
        };
        let left_ms = (day + 1) * DAY_MS - now_ms();
        Err(GenerateError::TooManyRequests {
            retry_after_seconds: u32::try_from(left_ms.max(0) / 1000 + 1).ok(),
            detail: format!("On one day {whose} here, and that many were made today."),
        })
    }

    /// Takes back what was counted for something that did not start after all.
    pub async fn uncount(&self, day: i64, visitor: &str) -> Result<(), StoreError> {
        self.records.uncount_visit(day, visitor).await
    }
}
