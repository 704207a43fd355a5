//! The browsers that are told by Web Push, what there is to tell, and the key of this installation.

use sqlx::{Row, any::AnyRow};

use super::{Ended, Records, SessionId, StoreError, settings::PUSH_KEY};
use crate::{
    generation::{GenerationId, RecordState, series::SeriesId},
    server::{config::Secret, picture},
};

/// How many browsers of one person are told; with one more, the oldest is forgotten.
const MAX_BROWSERS: i64 = 10;

/// What a row is called, and the column of its name.
const BROWSER: (&str, &str) = ("the browser to push to", "digest");

/// A browser that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushBrowser {
    /// The address at its push service.
    pub endpoint: Secret,
    /// Its public key and its secret, in base64url.
    pub public_key: String,
    pub auth: String,
    /// The tag of the language that its page had.
    pub language: String,
}

/// What there is to tell a person whose pages are closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushNews {
    pub session: SessionId,
    pub prompt: String,
    pub kind: PushKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushKind {
    Done,
    Failed,
    Comparison,
    Grid,
}

impl Records {
    /// Tells `browser` what is made in `session` from now on, and no other session any more.
    /// `signed_in` is the digest of the browser's own session, where a person is signed in with it.
    pub async fn keep_push_browser(
        &self,
        session: &SessionId,
        signed_in: Option<&str>,
        browser: &PushBrowser,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query(
            "INSERT INTO push_browsers \
             (digest, session, browser, endpoint, public_key, auth, language, created_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (digest) DO UPDATE SET \
             session = excluded.session, browser = excluded.browser, \
             public_key = excluded.public_key, auth = excluded.auth, \
             language = excluded.language, created_ms = excluded.created_ms",
        )
        .bind(digest_of(&browser.endpoint))
        .bind(session.as_str())
        .bind(signed_in)
        .bind(browser.endpoint.expose())
        .bind(&browser.public_key)
        .bind(&browser.auth)
        .bind(&browser.language)
        .bind(now_ms)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "DELETE FROM push_browsers WHERE session = $1 AND digest NOT IN \
             (SELECT digest FROM push_browsers WHERE session = $1 \
             ORDER BY created_ms DESC, digest LIMIT $2)",
        )
        .bind(session.as_str())
        .bind(MAX_BROWSERS)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The browsers that are told what is made in `session`.
    pub async fn push_browsers(&self, session: &SessionId) -> Result<Vec<PushBrowser>, StoreError> {
        let rows = sqlx::query(
            "SELECT digest, endpoint, public_key, auth, language FROM push_browsers \
             WHERE session = $1 ORDER BY created_ms, digest",
        )
        .bind(session.as_str());
        let browser = |row: &AnyRow| {
            Ok(PushBrowser {
                endpoint: Secret::new(row.try_get::<String, _>("endpoint")?),
                public_key: row.try_get("public_key")?,
                auth: row.try_get("auth")?,
                language: row.try_get("language")?,
            })
        };
        self.readable(BROWSER, rows, browser).await
    }

    /// Whether the browser with this address is told what is made in `session`.
    pub async fn is_pushed_to(
        &self,
        session: &SessionId,
        endpoint: &Secret,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT 1 FROM push_browsers WHERE session = $1 AND digest = $2")
            .bind(session.as_str())
            .bind(digest_of(endpoint))
            .fetch_optional(&self.writer)
            .await?;
        Ok(row.is_some())
    }

    /// Tells the browser with this address nothing of `session` any more.
    pub async fn forget_push_browser(
        &self,
        session: &SessionId,
        endpoint: &Secret,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM push_browsers WHERE session = $1 AND digest = $2")
            .bind(session.as_str())
            .bind(digest_of(endpoint))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// What to tell of an end; `None` where it is told with something else, or to nobody: one of
    /// several pictures that run with the same prompt, a part of a series, what an API key asked
    /// for, what was cancelled or deleted.
    pub async fn push_news(&self, ended: &Ended) -> Result<Option<PushNews>, StoreError> {
        match ended {
            Ended::Generation(id) => self.news_of_generation(id).await,
            Ended::Series(id) => self.news_of_series(id).await,
        }
    }

    async fn news_of_generation(&self, id: &GenerationId) -> Result<Option<PushNews>, StoreError> {
        let alone = sqlx::query(
            "SELECT 1 FROM generations AS ended WHERE id = $1 AND deleted_ms IS NULL \
             AND NOT EXISTS (SELECT 1 FROM series_members WHERE generation = $1) \
             AND NOT EXISTS (SELECT 1 FROM charges WHERE generation = $1 AND api_key IS NOT NULL) \
             AND NOT EXISTS (SELECT 1 FROM generations WHERE session = ended.session AND id <> $1 \
             AND state = 'running' AND search_text = ended.search_text)",
        )
        .bind(id.as_str())
        .fetch_optional(&self.writer)
        .await?;
        if alone.is_none() {
            return Ok(None);
        }
        let Some(record) = self.get(id).await? else { return Ok(None) };
        let kind = match record.item.state {
            RecordState::Done => PushKind::Done,
            RecordState::Failed => PushKind::Failed,
            RecordState::Cancelled | RecordState::Running | RecordState::Loading => {
                return Ok(None);
            }
        };
        Ok(Some(PushNews { session: record.session, prompt: record.item.request.prompt, kind }))
    }

    async fn news_of_series(&self, id: &SeriesId) -> Result<Option<PushNews>, StoreError> {
        let row = sqlx::query(
            "SELECT session, prompt, is_comparison FROM series WHERE id = $1 AND is_cancelled = 0",
        )
        .bind(id.as_str())
        .fetch_optional(&self.writer)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let kind = match row.try_get::<i64, _>("is_comparison")? {
            0 => PushKind::Grid,
            _ => PushKind::Comparison,
        };
        let session = SessionId::new(row.try_get::<String, _>("session")?);
        Ok(Some(PushNews { session, prompt: row.try_get("prompt")?, kind }))
    }

    /// The sealed key that signs messages, if there is one.
    pub async fn push_key(&self) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT value FROM settings WHERE name = $1")
            .bind(PUSH_KEY)
            .fetch_optional(&self.writer)
            .await?;
        Ok(row.map(|row| row.try_get("value")).transpose()?)
    }

    /// The sealed key that all servers use: `fresh`, unless another one was stored first.
    pub async fn agree_on_push_key(&self, fresh: &str) -> Result<String, StoreError> {
        self.setting(PUSH_KEY, fresh).await
    }

    /// Deletes a key that cannot be used any more, with the browsers that know it.
    pub async fn forget_push_key(&self, sealed: &str) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        let forgotten = sqlx::query("DELETE FROM settings WHERE name = $1 AND value = $2")
            .bind(PUSH_KEY)
            .bind(sealed)
            .execute(&mut *transaction)
            .await?;
        if forgotten.rows_affected() == 1 {
            sqlx::query("DELETE FROM push_browsers").execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

fn digest_of(endpoint: &Secret) -> String {
    picture::digest(endpoint.expose().as_bytes())
}

#[cfg(test)]
mod tests;
