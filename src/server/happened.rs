//! Writes the audit log for owners. A failed write is logged, and does not block the action.

use super::{
    clock::now_ms,
    store::{Deed, Earlier, Happening, Records, SessionId, StoreError},
};

/// The audit log. Cheap to clone.
#[derive(Clone)]
pub struct Happened(Records);

impl Happened {
    pub fn new(records: Records) -> Self {
        Self(records)
    }

    /// Records an action by the owner of the gallery `session`.
    pub async fn by(&self, session: &SessionId, deed: Deed, about: impl Into<String>) {
        let who = self.0.name_of(session).await.unwrap_or_default();
        self.by_name(&who, deed, about).await;
    }

    /// Records an action by a person of this name.
    pub async fn by_name(&self, who: &str, deed: Deed, about: impl Into<String>) {
        let (who, about) = (who.to_owned(), about.into());
        let noted = self.0.note(&Happening { at_ms: now_ms(), who, deed, about }).await;
        if let Err(error) = noted {
            tracing::warn!(%error, deed = deed.word(), "what happened could not be written down");
        }
    }

    /// The entries before `before_ms`, newest first.
    pub async fn before(&self, before_ms: i64, limit: u32) -> Result<Vec<Happening>, StoreError> {
        Ok(self.page(&Earlier::than(before_ms), limit).await?.0)
    }

    /// A page of it, and where the next one goes on.
    pub async fn page(
        &self,
        before: &Earlier,
        limit: u32,
    ) -> Result<(Vec<Happening>, Option<Earlier>), StoreError> {
        self.0.happenings(before, limit).await
    }
}
