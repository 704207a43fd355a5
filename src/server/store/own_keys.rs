//! People's own provider keys, in sealed form.

use sqlx::{Row, any::AnyRow};

use super::{Records, SessionId, StoreError};
use crate::generation::GenerationId;

/// A sealed key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSealedKey {
    pub person: String,
    /// The gallery whose generations use it.
    pub gallery: SessionId,
    /// The prefix of the provider.
    pub provider: String,
    pub sealed: String,
}

/// What a row is called, and the column of its name.
const OWN_KEY: (&str, &str) = ("the own provider key of", "person");

impl Records {
    pub async fn all_own_sealed_keys(&self) -> Result<Vec<OwnSealedKey>, StoreError> {
        let rows = sqlx::query(
            "SELECT person, gallery, provider, sealed FROM own_keys \
             JOIN people ON people.id = own_keys.person ORDER BY person, provider",
        );
        let key = |row: &AnyRow| {
            Ok(OwnSealedKey {
                person: row.try_get("person")?,
                gallery: SessionId::new(row.try_get::<String, _>("gallery")?),
                provider: row.try_get("provider")?,
                sealed: row.try_get("sealed")?,
            })
        };
        self.readable(OWN_KEY, rows, key).await
    }

    /// The prefixes of the providers for which this person has a key.
    pub async fn own_sealed_keys(&self, person: &str) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("SELECT person, provider FROM own_keys WHERE person = $1");
        let provider = |row: &AnyRow| Ok(row.try_get("provider")?);
        self.readable(OWN_KEY, rows.bind(person), provider).await
    }

    /// Stores a key, replacing the previous one.
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

    /// False when there was no such key.
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

    /// Whether a generation began with its person's own key, which it then uses to its end.
    pub async fn is_with_own_key(&self, id: &GenerationId) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT own_key FROM charges WHERE generation = $1")
            .bind(id.as_str())
            .fetch_optional(&self.writer)
            .await?;
        Ok(row.map_or(Ok(0), |row| row.try_get::<i64, _>("own_key"))? != 0)
    }
}
