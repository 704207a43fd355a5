//! The steps of a `generate` call: join what the id already names; describe and check only what is
//! new.

use tokio_util::sync::CancellationToken;

use super::{AttemptInputs, Caller, Generations, RunLocation, nothing_started};
use crate::{
    error::GenerateError,
    generation::{Draft, FieldError, GenerationId, Inputs, Model, Request, retry::MAX_RETRIES},
    server::{
        clock::now_ms,
        store::{Beginning, Claim, Record, RecordState, SessionId},
    },
};

impl Generations {
    /// Looks the id up first, so that a provider that is down hides nothing that runs or has ended.
    pub(super) async fn start_or_join(
        &self,
        caller: &Caller,
        id: &GenerationId,
        draft: Option<Draft>,
        gone: &CancellationToken,
    ) -> Result<RunLocation, GenerateError> {
        let draft = draft.as_ref();
        if let Some(run) = self.0.running.get(id) {
            let is_own = self.is_of(&run, &caller.session).await?;
            let owner = if is_own { &caller.session } else { &run.session };
            self.check_same(&caller.session, draft, owner, run.draft_digest.as_deref())?;
            return Ok(RunLocation::Here(run));
        }
        if let Some(record) = self.0.records.get(id).await? {
            return self.join(caller, record, draft, gone).await;
        }
        let draft = draft.ok_or(GenerateError::NotFound)?;
        self.start_new(caller, id, draft, gone).await
    }

    /// Joins the generation of a row, or starts its next attempt.
    async fn join(
        &self,
        caller: &Caller,
        record: Record,
        draft: Option<&Draft>,
        gone: &CancellationToken,
    ) -> Result<RunLocation, GenerateError> {
        let digest = record.draft_digest.as_deref();
        self.check_same(&caller.session, draft, &record.session, digest)?;
        match record.item.state {
            RecordState::Done | RecordState::Failed | RecordState::Cancelled => {
                Ok(RunLocation::Ended(Box::new(record)))
            }
            RecordState::Running => Ok(self
                .0
                .running
                .get(&record.item.id)
                .map_or(RunLocation::Elsewhere, RunLocation::Here)),
            RecordState::Loading => self.start_next_attempt(caller, record, draft, gone).await,
        }
    }

    async fn start_new(
        &self,
        caller: &Caller,
        id: &GenerationId,
        draft: &Draft,
        gone: &CancellationToken,
    ) -> Result<RunLocation, GenerateError> {
        let session = &caller.session;
        let (request, secrets, model) = self.checked(session, draft, gone).await?;
        self.check_can_keep()?;
        // A result that cannot be stored must not be paid for.
        self.0.images.free_space.check().await.map_err(|_| GenerateError::NoRoom)?;
        if let Some(quota) = caller.quota {
            self.check_quota(session, quota).await?;
        }
        let turn = self.line_up(caller).await?;
        self.check_files(session, &request).await?;
        let digest = self.0.draft_key.digest(draft);
        let beginning = Beginning {
            id,
            session,
            request: &request,
            draft_digest: Some(digest.as_str()),
            spare: caller.spare.as_ref(),
            owner: &self.0.owner,
            now_ms: now_ms(),
        };
        let bill = match &caller.bill {
            Some(bill) => Some((bill, self.expected(bill, &request, &model).await)),
            None => None,
        };
        let claim = self.0.records.claim(beginning, bill).await;
        let given = AttemptInputs { secrets, ..AttemptInputs::of(caller) };
        match claim.map_err(nothing_started)? {
            Claim::Started(record) => Ok(self.start(record, given, turn).await),
            Claim::Exists(record) => {
                // Another call was first; its position in the queue is the one that counts.
                drop(turn);
                self.join(caller, record, Some(draft), gone).await
            }
            Claim::TooDear(budget) => Err(GenerateError::BudgetSpent { budget }),
            Claim::TooMany(reached) => Err(GenerateError::LimitReached { reached }),
        }
    }

    /// Starts the next attempt of a generation whose last one answered "loading", with the stored
    /// request. A full gallery does not stop it: it was not full at the start.
    async fn start_next_attempt(
        &self,
        caller: &Caller,
        record: Record,
        draft: Option<&Draft>,
        gone: &CancellationToken,
    ) -> Result<RunLocation, GenerateError> {
        if record.item.attempts > MAX_RETRIES {
            return Err(GenerateError::StillLoading { tries: MAX_RETRIES });
        }
        let secrets = match draft {
            Some(draft) if may_hold_secrets(draft, &record.item.request) => {
                self.checked(&record.session, draft, gone).await?.1
            }
            _ => Inputs::new(),
        };
        // The generation was accepted, and a short lack of room does not end it: the caller
        // receives `Loading` once more and retries.
        let (Ok(()), Ok(turn)) = (self.check_can_keep(), self.line_up(caller).await) else {
            return Ok(RunLocation::Ended(Box::new(record)));
        };
        self.check_files(&record.session, &record.item.request).await?;
        let claimed =
            self.0.records.claim_next_attempt(&record.item.id, &self.0.owner, now_ms()).await?;
        let given = AttemptInputs { secrets, ..AttemptInputs::of(caller) };
        match claimed {
            Some(record) => Ok(self.start(record, given, turn).await),
            // Another call was first: it runs here or elsewhere.
            None => Ok(self
                .0
                .running
                .get(&record.item.id)
                .map_or(RunLocation::Elsewhere, RunLocation::Here)),
        }
    }

    /// Parses a draft into its request and secrets, and describes its model. A caller that has
    /// disconnected costs no lookup.
    async fn checked(
        &self,
        session: &SessionId,
        draft: &Draft,
        gone: &CancellationToken,
    ) -> Result<(Request, Inputs, Model), GenerateError> {
        let reference = draft.reference().map_err(|error| rejected_fields(vec![error]))?;
        let model = tokio::select! {
            model = self.describe_for(session, &reference) => model?,
            () = gone.cancelled() => return Err(GenerateError::Cancelled),
        };
        let (request, secrets) = draft.check(&model).map_err(rejected_fields)?;
        Ok((request, secrets, model))
    }

    /// Checks that the call means the generation of `owner` with this digest. Rows of earlier
    /// versions have no digest.
    fn check_same(
        &self,
        session: &SessionId,
        draft: Option<&Draft>,
        owner: &SessionId,
        digest: Option<&str>,
    ) -> Result<(), GenerateError> {
        if session != owner {
            return Err(GenerateError::NotFound);
        }
        let is_same =
            draft.zip(digest).is_none_or(|(draft, digest)| self.0.draft_key.matches(draft, digest));
        if is_same { Ok(()) } else { Err(GenerateError::Conflict) }
    }
}

/// Whether the draft may hold secrets, which are set but not stored. If it cannot, the model need
/// not be described again.
fn may_hold_secrets(draft: &Draft, kept: &Request) -> bool {
    draft.inputs.iter().any(|(name, text)| !text.is_empty() && !kept.inputs.contains_key(name))
}

fn rejected_fields(fields: Vec<FieldError>) -> GenerateError {
    GenerateError::InputRejected { fields, detail: String::new() }
}
