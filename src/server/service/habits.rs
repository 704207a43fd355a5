//! What people always want of a model.

use super::{Service, now_ms};
use crate::{
    generation::{Habit, ModelReference},
    server::store::{SessionId, StoreError},
};

impl Service {
    /// What `session` always wants of `model`; nothing where nothing was kept.
    pub async fn habit(
        &self,
        session: &SessionId,
        model: &ModelReference,
    ) -> Result<Habit, StoreError> {
        self.0.records.habit(session, model).await
    }

    /// Keeps it. False when there are too many.
    pub async fn keep_habit(
        &self,
        session: &SessionId,
        model: &ModelReference,
        habit: &Habit,
    ) -> Result<bool, StoreError> {
        self.0.records.keep_habit(session, model, habit, now_ms()).await
    }
}
