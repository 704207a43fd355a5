//! Values that the server generates itself and must find again.

use std::collections::HashSet;

use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretBox};
use sqlx::{Row, any::AnyRow};

use super::{Records, SessionId, StoreError};

const SIGNING_KEY: &str = "signing_key";
const INSTANCE: &str = "instance";
pub(super) const PUSH_KEY: &str = "push_key";

/// The key that signs cookies.
pub type SigningKey = SecretBox<[u8; 64]>;

impl Records {
    /// The key that signs cookies, the same for every process on this data: `fresh` unless there is
    /// one already.
    pub async fn signing_key(&self, fresh: SigningKey) -> Result<SigningKey, StoreError> {
        let key = self.setting(SIGNING_KEY, &BASE64_STANDARD.encode(fresh.expose_secret())).await?;
        // A key that was damaged by hand is replaced: a fresh one only costs sessions.
        Ok(decoded(&key).unwrap_or(fresh))
    }

    /// The signing key, if there is one.
    pub async fn kept_signing_key(&self) -> Result<Option<SigningKey>, StoreError> {
        let row = sqlx::query("SELECT value FROM settings WHERE name = $1")
            .bind(SIGNING_KEY)
            .fetch_optional(&self.writer)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(row.try_get("value").ok().and_then(decoded))
    }

    /// Deletes the signing key, for when it is stored elsewhere.
    pub async fn forget_signing_key(&self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM settings WHERE name = $1")
            .bind(SIGNING_KEY)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// The id of this Easel installation: `fresh` unless it has one.
    pub async fn instance(&self, fresh: &str) -> Result<String, StoreError> {
        self.setting(INSTANCE, fresh).await
    }

    /// The setting `name`, which becomes `fresh` if it was missing.
    pub(super) async fn setting(&self, name: &str, fresh: &str) -> Result<String, StoreError> {
        sqlx::query(
            "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        )
        .bind(name)
        .bind(fresh)
        .execute(&self.writer)
        .await?;
        let row = sqlx::query("SELECT value FROM settings WHERE name = $1")
            .bind(name)
            .fetch_one(&self.writer)
            .await?;
        // A value that was damaged by hand counts as missing.
        Ok(row.try_get("value").unwrap_or_else(|_| fresh.to_owned()))
    }

    /// Ends a session for good. Its generations stay, but nobody sees them any more. False when it
    /// has made nothing, so that there is nothing to protect.
    pub async fn end_session(&self, session: &SessionId, now_ms: i64) -> Result<bool, StoreError> {
        let made = sqlx::query(
            "SELECT session FROM generations WHERE session = $1 \
             UNION SELECT session FROM uploads WHERE session = $1",
        )
        .bind(session.as_str())
        .fetch_optional(&self.writer)
        .await?;
        sqlx::query("DELETE FROM push_browsers WHERE session = $1")
            .bind(session.as_str())
            .execute(&self.writer)
            .await?;
        if made.is_none() {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO ended_sessions (session, ended_ms) VALUES ($1, $2) \
             ON CONFLICT (session) DO NOTHING",
        )
        .bind(session.as_str())
        .bind(now_ms)
        .execute(&self.writer)
        .await?;
        Ok(true)
    }

    /// All ended sessions.
    pub async fn ended_sessions(&self) -> Result<HashSet<SessionId>, StoreError> {
        let rows = sqlx::query("SELECT session FROM ended_sessions");
        let read = |row: &AnyRow| Ok(SessionId::new(row.try_get::<String, _>("session")?));
        let ended = self.readable(("the ended session", "session"), rows, read).await?;
        Ok(ended.into_iter().collect())
    }
}

fn decoded(key: &str) -> Option<SigningKey> {
    let key: [u8; 64] = BASE64_STANDARD.decode(key).ok()?.try_into().ok()?;
    Some(SigningKey::new(Box::new(key)))
}
