//! Keys of providers that people brought for themselves, as they are sealed.

use sqlx::{Row, any::AnyRow};

use super::{Records, SessionId, StoreError};
use crate::generation::GenerationId;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSealedKey {
    pub person: String,
    /// Whose generations are made with it.
    pub gallery: SessionId,
    /// The prefix of the provider.
    pub provider: String,
    pub sealed: String,
}

impl Records {
    pub async fn all_own_sealed_keys(&self) -> Result<Vec<OwnSealedKey>, StoreError> {
        let rows = sqlx::query(
            "SELECT person, gallery, provider, sealed FROM own_keys \
             JOIN people ON people.id = own_keys.person ORDER BY person, provider",
        );
        let rows = rows.fetch_all(&self.writer).await?;
        let key = |row: &AnyRow| {
            Ok(OwnSealedKey {
                person: row.try_get("person")?,
                gallery: SessionId::new(row.try_get::<String, _>("gallery")?),
                provider: row.try_get("provider")?,
                sealed: row.try_get("sealed")?,
            })
        };
        rows.iter().map(key).collect()
    }

    /// Of which providers somebody brought a key, by their prefixes.
    pub async fn own_sealed_keys(&self, person: &str) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("SELECT provider FROM own_keys WHERE person = $1").bind(person);
        let rows = rows.fetch_all(&self.writer).await?;
        rows.iter().map(|row| Ok(row.try_get("provider")?)).collect()
    }

    /// Keeps one, in the place of the one before.
    pub async fn keep_own_sealed_key(
        &self,
        person: &str,
        provider: &str,
        sealed: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO own_keys (person, provider, sealed, changed_ms) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (person, provider) DO UPDATE \
             SET sealed = excluded.sealed, changed_ms = excluded.changed_ms",
        )
        .bind(person)
        .bind(provider)
        .bind(sealed)
        .bind(now_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// False when there was none.
    pub async fn remove_own_sealed_key(
        &self,
        person: &str,
        provider: &str,
    ) -> Result<bool, StoreError> {
        let removed = sqlx::query("DELETE FROM own_keys WHERE person = $1 AND provider = $2")
            .bind(person)
            .bind(provider);
        Ok(removed.execute(&self.writer).await?.rows_affected() == 1)
    }

    /// Whether a generation was begun with a key of its person: it runs with it to its end.
    pub async fn is_with_own_key(&self, id: &GenerationId) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT own_key FROM charges WHERE generation = $1")
            .bind(id.as_str())
            .fetch_optional(&self.writer)
            .await?;
        Ok(row.map_or(Ok(0), |row| row.try_get::<i64, _>("own_key"))? != 0)
    }
}
