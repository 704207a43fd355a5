//! Saved prompts and styles of a person.

use super::{
    clock::now_ms,
    store::{Records, SessionId, StoreError},
};
use crate::generation::{Words, WordsKind};

/// The saved entries of all sessions. Cheap to clone. Its methods fail when the store does.
#[derive(Clone)]
pub struct SavedWords(Records);

impl SavedWords {
    pub fn new(records: Records) -> Self {
        Self(records)
    }

    /// Saves `words`, replacing the entry with the same name. False when there are too many.
    pub async fn keep(&self, session: &SessionId, words: &Words) -> Result<bool, StoreError> {
        self.0.keep_words(session, words, now_ms()).await
    }

    /// The saved entries of a session, newest first.
    pub async fn of(&self, session: &SessionId) -> Result<Vec<Words>, StoreError> {
        self.0.words_of(session).await
    }

    /// Deletes the entry of this name, if there is one.
    pub async fn forget(
        &self,
        session: &SessionId,
        kind: WordsKind,
        name: &str,
    ) -> Result<(), StoreError> {
        self.0.forget_words(session, kind, name).await.map(drop)
    }
}
