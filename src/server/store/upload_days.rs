//! How much was uploaded today.

use sqlx::Row;

use super::{Records, StoreError};

/// A browser or an address, and how many bytes it may upload in a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploader {
    pub name: String,
    pub limit: u64,
}

impl Records {
    /// How many more bytes all of `uploaders` may upload on `day`.
    pub async fn upload_room(&self, day: i64, uploaders: &[Uploader]) -> Result<u64, StoreError> {
        let mut room = u64::MAX;
        for Uploader { name, limit } in uploaders {
            let row = sqlx::query("SELECT bytes FROM upload_days WHERE day = $1 AND uploader = $2")
                .bind(day)
                .bind(name)
                .fetch_optional(&self.reader)
                .await?;
            let bytes = row.map(|row| row.try_get::<i64, _>("bytes")).transpose()?.unwrap_or(0);
            room = room.min(limit.saturating_sub(u64::try_from(bytes).unwrap_or(0)));
        }
        Ok(room)
    }

    /// Counts `bytes` more for each of `uploaders`. False, and nothing is counted, when that would
    /// exceed the limit of one of them.
    pub async fn count_upload(
        &self,
        day: i64,
        uploaders: &[Uploader],
        bytes: u64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        // Earlier days are not needed any more.
        sqlx::query("DELETE FROM upload_days WHERE day < $1")
            .bind(day)
            .execute(&mut *transaction)
            .await?;
        for Uploader { name, limit } in uploaders {
            let counted = sqlx::query(
                "INSERT INTO upload_days (day, uploader, bytes) VALUES ($1, $2, $3) \
                 ON CONFLICT (day, uploader) DO UPDATE \
                 SET bytes = upload_days.bytes + excluded.bytes \
                 WHERE upload_days.bytes <= $4 - excluded.bytes",
            )
            .bind(day)
            .bind(name)
            .bind(i64::try_from(bytes).unwrap_or(i64::MAX))
            .bind(i64::try_from(*limit).unwrap_or(i64::MAX))
            .execute(&mut *transaction)
            .await?
            .rows_affected();
            if counted == 0 || bytes > *limit {
                transaction.rollback().await?;
                return Ok(false);
            }
        }
        transaction.commit().await?;
        Ok(true)
    }
}
