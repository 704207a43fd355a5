//! Share links to a series, which its owner can create and revoke.

use sqlx::Row;

use crate::{
    generation::series::{Series, SeriesId},
    server::store::{Records, SessionId, StoreError, sharing::new_token},
};

/// A series that a guest may see.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedSeries {
    pub series: Series,
    pub session: SessionId,
    /// Whether the guest may see the prompt.
    pub with_inputs: bool,
}

impl Records {
    /// What the share link with `token` shows to anybody.
    pub async fn series_by_token(&self, token: &str) -> Result<Option<SharedSeries>, StoreError> {
        // PostgreSQL refuses some texts that are no tokens, such as NUL.
        if !token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return Ok(None);
        }
        let row = sqlx::query("SELECT * FROM series WHERE share_token = $1")
            .bind(token)
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let series = self.series_in(&row).await?;
        let session = SessionId::new(row.try_get::<String, _>("session")?);
        let with_inputs = row.try_get::<i64, _>("share_inputs")? != 0;
        Ok(Some(SharedSeries { series, session, with_inputs }))
    }

    /// The token of the series' share link, created at the first call; the last call decides
    /// whether it shows the prompt. `None` when `session` has no such series.
    pub async fn share_series(
        &self,
        session: &SessionId,
        id: &SeriesId,
        with_inputs: bool,
    ) -> Result<Option<String>, StoreError> {
        let row = sqlx::query(
            "UPDATE series SET share_token = COALESCE(share_token, $1), share_inputs = $2 \
             WHERE id = $3 AND session = $4 RETURNING share_token",
        )
        .bind(new_token())
        .bind(i64::from(with_inputs))
        .bind(id.as_str())
        .bind(session.as_str())
        .fetch_optional(&self.writer)
        .await?;
        Ok(row.map(|row| row.try_get("share_token")).transpose()?)
    }

    /// Revokes the link. False when `session` has no such series.
    pub async fn unshare_series(
        &self,
        session: &SessionId,
        id: &SeriesId,
    ) -> Result<bool, StoreError> {
        let changed =
            sqlx::query("UPDATE series SET share_token = NULL WHERE id = $1 AND session = $2")
                .bind(id.as_str())
                .bind(session.as_str())
                .execute(&self.writer)
                .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// The token of the share link, for its owner, and whether it shows the prompt.
    pub async fn share_of_series(
        &self,
        session: &SessionId,
        id: &SeriesId,
    ) -> Result<Option<(String, bool)>, StoreError> {
        let row = sqlx::query(
            "SELECT share_token, share_inputs FROM series \
             WHERE id = $1 AND session = $2 AND share_token IS NOT NULL",
        )
        .bind(id.as_str())
        .bind(session.as_str())
        .fetch_optional(&self.reader)
        .await?;
        row.map(|row| Ok((row.try_get(0)?, row.try_get::<i64, _>(1)? != 0))).transpose()
    }
}
