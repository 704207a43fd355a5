//! What is kept for other tools: their keys, the names of pictures that they were told of, which model
//! a key chose, and what they are told when generations end.

use super::{Service, now_ms};
use crate::{
    generation::{GalleryCursor, GalleryItem, GenerationId},
    server::store::{ApiFile, ApiHook, ApiKey, ApiMessage, Listing, SessionId, StoreError},
};

impl Service {
    /// Keeps a new key. False when one that counts has its name.
    pub async fn add_api_key(&self, key: &ApiKey) -> Result<bool, StoreError> {
        self.0.records.add_api_key(key).await
    }

    /// Those that count, the newest first.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let mut keys = self.0.records.api_keys().await?;
        keys.retain(|key| key.revoked_ms.is_none());
        Ok(keys)
    }

    /// Takes the key of this name back, if it is of this gallery where one is named. False when none
    /// that counts is called so.
    pub async fn revoke_api_key(
        &self,
        name: &str,
        only: Option<&SessionId>,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        self.0.records.revoke_api_key(name, only, now_ms).await
    }

    /// Bytes of results that are kept, and in how many galleries.
    pub async fn kept_in_all(&self) -> Result<(u64, u64), StoreError> {
        let records = &self.0.records;
        tokio::try_join!(records.bytes_kept(), records.galleries())
    }

    /// A new name for a picture, and what is older than `before_ms` is forgotten.
    pub async fn name_api_file(
        &self,
        file: &ApiFile,
        now_ms: i64,
        before_ms: i64,
    ) -> Result<String, StoreError> {
        self.0.records.name_api_file(file, now_ms, before_ms).await
    }

    /// Gives a picture this name, from now on.
    pub async fn keep_api_file(
        &self,
        name: &str,
        file: &ApiFile,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.0.records.keep_api_file(name, file, now_ms).await
    }

    /// The picture of this name, if it was named since `since_ms`.
    pub async fn api_file(&self, name: &str, since_ms: i64) -> Result<Option<ApiFile>, StoreError> {
        self.0.records.api_file(name, since_ms).await
    }

    /// The model that `key` chose last.
    pub async fn chosen_model(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.0.records.chosen_model(key).await
    }

    /// Has `key` use this model where it names none.
    pub async fn choose_model(&self, key: &str, model: &str) -> Result<(), StoreError> {
        self.0.records.choose_model(key, model).await
    }

    /// A page of what another tool asks for, the newest first, and where the next one begins.
    pub async fn listed(
        &self,
        session: &SessionId,
        wanted: &Listing,
        cursor: Option<&GalleryCursor>,
        limit: usize,
    ) -> Result<(Vec<GalleryItem>, Option<GalleryCursor>), StoreError> {
        self.0.records.listed(session, wanted, cursor, limit).await
    }

    /// What the owner of a generation sees of it, if it is still there.
    pub async fn kept_item(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<GalleryItem>, StoreError> {
        self.0.records.item_of(session, id).await
    }

    /// Where `asker` wants to be told of ends, and the secret that messages are signed with: `fresh`
    /// where it has none.
    pub async fn api_hook(&self, asker: &str, fresh: &str) -> Result<ApiHook, StoreError> {
        self.0.records.api_hook(asker, fresh).await
    }

    /// The same, where it has one.
    pub async fn known_api_hook(&self, asker: &str) -> Result<Option<ApiHook>, StoreError> {
        self.0.records.known_api_hook(asker).await
    }

    pub async fn set_api_hook(&self, asker: &str, url: Option<&str>) -> Result<(), StoreError> {
        self.0.records.set_api_hook(asker, url).await
    }

    /// Writes a message down that is to be sent when its generation has ended.
    pub async fn add_api_message(&self, message: &ApiMessage) -> Result<(), StoreError> {
        self.0.records.add_api_message(message).await
    }

    /// The messages that it is time to send.
    pub async fn due_api_messages(&self) -> Result<Vec<ApiMessage>, StoreError> {
        self.0.records.due_api_messages(now_ms()).await
    }

    /// Keeps a message from others for `held_ms`; false where another server has it already.
    pub async fn take_api_message(
        &self,
        seen: &ApiMessage,
        held_ms: i64,
    ) -> Result<bool, StoreError> {
        self.0.records.take_api_message(seen, now_ms() + held_ms).await
    }

    /// Writes down how a try went.
    pub async fn note_api_message(&self, tried: &ApiMessage) -> Result<(), StoreError> {
        self.0.records.note_api_message(tried).await
    }

    /// The messages of a session, the newest first.
    pub async fn api_messages_of(
        &self,
        session: &SessionId,
        after: Option<(i64, &str)>,
        limit: usize,
    ) -> Result<Vec<ApiMessage>, StoreError> {
        self.0.records.api_messages_of(session, after, limit).await
    }

    /// Forgets messages that are older than `kept_ms`.
    pub async fn forget_api_messages(&self, kept_ms: i64) -> Result<(), StoreError> {
        self.0.records.forget_api_messages(now_ms() - kept_ms).await
    }
}
