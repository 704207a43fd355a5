//! The webhooks of API clients, and the messages that are sent to them when generations end.

use super::{
    clock::now_ms,
    store::{ApiHook, ApiMessage, Records, SessionId, StoreError},
};

/// Addresses of webhooks and the messages for them. Cheap to clone. Its methods fail when the store does.
#[derive(Clone)]
pub struct Webhooks(Records);

impl Webhooks {
    pub fn new(records: Records) -> Self {
        Self(records)
    }

    /// The webhook address of `asker`, and the secret that signs its messages: `fresh` where it has
    /// none yet.
    pub async fn hook(&self, asker: &str, fresh: &str) -> Result<ApiHook, StoreError> {
        self.0.api_hook(asker, fresh).await
    }

    /// The same, if there is one already.
    pub async fn find_hook(&self, asker: &str) -> Result<Option<ApiHook>, StoreError> {
        self.0.known_api_hook(asker).await
    }

    pub async fn set_hook(&self, asker: &str, url: Option<&str>) -> Result<(), StoreError> {
        self.0.set_api_hook(asker, url).await
    }

    /// Stores a message to send when its generation has ended.
    pub async fn add_message(&self, message: &ApiMessage) -> Result<(), StoreError> {
        self.0.add_api_message(message).await
    }

    /// The messages that are due.
    pub async fn due_messages(&self) -> Result<Vec<ApiMessage>, StoreError> {
        self.0.due_api_messages(now_ms()).await
    }

    /// Reserves a message for this server for `held_ms`; false when another server has it already.
    pub async fn take_message(&self, seen: &ApiMessage, held_ms: i64) -> Result<bool, StoreError> {
        self.0.take_api_message(seen, now_ms() + held_ms).await
    }

    /// Records the result of a delivery attempt.
    pub async fn note_message(&self, tried: &ApiMessage) -> Result<(), StoreError> {
        self.0.note_api_message(tried).await
    }

    /// The messages of a session, newest first.
    pub async fn messages_of(
        &self,
        session: &SessionId,
        after: Option<(i64, &str)>,
        limit: usize,
    ) -> Result<Vec<ApiMessage>, StoreError> {
        self.0.api_messages_of(session, after, limit).await
    }

    /// Deletes messages that are older than `kept_ms`.
    pub async fn forget_messages(&self, kept_ms: i64) -> Result<(), StoreError> {
        self.0.forget_api_messages(now_ms() - kept_ms).await
    }
}
