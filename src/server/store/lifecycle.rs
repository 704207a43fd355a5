//! The life of a generation's row: it begins, attempts follow each other, and a provider's handle
//! is stored.

use super::{
    Bill, Record, RecordState, Records, SessionId, Spare, StoreError,
    fold::FOLDING,
    leases::LEASE_MS,
    money::{Reservation, reserve},
    record::{files, state_text},
    searchable::search_text,
    storable,
};
use crate::{
    generation::{GalleryItem, GenerationId, ReachedLimit, Request, SpentBudget},
    server::money::Amount,
};

/// The result of [`Records::claim`].
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// The row is new and the caller runs its first attempt.
    Started(Record),
    /// The id exists, perhaps in another session or with another request.
    Exists(Record),
    /// This budget has no room for it.
    TooDear(SpentBudget),
    /// The payer has begun as many generations as allowed.
    TooMany(ReachedLimit),
}

/// A generation to begin: its first attempt runs under a lease of `owner`.
#[derive(Clone, Copy, Debug)]
pub struct Beginning<'a> {
    pub id: &'a GenerationId,
    pub session: &'a SessionId,
    pub request: &'a Request,
    /// Identifies the draft of the request.
    pub draft_digest: Option<&'a str>,
    pub spare: Option<&'a Spare>,
    pub owner: &'a str,
    pub now_ms: i64,
}

impl Records {
    /// Inserts the row of a generation that nobody pays for.
    ///
    /// # Errors
    ///
    /// [`StoreError::Inputs`] when the request would not read back unchanged.
    pub async fn claim_new(
        &self,
        id: &GenerationId,
        session: &SessionId,
        request: &Request,
        draft_digest: Option<&str>,
        owner: &str,
        now_ms: i64,
    ) -> Result<Claim, StoreError> {
        let spare = None;
        let beginning = Beginning { id, session, request, draft_digest, spare, owner, now_ms };
        self.claim(beginning, None).await
    }

    /// Inserts the row of a generation, and reserves its expected cost where somebody pays.
    ///
    /// # Errors
    ///
    /// [`StoreError::Inputs`] when the request would not read back unchanged.
    pub async fn claim(
        &self,
        beginning: Beginning<'_>,
        bill: Option<(&Bill, Amount)>,
    ) -> Result<Claim, StoreError> {
        let Beginning { id, session, request, draft_digest, spare, now_ms, .. } = beginning;
        let kept_request = storable::request_json(request)?;
        let mut transaction = self.writer.begin().await?;
        if !beginning.insert(&mut transaction, kept_request).await? {
            transaction.rollback().await?;
            // Only a purge can have removed the row in between, and it removes rows that have ended
            // and are deleted.
            let record = self.get(id).await?.ok_or(sqlx::Error::RowNotFound)?;
            return Ok(Claim::Exists(record));
        }
        for digest in files(request) {
            insert_input(&mut transaction, id, &digest).await?;
        }
        if let Some((bill, expected)) = bill {
            let what = (id, &request.model);
            let refused = match reserve(&mut transaction, what, bill, expected, now_ms).await? {
                Reservation::Done => None,
                Reservation::TooDear(budget) => Some(Claim::TooDear(budget)),
                Reservation::TooMany(reached) => Some(Claim::TooMany(reached)),
            };
            if let Some(refused) = refused {
                transaction.rollback().await?;
                return Ok(refused);
            }
        }
        transaction.commit().await?;
        // Built here instead of read back: reading could fail, and nobody would know of the row.
        let item = GalleryItem {
            id: id.clone(),
            request: request.clone(),
            state: RecordState::Running,
            attempts: 1,
            created_ms: now_ms,
            started_ms: Some(now_ms),
            ended_ms: None,
            facts: Vec::new(),
            images: Vec::new(),
            outputs: Vec::new(),
            error: None,
            starred: false,
            collection: None,
        };
        let (session, files) = (session.clone(), Vec::new());
        let draft_digest = draft_digest.map(str::to_owned);
        let (estimated_time, handle) = (None, None);
        let spare = spare.map(Spare::to_text).transpose()?;
        let record = Record { item, session, estimated_time, handle, spare, draft_digest, files };
        Ok(Claim::Started(record))
    }

