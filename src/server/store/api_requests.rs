//! Requests of other tools, and whether somebody still waits for their answers.

use sqlx::{Row, any::AnyRow};

use super::{Records, StoreError, record::unknown};
use crate::generation::GenerationId;

/// A request of another tool.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiRequest {
    pub id: String,
    /// The key that asked.
    pub asker: String,
    /// Equal for equal requests of the same key.
    pub fingerprint: String,
    /// What the caller itself calls the request.
    pub idempotency: Option<String>,
    /// What it stands for.
    pub generations: Vec<GenerationId>,
    pub caller: Caller,
    /// Where the caller waits, and when that was last known.
    pub server: String,
    pub changed_ms: i64,
    pub created_ms: i64,
    /// How often a later caller took it over.
    pub taken: i64,
}

/// What became of the one who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Waiting,
    /// Went away before all of the answer was sent.
    Lost,
    Delivered,
}

/// A server that has not said for so long that callers wait there is gone.
const SILENT_MS: i64 = 15_000;

/// How many equal requests are looked at. Each of them was asked by somebody who then went away.
const MOST_EQUAL: i64 = 20;

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
    /// Whether nobody waits for it any more, as far as is known at `now_ms`.
    pub fn is_lost(&self, now_ms: i64) -> bool {
        match self.caller {
            Caller::Lost => true,
            Caller::Waiting => now_ms - self.changed_ms > SILENT_MS,
            Caller::Delivered => false,
        }
    }
}

impl Records {
    /// Writes a request down. False when the key has one that is called the same.
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

    /// The request that the key calls `name`.
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

    /// The equal requests of this key that have no name of their own, the oldest first.
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
        .bind(MOST_EQUAL)
        .fetch_all(&self.writer)
        .await?;
        rows.iter().map(request_of).collect()
    }

    /// Lets a later caller, at `server`, have the request as it was `seen`; `generations` is what
    /// it stands for from now on. `None` when another one was first.
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

    /// Says what became of the caller of `request`, unless a later one has taken it over.
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

    /// Says that the callers at `server` still wait.
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

    /// Without a shared database, whoever waited before `server` began was waiting for one that is
    /// gone.
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

    /// Forgets requests from before `before_ms` that nobody waits for.
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
