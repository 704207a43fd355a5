//! Storage for API clients: their keys, the names of pictures they were given, the model each key
//! chose, and the webhook messages sent when generations end.

use super::{Service, now_ms};
use crate::{
    generation::{GalleryCursor, GalleryItem, GenerationId},
    server::store::{
        AddedKey, ApiFile, ApiHook, ApiKey, ApiMessage, Listing, SessionId, StoreError,
    },
};

impl Service {
    /// Keeps a new key.
    pub async fn add_api_key(&self, key: &ApiKey) -> Result<AddedKey, StoreError> {
        self.0.records.add_api_key(key).await
    }

    /// Those that count, the newest first: of this gallery where one is named, of all where none is.
    pub async fn api_keys(&self, only: Option<&SessionId>) -> Result<Vec<ApiKey>, StoreError> {
        let mut keys = self.0.records.api_keys(only).await?;
        keys.retain(|key| key.revoked_ms.is_none());
        Ok(keys)
    }

    /// Revokes the key of this name, only in the gallery `only` if given. False when there is no
    /// such valid key.
    pub async fn revoke_api_key(
        &self,
        id: &str,
        only: Option<&SessionId>,
        now_ms: i64,
    ) -> Result<Option<String>, StoreError> {
        self.0.records.revoke_api_key(id, only, now_ms).await
    }

    /// Deletes all that was made in a gallery, as if its owner did. Answers how much that was.
    pub async fn delete_all_of(&self, session: &SessionId) -> Result<u64, StoreError> {
        self.0.records.delete_all_of(session, now_ms()).await
    }

    /// Bytes of results that are kept, and in how many galleries.
    pub async fn kept_in_all(&self) -> Result<(u64, u64), StoreError> {
        let records = &self.0.records;
        tokio::try_join!(records.bytes_kept(), records.galleries())
    }

    /// Creates a name for a picture, and deletes names older than `before_ms`.
    pub async fn name_api_file(
        &self,
        file: &ApiFile,
        now_ms: i64,
        before_ms: i64,
    ) -> Result<String, StoreError> {
        self.0.records.name_api_file(file, now_ms, before_ms).await
    }

    /// Names a picture `name`.
    pub async fn keep_api_file(
        &self,
        name: &str,
        file: &ApiFile,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.0.records.keep_api_file(name, file, now_ms).await
    }

    /// The picture with this name, if it was named since `since_ms`.
    pub async fn api_file(&self, name: &str, since_ms: i64) -> Result<Option<ApiFile>, StoreError> {
        self.0.records.api_file(name, since_ms).await
    }

    /// The model that `key` chose last.
    pub async fn chosen_model(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.0.records.chosen_model(key).await
    }

    /// Makes this the model of `key` for requests that name none.
    pub async fn choose_model(&self, key: &str, model: &str) -> Result<(), StoreError> {
        self.0.records.choose_model(key, model).await
    }

    /// One page of a listing for an API client, newest first, and where the next one begins.
    pub async fn listed(
        &self,
        session: &SessionId,
        wanted: &Listing,
        cursor: Option<&GalleryCursor>,
        limit: usize,
    ) -> Result<(Vec<GalleryItem>, Option<GalleryCursor>), StoreError> {
        self.0.records.listed(session, wanted, cursor, limit).await
    }

    /// A generation as its owner sees it, if it is still stored.
    pub async fn kept_item(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<GalleryItem>, StoreError> {
        self.0.records.item_of(session, id).await
    }

    /// The webhook address of `asker`, and the secret that signs its messages: `fresh` where it has
    /// none yet.
    pub async fn api_hook(&self, asker: &str, fresh: &str) -> Result<ApiHook, StoreError> {
        self.0.records.api_hook(asker, fresh).await
    }

    /// The same, if there is one already.
    pub async fn known_api_hook(&self, asker: &str) -> Result<Option<ApiHook>, StoreError> {
        self.0.records.known_api_hook(asker).await
    }

    pub async fn set_api_hook(&self, asker: &str, url: Option<&str>) -> Result<(), StoreError> {
        self.0.records.set_api_hook(asker, url).await
    }

    /// Stores a message to send when its generation has ended.
    pub async fn add_api_message(&self, message: &ApiMessage) -> Result<(), StoreError> {
        self.0.records.add_api_message(message).await
    }

    /// The messages that are due.
    pub async fn due_api_messages(&self) -> Result<Vec<ApiMessage>, StoreError> {
        self.0.records.due_api_messages(now_ms()).await
    }

    /// Reserves a message for this server for `held_ms`; false when another server has it already.
    pub async fn take_api_message(
        &self,
        seen: &ApiMessage,
        held_ms: i64,
    ) -> Result<bool, StoreError> {
        self.0.records.take_api_message(seen, now_ms() + held_ms).await
    }

    /// Records the result of a delivery attempt.
    pub async fn note_api_message(&self, tried: &ApiMessage) -> Result<(), StoreError> {
        self.0.records.note_api_message(tried).await
    }

    /// The messages of a session, newest first.
    pub async fn api_messages_of(
        &self,
        session: &SessionId,
        after: Option<(i64, &str)>,
        limit: usize,
    ) -> Result<Vec<ApiMessage>, StoreError> {
        self.0.records.api_messages_of(session, after, limit).await
    }

    /// Deletes messages that are older than `kept_ms`.
    pub async fn forget_api_messages(&self, kept_ms: i64) -> Result<(), StoreError> {
        self.0.records.forget_api_messages(now_ms() - kept_ms).await
    }
}