    /// Begins the next attempt of a generation that waits for its model; `None` when it does not
    /// wait, or when another call was first.
    pub async fn claim_next_attempt(
        &self,
        id: &GenerationId,
        owner: &str,
        now_ms: i64,
    ) -> Result<Option<Record>, StoreError> {
        // The handle of the previous attempt is obsolete.
        let claimed = sqlx::query(
            "UPDATE generations SET state = $1, attempts = attempts + 1, started_ms = $2, \
             handle = NULL, owner = $3, lease_until_ms = $4 \
             WHERE id = $5 AND state = $6 AND deleted_ms IS NULL",
        )
        .bind(state_text(RecordState::Running))
        .bind(now_ms)
        .bind(owner)
        .bind(now_ms + LEASE_MS)
        .bind(id.as_str())
        .bind(state_text(RecordState::Loading))
        .execute(&self.writer)
        .await?
        .rows_affected()
            == 1;
        if claimed { self.get(id).await } else { Ok(None) }
    }

    /// Stores the handle that the provider needs to resume the attempt. It survives a power cut
    /// once this returns.
    pub async fn remember(&self, id: &GenerationId, handle: &str) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        let keep = sqlx::query("UPDATE generations SET handle = $1 WHERE id = $2")
            .bind(handle)
            .bind(id.as_str());
        self.dialect.execute_durably(&mut connection, keep).await?;
        Ok(())
    }

    /// Ends the attempt: the model was not loaded. False when the generation had ended.
    pub async fn set_loading(
        &self,
        id: &GenerationId,
        estimated_time: Option<f64>,
    ) -> Result<bool, StoreError> {
        let changed = sqlx::query(
            "UPDATE generations SET state = 'loading', estimated_time = $1 \
             WHERE id = $2 AND state = 'running'",
        )
        .bind(estimated_time.filter(|seconds| seconds.is_finite()))
        .bind(id.as_str())
        .execute(&self.writer)
        .await?;
        Ok(changed.rows_affected() == 1)
    }
}

impl Beginning<'_> {
    /// False when the id exists.
    async fn insert(
        &self,
        connection: &mut sqlx::AnyConnection,
        kept_request: String,
    ) -> Result<bool, StoreError> {
        let Self { id, session, request, draft_digest, spare, owner, now_ms } = *self;
        let spare = spare.map(Spare::to_text).transpose()?;
        let inserted = sqlx::query(
            "INSERT INTO generations (id, session, provider, request, search_text, folding, state, \
             attempts, created_ms, started_ms, owner, lease_until_ms, draft_digest, spare) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING",
        )
        .bind(id.as_str())
        .bind(session.as_str())
        .bind(request.model.provider().prefix())
        .bind(kept_request)
        .bind(search_text(request))
        .bind(FOLDING)
        .bind(state_text(RecordState::Running))
        .bind(now_ms)
        .bind(now_ms)
        .bind(owner)
        .bind(now_ms + LEASE_MS)
        .bind(draft_digest)
        .bind(spare)
        .execute(connection)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }
}

/// Records that a generation uses a stored file as input. An image that the session made becomes an
/// upload of its own, so that it stays when the generation it came from is deleted.
pub(super) async fn insert_input(
    connection: &mut sqlx::AnyConnection,
    id: &GenerationId,
    digest: &str,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO inputs (generation, digest) VALUES ($1, $2)")
        .bind(id.as_str())
        .bind(digest)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO uploads (session, digest, content_type, bytes, created_ms) \
         SELECT now.session, images.digest, images.content_type, images.bytes, now.created_ms \
         FROM generations now \
         JOIN generations earlier ON earlier.session = now.session \
         JOIN images ON images.generation = earlier.id \
         WHERE now.id = $1 AND images.digest = $2 LIMIT 1 \
         ON CONFLICT (session, digest) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(digest)
    .execute(connection)
    .await?;
    Ok(())
}
