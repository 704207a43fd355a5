//! The apps that were connected to lately.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::OwnedMutexGuard;

use super::{client::App, reference::Place};

/// How long an app's description is used without asking again.
const FRESH: Duration = Duration::from_secs(300);
const MOST_APPS: usize = 64;
/// All of them together.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// Connections by place, the newest 64, or fewer that say much of themselves.
#[derive(Default)]
pub struct Apps {
    known: Mutex<HashMap<Place, Known>>,
    turns: Mutex<HashMap<Place, Arc<tokio::sync::Mutex<()>>>>,
}

struct Known {
    app: App,
    since: Instant,
    is_doubted: bool,
}

impl Apps {
    /// Waits until nobody else connects to `place`.
    pub async fn turn(&self, place: &Place) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(place.clone()).or_default())
        };
        turn.lock_owned().await
    }

    /// The app at `place`, if it was asked within the last minutes.
    pub fn fresh(&self, place: &Place) -> Option<App> {
        let apps = self.lock();
        let known = apps.get(place)?;
        (!known.is_doubted && known.since.elapsed() < FRESH).then(|| known.app.clone())
    }

    /// Keeps `app`, which goes on with the session of an earlier connection to it.
    pub fn keep(&self, place: &Place, app: App) -> App {
        let mut apps = self.lock();
        let app = match apps.get(place) {
            Some(earlier) => app.with_session_of(&earlier.app),
            None => app,
        };
        apps.remove(place);
        let full = |apps: &HashMap<Place, Known>| {
            let bytes: usize = apps.values().map(|known| known.app.weight()).sum();
            apps.len() >= MOST_APPS || bytes + app.weight() > MOST_BYTES
        };
        while full(&apps) {
            let oldest = apps.iter().min_by_key(|(_, known)| known.since);
            let Some(oldest) = oldest.map(|(place, _)| place.clone()) else { break };
            apps.remove(&oldest);
        }
        let known = Known { app: app.clone(), since: Instant::now(), is_doubted: false };
        apps.insert(place.clone(), known);
        app
    }

    /// Has the app asked anew next time: it may have been restarted with other endpoints.
    pub fn doubt(&self, place: &Place) {
        if let Some(known) = self.lock().get_mut(place) {
            known.is_doubted = true;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Place, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
