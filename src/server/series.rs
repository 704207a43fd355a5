//! Runs series: begins their generations, a few at a time so that the person can start others
//! meanwhile, and stops when they are cancelled. Series of a process that is gone are resumed.

mod all;

use std::{collections::HashMap, net::Ipv4Addr, time::Duration};

use futures::{StreamExt, stream};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::warn;

pub use self::all::AllSeries;
use super::{
    access::Caller,
    client_address::ClientAddress,
    completing::{Unfinished, complete},
    state::AppState,
    store::{SeriesAsker, SessionId, StoreError},
    visitors::Asker,
};
use crate::{
    error::GenerateError,
    generation::{
        GenerationId, RecordState,
        series::{Member, Series, SeriesId},
    },
    language::Language,
};

/// How many generations of a series run at the same time. One person may run four, and one slot is
/// left for others that they start meanwhile.
const MAX_CONCURRENT: usize = 3;

/// How soon a cancel is noticed, perhaps by another process.
const POLL_INTERVAL: Duration = Duration::from_millis(300);

/// How often a process renews its hold on a series.
const HOLD_INTERVAL: Duration = Duration::from_secs(5);

/// How often to look for series that no process runs.
const SCAN_INTERVAL: Duration = Duration::from_secs(5);

/// How long a generation that is cancelled while it begins may take to have its row.
const BEGIN_TIMEOUT: Duration = Duration::from_secs(2);

impl AppState {
    /// Stores a new series and begins it. If the same person began it before, it stays as it is, so
    /// that a form that is sent twice begins only once.
    ///
    /// # Errors
    ///
    /// When the store does not answer, the person may not begin anything, or the id belongs to
    /// somebody else's series.
    pub async fn begin_series(&self, asker: Asker, series: Series) -> Result<(), GenerateError> {
        asker.caller.must_make()?;
        let kept = SeriesAsker {
            session: asker.session.clone(),
            caller: word_of(asker.caller).to_owned(),
            address: asker.address.to_string(),
            language: Language::current().tag().to_owned(),
        };
        if self.series.add(&series, &kept).await? {
            see_through(self.clone(), series, asker, Language::current());
            return Ok(());
        }
        self.series.get(&asker.session, &series.id).await.map(|_| ())
    }
}

/// Resumes series that earlier or other processes left, until the server stops.
pub async fn follow(state: AppState) {
    let stopping = state.generations.stopping();
    let looking = async {
        if let Err(error) = state.series.free().await {
            warn!(%error, "series of before could not be read");
        }
        loop {
            match state.series.take_over().await {
                Ok(Some((series, asker))) => {
                    let language = Language::of_tag(&asker.language).unwrap_or_default();
                    see_through(state.clone(), series, asker_of(asker), language);
                    continue;
                }
                Ok(None) => {}
                Err(error) => warn!(%error, "series that were left could not be read"),
            }
            sleep(SCAN_INTERVAL).await;
        }
    };
    stopping.run_until_cancelled(looking).await;
}

/// Runs in a task of its own, so that a closed tab loses nothing.
fn see_through(state: AppState, series: Series, asker: Asker, language: Language) {
    let stopping = state.generations.stopping();
    tokio::spawn(async move {
        let work = language.of_task(carry_out(&state, &series, &asker));
        if let Some(Err(error)) = stopping.run_until_cancelled(work).await {
            // Its lease expires, and it is resumed.
            warn!(%error, id = %series.id, "a series could not be seen through");
        }
    });
}

async fn carry_out(state: &AppState, series: &Series, asker: &Asker) -> Result<(), StoreError> {
    let open = series.members.iter().filter(|member| member.ended.is_none()).cloned();
    let open: Vec<Member> = open.collect();
    let cancels: HashMap<u32, CancellationToken> =
        open.iter().map(|member| (member.position, CancellationToken::new())).collect();
    let all = stream::iter(open).for_each_concurrent(MAX_CONCURRENT, |member| {
        let cancel = cancels.get(&member.position).cloned().unwrap_or_default();
        async move {
            if let Err(error) = see_one(state, &series.id, asker, &member, cancel).await {
                warn!(%error, "how a part of a series ended could not be kept");
            }
        }
    });
    tokio::select! {
        () = all => state.series.end(&series.id).await,
        watched = look_after(state, &series.id, &cancels) => watched,
    }
}

/// Stops the series when somebody cancels it; returns when another process runs it, or when it was
/// deleted.
async fn look_after(
    state: &AppState,
    id: &SeriesId,
    cancels: &HashMap<u32, CancellationToken>,
) -> Result<(), StoreError> {
    let mut held = Instant::now();
    loop {
        sleep(POLL_INTERVAL).await;
        if held.elapsed() >= HOLD_INTERVAL {
            if !state.series.hold(id).await? {
                return Ok(());
            }
            held = Instant::now();
        }
        // If its owner has signed in meanwhile, it is in another gallery.
        let Ok(Some(session)) = state.series.session_of(id).await else { continue };
        let Ok(series) = state.series.get(&session, id).await else { continue };
        for member in series.members {
            let is_cancelled = member.ended == Some(RecordState::Cancelled);
            if (series.is_cancelled || is_cancelled)
                && let Some(cancel) = cancels.get(&member.position)
            {
                cancel.cancel();
            }
        }
    }
}

