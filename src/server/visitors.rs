//! What those may start who are not the operator, and how much of it.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{
    access::Caller,
    allowance::seconds_left_today,
    api_keys::ApiCaller,
    client_address::ClientAddress,
    limiter::{Limiter, Rate},
    offering::Offering,
    owner_settings::OwnerSettings,
    service::{Quota, now_ms},
    store::{Most, Records, SessionId, StoreError, Visit},
};
use crate::{
    error::GenerateError,
    generation::{Limit, ModelReference, ReachedLimit},
};

const MB: u64 = 1024 * 1024;

/// How much more may come from this machine itself.
const OWN_MACHINE: u32 = 10;

/// How long a share of a day lasts.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The rules for visitors. Cheap to clone.
#[derive(Clone)]
pub struct Visitors {
    offering: Offering,
    records: Records,
    settings: OwnerSettings,
    searches: Rates,
    starts: Rates,
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
    pub fn new(settings: OwnerSettings, offering: Offering, records: Records) -> Self {
        let (searches, starts) = (Rates::new(Limit::Searches), Rates::new(Limit::Starts));
        Self { offering, records, settings, searches, starts }
    }

    /// Counts a search of the providers.
    ///
    /// # Errors
    ///
    /// [`GenerateError::LimitReached`] when that is too often from one address.
    pub fn may_search(&self, address: ClientAddress) -> Result<(), GenerateError> {
        self.searches.check(&self.settings, address)
    }

    /// Counts a generation that is about to begin.
    ///
    /// # Errors
    ///
    /// As [`may_search`](Self::may_search).
    pub fn may_start(&self, address: ClientAddress) -> Result<(), GenerateError> {
        self.starts.check(&self.settings, address)
    }

    /// How many one payer may have begun.
    pub fn most(&self) -> Most {
        let limit = |limit| self.settings.limit(limit);
        Most { at_once: limit(Limit::AtOnce), an_hour: limit(Limit::AnHour) }
    }

    /// How much is kept of what those make who are no owners.
    pub fn quota(&self) -> Quota {
        let bytes = |limit| u64::from(self.settings.limit(limit)) * MB;
        Quota { each: bytes(Limit::Kept), all: bytes(Limit::KeptInAll) }
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
            detail: "It is not on offer here. The operator of this server can add it under \
                     Connections, or to EASEL_MODELS."
                .to_owned(),
        })
    }

    /// Counts one more generation of `visitor`, a pseudonym of an address or a person, on `day`.
    ///
    /// # Errors
    ///
    /// [`GenerateError::LimitReached`] when that would be more than its share of the day, or more
    /// than all together may start.
    pub async fn count(&self, day: i64, visitor: &str) -> Result<(), GenerateError> {
        let (each, all) = (self.settings.limit(Limit::ADay), self.settings.limit(Limit::ADayInAll));
        let (limit, allowed) = match self.records.count_visit(day, visitor, each, all).await? {
            Visit::Counted => return Ok(()),
            Visit::VisitorIsFull => (Limit::ADay, each),
            Visit::DayIsFull => (Limit::ADayInAll, all),
        };
        let retry_after_seconds = seconds_left_today(now_ms());
        let reached = ReachedLimit { limit, allowed, retry_after_seconds };
        Err(GenerateError::LimitReached { reached })
    }

    /// Takes back what was counted for something that did not start after all.
    pub async fn uncount(&self, day: i64, visitor: &str) -> Result<(), StoreError> {
        self.records.uncount_visit(day, visitor).await
    }
}

/// How often something is asked from each address. With another limit everybody begins anew.
#[derive(Clone)]
struct Rates {
    limit: Limit,
    counted: Arc<Mutex<Counted>>,
}

struct Counted {
    /// In a minute, from one address.
    each: u32,
    addresses: Limiter<ClientAddress>,
    /// From this machine come its owner, and all who come through a proxy that nobody named.
    own_machine: Limiter<()>,
}

impl Counted {
    fn new(each: u32) -> Self {
        let own_machine = Rate::per_minute(each.saturating_mul(OWN_MACHINE));
        let addresses = Limiter::new(Rate::per_minute(each));
        Self { each, addresses, own_machine: Limiter::new(own_machine) }
    }
}

impl Rates {
    fn new(limit: Limit) -> Self {
        Self { limit, counted: Arc::new(Mutex::new(Counted::new(limit.usual()))) }
    }

    fn check(&self, settings: &OwnerSettings, from: ClientAddress) -> Result<(), GenerateError> {
        let (limit, allowed) = (self.limit, settings.limit(self.limit));
        let mut counted = self.counted.lock();
        if counted.each != allowed {
            *counted = Counted::new(allowed);
        }
        let checked = match from.is_local() {
            true => counted.own_machine.check(&()),
            false => counted.addresses.check(&from),
        };
        checked.map_err(|wait| {
            let retry_after_seconds = u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX);
            let reached = ReachedLimit { limit, allowed, retry_after_seconds };
            GenerateError::LimitReached { reached }
        })
    }
}
