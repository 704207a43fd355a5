//! The interface between the generation service and the services that run models.
//!
//! A provider translates its wire format into the types of [`crate::generation`]; no other code
//! knows a wire format. To add a provider: a folder beside the others with `client` (all I/O),
//! `wire` (serde types), `schema` (theirs → [`InputSchema`](crate::generation::InputSchema)) and
//! `events` (theirs → [`Event`](crate::generation::Event)), an implementation of [`Provider`] with
//! its [`Opening`], and a line in the table of providers in [`crate::generation`].

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use axum::Router;
use bytes::Bytes;
use tokio_util::sync::CancellationToken;

mod answer_builder;
pub mod demo;
mod error;
mod frames;
pub mod hf;
pub mod openai;
mod opening;
mod output_file;
mod own;
mod registry;
pub mod replicate;
pub mod space;
mod too_large;
mod updates;
mod whole;
mod worded;

pub use answer_builder::AnswerBuilder;
pub use error::{ProviderError, Retry};
pub use opening::{BUILT_IN, KeyPlace, Opening, OpeningKey};
pub use output_file::{OutputFile, is_played, plain_name, safe_name};
pub use own::{OwnKeys, OwnProviders};
pub use registry::Registry;
pub(crate) use too_large::too_large;
#[cfg(test)]
pub use updates::Recorder;
pub use updates::{UpdateSink, Updates};

use super::store::FileRow;
use crate::{
    generation::{
        AppDetails, Connection, CopyOptions, Copying, Fact, Field, FieldKind, GenerationId,
        InputValue, Model, ModelPage, ModelReference, Output, ProviderKind, Readiness, Request,
        StoredImage,
    },
    server::fault::Fault,
};

/// A kind of service that runs models.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    fn kind(&self) -> ProviderKind;

    /// The model's title and input schema. Cheap enough to call for every request: responses from
    /// the network are cached.
    async fn describe(&self, model: &ModelReference) -> Result<Model, Fault>;

    /// One attempt. Dropping the future cancels upstream. The request was checked against the
    /// schema of [`describe`](Self::describe).
    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, ProviderError>;

    /// Resumes an attempt that an earlier process left, from the last text given to
    /// [`Updates::remember`].
    ///
    /// # Errors
    ///
    /// [`Fault::Interrupted`] where the provider cannot resume.
    async fn resume(
        &self,
        job: Job,
        handle: String,
        updates: Updates,
    ) -> Result<Answer, ProviderError> {
        let _ = (job, handle, updates);
        Err(Fault::Interrupted { may_be_billed: false }.into())
    }

    /// True when an attempt may cost money, which an interrupted attempt then reports.
    fn may_bill(&self) -> bool;

    /// True when [`describe`](Self::describe) sends no request.
    fn describes_alone(&self) -> bool {
        false
    }

    /// The models that the picker offers where the operator named none, best first.
    fn suggested(&self) -> Vec<ModelReference> {
        Vec::new()
    }

    /// The canonical form of `model`, where several forms name the same model.
    fn normalised(&self, model: ModelReference) -> ModelReference {
        model
    }

    /// The app behind `model` as it was last [described](Self::describe); sends no request.
    async fn app_details(&self, model: &ModelReference) -> Option<AppDetails> {
        let _ = model;
        None
    }

    /// The readiness of `model`, as far as recent responses of the provider tell; sends no request.
    async fn readiness(&self, model: &ModelReference) -> Option<Readiness> {
        let _ = model;
        None
    }

    /// Starts a private copy of the app behind `model`, or reports its progress. It returns when
    /// the state differs from `seen`, or after 20 seconds.
    ///
    /// # Errors
    ///
    /// [`Fault::UnsupportedModel`] where there is nothing to copy, and any failure while the copy
    /// is made.
    async fn duplicate(
        &self,
        model: &ModelReference,
        options: CopyOptions,
        seen: Option<&str>,
    ) -> Result<Copying, Fault> {
        let _ = (options, seen);
        Err(nothing_to_copy(model))
    }

    /// The provider's callback routes, with their full paths; they need no session.
    fn routes(&self) -> Router {
        Router::new()
    }

    /// True when work that nobody watches costs money and should be cancelled.
    fn bills_by_time(&self) -> bool {
        false
    }

    /// How long the provider may take to confirm a cancel after [`Job::cancelled`] fires. After
    /// that, and immediately where this is zero, its future is dropped.
    fn cancel_grace(&self) -> Duration {
        Duration::ZERO
    }

    /// Models that can be run here, best first; an empty `query` browses. `cursor` is the `next` of
    /// the previous page.
    async fn search(&self, query: &str, cursor: Option<&str>) -> Result<ModelPage, Fault> {
        let _ = (query, cursor);
        Ok(ModelPage::default())
    }

    /// The connection's state as far as it is known without a request.
    fn connection(&self) -> Connection;

    /// Sends a request to check the key, and returns what it may do.
    async fn check(&self) -> Connection {
        self.connection()
    }
}

fn nothing_to_copy(model: &ModelReference) -> Fault {
    Fault::UnsupportedModel {
        model: model.to_string(),
        detail: "only a Space of the Hub can be duplicated".to_owned(),
    }
}

/// One attempt to carry out a request.
#[derive(Clone)]
pub struct Job {
    pub id: GenerationId,
    /// The session, as an opaque text that is the same for all its generations. What an app
    /// remembers of one person must not reach another.
    pub session_key: String,
    /// The language of the person, a BCP 47 tag; `None` where it is not known any more.
    pub language: Option<&'static str>,
    /// From 1.
    pub attempt: u32,
    pub request: Request,
    /// The bytes behind every [`FileReference::Stored`](crate::generation::FileReference) in the
    /// inputs, by digest.
    pub files: BTreeMap<String, InputFile>,
    /// Fires when the person cancels.
    pub cancelled: CancellationToken,
}

/// A file input of a request.
#[derive(Clone)]
pub struct InputFile {
    pub bytes: Bytes,
    pub content_type: String,
    /// The file name, for files that are not pictures.
    pub name: Option<String>,
}

/// The result of one attempt; [`AnswerBuilder`] assembles it.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Images {
        /// Stored already: their bytes may be too many to be held together.
        images: Vec<StoredImage>,
        /// The files among the outputs; stored already, too.
        files: Vec<FileRow>,
        /// Outputs besides pictures, or instead of them, in the app's order.
        outputs: Vec<Output>,
        facts: Vec<Fact>,
    },
    /// The model is not loaded and nothing runs. Seconds until it may be ready, if the provider
    /// said.
    Loading { estimated_time: Option<f64> },
}

/// The approximate size of a form field, in bytes.
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
    let wordings = field
        .wordings
        .iter()
        .map(|one| 100 + one.label.len() + one.help.as_ref().map_or(0, String::len));
    let texts = texts + wordings.sum::<usize>();
    200 + texts + options + field.default.as_ref().map_or(0, value)
}
