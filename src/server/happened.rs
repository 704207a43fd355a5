//! Writes down what people do, so that an owner can read it. What cannot be written down is told in
//! the log, and keeps nobody from doing it.

use super::{
    service::now_ms,
    store::{Deed, Happening, Records, SessionId, StoreError},
};

/// Remembers what happened. Cheap to clone.
#[derive(Clone)]
pub struct Happened(Records);

impl Happened {
    pub fn new(records: Records) -> Self {
        Self(records)
    }

    /// Whoever's gallery is `session` did it.
    pub async fn by(&self, session: &SessionId, deed: Deed, about: impl Into<String>) {
        let who = self.0.name_of(session).await.unwrap_or_default();
        self.by_name(&who, deed, about).await;
    }

    /// Somebody of this name did it.
    pub async fn by_name(&self, who: &str, deed: Deed, about: impl Into<String>) {
        let (who, about) = (who.to_owned(), about.into());
        let noted = self.0.note(&Happening { at_ms: now_ms(), who, deed, about }).await;
        if let Err(error) = noted {
            tracing::warn!(%error, deed = deed.word(), "what happened could not be written down");
        }
    }

    /// What happened before `before_ms`, the newest first.
    pub async fn before(&self, before_ms: i64, limit: u32) -> Result<Vec<Happening>, StoreError> {
        self.0.happenings(before_ms, limit).await
    }
}
