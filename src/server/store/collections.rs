//! The collections of a person. A generation is in one collection at most, and a collection exists
//! while something is in it.

use sqlx::{Row, any::AnyRow};

use super::{Records, SessionId, StoreError, record::unknown};
use crate::generation::{Collection, GenerationId};

/// How many collections are listed for a person.
const MAX_LISTED: i64 = 200;

impl Records {
    /// Moves a generation to `collection`, or out of its collection with `None`. False when
    /// `session` has no such generation.
    pub async fn collect(
        &self,
        session: &SessionId,
        id: &GenerationId,
        collection: Option<&Collection>,
    ) -> Result<bool, StoreError> {
        let changed = sqlx::query(
            "UPDATE generations SET collection = $3 \
             WHERE id = $1 AND session = $2 AND deleted_ms IS NULL",
        )
        .bind(id.as_str())
        .bind(session.as_str())
        .bind(collection.map(Collection::as_str))
        .execute(&self.writer)
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// The collections of `session`, by name.
    pub async fn collections(&self, session: &SessionId) -> Result<Vec<Collection>, StoreError> {
        let rows = sqlx::query(
            "SELECT DISTINCT collection FROM generations \
             WHERE session = $1 AND collection IS NOT NULL AND deleted_ms IS NULL \
             ORDER BY collection LIMIT $2",
        )
        .bind(session.as_str())
        .bind(MAX_LISTED);
        let name = |row: &AnyRow| {
            let name: String = row.try_get("collection")?;
            name.parse().map_err(|_| unknown("collection"))
        };
        self.readable(("the collection", "collection"), rows, name).await
    }
}
