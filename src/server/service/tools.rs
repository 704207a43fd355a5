//! What is kept for other tools: the names of pictures that they were told of, and which model a key
//! chose.

use super::Service;
use crate::server::store::{ApiFile, StoreError};

impl Service {
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
}
