//! Moves what a browser made before sign-in to the person who signed in.

use sqlx::Row;

use super::{Records, SessionId, StoreError};

impl Records {
    /// Whether this session belongs to a browser alone and has made or uploaded something.
    pub async fn is_adoptable(&self, session: &SessionId) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM people WHERE gallery = $1) AS theirs, \
             (SELECT COUNT(*) FROM (SELECT session FROM generations WHERE session = $1 \
             UNION SELECT session FROM uploads WHERE session = $1 \
             UNION SELECT session FROM api_keys WHERE session = $1 \
             UNION SELECT session FROM series WHERE session = $1 \
             UNION SELECT session FROM words WHERE session = $1 \
             UNION SELECT session FROM habits WHERE session = $1) AS made) AS made",
        )
        .bind(session.as_str())
        .fetch_one(&self.writer)
        .await?;
        let (theirs, made): (i64, i64) = (row.try_get("theirs")?, row.try_get("made")?);
        Ok(theirs == 0 && made > 0)
    }

    /// Moves everything that `session` made and uploaded to `gallery`.
    pub async fn adopt(&self, session: &SessionId, gallery: &SessionId) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        for statement in [
            "UPDATE generations SET session = $2 WHERE session = $1",
            "UPDATE uploads SET session = $2 WHERE session = $1 \
             AND digest NOT IN (SELECT digest FROM uploads WHERE session = $2)",
            "DELETE FROM uploads WHERE session = $1 AND $2 <> ''",
            // No two of one gallery that count are called alike.
            "UPDATE api_keys SET name = name || ' …' || ending WHERE session = $1 AND name IN \
             (SELECT name FROM api_keys WHERE session = $2 AND revoked_ms IS NULL)",
            "UPDATE api_keys SET session = $2 WHERE session = $1",
            "UPDATE api_messages SET session = $2 WHERE session = $1",
            "UPDATE charges SET payer = $2 WHERE payer = $1",
            "UPDATE series SET session = $2 WHERE session = $1",
            "UPDATE words SET session = $2 WHERE session = $1 AND NOT EXISTS (SELECT 1 FROM words \
             AS known WHERE known.session = $2 AND known.kind = words.kind AND known.name = words.name)",
            "UPDATE habits SET session = $2 WHERE session = $1 AND model NOT IN \
             (SELECT model FROM habits WHERE session = $2)",
            // Its page says anew to whom it belongs; as it is, no sign-out would end it.
            "DELETE FROM push_browsers WHERE session = $1 AND $2 <> ''",
        ] {
            sqlx::query(statement)
                .bind(session.as_str())
                .bind(gallery.as_str())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
