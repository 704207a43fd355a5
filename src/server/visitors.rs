//! The rules for callers who are not the operator: which models they may start, and how often.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{
    access::Caller,
    allowance::seconds_left_today,
    api_keys::ApiCaller,
    client_address::ClientAddress,
    clock::now_ms,
    generations::Quota,
    limiter::{Limiter, Rate},
    offering::Offering,
    owner_settings::OwnerSettings,
    session::Signer,
    store::{Most, Records, SessionId, StoreError, Visit},
};
use crate::{
    error::GenerateError,
    generation::{Limit, ModelReference, ReachedLimit},
};

const MB: u64 = 1024 * 1024;

/// The factor for requests from this machine itself.
const OWN_MACHINE: u32 = 10;

const MINUTE_MS: i64 = 60 * 1000;

/// How long a share of a day lasts.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The rules for visitors. Cheap to clone.
#[derive(Clone)]
pub struct Visitors {
    offering: Offering,
    records: Records,
    signer: Signer,
    settings: OwnerSettings,
    searches: Rates,
    starts: Rates,
}

/// The caller of a generation.
#[derive(Clone, Debug)]
pub struct Asker {
    pub session: SessionId,
    pub caller: Caller,
    pub address: ClientAddress,
    /// The request came without a cookie, so the session is new.
    pub is_new: bool,
    /// The id of the API key of the request.
    pub key: Option<String>,
}

impl Asker {
    /// A request with a key has the permissions of the key's owner, wherever it comes from.
    pub fn holding(key: &ApiCaller, address: ClientAddress) -> Self {
        let session = key.session.clone();
        Self { session, caller: key.caller, address, is_new: false, key: Some(key.key.clone()) }
    }
}

impl Visitors {
    pub fn new(
        settings: OwnerSettings,
        offering: Offering,
        records: Records,
        signer: Signer,
    ) -> Self {
        let (searches, starts) = (Rates::new(Limit::Searches), Rates::new(Limit::Starts));
        Self { offering, records, signer, settings, searches, starts }
    }

    /// Counts a search of the providers.
    ///
    /// # Errors
    ///
    /// [`GenerateError::LimitReached`] when that is too often from one address.
    pub async fn may_search(&self, address: ClientAddress) -> Result<(), GenerateError> {
        self.check_rate(&self.searches, address).await
    }

    /// Counts a generation that is about to begin.
    ///
    /// # Errors
    ///
    /// As [`may_search`](Self::may_search).
    pub async fn may_start(&self, address: ClientAddress) -> Result<(), GenerateError> {
        self.check_rate(&self.starts, address).await
    }

    async fn check_rate(&self, rates: &Rates, from: ClientAddress) -> Result<(), GenerateError> {
        rates.check(&self.settings, from)?;
        if !self.records.is_shared() {
            return Ok(());
        }
        // Other servers count with this one.
        let (limit, allowed) = (rates.limit, self.settings.limit(rates.limit));
        let most = match from.is_local() {
            true => allowed.saturating_mul(OWN_MACHINE),
            false => allowed,
        };
        let name = self.signer.pseudonym(&format!("{} from {from}", limit.word()));
        let now_ms = now_ms();
        let minute = now_ms.div_euclid(MINUTE_MS);
        if self.records.count_in_minute(minute, &name, most).await?.is_some() {
            return Ok(());
        }
        let left_ms = MINUTE_MS - now_ms.rem_euclid(MINUTE_MS);
        let retry_after_seconds = u32::try_from(left_ms / 1000 + 1).unwrap_or(u32::MAX);
        let reached = ReachedLimit { limit, allowed, retry_after_seconds };
        Err(GenerateError::LimitReached { reached })
    }

    /// The limits for the generations of one payer.
    pub fn most(&self) -> Most {
        let limit = |limit| self.settings.limit(limit);
        Most { at_once: limit(Limit::AtOnce), an_hour: limit(Limit::AnHour) }
    }

    /// The storage limits for people who are not owners.
    pub fn quota(&self) -> Quota {
        let bytes = |limit| u64::from(self.settings.limit(limit)) * MB;
        Quota { each: bytes(Limit::Kept), all: bytes(Limit::KeptInAll) }
    }

    /// Checks that `caller` may run `model`, or have this server describe it.
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
    /// [`GenerateError::LimitReached`] when that would exceed the visitor's share of the day, or
    /// the limit for all together.
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

    /// Undoes the count of a generation that did not start after all.
    pub async fn uncount(&self, day: i64, visitor: &str) -> Result<(), StoreError> {
        self.records.uncount_visit(day, visitor).await
    }
}

/// Counts requests by address. When the limit changes, all counts start again.
#[derive(Clone)]
struct Rates {
    limit: Limit,
    counted: Arc<Mutex<Counted>>,
}

struct Counted {
    /// Per minute, from one address.
    each: u32,
    addresses: Limiter<ClientAddress>,
    /// This machine's requests are its owner's, and those of all people behind a proxy that is not
    /// configured.
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
