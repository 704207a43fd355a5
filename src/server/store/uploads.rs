//! Files that people uploaded as inputs, and who may use which stored file.

use sqlx::Row;

use super::{Records, SessionId, StoreError, images::is_digest};

impl Records {
    /// Records that `session` uploaded the file `digest`. Call it after the bytes are stored.
    pub async fn add_upload(
        &self,
        session: &SessionId,
        digest: &str,
        content_type: &str,
        bytes: u64,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO uploads (session, digest, content_type, bytes, created_ms) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (session, digest) \
             DO UPDATE SET content_type = excluded.content_type, created_ms = excluded.created_ms",
        )
        .bind(session.as_str())
        .bind(digest)
        .bind(content_type)
        .bind(i64::try_from(bytes).unwrap_or(i64::MAX))
        .bind(now_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Records the recipe in the file `digest`, read before it was cleaned.
    pub async fn set_upload_recipe(
        &self,
        session: &SessionId,
        digest: &str,
        recipe: Option<&str>,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE uploads SET recipe = $1 WHERE session = $2 AND digest = $3")
            .bind(recipe)
            .bind(session.as_str())
            .bind(digest)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// The recipe in the file `digest`, read before it was cleaned.
    pub async fn upload_recipe(
        &self,
        session: &SessionId,
        digest: &str,
    ) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT recipe FROM uploads WHERE session = $1 AND digest = $2")
            .bind(session.as_str())
            .bind(digest)
            .fetch_optional(&self.reader)
            .await?;
        Ok(row.map(|row| row.try_get::<Option<String>, _>("recipe")).transpose()?.flatten())
    }

    /// Records the name that `session` gave to its upload `digest`.
    pub async fn name_upload(
        &self,
        session: &SessionId,
        digest: &str,
        name: &str,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE uploads SET name = $1 WHERE session = $2 AND digest = $3")
            .bind(name)
            .bind(session.as_str())
            .bind(digest)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// The name that `session` gave to the file `digest`, if any.
    pub async fn upload_name(
        &self,
        session: &SessionId,
        digest: &str,
    ) -> Result<Option<String>, StoreError> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let row = sqlx::query("SELECT name FROM uploads WHERE session = $1 AND digest = $2")
            .bind(session.as_str())
            .bind(digest)
            .fetch_optional(&self.reader)
            .await?;
        Ok(row.map(|row| row.try_get::<Option<String>, _>("name")).transpose()?.flatten())
    }

    /// The content type of a file that `session` uploaded or made; `None` when it did neither, even
    /// if the file exists.
    pub async fn file_of(
        &self,
        session: &SessionId,
        digest: &str,
    ) -> Result<Option<String>, StoreError> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let row = sqlx::query(
            "SELECT content_type FROM uploads WHERE session = $1 AND digest = $2 \
             UNION ALL \
             SELECT images.content_type FROM images \
             JOIN generations ON generations.id = images.generation \
             WHERE generations.session = $1 AND images.digest = $2 \
             AND generations.deleted_ms IS NULL LIMIT 1",
        )
        .bind(session.as_str())
        .bind(digest)
        .fetch_optional(&self.reader)
        .await?;
        Ok(row.map(|row| row.try_get("content_type")).transpose()?)
    }
}
