//! Names of pictures for API clients, which fetch them without the session of their gallery.

use super::Files;
use crate::server::store::{ApiFile, StoreError};

impl Files {
    /// Creates a name for a picture, and deletes names older than `before_ms`.
    pub async fn add_name(
        &self,
        file: &ApiFile,
        now_ms: i64,
        before_ms: i64,
    ) -> Result<String, StoreError> {
        self.records.name_api_file(file, now_ms, before_ms).await
    }

    /// Names a picture `name`.
    pub async fn set_name(
        &self,
        name: &str,
        file: &ApiFile,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.records.keep_api_file(name, file, now_ms).await
    }

    /// The picture with this name, if it was named since `since_ms`.
    pub async fn named(&self, name: &str, since_ms: i64) -> Result<Option<ApiFile>, StoreError> {
        self.records.api_file(name, since_ms).await
    }
}
