//! A person's standing inputs for each model.

use super::{
    clock::now_ms,
    store::{Records, SessionId, StoreError},
};
use crate::generation::{Habit, ModelReference};

/// The standing inputs of all sessions. Cheap to clone. Its methods fail when the store does.
#[derive(Clone)]
pub struct Habits(Records);

impl Habits {
    pub fn new(records: Records) -> Self {
        Self(records)
    }

    /// The standing inputs of `session` for `model`; empty where none were stored.
    pub async fn of(
        &self,
        session: &SessionId,
        model: &ModelReference,
    ) -> Result<Habit, StoreError> {
        self.0.habit(session, model).await
    }

    /// Stores them. False when the session has too many.
    pub async fn keep(
        &self,
        session: &SessionId,
        model: &ModelReference,
        habit: &Habit,
    ) -> Result<bool, StoreError> {
        self.0.keep_habit(session, model, habit, now_ms()).await
    }
}
