//! The browsers that a person is signed in with.

use sqlx::{Row, any::AnyRow};

use super::{Person, Records, StoreError, person_of};

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonBrowser {
    /// The SHA-256 of the cookie's token, in hex.
    pub digest: String,
    /// The User-Agent of the browser.
    pub agent: String,
    pub created_ms: i64,
    /// Rounded down to the hour.
    pub used_ms: i64,
}

/// What a row is called, and the column of its name.
const BROWSER: (&str, &str) = ("the browser", "digest");

impl Records {
    pub async fn add_browser(
        &self,
        person: &str,
        browser: &PersonBrowser,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO person_sessions (digest, person, agent, created_ms, used_ms) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&browser.digest)
        .bind(person)
        .bind(&browser.agent)
        .bind(browser.created_ms)
        .bind(browser.used_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The person who is signed in with this browser, if it was used since `since_ms`.
    pub async fn person_at(
        &self,
        digest: &str,
        since_ms: i64,
    ) -> Result<Option<(Person, PersonBrowser)>, StoreError> {
        let row = sqlx::query(
            "SELECT people.*, digest, agent, used_ms, \
             person_sessions.created_ms AS signed_in_ms FROM person_sessions \
             JOIN people ON people.id = person WHERE digest = $1 AND used_ms >= $2",
        )
        .bind(digest)
        .bind(since_ms)
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((person_of(&row)?, browser_of(&row)?)))
    }

    /// Records that the browser was used, and deletes those unused since `since_ms`.
    pub async fn note_browser(
        &self,
        digest: &str,
        used_ms: i64,
        since_ms: i64,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE person_sessions SET used_ms = $1 WHERE digest = $2")
            .bind(used_ms)
            .bind(digest)
            .execute(&self.writer)
            .await?;
        sqlx::query("DELETE FROM person_sessions WHERE used_ms < $1")
            .bind(since_ms)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// All browsers of a person, most recently used first.
    pub async fn browsers_of(&self, person: &str) -> Result<Vec<PersonBrowser>, StoreError> {
        let rows = sqlx::query(
            "SELECT digest, agent, used_ms, created_ms AS signed_in_ms FROM person_sessions \
             WHERE person = $1 ORDER BY used_ms DESC, created_ms DESC LIMIT 200",
        )
        .bind(person);
        self.readable(BROWSER, rows, browser_of).await
    }

    /// Reads all of them, so that those that cannot be read are known.
    pub(in crate::server::store) async fn look_at_browsers(&self) -> Result<(), StoreError> {
        let rows = sqlx::query(
            "SELECT digest, agent, used_ms, created_ms AS signed_in_ms FROM person_sessions",
        );
        self.readable(BROWSER, rows, |row| browser_of(row).map(drop)).await.map(drop)
    }

    /// Signs a person out in one browser or, without a digest, in all.
    pub async fn sign_out(&self, person: &str, digest: Option<&str>) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM person_sessions WHERE person = $1 AND ($2 = '' OR digest = $2)")
            .bind(person)
            .bind(digest.unwrap_or_default())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

fn browser_of(row: &AnyRow) -> Result<PersonBrowser, StoreError> {
    Ok(PersonBrowser {
        digest: row.try_get("digest")?,
        agent: row.try_get("agent")?,
        created_ms: row.try_get("signed_in_ms")?,
        used_ms: row.try_get("used_ms")?,
    })
}
