//! The generations that this process runs now.

use std::{
    collections::HashMap,
    ptr,
    sync::{Arc, Weak},
};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::watch;

use super::run::Run;
use crate::generation::GenerationId;

#[derive(Default)]
struct Runs {
    ours: HashMap<GenerationId, Arc<Run>>,
    /// Runs that another process seems to have taken over. Their work continues here until it ends.
    lost: HashMap<GenerationId, Weak<Run>>,
}

#[derive(Default)]
pub struct Running {
    runs: Mutex<Runs>,
    /// Changes whenever a run is added.
    arrivals: watch::Sender<()>,
}

impl Running {
    pub fn get(&self, id: &GenerationId) -> Option<Arc<Run>> {
        self.lock().ours.get(id).cloned()
    }

    pub fn insert(&self, run: Arc<Run>) {
        self.lock().ours.insert(run.id.clone(), run);
        self.arrivals.send_replace(());
    }

    /// Notifies of every run that is added from now on.
    pub fn arrivals(&self) -> watch::Receiver<()> {
        self.arrivals.subscribe()
    }

    /// Removes a run that has ended. A later attempt of the same generation stays.
    pub fn remove(&self, run: &Arc<Run>) {
        let mut runs = self.lock();
        if runs.ours.get(&run.id).is_some_and(|there| Arc::ptr_eq(there, run)) {
            runs.ours.remove(&run.id);
        }
        if runs.lost.get(&run.id).is_some_and(|there| ptr::eq(there.as_ptr(), Arc::as_ptr(run))) {
            runs.lost.remove(&run.id);
        }
    }

    /// Marks a run as lost: according to the database, another process holds it.
    pub fn lose(&self, id: &GenerationId) {
        let mut runs = self.lock();
        if let Some(run) = runs.ours.remove(id) {
            runs.lost.insert(id.clone(), Arc::downgrade(&run));
        }
    }

    /// Marks a lost run as held by this process again. True when its work still goes on here and so
    /// must not be started a second time.
    pub fn regain(&self, id: &GenerationId) -> bool {
        let mut runs = self.lock();
        let lost = runs.lost.remove(id).and_then(|run| run.upgrade());
        if let Some(run) = lost {
            runs.ours.entry(id.clone()).or_insert(run);
        }
        runs.ours.contains_key(id)
    }

    pub fn all(&self) -> Vec<Arc<Run>> {
        self.lock().ours.values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Runs> {
        self.runs.lock()
    }
}
