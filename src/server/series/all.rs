//! The series of a session: reads and changes them.

use crate::{
    error::GenerateError,
    generation::{
        GalleryItem, RecordState,
        series::{Series, SeriesId, Wins},
    },
    server::{
        clock::now_ms,
        generations::Generations,
        store::{
            Change, ListedSeries, Records, SeriesAsker, SessionId, SharedSeries, Signal, StoreError,
        },
    },
};

/// The series of all sessions. Cheap to clone. Its methods fail when the store does.
#[derive(Clone)]
pub struct AllSeries {
    records: Records,
    /// Runs their generations.
    generations: Generations,
}

impl AllSeries {
    pub fn new(records: Records, generations: Generations) -> Self {
        Self { records, generations }
    }

    /// Adds a new series, which this process runs. False when the id is taken.
    pub async fn add(&self, series: &Series, asker: &SeriesAsker) -> Result<bool, GenerateError> {
        Ok(self.records.add_series(series, asker, self.generations.owner()).await?)
    }

    /// The series, with its members.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such series; the same for all methods
    /// below.
    pub async fn get(&self, session: &SessionId, id: &SeriesId) -> Result<Series, GenerateError> {
        self.records.series_of(session, id).await?.ok_or(GenerateError::NotFound)
    }

    /// The generations of a series that have begun and were not deleted.
    pub async fn items(&self, id: &SeriesId) -> Result<Vec<GalleryItem>, StoreError> {
        self.records.items_of_series(id).await
    }

    /// The series of a session, the newest first, and how often each model won.
    pub async fn listed(
        &self,
        session: &SessionId,
    ) -> Result<(Vec<ListedSeries>, Vec<Wins>), StoreError> {
        let records = &self.records;
        tokio::try_join!(records.listed_series(session), records.wins(session))
    }

    /// How often each model won.
    pub async fn wins(&self, session: &SessionId) -> Result<Vec<Wins>, StoreError> {
        self.records.wins(session).await
    }

    /// Records the best picture and reveals the models' names; with `None` it only reveals them.
    pub async fn judge(
        &self,
        session: &SessionId,
        id: &SeriesId,
        winner: Option<u32>,
    ) -> Result<(), GenerateError> {
        found(self.records.judge_series(session, id, winner).await?)?;
        // What was hidden is in the gallery from now on.
        for item in self.items(id).await? {
            self.records.publish(Signal::Changed(Change::shown(&item.id, session))).await?;
        }
        Ok(())
    }

    /// Cancels the unfinished generations of a series, and begins no more of them.
    pub async fn cancel(&self, session: &SessionId, id: &SeriesId) -> Result<(), GenerateError> {
        found(self.records.cancel_series(session, id).await?)?;
        for item in self.items(id).await? {
            if !item.state.is_ended() {
                self.generations.cancel(session, &item.id).await?;
            }
        }
        Ok(())
    }

    /// Cancels one generation of a series, or prevents it from beginning.
    pub async fn cancel_member(
        &self,
        session: &SessionId,
        id: &SeriesId,
        position: u32,
    ) -> Result<(), GenerateError> {
        let series = self.get(session, id).await?;
        let member = series.members.get(position as usize).ok_or(GenerateError::NotFound)?;
        match self.generations.cancel(session, &member.generation).await {
            Err(GenerateError::NotFound) => {
                let ended = RecordState::Cancelled;
                Ok(self.records.end_member(id, position, ended, None).await?)
            }
            answer => answer,
        }
    }

    /// Deletes a series that has ended.
    pub async fn delete(&self, session: &SessionId, id: &SeriesId) -> Result<(), GenerateError> {
        found(self.records.delete_series(session, id).await?)
    }

    pub async fn share(
        &self,
        session: &SessionId,
        id: &SeriesId,
        with_inputs: bool,
    ) -> Result<(), GenerateError> {
        found(self.records.share_series(session, id, with_inputs).await?.is_some())
    }

    pub async fn unshare(&self, session: &SessionId, id: &SeriesId) -> Result<(), GenerateError> {
        found(self.records.unshare_series(session, id).await?)
    }

    /// The token of the share link, if there is one, and whether it shows the prompt.
    pub async fn share_of(
        &self,
        session: &SessionId,
        id: &SeriesId,
    ) -> Result<Option<(String, bool)>, StoreError> {
        self.records.share_of_series(session, id).await
    }

    /// What the share link with this token shows to anybody.
    pub async fn shared(&self, token: &str) -> Result<Option<SharedSeries>, StoreError> {
        self.records.series_by_token(token).await
    }

    /// Records how a generation of a series ended, and why where it was not begun.
    pub async fn end_member(
        &self,
        id: &SeriesId,
        position: u32,
        ended: RecordState,
        refused: Option<&GenerateError>,
    ) -> Result<(), StoreError> {
        self.records.end_member(id, position, ended, refused).await
    }

    /// The session that owns the series now; `None` when it was deleted.
    pub async fn session_of(&self, id: &SeriesId) -> Result<Option<SessionId>, StoreError> {
        self.records.session_of_series(id).await
    }

    /// Renews this process's hold on the series. False when another process runs it.
    pub async fn hold(&self, id: &SeriesId) -> Result<bool, StoreError> {
        self.records.hold_series(id, self.generations.owner(), now_ms()).await
    }

    /// Ends the hold, once the whole series has ended.
    pub async fn end(&self, id: &SeriesId) -> Result<(), StoreError> {
        self.records.end_series(id).await
    }

    /// Takes over one series that no process runs any more, if there is one.
    pub async fn take_over(&self) -> Result<Option<(Series, SeriesAsker)>, StoreError> {
        self.records.take_over_series(self.generations.owner(), now_ms()).await
    }

    /// Releases all series; called at the start of this process, before it takes over the first
    /// one.
    pub async fn free(&self) -> Result<(), StoreError> {
        self.records.free_series(now_ms()).await
    }
}

fn found(is_found: bool) -> Result<(), GenerateError> {
    if is_found { Ok(()) } else { Err(GenerateError::NotFound) }
}
