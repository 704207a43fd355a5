//! What the server made up itself and must find again.

use base64::{Engine, prelude::BASE64_STANDARD};
use sqlx::Row;

use super::{Records, StoreError};

impl Records {
    /// The key that signs cookies, the same for every process on this data: `fresh` unless
    /// another one was first.
    pub async fn signing_key(&self, fresh: [u8; 64]) -> Result<Vec<u8>, StoreError> {
        sqlx::query(
            "INSERT INTO settings (name, value) VALUES ('signing_key', $1) \
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(BASE64_STANDARD.encode(fresh))
        .execute(&self.writer)
        .await?;
        let row = sqlx::query("SELECT value FROM settings WHERE name = 'signing_key'")
            .fetch_one(&self.writer)
            .await?;
        // A key that somebody broke by hand is as good as none: a fresh one only costs sessions.
        let key = row.try_get::<&str, _>("value").ok();
        let key = key
            .and_then(|key| BASE64_STANDARD.decode(key).ok())
            .filter(|key| key.len() == fresh.len());
        Ok(key.unwrap_or_else(|| fresh.to_vec()))
    }
}
