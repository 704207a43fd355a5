//! Builds the API's generation object.

use std::{collections::BTreeMap, time::Duration};

use futures::StreamExt;

use super::shapes::{Generation, Links, MadeImage, MadeOutput, NamedText, Status, Step};
use crate::{
    generation::{GalleryItem, GenerationId, OutputValue, Phase, Progress, RecordState, texts_of},
    server::{
        doors::{
            api_error::ApiError,
            made::{self, Picture},
        },
        state::AppState,
        store::{SessionId, StoreError},
    },
};

/// How long to wait for the newest events.
const EVENTS_TIMEOUT: Duration = Duration::from_millis(150);

impl Generation {
    /// The stored state, without the current progress.
    ///
    /// # Errors
    ///
    /// When its pictures cannot be named.
    pub async fn of(state: &AppState, item: &GalleryItem, base: &str) -> Result<Self, StoreError> {
        let mut images = Vec::with_capacity(item.images.len());
        for image in &item.images {
            let format = image.content_type;
            let picture = Picture { image: image.clone(), format, seed: None };
            images.push(MadeImage {
                url: made::lasting_address(state, base, &picture).await?,
                width: image.width,
                height: image.height,
                content_type: format.mime(),
                digest: image.digest.clone(),
            });
        }
        let mut inputs: BTreeMap<_, _> = item
            .request
            .inputs
            .iter()
            .map(|(name, value)| (name.clone(), texts_of(value).join("\n")))
            .collect();
        if let (Some(seed), None) = (item.reported_seed(), item.set_seed()) {
            inputs.insert("seed".to_owned(), seed.to_string());
        }
        let own = format!("/v1/generations/{}", item.id);
        Ok(Self {
            id: item.id.to_string(),
            object: "generation",
            status: Status::of(item.state),
            model: item.request.model.to_string(),
            prompt: item.request.prompt.clone(),
            inputs,
            created: item.created_ms / 1000,
            started: item.started_ms.map(|at_ms| at_ms / 1000),
            ended: item.ended_ms.map(|at_ms| at_ms / 1000),
            attempts: item.attempts,
            queue_place: None,
            progress: None,
            images,
            outputs: outputs(item),
            facts: facts(item),
            error: item.error.clone().map(|error| ApiError::from(error).object()),
            links: Links { events: format!("{own}/events"), cancel: format!("{own}/cancel"), own },
        })
    }

    /// The stored state with the current progress.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub async fn live(
        state: &AppState,
        session: &SessionId,
        item: &GalleryItem,
        base: &str,
    ) -> Result<Self, StoreError> {
        let mut generation = Self::of(state, item, base).await?;
        if item.state == RecordState::Running {
            generation.take(now(state, session, &item.id).await.phase);
        }
        Ok(generation)
    }

    fn take(&mut self, phase: Phase) {
        match phase {
            Phase::Queued { place, .. } => {
                (self.status, self.queue_place) = (Status::Queued, place);
            }
            Phase::Waking { .. } | Phase::Loading { .. } => self.status = Status::Loading,
            Phase::Running { step, total, fraction, label, .. } => {
                self.progress = Some(Step { step, total, fraction, label });
            }
            _ => {}
        }
    }
}

/// The progress from all events so far.
pub async fn now(state: &AppState, session: &SessionId, id: &GenerationId) -> Progress {
    let mut progress = Progress::default();
    let Ok(events) = state.generations.watch(session, id, 0).await else { return progress };
    let mut events = std::pin::pin!(events);
    let all = async {
        while let Some(event) = events.next().await {
            progress.apply(event);
        }
    };
    let _ = tokio::time::timeout(EVENTS_TIMEOUT, all).await;
    progress
}

fn outputs(item: &GalleryItem) -> Vec<MadeOutput> {
    let made = item.outputs.iter().map(|output| MadeOutput {
        label: output.label.clone(),
        text: output.words().to_owned(),
        is_file: matches!(output.value, OutputValue::File { .. }),
    });
    made.collect()
}

fn facts(item: &GalleryItem) -> Vec<NamedText> {
    let told = item.facts.iter().filter(|fact| fact.file_name().is_none());
    told.map(|fact| NamedText { name: fact.key.to_string(), value: fact.value.clone() }).collect()
}