/// Begins one generation, or joins it where it has begun, and records how it ended.
async fn see_one(
    state: &AppState,
    series: &SeriesId,
    asker: &Asker,
    member: &Member,
    cancel: CancellationToken,
) -> Result<(), StoreError> {
    let (generations, id) = (&state.generations, &member.generation);
    let now = asker_now(state, series, asker).await?;
    let end = async |ended, refused: Option<&GenerateError>| {
        state.series.end_member(series, member.position, ended, refused).await
    };
    // Cancelling an earlier generation freed this one's slot, but this one is cancelled too.
    let is_over = async || {
        let series = state.series.get(&now.session, series).await;
        series.is_ok_and(|series| series.is_cancelled)
    };
    if cancel.is_cancelled() || is_over().await {
        return end(RecordState::Cancelled, None).await;
    }
    let has_begun = generations.has_begun(id).await?;
    let draft = (!has_begun).then(|| member.draft.clone());
    let completed = complete(state, &now, id, draft);
    match cancel.run_until_cancelled(completed).await {
        None => {
            stop(state, [&now.session, &asker.session], series, id).await;
            end(RecordState::Cancelled, None).await
        }
        Some(Ok(_)) => end(RecordState::Done, None).await,
        // The next process resumes it.
        Some(Err(Unfinished::Stopping)) => Ok(()),
        Some(Err(Unfinished::Failed(GenerateError::Cancelled))) => {
            end(RecordState::Cancelled, None).await
        }
        // It continued in another gallery, because its owner has signed in meanwhile.
        Some(Err(Unfinished::Failed(GenerateError::NotFound)))
            if generations.has_begun(id).await? =>
        {
            let ended = async {
                loop {
                    match generations.state_of(id).await? {
                        Some(state) if !state.is_ended() => sleep(POLL_INTERVAL).await,
                        state => {
                            return Ok::<_, StoreError>(state.unwrap_or(RecordState::Cancelled));
                        }
                    }
                }
            };
            match cancel.run_until_cancelled(ended).await {
                Some(state) => end(state?, None).await,
                None => {
                    stop(state, [&now.session, &asker.session], series, id).await;
                    end(RecordState::Cancelled, None).await
                }
            }
        }
        Some(Err(Unfinished::Failed(error))) => {
            let was_refused = !generations.has_begun(id).await?;
            end(RecordState::Failed, was_refused.then_some(&error)).await
        }
    }
}

/// Cancels at the provider, in whichever gallery the generation is. One that is just beginning has
/// its row in a moment.
async fn stop(state: &AppState, sessions: [&SessionId; 2], series: &SeriesId, id: &GenerationId) {
    let begun = Instant::now();
    while begun.elapsed() < BEGIN_TIMEOUT {
        let now = state.series.session_of(series).await.ok().flatten();
        for session in sessions.into_iter().chain(&now) {
            if state.generations.cancel(session, id).await.is_ok() {
                return;
            }
        }
        sleep(POLL_INTERVAL).await;
    }
}

/// The present owner of the series with their present permissions: the person may have signed in
/// since, may not make anything any more, or may have been removed.
async fn asker_now(
    state: &AppState,
    series: &SeriesId,
    asker: &Asker,
) -> Result<Asker, StoreError> {
    let session = state.series.session_of(series).await?;
    let session = session.unwrap_or_else(|| asker.session.clone());
    let caller = match state.people.caller_with(&session).await? {
        // A series that a visitor began remains a visitor's, even if the access mode has changed.
        Caller::Operator | Caller::Maker if asker.caller == Caller::Visitor => Caller::Visitor,
        caller => caller,
    };
    Ok(Asker { session, caller, ..asker.clone() })
}

/// The caller's permissions in stored form.
fn word_of(caller: Caller) -> &'static str {
    match caller {
        Caller::Operator => "operator",
        Caller::Maker => "maker",
        Caller::Visitor => "visitor",
        Caller::Viewer | Caller::Nobody => "nobody",
    }
}

/// The asker of a resumed series.
fn asker_of(kept: SeriesAsker) -> Asker {
    let callers = [Caller::Operator, Caller::Maker, Caller::Visitor];
    let caller = callers.into_iter().find(|caller| word_of(*caller) == kept.caller);
    let address = kept.address.parse().unwrap_or(Ipv4Addr::UNSPECIFIED.into());
    Asker {
        session: kept.session,
        caller: caller.unwrap_or(Caller::Nobody),
        address: ClientAddress::new(address),
        is_new: false,
        key: None,
    }
}
