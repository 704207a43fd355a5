//! Rows of API keys.

use serde::{Deserialize, Serialize};
use sqlx::{Row, any::AnyRow};

use super::{Records, SessionId, StoreError};

/// A stored API key. The key itself cannot be derived from it.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiKey {
    pub id: String,
    /// The name its owner gave it, unique among keys that are not revoked.
    pub name: String,
    /// The SHA-256 of the key, in hex.
    pub digest: String,
    /// The last characters of the key.
    pub ending: String,
    /// The session whose gallery holds what is made with it.
    pub session: SessionId,
    pub scope: Scope,
    pub created_ms: i64,
    /// Rounded down to the hour.
    pub used_ms: Option<i64>,
    pub revoked_ms: Option<i64>,
}

/// What a key may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scope {
    /// The models that it may run; `None` means all.
    pub models: Option<Vec<String>>,
    /// It may not start, change or remove anything.
    pub read_only: bool,
    /// The limit for requests that start something, per minute.
    pub per_minute: Option<u32>,
}

impl Scope {
    /// The restrictions of the key, each as a short phrase for people.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        words.extend(self.models.as_ref().map(|models| format!("only {}", models.join(", "))));
        words.extend(self.read_only.then(|| "read-only".to_owned()));
        words.extend(self.per_minute.map(|per_minute| format!("{per_minute} a minute")));
        words
    }
}

const HOUR_MS: i64 = 60 * 60 * 1000;

/// Keys of one gallery that count, and that are remembered after they were taken back.
const MAX_OF_ONE: i64 = 50;

/// What became of a new key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddedKey {
    Kept,
    /// One of this gallery that counts has its name.
    NameTaken,
    /// This gallery has as many as it may.
    TooMany,
}

/// What a row is called, and the column of its name.
const KEY: (&str, &str) = ("the API key", "id");

impl Records {
    /// Keeps a new key.
    pub async fn add_api_key(&self, key: &ApiKey) -> Result<AddedKey, StoreError> {
        let session = key.session.as_str();
        let mut transaction = self.writer.begin().await?;
        sqlx::query(
            "DELETE FROM api_keys WHERE session = $1 AND revoked_ms IS NOT NULL AND id NOT IN \
             (SELECT id FROM api_keys WHERE session = $1 AND revoked_ms IS NOT NULL \
             ORDER BY revoked_ms DESC, id DESC LIMIT $2)",
        )
        .bind(session)
        .bind(MAX_OF_ONE)
        .execute(&mut *transaction)
        .await?;
        let row = sqlx::query(
            "SELECT COUNT(*) AS keys, COALESCE(SUM(CASE WHEN name = $2 THEN 1 ELSE 0 END), 0) \
             AS same FROM api_keys WHERE session = $1 AND revoked_ms IS NULL",
        )
        .bind(session)
        .bind(&key.name)
        .fetch_one(&mut *transaction)
        .await?;
        let (keys, same): (i64, i64) = (row.try_get("keys")?, row.try_get("same")?);
        if same > 0 {
            return Ok(AddedKey::NameTaken);
        }
        if keys >= MAX_OF_ONE {
            return Ok(AddedKey::TooMany);
        }
        let added = sqlx::query(
            "INSERT INTO api_keys (id, name, digest, ending, session, scope, created_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(&key.id)
        .bind(&key.name)
        .bind(&key.digest)
        .bind(&key.ending)
        .bind(session)
        .bind(serde_json::to_string(&key.scope)?)
        .bind(key.created_ms)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(if added.rows_affected() == 1 { AddedKey::Kept } else { AddedKey::NameTaken })
    }

    /// Those that count and are called so, whosever they are.
    pub async fn api_keys_called(&self, name: &str) -> Result<Vec<ApiKey>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM api_keys WHERE name = $1 AND revoked_ms IS NULL \
             ORDER BY created_ms, id LIMIT 1000",
        )
        .bind(name);
        self.readable(KEY, rows, key_of).await
    }

    /// The key with this digest, unless it is revoked.
    pub async fn api_key(&self, digest: &str) -> Result<Option<ApiKey>, StoreError> {
        let row = sqlx::query("SELECT * FROM api_keys WHERE digest = $1 AND revoked_ms IS NULL")
            .bind(digest)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(key_of).transpose()
    }

    /// Those of this gallery where one is named, and of all where none is: those that count first, of
    /// these the newest.
    pub async fn api_keys(&self, only: Option<&SessionId>) -> Result<Vec<ApiKey>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM api_keys WHERE ($1 = '' OR session = $1) \
             ORDER BY CASE WHEN revoked_ms IS NULL THEN 0 ELSE 1 END, created_ms DESC, id DESC \
             LIMIT 10000",
        )
        .bind(only.map_or("", SessionId::as_str));
        self.readable(KEY, rows, key_of).await
    }

    /// Records that the key was used in this hour; writes at most once an hour.
    pub async fn note_api_key(&self, key: &ApiKey, now_ms: i64) -> Result<(), StoreError> {
        let hour_ms = now_ms - now_ms.rem_euclid(HOUR_MS);
        if key.used_ms.is_some_and(|used_ms| used_ms >= hour_ms) {
            return Ok(());
        }
        sqlx::query("UPDATE api_keys SET used_ms = $1 WHERE id = $2")
            .bind(hour_ms)
            .bind(&key.id)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Revokes the key of this name, only in the gallery `only` if given. False when there is no
    /// such valid key.
    pub async fn revoke_api_key(
        &self,
        id: &str,
        only: Option<&SessionId>,
        now_ms: i64,
    ) -> Result<Option<String>, StoreError> {
        let row = sqlx::query(
            "UPDATE api_keys SET revoked_ms = $1 WHERE id = $2 AND revoked_ms IS NULL \
             AND ($3 = '' OR session = $3) RETURNING name",
        )
        .bind(now_ms)
        .bind(id)
        .bind(only.map_or("", SessionId::as_str))
        .fetch_optional(&self.writer)
        .await?;
        Ok(row.map(|row| row.try_get("name")).transpose()?)
    }

    /// The model that the key runs when a request names none.
    pub async fn chosen_model(&self, key: &str) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT value FROM settings WHERE name = $1")
            .bind(format!("model of {key}"))
            .fetch_optional(&self.reader)
            .await?;
        Ok(row.map(|row| row.try_get("value")).transpose()?)
    }

    pub async fn choose_model(&self, key: &str, model: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO settings (name, value) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(format!("model of {key}"))
        .bind(model)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The session of a gallery that belongs to no browser, created at the first call.
    pub async fn gallery_named(&self, name: &str, fresh: &str) -> Result<SessionId, StoreError> {
        Ok(SessionId::new(self.setting(&format!("gallery_{name}"), fresh).await?))
    }
}

