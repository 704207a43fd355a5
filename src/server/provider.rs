//! The seam between the generation service and the places where models run.
//!
//! A provider turns its wire into the words of [`crate::generation`]; nobody above it knows a
//! wire. To add one: a folder beside the others with `client` (all I/O), `wire` (serde types),
//! `schema` (theirs → [`InputSchema`](crate::generation::InputSchema)) and `events` (theirs →
//! [`Event`]), an implementation of [`Provider`] with its [`Opening`], and a line in the table of
//! providers in [`crate::generation`].

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::Router;
use bytes::Bytes;
use tokio_util::sync::CancellationToken;

pub mod demo;
mod error;
pub mod hf;
mod made;
mod made_file;
mod opening;
mod registry;
pub mod replicate;
pub mod space;

pub use error::ProviderError;
pub use made::Made;
pub use made_file::{MadeFile, is_played};
pub use opening::{BUILT_IN, Opening};
pub use registry::Registry;

use super::{redact, store::ResultFile};
use crate::{
    error::GenerateError,
    generation::{
        AppDetails, Connection, CopyOptions, Copying, Event, Fact, Field, FieldKind, GenerationId,
        Image, InputValue, Model, ModelPage, ModelReference, Output, ProviderKind, Request,
        StoredImage,
    },
};

/// A kind of place that runs models.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    fn kind(&self) -> ProviderKind;

    /// The model's title and what it accepts. Cheap enough to call for every request: what
    /// comes over the network is cached.
    async fn describe(&self, model: &ModelReference) -> Result<Model, GenerateError>;

    /// One attempt. Dropping the future cancels upstream. The request was checked against the
    /// schema of [`describe`](Self::describe).
    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, ProviderError>;

    /// Takes up an attempt that an earlier process left, from the last text given to
    /// [`Updates::remember`].
    ///
    /// # Errors
    ///
    /// [`GenerateError::Interrupted`] where the provider cannot.
    async fn resume(
        &self,
        job: Job,
        handle: String,
        updates: Updates,
    ) -> Result<Answer, ProviderError> {
        let _ = (job, handle, updates);
        Err(GenerateError::Interrupted { may_be_billed: false }.into())
    }

    /// True when an attempt may cost money: an interrupted one says so.
    fn may_bill(&self) -> bool;

    /// True when [`describe`](Self::describe) asks nobody outside.
    fn describes_alone(&self) -> bool {
        false
    }

    /// The models that the picker offers where the operator named none, best first.
    fn suggested(&self) -> Vec<ModelReference> {
        Vec::new()
    }

    /// The usual spelling of `model`, where there are several.
    fn spelled(&self, model: ModelReference) -> ModelReference {
        model
    }

    /// What the app behind `model` said of itself when it was [described](Self::describe); nobody
    /// is asked.
    async fn app_details(&self, model: &ModelReference) -> Option<AppDetails> {
        let _ = model;
        None
    }

    /// Makes a copy of the app behind `model` for one's own use, or reports how far it is; answers
    /// when something else happens than `seen`, or after 20 seconds.
    ///
    /// # Errors
    ///
    /// [`GenerateError::UnsupportedModel`] where there is nothing to copy, and what goes wrong
    /// while it is made.
    async fn duplicate(
        &self,
        model: &ModelReference,
        options: CopyOptions,
        seen: Option<&str>,
    ) -> Result<Copying, GenerateError> {
        let _ = (options, seen);
        Err(nothing_to_copy(model))
    }

    /// What the provider calls back at, by its full paths; no session belongs to it.
    fn routes(&self) -> Router {
        Router::new()
    }

    /// True when work that nobody watches costs money and should be cancelled.
    fn bills_by_time(&self) -> bool {
        false
    }

    /// How long the provider may take to confirm a cancel after [`Job::cancelled`] fires. After
    /// that, and at once where this is zero, its future is dropped.
    fn cancel_grace(&self) -> Duration {
        Duration::ZERO
    }

    /// Models that can be run here, best first; an empty `query` browses. `cursor` is the
    /// `next` of the page before.
    async fn search(&self, query: &str, cursor: Option<&str>) -> Result<ModelPage, GenerateError> {
        let _ = (query, cursor);
        Ok(ModelPage::default())
    }

    /// What is known of the way to this provider, without asking it.
    fn connection(&self) -> Connection;

    /// Asks the provider about the key and says what it may do.
    async fn check(&self) -> Connection {
        self.connection()
    }
}

fn nothing_to_copy(model: &ModelReference) -> GenerateError {
    GenerateError::UnsupportedModel {
        model: model.to_string(),
        detail: "only a Space of the Hub can be duplicated".to_owned(),
    }
}

/// One attempt to carry out a request.
#[derive(Clone)]
pub struct Job {
    pub id: GenerationId,
    /// Whose it is: opaque, and the same for all generations of one session. What an app
    /// remembers of one person must not reach another.
    pub person: String,
    /// From 1.
    pub attempt: u32,
    pub request: Request,
    /// The bytes behind every [`FileReference::Stored`](crate::generation::FileReference) in the
    /// inputs, by digest.
    pub files: BTreeMap<String, StoredFile>,
    /// Fires when the person cancels.
    pub cancelled: CancellationToken,
}

/// Bytes that the person gave as an input.
#[derive(Clone)]
pub struct StoredFile {
    pub bytes: Bytes,
    pub content_type: String,
    /// As the person calls it, for what is no picture.
    pub name: Option<String>,
}

