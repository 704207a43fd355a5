//! Provider keys that were entered in the page, in sealed form.

use sqlx::{Row, any::AnyRow};

use super::{Records, StoreError};

impl Records {
    /// All keys, by the prefixes of their providers.
    pub async fn sealed_keys(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query("SELECT provider, sealed FROM provider_keys ORDER BY provider");
        let read = |row: &AnyRow| Ok((row.try_get("provider")?, row.try_get("sealed")?));
        self.readable(("the key of the provider", "provider"), rows, read).await
    }

    /// Stores a key, replacing the previous one.
    pub async fn keep_sealed_key(
        &self,
        provider: &str,
        sealed: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO provider_keys (provider, sealed, changed_ms) VALUES ($1, $2, $3) \
             ON CONFLICT (provider) DO UPDATE \
             SET sealed = excluded.sealed, changed_ms = excluded.changed_ms",
        )
        .bind(provider)
        .bind(sealed)
        .bind(now_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// False when there was no such key.
    pub async fn remove_sealed_key(&self, provider: &str) -> Result<bool, StoreError> {
        let removed = sqlx::query("DELETE FROM provider_keys WHERE provider = $1").bind(provider);
        Ok(removed.execute(&self.writer).await?.rows_affected() == 1)
    }
}
