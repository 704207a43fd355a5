//! What page and server say to each other beside [`generate`](crate::api::generate): the parts of
//! the page that the server draws, and what a person does to kept generations.
//!
//! Between HTML that the server drew and a component only standard HTML and ARIA speak: `name`,
//! `value`, `checked`, `form`, `href`, ids and what they describe. Everything else is a typed value
//! beside the HTML, in [`State`].

mod acts;
mod address;
mod fields;
mod state;

use serde::{Deserialize, Serialize};

pub use self::{
    acts::{GalleryAct, ViewerAct},
    address::PictureAddress,
    fields::{FieldAct, INPUT},
    state::{CopyState, FormState, ModelsState, Shown, SizeInputs},
};
use super::{ConnectionState, Draft, FieldError, GenerationId};

/// The cookie in which a browser tells how far its clock is ahead of UTC, in minutes: days begin by
/// it.
pub const OFFSET_COOKIE: &str = "easel_offset";

/// Something that the server draws for a page that is there already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "what a part is says what its fields are")]
pub enum Part {
    /// What the page needs to know when it comes to life: the form for what stands in it, and the
    /// generations that run, or that this tab had on show.
    Start { draft: Draft, shown: Vec<GenerationId> },
    /// The inputs of the draft's model, with those values of the draft that it takes.
    Form { draft: Draft, fill: Fill },
    /// The form as an earlier generation had it.
    FormOf { generation: GenerationId, seed: SeedUse },
    /// The form as the uploaded picture was made, whatever program made it; what it does not say
    /// stays as in the draft.
    FormOfPicture { draft: Draft, digest: String },
    /// The draft of an earlier generation, to run it again.
    DraftOf { generation: GenerationId, seed: SeedUse },
    /// A page of models.
    Models(ModelsQuery),
    /// A page of the gallery: its filters and its ends as an address holds them, in the query. The
    /// offset is that of [`OFFSET_COOKIE`].
    Tiles { query: String, offset_minutes: i32 },
    /// The tile of one generation; empty when it is not in the gallery.
    Tile(GenerationId),
    /// One picture of a generation, with all that is known of it. The offset is that of
    /// [`OFFSET_COOKIE`].
    Viewer { id: GenerationId, position: u32, offset_minutes: i32 },
    /// What a generation has made so far beside pictures.
    Outputs(GenerationId),
    /// The connections to all providers; one of them is asked about its key first.
    Connections { check: String },
    /// The dialog that duplicates a Space, with what stands in it, by the names of its fields.
    SpaceCopy(Vec<(String, String)>),
    /// The painter for the mask that this input is.
    Painter { draft: Draft, input: String },
    /// What is loaded when it is first needed, by the id of its place; and the key that asked for it.
    Loaded(String, String),
    /// Makes the copy, or says how far it is, when that is something else than `seen`.
    SpaceCopyMade { fields: Vec<(String, String)>, seen: Option<String> },
}

/// What is filled into a form beside the values of the draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fill {
    /// Nothing beside the draft.
    Keep,
    /// What the model's maker shows off with.
    Example,
    /// Nothing: every input is left to the provider again.
    Reset,
    /// The seed of the last picture, to be kept.
    LastSeed,
    /// What is wrong, beside the inputs.
    Errors(Vec<FieldError>),
    /// What the person always wants of the model, which was chosen now.
    Choose,
}

/// Which seed a generation runs with again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeedUse {
    /// As the person set it, or not.
    AsItWas,
    /// The one that the person set or the provider chose.
    Same,
    /// Another one than before.
    New,
}

/// Which models are asked for; an empty query browses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelsQuery {
    /// What the person typed.
    pub query: String,
    /// Where the page begins, as the one before said; `None` for the first.
    pub cursor: Option<String>,
    /// The references that are listed already, in order: the rows that come are numbered after
    /// them.
    pub seen: Vec<String>,
    /// What this browser ran last, newest first: on each line a reference and a title, with a tab
    /// between them.
    pub recent: String,
}

/// The id of the option at `index` in the list of models.
pub fn model_option_id(index: usize) -> String {
    "model-option-".to_owned() + &index.to_string()
}

/// HTML that only the server's `app` makes, with all text escaped, and that only
/// [`studio::drawn`](crate::studio) puts into the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Html(pub String);

/// A part of the page, and what it means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// What is put into the page.
    pub html: Html,
    /// What it means.
    pub state: State,
}

/// What a component has to know of what was drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum State {
    /// The part stands for itself.
    Nothing,
    /// The page as it begins.
    Start {
        /// Of the composer.
        form: Box<FormState>,
        /// Generations that have a card, the newest first.
        shown: Vec<Shown>,
    },
    /// Of the composer.
    Form(Box<FormState>),
    /// A draft, and how its card begins.
    Draft {
        /// What the card asks for.
        draft: Draft,
        /// What it shows at first.
        shown: Shown,
    },
    /// Rows of the model picker.
    Models(ModelsState),
    /// Where the next page of the gallery begins; `None` at the end.
    Tiles(Option<String>),
    /// The picture itself, or why there is none; what stands beside it is in [`Drawn::html`].
    Viewer(Html),
    /// How far a copy of a Space is.
    Copy(CopyState),
    /// The address of the script that brings it to life.
    Script(String),
    /// How the providers with a key do: the worst of them.
    Connections(ConnectionState),
}

impl ConnectionState {
    /// The class of the dot that shows it.
    pub fn dot(self) -> &'static str {
        match self {
            Self::Ready => "dot--ok",
            Self::Failed => "dot--warn",
            Self::Unchecked => "dot--free",
            Self::NotConfigured => "dot--none",
        }
    }
}

impl From<String> for Html {
    fn from(html: String) -> Self {
        Self(html)
    }
}

impl Drawn {
    /// HTML that needs no words beside it.
    pub fn plain(html: impl Into<Html>) -> Self {
        Self { html: html.into(), state: State::Nothing }
    }
}
