//! Builds the answers of `generate`: how the attempt ended, with pictures from the store.

use std::sync::Arc;

use bytes::Bytes;

use super::{
    Generations,
    ended::{Ended, ended},
    run::Run,
};
use crate::{
    error::{Billed, GenerateError},
    generation::{Fact, Image, Outcome, Output, StoredImage},
    server::{
        budget::{Held, Share},
        store::Record,
    },
};

/// The bytes of pictures that one answer carries; the page fetches the others by digest. The
/// largest allowed picture still fits alone.
const MAX_INLINE_BYTES: u64 = crate::server::picture::MAX_IMAGE_BYTES as u64;

/// How many copies of the bytes are in memory while an answer is sent: the answer itself and its
/// encoded form.
const COPIES: usize = 3;

impl Generations {
    pub(super) async fn outcome_here(
        &self,
        run: &Arc<Run>,
    ) -> Result<Held<Outcome>, GenerateError> {
        let _watcher = self.watcher(run);
        let ended = tokio::select! {
            answer = run.answer() => answer?,
            // The page calls again, and the next process answers.
            () = self.0.stopping.cancelled() => return Ok(self.running()),
        };
        // Boxed, so that the futures of callers that still wait are small.
        Box::pin(self.outcome(Some(run), ended)).await
    }

    /// The outcome of an ended or waiting generation, from its row.
    pub(super) async fn outcome_of(&self, record: Record) -> Result<Held<Outcome>, GenerateError> {
        self.outcome(None, ended(record)?).await
    }

    async fn outcome(
        &self,
        run: Option<&Run>,
        ended: Ended,
    ) -> Result<Held<Outcome>, GenerateError> {
        match ended {
            Ended::Done { images, outputs, facts } => self.done(run, &images, outputs, facts).await,
            Ended::Loading { estimated_time, attempt } => {
                Ok(self.without_bytes(Outcome::Loading { estimated_time, attempt }))
            }
            Ended::Elsewhere => Ok(self.running()),
        }
    }

    pub(super) fn running(&self) -> Held<Outcome> {
        self.without_bytes(Outcome::Running)
    }

    fn without_bytes(&self, outcome: Outcome) -> Held<Outcome> {
        Held { value: outcome, share: self.0.budget.share(0) }
    }

    /// The pictures, with their bytes as far as the answer and the budget have room now.
    async fn done(
        &self,
        run: Option<&Run>,
        stored: &[StoredImage],
        outputs: Vec<Output>,
        facts: Vec<Fact>,
    ) -> Result<Held<Outcome>, GenerateError> {
        let mut share = self.0.budget.share(usize::MAX);
        let mut left = MAX_INLINE_BYTES;
        let mut images = Vec::with_capacity(stored.len());
        for stored in stored {
            let bytes = match left.checked_sub(stored.bytes) {
                Some(rest) if has_room(&mut share, stored.bytes) => {
                    left = rest;
                    self.bytes_of(run, &stored.digest).await?
                }
                _ => Bytes::new(),
            };
            images.push(Image {
                bytes,
                content_type: stored.content_type,
                width: stored.width,
                height: stored.height,
                digest: stored.digest.clone(),
            });
        }
        Ok(Held { value: Outcome::Done { images, outputs, facts }, share })
    }

    async fn bytes_of(&self, run: Option<&Run>, digest: &str) -> Result<Bytes, GenerateError> {
        if let Some(bytes) = run.and_then(|run| run.remembered_bytes(digest)) {
            return Ok(bytes);
        }
        let bytes = self.0.images.get(digest).await?;
        bytes.ok_or_else(|| GenerateError::Storage {
            detail: "the picture's file is gone".to_owned(),
            billed: Billed::Maybe,
        })
    }
}

fn has_room(share: &mut Share, bytes: u64) -> bool {
    usize::try_from(bytes).is_ok_and(|bytes| share.try_grow(bytes * COPIES))
}
