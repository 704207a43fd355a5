//! Who is told when a generation has ended, and how that goes.

use super::Service;
use crate::server::store::{ApiHook, ApiMessage, SessionId, StoreError};

impl Service {
    /// Where a key wants to be told, if it or a request of it has said so.
    pub async fn known_api_hook(&self, key: &str) -> Result<Option<ApiHook>, StoreError> {
        self.0.records.known_api_hook(key).await
    }

    /// The same; `fresh` is its secret from now on where it had none.
    pub async fn api_hook(&self, key: &str, fresh: &str) -> Result<ApiHook, StoreError> {
        self.0.records.api_hook(key, fresh).await
    }

    /// Has `key` be told of all that it makes at `url`, or of nothing.
    pub async fn set_api_hook(&self, key: &str, url: Option<&str>) -> Result<(), StoreError> {
        self.0.records.set_api_hook(key, url).await
    }

    /// Writes a message down, once for each generation and address.
    pub async fn add_api_message(&self, message: &ApiMessage) -> Result<(), StoreError> {
        self.0.records.add_api_message(message).await
    }

    /// Messages that may be sent now.
    pub async fn due_api_messages(&self, now_ms: i64) -> Result<Vec<ApiMessage>, StoreError> {
        self.0.records.due_api_messages(now_ms).await
    }

    /// Has this server try the message, if no other one has it.
    pub async fn take_api_message(
        &self,
        seen: &ApiMessage,
        until_ms: i64,
    ) -> Result<bool, StoreError> {
        self.0.records.take_api_message(seen, until_ms).await
    }

    /// Writes down how a try went.
    pub async fn note_api_message(&self, tried: &ApiMessage) -> Result<(), StoreError> {
        self.0.records.note_api_message(tried).await
    }

    /// The messages about generations of `session`, the newest first, after one of them.
    pub async fn api_messages_of(
        &self,
        session: &SessionId,
        after: Option<(i64, &str)>,
        limit: usize,
    ) -> Result<Vec<ApiMessage>, StoreError> {
        self.0.records.api_messages_of(session, after, limit).await
    }

    /// Forgets messages from before `before_ms`.
    pub async fn forget_api_messages(&self, before_ms: i64) -> Result<(), StoreError> {
        self.0.records.forget_api_messages(before_ms).await
    }
}
