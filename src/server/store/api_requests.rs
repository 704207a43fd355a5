//! Requests of API clients, and whether a client still waits for their answers.

use sqlx::{Row, any::AnyRow};

use super::{Records, StoreError, record::unknown};
use crate::generation::GenerationId;

/// A request of an API client.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiRequest {
    pub id: String,
    /// The key that made the request.
    pub asker: String,
    /// Equal for equal requests of the same key.
    pub fingerprint: String,
    /// The client's idempotency key.
    pub idempotency: Option<String>,
    /// The generations that the request started.
    pub generations: Vec<GenerationId>,
    pub caller: Caller,
    /// The server where the client waits, and when that was last confirmed.
    pub server: String,
    pub changed_ms: i64,
    pub created_ms: i64,
    /// How often a later client took it over.
    pub taken: i64,
}

/// The state of the client that made the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Waiting,
    /// Disconnected before the whole answer was sent.
    Lost,
    Delivered,
}

/// A server counts as gone when it has not confirmed its waiting clients for this long.
const SILENT_MS: i64 = 15_000;

/// How many equal requests are read. Each of them was made by a client that then disconnected.
const MAX_EQUAL: i64 = 20;

/// What a row is called, and the column of its name.
const REQUEST: (&str, &str) = ("the API request", "id");

impl Caller {
    fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Lost => "lost",
            Self::Delivered => "delivered",
        }
    }
}

impl ApiRequest {
    /// Whether, as far as is known at `now_ms`, no client waits for it any more.
    pub fn is_lost(&self, now_ms: i64) -> bool {
        match self.caller {
            Caller::Lost => true,
            Caller::Waiting => now_ms - self.changed_ms > SILENT_MS,
            Caller::Delivered => false,
        }
    }
}

impl Records {
    /// Adds a request. False when the key has one with the same idempotency key.
    pub async fn add_api_request(&self, request: &ApiRequest) -> Result<bool, StoreError> {
        let added = sqlx::query(
            "INSERT INTO api_requests (id, asker, fingerprint, idempotency, generations, state, \
             server, changed_ms, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT DO NOTHING",
        )
        .bind(&request.id)
        .bind(&request.asker)
        .bind(&request.fingerprint)
        .bind(request.idempotency.as_deref())
        .bind(joined(&request.generations))
        .bind(request.caller.word())
        .bind(&request.server)
        .bind(request.changed_ms)
        .bind(request.created_ms)
        .execute(&self.writer)
        .await?;
        Ok(added.rows_affected() == 1)
    }

    /// The request with the idempotency key `name`.
    pub async fn api_request_called(
        &self,
        asker: &str,
        name: &str,
    ) -> Result<Option<ApiRequest>, StoreError> {
        let row = sqlx::query("SELECT * FROM api_requests WHERE asker = $1 AND idempotency = $2")
            .bind(asker)
            .bind(name)
            .fetch_optional(&self.writer)
            .await?;
        row.as_ref().map(request_of).transpose()
    }

    /// The equal requests of this key without an idempotency key, oldest first.
    pub async fn equal_api_requests(
        &self,
        asker: &str,
        fingerprint: &str,
        since_ms: i64,
    ) -> Result<Vec<ApiRequest>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM api_requests WHERE asker = $1 AND fingerprint = $2 \
             AND idempotency IS NULL AND changed_ms > $3 ORDER BY created_ms, id LIMIT $4",
        )
        .bind(asker)
        .bind(fingerprint)
        .bind(since_ms)
        .bind(MAX_EQUAL);
        self.readable(REQUEST, rows, request_of).await
    }

    /// Reads all of them, so that those that cannot be read are known.
    pub(super) async fn look_at_api_requests(&self) -> Result<(), StoreError> {
        let rows = sqlx::query("SELECT * FROM api_requests");
        self.readable(REQUEST, rows, |row| request_of(row).map(drop)).await.map(drop)
    }

    /// Transfers the request, in the state that was `seen`, to a later client at `server`;
    /// `generations` replaces its generations. `None` when another client was first.
    pub async fn take_api_request(
        &self,
        seen: &ApiRequest,
        generations: &[GenerationId],
        server: &str,
        now_ms: i64,
    ) -> Result<Option<ApiRequest>, StoreError> {
        let taken = sqlx::query(
            "UPDATE api_requests SET taken = taken + 1, state = 'waiting', server = $1, \
             changed_ms = $2, generations = $3 WHERE id = $4 AND taken = $5",
        )
        .bind(server)
        .bind(now_ms)
        .bind(joined(generations))
        .bind(&seen.id)
        .bind(seen.taken)
        .execute(&self.writer)
        .await?;
        Ok((taken.rows_affected() == 1).then(|| ApiRequest {
            generations: generations.to_vec(),
            caller: Caller::Waiting,
            server: server.to_owned(),
            changed_ms: now_ms,
            taken: seen.taken + 1,
            ..seen.clone()
        }))
    }

    /// Records the state of the client of `request`, unless a later client has taken it over.
    pub async fn note_api_caller(
        &self,
        request: &ApiRequest,
        caller: Caller,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE api_requests SET state = $1, changed_ms = $2 WHERE id = $3 AND taken = $4",
        )
        .bind(caller.word())
        .bind(now_ms)
        .bind(&request.id)
        .bind(request.taken)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Confirms that the clients at `server` still wait.
    pub async fn api_callers_wait(&self, server: &str, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE api_requests SET changed_ms = $1 WHERE server = $2 AND state = 'waiting'",
        )
        .bind(now_ms)
        .bind(server)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Without a shared database, every client that waited before `server` began was connected to a
    /// process that is gone.
    pub async fn lose_api_callers(&self, server: &str, now_ms: i64) -> Result<(), StoreError> {
        if self.is_shared() {
            return Ok(());
        }
        sqlx::query(
            "UPDATE api_requests SET state = 'lost', changed_ms = $1 \
             WHERE state = 'waiting' AND server <> $2",
        )
        .bind(now_ms)
        .bind(server)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Deletes requests from before `before_ms` that no client waits for.
    pub async fn forget_api_requests(&self, before_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM api_requests WHERE created_ms < $1 AND changed_ms < $1")
            .bind(before_ms)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

fn joined(ids: &[GenerationId]) -> String {
    ids.iter().map(GenerationId::as_str).collect::<Vec<_>>().join(",")
}

fn request_of(row: &AnyRow) -> Result<ApiRequest, StoreError> {
    let state: String = row.try_get("state")?;
    let caller = [Caller::Waiting, Caller::Lost, Caller::Delivered]
        .into_iter()
        .find(|caller| caller.word() == state)
        .ok_or_else(|| unknown("state"))?;
    let ids: String = row.try_get("generations")?;
    let ids: Result<_, _> = ids.split(',').filter(|id| !id.is_empty()).map(str::parse).collect();
    Ok(ApiRequest {
        id: row.try_get("id")?,
        asker: row.try_get("asker")?,
        fingerprint: row.try_get("fingerprint")?,
        idempotency: row.try_get("idempotency")?,
        generations: ids.map_err(|_| unknown("generations"))?,
        caller,
        server: row.try_get("server")?,
        changed_ms: row.try_get("changed_ms")?,
        created_ms: row.try_get("created_ms")?,
        taken: row.try_get("taken")?,
    })
}

#[cfg(test)]
mod tests;
