//! The generations that this process runs now.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::run::Run;
use crate::generation::GenerationId;

#[derive(Default)]
pub struct Crew {
    runs: Mutex<HashMap<GenerationId, Arc<Run>>>,
    /// Changes whenever one is added.
    arrivals: watch::Sender<()>,
}

impl Crew {
    pub fn get(&self, id: &GenerationId) -> Option<Arc<Run>> {
        self.lock().get(id).cloned()
    }

    pub fn insert(&self, run: Arc<Run>) {
        self.lock().insert(run.id.clone(), run);
        self.arrivals.send_replace(());
    }

    /// Tells of every run that is added from now on.
    pub fn arrivals(&self) -> watch::Receiver<()> {
        self.arrivals.subscribe()
    }

    pub fn remove(&self, id: &GenerationId) {
        self.lock().remove(id);
    }

    pub fn all(&self) -> Vec<Arc<Run>> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<GenerationId, Arc<Run>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
