//! Settings that an owner changed in the page, by name.

use sqlx::{Row, any::AnyRow};

use super::{Records, StoreError};

impl Records {
    pub async fn owner_settings(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query("SELECT name, value FROM owner_settings ORDER BY name");
        let read = |row: &AnyRow| Ok((row.try_get("name")?, row.try_get("value")?));
        self.readable(("the decision", "name"), rows, read).await
    }

    /// Stores all given settings or none, replacing earlier values; `None` deletes a setting.
    pub async fn keep_owner_settings(
        &self,
        settings: &[(String, Option<String>)],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        for (name, value) in settings {
            let Some(value) = value else {
                let forget = sqlx::query("DELETE FROM owner_settings WHERE name = $1").bind(name);
                forget.execute(&mut *transaction).await?;
                continue;
            };
            sqlx::query(
                "INSERT INTO owner_settings (name, value, changed_ms) VALUES ($1, $2, $3) \
                 ON CONFLICT (name) DO UPDATE \
                 SET value = excluded.value, changed_ms = excluded.changed_ms",
            )
            .bind(name)
            .bind(value)
            .bind(now_ms)
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }
}
