//! The built-in provider: paints a picture from the prompt without account, network or AI, and goes
//! through every state of a real model.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};

mod canvas;
mod cold_start;
mod dice;
mod flow;
mod garden;
mod geometry;
mod landmark;
mod landscape;
mod night;
mod painting;
mod palette;
mod plant;
mod scene;
mod schema;
mod shapes;
mod style;

pub use self::style::style_label;
use self::{canvas::Bitmap, cold_start::ColdStart, painting::Painting, schema::Settings};
use super::{Answer, AnswerBuilder, Job, Opening, OpeningKey, Provider, ProviderError, Updates};
use crate::{
    generation::{
        Connection, ConnectionState, Event, Fact, FactKey, Image, Model, ModelReference, PromptUse,
        ProviderKind,
    },
    language::notice,
    server::{
        budget::{Budget, OverBudget, Share},
        fault::Fault,
        picture,
    },
};

/// The built-in painter. All sessions share one cold start.
pub struct Demo {
    cold_start: ColdStart,
    /// One permit for each kilobyte of all paintings in progress.
    room: Semaphore,
    /// What they count for, beside that of others.
    budget: Budget,
}

/// What all paintings together may take: each is in memory from its first step to its last.
const ROOM_KB: u32 = 96 * 1024;

/// Colours as floats, and twice as bytes while the picture is encoded.
const BYTES_PER_PIXEL: u32 = 3 * 4 + 3 + 3;

/// Shown wherever the demo is described.
const HONEST: &str = "Paints patterns from your words; it is not an AI model.";

/// How long a whole painting takes, so that a person can follow its steps.
const PAINTING: Duration = Duration::from_millis(2_200);
const MAX_STEP: Duration = Duration::from_millis(250);

const PREVIEWS: u32 = 6;
/// The longest side of a preview, in pixels.
const PREVIEW_SIDE: u32 = 384;

impl Demo {
    /// A painter that has to be loaded at its first use.
    pub fn new() -> Self {
        Self::with(ColdStart::cold())
    }

    /// A painter that is loaded already.
    pub fn warm() -> Self {
        Self::with(ColdStart::warm())
    }

    fn with(cold_start: ColdStart) -> Self {
        let budget = Budget::new(ROOM_KB as usize * 1024);
        Self { cold_start, room: Semaphore::new(ROOM_KB as usize), budget }
    }

    /// Paints within `budget`, which others use too.
    #[must_use]
    pub fn within(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// Waits until there is room for a painting of this size.
    async fn room_for(
        &self,
        settings: &Settings,
        updates: &Updates,
    ) -> (SemaphorePermit<'_>, Share) {
        let bytes = settings.width.saturating_mul(settings.height).saturating_mul(BYTES_PER_PIXEL);
        let needed = bytes.div_ceil(1024).min(ROOM_KB);
        let mut share = self.budget.share(usize::MAX);
        let bytes = needed as usize * 1024;
        if let Ok(room) = self.room.try_acquire_many(needed)
            && share.try_grow(bytes)
        {
            return (room, share);
        }
        updates.send(Event::Queued { place: None, size: None, eta_seconds: None, upstream: true });
        let room = self.room.acquire_many(needed).await.expect("the semaphore is never closed");
        // A painting waits for as long as others need the room.
        while share.grow_where_free(bytes).await == Err(OverBudget::Busy) {}
        (room, share)
    }
}

/// The demo, cold or warm as configured.
pub const OPENING: Opening = Opening {
    kind: ProviderKind::Demo,
    services: |_| Vec::new(),
    key: OpeningKey::None,
    open: |config, guard| {
        let demo = if config.demo_cold_start { Demo::new() } else { Demo::warm() };
        Arc::new(demo.within(guard.budget().clone()))
    },
};

impl Default for Demo {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Provider for Demo {
    fn kind(&self) -> ProviderKind {
        ProviderKind::Demo
    }

    fn may_bill(&self) -> bool {
        false
    }

    fn describes_alone(&self) -> bool {
        true
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, Fault> {
        Ok(Model {
            reference: model.clone(),
            title: "Demo painter".to_owned(),
            description: Some(HONEST.to_owned()),
            page: None,
            prompt: PromptUse::Required,
            schema: schema::inputs(),
            example: None,
            notices: Vec::new(),
        })
    }

    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, ProviderError> {
        if let Err(seconds) = self.cold_start.poll(Instant::now()) {
            updates.notice(notice!("run-cold-start"));
            return Ok(Answer::Loading { estimated_time: Some(seconds) });
        }
        let settings = Settings::of(&job.request);
        let _room = self.room_for(&settings, &updates).await;
        let image = paint(&job.request.prompt, settings, &updates).await?;
        let facts = vec![
            Fact::new(FactKey::Seed, settings.seed),
            Fact::new(FactKey::Style, settings.style.name()),
        ];
        let mut made = AnswerBuilder::new(&updates);
        made.image(image).await?;
        Ok(made.answer(facts))
    }

    fn connection(&self) -> Connection {
        Connection {
            provider: ProviderKind::Demo,
            state: ConnectionState::Ready,
            details: vec!["Built in; needs no account.".to_owned(), HONEST.to_owned()],
            error: None,
            links: Vec::new(),
        }
    }
}

/// Paints step by step. Between two steps nothing runs, so dropping this stops the work.
async fn paint(prompt: &str, settings: Settings, updates: &Updates) -> Result<Image, Fault> {
    let Settings { width, height, steps, seed, style } = settings;
    let pace = (PAINTING / steps).min(MAX_STEP);
    let mut next = Instant::now();
    let words = prompt.to_owned();
    let mut painting =
        unblocked(move || Painting::plan(&words, seed, style, width, height)).await?;

    for step in 1..=steps {
        let is_preview = step < steps && is_milestone(step, steps);
        let preview;
        (painting, preview) = unblocked(move || {
            painting.advance(step, steps);
            let preview = is_preview.then(|| encode(&painting.preview(PREVIEW_SIDE)));
            (painting, preview)
        })
        .await?;
        next += pace;
        tokio::time::sleep_until(next).await;
        updates.send(Event::Progress {
            step: Some(f64::from(step)),
            total: Some(f64::from(steps)),
            unit: Some("steps".to_owned()),
            fraction: None,
            label: None,
        });
        if let Some(preview) = preview {
            updates.preview(preview?);
        }
    }
    unblocked(move || encode(&painting.finish())).await?
}

/// True for the steps, evenly spread, after which a preview is shown.
fn is_milestone(step: u32, steps: u32) -> bool {
    step * PREVIEWS / steps > (step - 1) * PREVIEWS / steps
}

fn encode(bitmap: &Bitmap) -> Result<Image, Fault> {
    let bytes = bitmap.png().map_err(|error| {
        tracing::error!(%error, "the painting could not be encoded");
        Fault::Internal
    })?;
    picture::recognise(bytes)
}

/// Runs `work` on a blocking thread.
async fn unblocked<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "the painter failed");
        Fault::Internal
    })
}

#[cfg(test)]
mod tests;
