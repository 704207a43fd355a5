//! How many bytes of results are stored.

use sqlx::{Any, any::AnyArguments, query::QueryScalar};

use super::{Records, SessionId, StoreError};

impl Records {
    /// The results of `session`. Deleted ones do not count: they can be restored for an hour and
    /// are removed then.
    pub async fn bytes_kept_of(&self, session: &SessionId) -> Result<u64, StoreError> {
        let sum = sqlx::query_scalar(
            "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM \
             (SELECT images.bytes FROM generations \
              JOIN images ON images.generation = generations.id \
              WHERE session = $1 AND deleted_ms IS NULL \
              UNION ALL SELECT files.bytes FROM generations \
              JOIN files ON files.generation = generations.id \
              WHERE session = $1 AND deleted_ms IS NULL \
              UNION ALL SELECT uploads.bytes FROM uploads WHERE session = $1 AND digest IN \
              (SELECT inputs.digest FROM inputs \
              JOIN generations ON generations.id = inputs.generation \
              WHERE generations.session = $1 AND deleted_ms IS NULL)) AS kept",
        );
        self.sum(sum.bind(session.as_str())).await
    }

    /// The results of everybody, including deleted ones that can still be restored.
    pub async fn bytes_kept(&self) -> Result<u64, StoreError> {
        self.sum(sqlx::query_scalar(
            "SELECT CAST((SELECT COALESCE(SUM(bytes), 0) FROM images) \
             + (SELECT COALESCE(SUM(bytes), 0) FROM files) AS BIGINT)",
        ))
        .await
    }

    /// The same of those who are bound by it: neither of owners, nor of people who were removed, who
    /// cannot make room any more.
    pub async fn bytes_kept_within_limits(&self) -> Result<u64, StoreError> {
        self.sum(sqlx::query_scalar(
            "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM \
             (SELECT session, images.bytes FROM images \
              JOIN generations ON generations.id = images.generation \
              UNION ALL SELECT session, files.bytes FROM files \
              JOIN generations ON generations.id = files.generation) AS kept \
             WHERE session NOT IN (SELECT gallery FROM people WHERE role = 'owner') \
             AND session NOT IN (SELECT gallery FROM former_people)",
        ))
        .await
    }

    /// How many galleries something was made in and is kept.
    pub async fn galleries(&self) -> Result<u64, StoreError> {
        self.sum(sqlx::query_scalar(
            "SELECT CAST(COUNT(DISTINCT session) AS BIGINT) FROM generations \
             WHERE deleted_ms IS NULL",
        ))
        .await
    }

    async fn sum(&self, query: QueryScalar<'_, Any, i64, AnyArguments>) -> Result<u64, StoreError> {
        Ok(u64::try_from(query.fetch_one(&self.reader).await?).unwrap_or(0))
    }
}
