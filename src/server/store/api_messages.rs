//! Webhook messages to API clients about generations that have ended.

use sqlx::{Row, any::AnyRow};

use super::{Records, SessionId, StoreError, record::unknown};
use crate::generation::GenerationId;

/// A message that is to be sent, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiMessage {
    /// The same on each try.
    pub id: String,
    /// The key that made the request.
    pub asker: String,
    pub session: SessionId,
    pub generation: GenerationId,
    pub url: String,
    /// The base URL of this server, as the client reaches it.
    pub base: String,
    pub delivery: Delivery,
    pub tries: u32,
    /// When it is sent next, if it waits and its generation has ended.
    pub next_ms: i64,
    /// The response status of the last try.
    pub status: Option<u16>,
    /// Why the last try got no response.
    pub error: Option<String>,
    pub tried_ms: Option<i64>,
    pub created_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    Waiting,
    Delivered,
    Failed,
}

/// The webhook of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiHook {
    /// `None` where only single requests name a URL.
    pub url: Option<String>,
    /// `whsec_` followed by base64.
    pub secret: String,
}

/// How many messages are sent in one round.
const MAX_DUE: i64 = 64;

/// What a row is called, and the column of its name.
const MESSAGE: (&str, &str) = ("the message", "id");

impl Delivery {
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

impl Records {
    /// The webhook of the key; `fresh` becomes its secret if it had none.
    pub async fn api_hook(&self, asker: &str, fresh: &str) -> Result<ApiHook, StoreError> {
        sqlx::query(
            "INSERT INTO api_hooks (asker, url, secret) VALUES ($1, '', $2) ON CONFLICT DO NOTHING",
        )
        .bind(asker)
        .bind(fresh)
        .execute(&self.writer)
        .await?;
        let hook = self.known_api_hook(asker).await?;
        Ok(hook.unwrap_or_else(|| ApiHook { url: None, secret: fresh.to_owned() }))
    }

    /// The webhook of the key, if it was set or a request created it.
    pub async fn known_api_hook(&self, asker: &str) -> Result<Option<ApiHook>, StoreError> {
        let row = sqlx::query("SELECT url, secret FROM api_hooks WHERE asker = $1")
            .bind(asker)
            .fetch_optional(&self.writer)
            .await?;
        let hook = row.map(|row| {
            let url: String = row.try_get("url")?;
            let url = Some(url).filter(|url| !url.is_empty());
            Ok::<_, StoreError>(ApiHook { url, secret: row.try_get("secret")? })
        });
        hook.transpose()
    }

    /// Sends messages about all generations of the key to `url`; `None` stops them.
    pub async fn set_api_hook(&self, asker: &str, url: Option<&str>) -> Result<(), StoreError> {
        sqlx::query("UPDATE api_hooks SET url = $1 WHERE asker = $2")
            .bind(url.unwrap_or_default())
            .bind(asker)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Adds a message, once for each generation and URL.
    pub async fn add_api_message(&self, message: &ApiMessage) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO api_messages (id, asker, session, generation, url, base, state, tries, \
             next_ms, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT DO NOTHING",
        )
        .bind(&message.id)
        .bind(&message.asker)
        .bind(message.session.as_str())
        .bind(message.generation.as_str())
        .bind(&message.url)
        .bind(&message.base)
        .bind(message.delivery.word())
        .bind(i64::from(message.tries))
        .bind(message.next_ms)
        .bind(message.created_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The messages that may be sent now: their generations have ended.
    pub async fn due_api_messages(&self, now_ms: i64) -> Result<Vec<ApiMessage>, StoreError> {
        let rows = sqlx::query(
            "SELECT m.* FROM api_messages m JOIN generations g ON g.id = m.generation \
             WHERE m.state = 'waiting' AND m.next_ms <= $1 \
             AND g.state IN ('done', 'failed', 'cancelled') ORDER BY m.next_ms LIMIT $2",
        )
        .bind(now_ms)
        .bind(MAX_DUE);
        self.readable(MESSAGE, rows, message_of).await
    }

    /// Reserves the message, in the state that was `seen`, for this server until `until_ms`. False
    /// when another server was first.
    pub async fn take_api_message(
        &self,
        seen: &ApiMessage,
        until_ms: i64,
    ) -> Result<bool, StoreError> {
        let taken = sqlx::query(
            "UPDATE api_messages SET tries = tries + 1, next_ms = $1 \
             WHERE id = $2 AND state = 'waiting' AND tries = $3",
        )
        .bind(until_ms)
        .bind(&seen.id)
        .bind(i64::from(seen.tries))
        .execute(&self.writer)
        .await?;
        Ok(taken.rows_affected() == 1)
    }

    /// Records the result of a try, unless another one began meanwhile.
    pub async fn note_api_message(&self, tried: &ApiMessage) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE api_messages SET state = $1, next_ms = $2, status = $3, error = $4, \
             tried_ms = $5 WHERE id = $6 AND tries = $7",
        )
        .bind(tried.delivery.word())
        .bind(tried.next_ms)
        .bind(tried.status.map(i64::from))
        .bind(tried.error.as_deref())
        .bind(tried.tried_ms)
        .bind(&tried.id)
        .bind(i64::from(tried.tries))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The messages about generations of `session`, newest first, after the one with this time and
    /// id.
    pub async fn api_messages_of(
        &self,
        session: &SessionId,
        after: Option<(i64, &str)>,
        limit: usize,
    ) -> Result<Vec<ApiMessage>, StoreError> {
        let (created_ms, id) = after.unwrap_or((i64::MAX, ""));
        let rows = sqlx::query(
            "SELECT * FROM api_messages WHERE session = $1 \
             AND (created_ms < $2 OR (created_ms = $2 AND id < $3)) \
             ORDER BY created_ms DESC, id DESC LIMIT $4",
        )
        .bind(session.as_str())
        .bind(created_ms)
        .bind(id)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.readable(MESSAGE, rows, message_of).await
    }

    /// Reads all of them, so that those that cannot be read are known.
    pub(super) async fn look_at_api_messages(&self) -> Result<(), StoreError> {
        let rows = sqlx::query("SELECT * FROM api_messages");
        self.readable(MESSAGE, rows, |row| message_of(row).map(drop)).await.map(drop)
    }

    /// Deletes messages from before `before_ms`, in whatever state.
    pub async fn forget_api_messages(&self, before_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM api_messages WHERE created_ms < $1")
            .bind(before_ms)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

fn message_of(row: &AnyRow) -> Result<ApiMessage, StoreError> {
    let state: String = row.try_get("state")?;
    let delivery = [Delivery::Waiting, Delivery::Delivered, Delivery::Failed]
        .into_iter()
        .find(|delivery| delivery.word() == state)
        .ok_or_else(|| unknown("state"))?;
    let generation: String = row.try_get("generation")?;
    let number = |name: &str| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(name)?);
    Ok(ApiMessage {
        id: row.try_get("id")?,
        asker: row.try_get("asker")?,
        session: SessionId::new(row.try_get::<String, _>("session")?),
        generation: generation.parse().map_err(|_| unknown("generation"))?,
        url: row.try_get("url")?,
        base: row.try_get("base")?,
        delivery,
        tries: u32::try_from(row.try_get::<i64, _>("tries")?).unwrap_or(u32::MAX),
        next_ms: row.try_get("next_ms")?,
        status: number("status")?.and_then(|status| u16::try_from(status).ok()),
        error: row.try_get("error")?,
        tried_ms: number("tried_ms")?,
        created_ms: row.try_get("created_ms")?,
    })
}
