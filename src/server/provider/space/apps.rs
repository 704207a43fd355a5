//! A cache of connected apps.

use std::time::{Duration, Instant};

use moka::{
    Entry,
    future::Cache,
    ops::compute::{CompResult, Op},
    policy::EvictionPolicy,
};

use super::{app::App, reference::AppAddress};
use crate::server::fault::Fault;

/// How long an app's description is used without a new request.
const CACHE_TTL: Duration = Duration::from_secs(300);
const MAX_APPS: usize = 64;
/// The limit for all of them together.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Connections by app: the 64 most recently used, or fewer if they are large. An old connection is
/// kept until there are too many, because the next connection continues its session.
pub struct Apps(Cache<AppAddress, Known>);

#[derive(Clone)]
struct Known {
    app: App,
    since: Instant,
    is_stale: bool,
}

impl Known {
    fn is_fresh(&self) -> bool {
        !self.is_stale && self.since.elapsed() < CACHE_TTL
    }
}

impl Default for Apps {
    fn default() -> Self {
        let weight = |_: &AppAddress, known: &Known| {
            u32::try_from(known.app.weight().max(MAX_BYTES / MAX_APPS)).unwrap_or(u32::MAX)
        };
        let apps = Cache::builder()
            .max_capacity(MAX_BYTES as u64)
            .weigher(weight)
            .eviction_policy(EvictionPolicy::lru());
        Self(apps.build())
    }
}

impl Apps {
    /// The app at `place`, if it was read within the last minutes.
    pub async fn fresh(&self, place: &AppAddress) -> Option<App> {
        let known = self.0.get(place).await?;
        known.is_fresh().then_some(known.app)
    }

    /// The app at `place`: a fresh one, or the result of `connect`, which continues the session of
    /// an earlier connection. Concurrent calls for the same app wait for the first.
    ///
    /// # Errors
    ///
    /// As `connect`.
    pub async fn connected(
        &self,
        place: &AppAddress,
        connect: impl Future<Output = Result<App, Fault>> + Send,
    ) -> Result<App, Fault> {
        let compute = |earlier: Option<Entry<AppAddress, Known>>| async {
            let earlier = earlier.map(Entry::into_value);
            if earlier.as_ref().is_some_and(Known::is_fresh) {
                return Ok(Op::Nop);
            }
            let app = connect.await?;
            let app = match earlier {
                Some(earlier) => app.with_session_of(&earlier.app),
                None => app,
            };
            Ok::<_, Fault>(Op::Put(Known { app, since: Instant::now(), is_stale: false }))
        };
        match self.0.entry(place.clone()).and_try_compute_with(compute).await? {
            CompResult::Inserted(entry)
            | CompResult::ReplacedWith(entry)
            | CompResult::Unchanged(entry)
            | CompResult::Removed(entry) => Ok(entry.into_value().app),
            CompResult::StillNone(_) => Err(Fault::Internal),
        }
    }

    /// Has the app's description read again next time: it may have been restarted with other
    /// endpoints.
    pub async fn invalidate(&self, place: &AppAddress) {
        let invalidated = |known: Option<Entry<AppAddress, Known>>| {
            let known = known.map(Entry::into_value);
            let op = known.map_or(Op::Nop, |known| Op::Put(Known { is_stale: true, ..known }));
            std::future::ready(op)
        };
        self.0.entry(place.clone()).and_compute_with(invalidated).await;
    }
}
