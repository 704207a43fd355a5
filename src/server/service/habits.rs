//! A person's standing inputs for each model.

use super::{Service, now_ms};
use crate::{
    generation::{Habit, ModelReference},
    server::store::{SessionId, StoreError},
};

impl Service {
    /// The standing inputs of `session` for `model`; empty where none were stored.
    pub async fn habit(
        &self,
        session: &SessionId,
        model: &ModelReference,
    ) -> Result<Habit, StoreError> {
        self.0.records.habit(session, model).await
    }

    /// Stores them. False when the session has too many.
    pub async fn keep_habit(
        &self,
        session: &SessionId,
        model: &ModelReference,
        habit: &Habit,
    ) -> Result<bool, StoreError> {
        self.0.records.keep_habit(session, model, habit, now_ms()).await
    }
}
