//! Counts password attempts, over all servers on the same database.

use sqlx::Row;

use super::{Records, StoreError};

/// Attempts are forgotten after this long without another one.
const FORGOTTEN_MS: i64 = 60 * 60 * 1000;

impl Records {
    /// Counts an attempt for `name`, an account or an address, before the password is checked. The
    /// first `free` attempts may follow each other; after those one is allowed per `pause_ms`. The
    /// inner error is how long to wait, in milliseconds, for an attempt that comes too soon and is
    /// not counted.
    pub async fn count_attempt(
        &self,
        name: &str,
        free: i64,
        pause_ms: i64,
        now_ms: i64,
    ) -> Result<Result<(), i64>, StoreError> {
        sqlx::query("DELETE FROM sign_in_attempts WHERE last_ms < $1")
            .bind(now_ms - FORGOTTEN_MS)
            .execute(&self.writer)
            .await?;
        // One statement, so that parallel attempts cannot pass together.
        let counted = sqlx::query(
            "INSERT INTO sign_in_attempts (name, tried, last_ms, next_ms) VALUES ($1, 1, $2, 0) \
             ON CONFLICT (name) DO UPDATE SET tried = sign_in_attempts.tried + 1, last_ms = $2, \
             next_ms = CASE WHEN sign_in_attempts.tried + 1 < $3 THEN 0 ELSE $4 END \
             WHERE sign_in_attempts.next_ms <= $2",
        )
        .bind(name)
        .bind(now_ms)
        .bind(free)
        .bind(now_ms + pause_ms)
        .execute(&self.writer)
        .await?;
        if counted.rows_affected() > 0 {
            return Ok(Ok(()));
        }
        let row = sqlx::query("SELECT next_ms FROM sign_in_attempts WHERE name = $1")
            .bind(name)
            .fetch_optional(&self.writer)
            .await?;
        let next_ms: i64 = row.map_or(Ok(now_ms), |row| row.try_get("next_ms"))?;
        Ok(Err((next_ms - now_ms).max(1)))
    }

    /// Takes one attempt back, after the right password.
    pub async fn take_back_attempt(&self, name: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE sign_in_attempts SET tried = tried - 1, next_ms = 0 \
             WHERE name = $1 AND tried > 0",
        )
        .bind(name)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Resets the count, after the right password.
    pub async fn forget_attempts(&self, name: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sign_in_attempts WHERE name = $1")
            .bind(name)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
