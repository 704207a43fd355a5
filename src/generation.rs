//! The vocabulary that page and server share (requests, outcomes, events) and the pure rules about
//! it. Compiles for both, and imports no other module of the project.

#![warn(missing_docs, clippy::missing_errors_doc)]

mod app_details;
mod collection;
pub mod contract;
mod draft;
pub mod error;
mod event;
mod fact;
mod gallery;
mod habit;
mod id;
mod image;
mod input;
mod limit;
mod mistake;
mod model;
mod notice;
mod outcome;
mod output;
mod progress;
#[macro_use]
mod provider;
mod readiness;
mod recipe;
mod reference;
mod refusal;
mod request;
pub mod retry;
mod schema;
pub mod series;
mod spent_budget;
mod status;
mod usual;
mod wait;
mod words;

pub use app_details::{
    AppDetails, CopyOptions, Copying, EndpointDetails, FREE_HARDWARE, ParameterDetails,
};
pub use collection::{Collection, InvalidCollection, MAX_COLLECTION_CHARS};
pub use draft::{Draft, STORED_PREFIX, texts_of};
pub use event::{Event, LogLevel, NumberedEvent};
pub use fact::{Fact, FactKey};
pub use gallery::{
    GalleryCursor, GalleryFilter, GalleryItem, GalleryPage, InvalidCursor, RecordState, StoredImage,
};
pub use habit::{Habit, MAX_WAIT_SECONDS, SpareWish};
pub use id::{GenerationId, InvalidId};
pub use image::{Image, ImageType};
pub use input::{FileReference, InputValue, Inputs, bounded_inputs};
pub use limit::{Limit, ReachedLimit};
pub use mistake::{FieldError, Mistake};
pub use model::{Badge, Connection, ConnectionState, Example, Model, ModelPage, PromptUse};
pub use notice::{Argument, Message, Notice};
pub use outcome::{Outcome, PageOutcome};
pub use output::{
    MAX_OUTPUT_BYTES, MAX_OUTPUTS, MAX_OUTPUTS_BYTES, Output, OutputValue, bound_outputs,
};
pub use progress::{Phase, Progress};
pub use provider::{
    HUGGING_FACE_KEYS, KeyUse, Keys, OPENAI_KEYS, ProviderInfo, ProviderKind, REPLICATE_KEYS,
    UnknownKind,
};
pub use readiness::{Observation, Readiness};
pub use recipe::Recipe;
pub use reference::{ModelReference, Target, UnknownProvider};
pub use refusal::{Refusal, RefusalKind, TOO_LARGE};
pub use request::{MAX_PROMPT_CHARS, Request, is_blank, is_ignorable, too_long};
pub use schema::{ChoiceOption, Field, FieldKind, InputSchema, Mask, Role, Wording};
pub use spent_budget::{BudgetLimit, Period, SpentBudget};
pub use status::{Stage, StatusTracker, StatusUpdate};
pub use usual::{RunTime, RunTimes, Span};
pub use wait::Wait;
pub use words::{MAX_STYLE_CHARS, MAX_WORDS_NAME, Words, WordsKind};