fn key_of(row: &AnyRow) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        digest: row.try_get("digest")?,
        ending: row.try_get("ending")?,
        session: SessionId::new(row.try_get::<String, _>("session")?),
        scope: serde_json::from_str(row.try_get("scope")?)?,
        created_ms: row.try_get("created_ms")?,
        used_ms: row.try_get("used_ms")?,
        revoked_ms: row.try_get("revoked_ms")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, digest: &str) -> ApiKey {
        ApiKey {
            id: format!("id-{digest}"),
            name: name.to_owned(),
            digest: digest.to_owned(),
            ending: "abcd".to_owned(),
            session: SessionId::new("s"),
            scope: Scope { models: Some(vec!["demo".to_owned()]), ..Scope::default() },
            created_ms: 1,
            used_ms: None,
            revoked_ms: None,
        }
    }

    #[tokio::test]
    async fn a_key_counts_until_it_is_taken_back_and_then_its_name_is_free() {
        let records = Records::in_memory().await.unwrap();
        let add = async |key: ApiKey| records.add_api_key(&key).await.unwrap();
        assert_eq!(add(key("webui", "a")).await, AddedKey::Kept);
        assert_eq!(add(key("webui", "b")).await, AddedKey::NameTaken);
        assert_eq!(records.api_key("a").await.unwrap(), Some(key("webui", "a")));
        assert_eq!(records.api_key("b").await.unwrap(), None);
        let other = SessionId::new("other");
        let revoke = async |only, now_ms| {
            records.revoke_api_key("id-a", only, now_ms).await.unwrap().is_some()
        };
        assert!(!revoke(Some(&other), 5).await);
        assert!(revoke(None, 5).await);
        assert!(!revoke(None, 6).await);
        assert_eq!(records.api_key("a").await.unwrap(), None);
        assert_eq!(add(key("webui", "b")).await, AddedKey::Kept);
        let all = records.api_keys(None).await.unwrap();
        assert_eq!(all.len(), 2);
        assert!(all.iter().any(|key| key.revoked_ms == Some(5)));
    }

    #[tokio::test]
    async fn nobody_has_keys_without_end_nor_hears_of_those_of_others() {
        let records = Records::in_memory().await.unwrap();
        for number in 0..60 {
            let made = key(&format!("key {number}"), &format!("{number}"));
            let added = records.add_api_key(&made).await.unwrap();
            assert_eq!(added == AddedKey::Kept, number < MAX_OF_ONE, "{added:?}");
        }
        let of_other = ApiKey { session: SessionId::new("other"), ..key("key 1", "z") };
        assert_eq!(records.add_api_key(&of_other).await.unwrap(), AddedKey::Kept);
        let listed = records.api_keys(Some(&of_other.session)).await.unwrap();
        assert_eq!(listed, [of_other]);
        assert_eq!(records.api_keys_called("key 1").await.unwrap().len(), 2);
        // Those that were taken back are remembered for a while.
        for number in 0..200 {
            let id = format!("id-{number}");
            records.revoke_api_key(&id, None, number).await.unwrap();
            let made = key("another", &format!("{}", number + 60));
            records.add_api_key(&made).await.unwrap();
            records.revoke_api_key(&made.id, None, number).await.unwrap();
        }
        let kept = records.api_keys(Some(&SessionId::new("s"))).await.unwrap().len();
        assert!(kept <= 52, "{kept}");
    }

    #[tokio::test]
    async fn the_last_use_is_written_once_an_hour() {
        let records = Records::in_memory().await.unwrap();
        records.add_api_key(&key("webui", "a")).await.unwrap();
        for (now_ms, noted) in
            [(HOUR_MS + 5, HOUR_MS), (HOUR_MS + 9, HOUR_MS), (3 * HOUR_MS, 3 * HOUR_MS)]
        {
            let kept = records.api_key("a").await.unwrap().unwrap();
            records.note_api_key(&kept, now_ms).await.unwrap();
            assert_eq!(records.api_key("a").await.unwrap().unwrap().used_ms, Some(noted));
        }
    }

    #[tokio::test]
    async fn a_named_gallery_is_the_same_the_next_time() {
        let records = Records::in_memory().await.unwrap();
        let first = records.gallery_named("local", "one").await.unwrap();
        assert_eq!(records.gallery_named("local", "two").await.unwrap(), first);
        assert_ne!(records.gallery_named("other", "three").await.unwrap(), first);
    }
}