/// What one attempt came to; [`Made`] puts it together.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Images {
        /// Stored by now: their bytes may be too many to be held together.
        images: Vec<StoredImage>,
        /// The files among the outputs; stored, too.
        files: Vec<ResultFile>,
        /// What it made beside pictures, or instead of them, in the order of the app.
        outputs: Vec<Output>,
        facts: Vec<Fact>,
    },
    /// The model is not loaded and nothing runs; seconds until it may be, if the provider said.
    Loading { estimated_time: Option<f64> },
}

/// About how many bytes a field of a form takes.
pub(crate) fn weight(field: &Field) -> usize {
    let value = |value: &InputValue| match value {
        InputValue::Text(text) | InputValue::Json(text) => text.len(),
        InputValue::List(items) => items.iter().map(|item| 100 + item.to_string().len()).sum(),
        _ => 0,
    };
    let options = match &field.kind {
        FieldKind::Choice { options, .. } | FieldKind::Choices { options, .. } => {
            let weights = options.iter().map(|one| 100 + one.label.len() + value(&one.value));
            weights.sum()
        }
        FieldKind::File { accept } | FieldKind::Files { accept, .. } => accept.len(),
        _ => 0,
    };
    let texts = field.name.len() + field.label.len() + field.help.as_ref().map_or(0, String::len);
    200 + texts + options + field.default.as_ref().map_or(0, value)
}

/// Where a provider says what happens. Cheap to clone.
#[derive(Clone)]
pub struct Updates(Arc<dyn UpdateSink>);

/// The receiving end of [`Updates`].
#[async_trait]
pub trait UpdateSink: Send + Sync {
    /// Keeps the handle before it returns. An error means that nothing may be started.
    async fn remember(&self, handle: &str) -> Result<(), GenerateError>;
    fn send(&self, event: Event);
    fn preview(&self, image: Image);
    /// Keeps bytes of the result in our own storage and answers their digest.
    async fn store(&self, bytes: Bytes) -> Result<String, GenerateError>;
    /// The same for bytes whose digest is known.
    async fn store_as(&self, digest: String, bytes: Bytes) -> Result<String, GenerateError> {
        let _ = digest;
        self.store(bytes).await
    }
}

impl Updates {
    pub fn new(sink: Arc<dyn UpdateSink>) -> Self {
        Self(sink)
    }

    /// Keeps what [`Provider::resume`] will need; it is on disk when this returns. Call it
    /// before anyone is told that the work was accepted.
    ///
    /// # Errors
    ///
    /// [`GenerateError::CannotKeep`]: what is not started yet must not be started.
    pub async fn remember(&self, handle: &str) -> Result<(), GenerateError> {
        self.0.remember(handle).await
    }

    /// Tells what happens. What an app wrote in it steers nothing.
    pub fn send(&self, mut event: Event) {
        match &mut event {
            Event::Waking { stage: words } | Event::Log { text: words, .. } => {
                *words = redact::plain(words);
            }
            Event::Progress { unit, label, .. } => {
                for words in [unit, label].into_iter().flatten() {
                    *words = redact::plain(words);
                }
            }
            _ => {}
        }
        self.0.send(event);
    }

    /// Says something to the person, such as an input that was left out.
    pub fn notice(&self, text: impl Into<String>) {
        self.send(Event::notice(text));
    }

    /// Shows a picture of the unfinished work.
    pub fn preview(&self, image: Image) {
        self.0.preview(image);
    }

    /// Keeps bytes of the result in our own storage and answers their digest.
    ///
    /// # Errors
    ///
    /// When they could not be kept.
    pub async fn store(&self, bytes: Bytes) -> Result<String, GenerateError> {
        self.0.store(bytes).await
    }

    /// The same for bytes whose digest is known, which are not read once more to make it.
    ///
    /// # Errors
    ///
    /// When they could not be kept.
    pub async fn store_as(&self, digest: String, bytes: Bytes) -> Result<String, GenerateError> {
        self.0.store_as(digest, bytes).await
    }
}

/// Collects what a provider says, for tests.
#[cfg(test)]
#[derive(Default)]
pub struct Recorder {
    pub events: std::sync::Mutex<Vec<Event>>,
    pub handles: std::sync::Mutex<Vec<String>>,
    pub previews: std::sync::Mutex<Vec<Image>>,
    pub stored: std::sync::Mutex<Vec<Bytes>>,
}

#[cfg(test)]
#[async_trait]
impl UpdateSink for Recorder {
    async fn remember(&self, handle: &str) -> Result<(), GenerateError> {
        self.handles.lock().unwrap().push(handle.to_owned());
        Ok(())
    }

    fn send(&self, event: Event) {
        self.events.lock().unwrap().push(event);
    }

    fn preview(&self, image: Image) {
        self.previews.lock().unwrap().push(image);
    }

    async fn store(&self, bytes: Bytes) -> Result<String, GenerateError> {
        let digest = super::picture::digest(&bytes);
        self.stored.lock().unwrap().push(bytes);
        Ok(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_app_says_steers_nothing() {
        let recorder = Arc::new(Recorder::default());
        let updates = Updates::new(recorder.clone());
        let words = || "re\x1b[1mnd\u{202e}er".to_owned();
        updates.notice(words());
        updates.send(Event::Waking { stage: words() });
        let (unit, label) = (Some(words()), Some(words()));
        updates.send(Event::Progress { step: None, total: None, unit, fraction: None, label });
        let told = format!("{:?}", recorder.events.lock().unwrap());
        assert_eq!(told.matches("re[1mnder").count(), 4, "{told}");
    }
}
