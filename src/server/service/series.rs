//! The series of a session: reads and changes them.

use super::{Service, now_ms};
use crate::{
    error::GenerateError,
    generation::{
        GalleryItem, GenerationId, NumberedEvent, RecordState,
        series::{Series, SeriesId, Wins},
    },
    server::store::{
        Change, ListedSeries, SeriesAsker, SessionId, SharedSeries, Signal, StoreError,
    },
};

impl Service {
    /// Adds a new series, which this process runs. False when the id is taken.
    pub async fn add_series(
        &self,
        series: &Series,
        asker: &SeriesAsker,
    ) -> Result<bool, GenerateError> {
        Ok(self.0.records.add_series(series, asker, &self.0.owner).await?)
    }

    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such series; the same for all methods
    /// below.
    pub async fn series(
        &self,
        session: &SessionId,
        id: &SeriesId,
    ) -> Result<Series, GenerateError> {
        self.0.records.series_of(session, id).await?.ok_or(GenerateError::NotFound)
    }

    /// The generations of a series that have begun and were not deleted.
    pub async fn items_of_series(&self, id: &SeriesId) -> Result<Vec<GalleryItem>, StoreError> {
        self.0.records.items_of_series(id).await
    }

    /// The series of a session, the newest first, and how often each model won.
    pub async fn all_series(
        &self,
        session: &SessionId,
    ) -> Result<(Vec<ListedSeries>, Vec<Wins>), StoreError> {
        let records = &self.0.records;
        tokio::try_join!(records.listed_series(session), records.wins(session))
    }

    /// How often each model won.
    pub async fn wins(&self, session: &SessionId) -> Result<Vec<Wins>, StoreError> {
        self.0.records.wins(session).await
    }

    /// The events of a generation so far, in whichever process it runs.
    pub async fn events_of(&self, id: &GenerationId) -> Result<Vec<NumberedEvent>, StoreError> {
        match self.0.running.get(id) {
            Some(run) => Ok(run.events_after(0)),
            None => self.0.records.events_after(id, 0).await,
        }
    }

    /// Records the best picture and reveals the models' names; with `None` it only reveals them.
    pub async fn judge_series(
        &self,
        session: &SessionId,
        id: &SeriesId,
        winner: Option<u32>,
    ) -> Result<(), GenerateError> {
        found(self.0.records.judge_series(session, id, winner).await?)?;
        // What was hidden is in the gallery from now on.
        for item in self.items_of_series(id).await? {
            self.0.records.publish(Signal::Changed(Change::shown(&item.id, session))).await?;
        }
        Ok(())
    }

    /// Cancels the unfinished generations of a series, and begins no more of them.
    pub async fn cancel_series(
        &self,
        session: &SessionId,
        id: &SeriesId,
    ) -> Result<(), GenerateError> {
        found(self.0.records.cancel_series(session, id).await?)?;
        for item in self.items_of_series(id).await? {
            if !item.state.is_ended() {
                self.cancel(session, &item.id).await?;
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
        let series = self.series(session, id).await?;
        let member = series.members.get(position as usize).ok_or(GenerateError::NotFound)?;
        match self.cancel(session, &member.generation).await {
            Err(GenerateError::NotFound) => {
                let ended = RecordState::Cancelled;
                Ok(self.0.records.end_member(id, position, ended, None).await?)
            }
            answer => answer,
        }
    }

    /// Deletes a series that has ended.
    pub async fn delete_series(
        &self,
        session: &SessionId,
        id: &SeriesId,
    ) -> Result<(), GenerateError> {
        found(self.0.records.delete_series(session, id).await?)
    }

    pub async fn share_series(
        &self,
        session: &SessionId,
        id: &SeriesId,
        with_inputs: bool,
    ) -> Result<(), GenerateError> {
        found(self.0.records.share_series(session, id, with_inputs).await?.is_some())
    }

    pub async fn unshare_series(
        &self,
        session: &SessionId,
        id: &SeriesId,
    ) -> Result<(), GenerateError> {
        found(self.0.records.unshare_series(session, id).await?)
    }

    /// The token of the share link, if there is one, and whether it shows the prompt.
    pub async fn share_of_series(
        &self,
        session: &SessionId,
        id: &SeriesId,
    ) -> Result<Option<(String, bool)>, StoreError> {
        self.0.records.share_of_series(session, id).await
    }

    /// What the share link with this token shows to anybody.
    pub async fn shared_series(&self, token: &str) -> Result<Option<SharedSeries>, StoreError> {
        self.0.records.series_by_token(token).await
    }

    /// Records how a generation of a series ended, and why where it was not begun.
    pub async fn end_member(
        &self,
        id: &SeriesId,
        position: u32,
        ended: RecordState,
        refused: Option<&GenerateError>,
    ) -> Result<(), StoreError> {
        self.0.records.end_member(id, position, ended, refused).await
    }

    /// The session that owns the series now; `None` when it was deleted.
    pub async fn session_of_series(&self, id: &SeriesId) -> Result<Option<SessionId>, StoreError> {
        self.0.records.session_of_series(id).await
    }

    /// A generation of the session, also while a comparison hides its names.
    pub async fn ended_item(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<GalleryItem, GenerateError> {
        let record = self.0.records.get(id).await?;
        let record = record.filter(|record| record.session == *session);
        Ok(record.ok_or(GenerateError::NotFound)?.item)
    }

    /// Whether a comparison hides which model makes this generation.
    pub async fn is_hidden(&self, id: &GenerationId) -> Result<bool, StoreError> {
        self.0.records.is_hidden(id).await
    }

    /// The state of a generation, whichever session owns it now.
    pub async fn state_of(&self, id: &GenerationId) -> Result<Option<RecordState>, StoreError> {
        Ok(self.0.records.get(id).await?.map(|record| record.item.state))
    }

    /// Renews this process's hold on the series. False when another process runs it.
    pub async fn hold_series(&self, id: &SeriesId) -> Result<bool, StoreError> {
        self.0.records.hold_series(id, &self.0.owner, now_ms()).await
    }

    /// Ends the hold, once the whole series has ended.
    pub async fn end_series(&self, id: &SeriesId) -> Result<(), StoreError> {
        self.0.records.end_series(id).await
    }

    /// Takes over one series that no process runs any more, if there is one.
    pub async fn take_over_series(&self) -> Result<Option<(Series, SeriesAsker)>, StoreError> {
        self.0.records.take_over_series(&self.0.owner, now_ms()).await
    }

    /// Releases all series; called at the start of this process, before it takes over the first
    /// one.
    pub async fn free_series(&self) -> Result<(), StoreError> {
        self.0.records.free_series(now_ms()).await
    }
}

fn found(is_found: bool) -> Result<(), GenerateError> {
    if is_found { Ok(()) } else { Err(GenerateError::NotFound) }
}
