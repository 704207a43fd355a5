//! The types that page and server exchange beside [`generate`](crate::api::generate): the parts of
//! the page that the server draws, and a person's actions on stored generations.
//!
//! Components read server-drawn HTML through standard HTML and ARIA only: `name`, `value`,
//! `checked`, `form`, `href`, ids and what they describe. Everything else is a typed value beside
//! the HTML, in [`State`].

mod acts;
mod address;
mod fields;
mod state;

use serde::{Deserialize, Serialize};

pub use self::{
    acts::{GalleryAct, ViewerAct},
    address::PictureAddress,
    fields::{FieldAct, INPUT},
    state::{CardData, CopyState, FormState, ModelsState, SizeInputs},
};
use super::{ConnectionState, Draft, FieldError, GenerationId};

/// The cookie in which the browser reports how far its clock is ahead of UTC, in minutes, so that
/// days begin at local midnight.
pub const OFFSET_COOKIE: &str = "easel_offset";

/// A part of the page that the server draws on request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "what a part is says what its fields are")]
pub enum Part {
    /// What the page needs when it hydrates: the form for its current contents, and the generations
    /// that run or that this tab showed before.
    Start { draft: Draft, shown: Vec<GenerationId> },
    /// The inputs of the draft's model, filled with those values of the draft that the model takes.
    Form { draft: Draft, fill: Fill },
    /// The form filled with the inputs of an earlier generation.
    FormOf { generation: GenerationId, seed: SeedUse },
    /// The form filled with the settings found in the uploaded picture's metadata, whatever program
    /// wrote them; other fields keep the draft's values.
    FormOfPicture { draft: Draft, digest: String },
    /// The draft of an earlier generation, to run it again.
    DraftOf { generation: GenerationId, seed: SeedUse },
    /// A page of models.
    Models(ModelsQuery),
    /// A page of the gallery. `query` holds filters and bounds, as in the page's URL; the offset is
    /// that of [`OFFSET_COOKIE`].
    Tiles { query: String, offset_minutes: i32 },
    /// The tile of one generation; empty when it is not in the gallery.
    Tile(GenerationId),
    /// One picture of a generation, with all its details. The offset is that of [`OFFSET_COOKIE`].
    Viewer { id: GenerationId, position: u32, offset_minutes: i32 },
    /// The outputs of a generation so far, without its images.
    Outputs(GenerationId),
    /// The connections to all providers, after checking the key of the provider that `check` names.
    Connections { check: String },
    /// The dialog that duplicates a Space, with its current field values by name.
    SpaceCopy(Vec<(String, String)>),
    /// The painter for this input, which is a mask.
    Painter { draft: Draft, input: String },
    /// A part that loads when it is first needed: the id of its container, and the key that was
    /// pressed to open it.
    Loaded(String, String),
    /// Starts the copy of a Space, or reports its stage once that differs from `seen`.
    SpaceCopyMade { fields: Vec<(String, String)>, seen: Option<String> },
}

/// What the server fills into a form beside the values of the draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fill {
    /// Nothing beside the draft.
    Keep,
    /// The example that the model's maker provides.
    Example,
    /// Nothing: every input returns to the provider's default.
    Reset,
    /// The seed of the last picture, so that the next picture has the same one.
    LastSeed,
    /// Error messages, beside the inputs that they are about.
    Errors(Vec<FieldError>),
    /// The person's saved habits for the model, which was just chosen.
    Choose,
}

/// Which seed a repeated generation uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeedUse {
    /// The seed that the person set, or none if the person set none.
    AsItWas,
    /// The seed that the person set or the provider chose.
    Same,
    /// A different one.
    New,
}

/// A search for models; an empty query browses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelsQuery {
    /// What the person typed.
    pub query: String,
    /// Where the page begins, from the previous page; `None` for the first.
    pub cursor: Option<String>,
    /// The references that are listed already, in order: the numbers of the new rows follow theirs.
    pub seen: Vec<String>,
    /// The models that this browser ran last, newest first: one per line, reference and title
    /// separated by a tab.
    pub recent: String,
}

/// The element id of the option at `index` in the list of models.
pub fn model_option_id(index: usize) -> String {
    "model-option-".to_owned() + &index.to_string()
}

/// HTML that only the server's `app` module makes, with all text escaped, and that only
/// [`studio::drawn`](crate::studio) inserts into the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Html(pub String);

/// A drawn part of the page, with the state that belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// The HTML to insert.
    pub html: Html,
    /// The typed values beside it.
    pub state: State,
}

/// What a component has to know about a part that the server drew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum State {
    /// Nothing beside the HTML.
    Nothing,
    /// The state of the page at its start.
    Start {
        /// The state of the composer's form.
        form: Box<FormState>,
        /// The generations that have a card, newest first.
        shown: Vec<CardData>,
    },
    /// The state of the composer's form.
    Form(Box<FormState>),
    /// A draft, and the initial state of its card.
    Draft {
        /// The draft that the card runs.
        draft: Draft,
        /// What the card shows at first.
        shown: CardData,
    },
    /// The rows of the model picker.
    Models(ModelsState),
    /// The cursor of the gallery's next page; `None` at the end.
    Tiles(Option<String>),
    /// The picture itself, or the reason why there is none; its details are in [`Drawn::html`].
    Viewer(Html),
    /// How far the copy of a Space is.
    Copy(CopyState),
    /// The URL of the script that drives the part.
    Script(String),
    /// The worst state among the connections that have a key.
    Connections(ConnectionState),
}

impl ConnectionState {
    /// The CSS class of the dot that shows this state.
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
    /// HTML without state.
    pub fn plain(html: impl Into<Html>) -> Self {
        Self { html: html.into(), state: State::Nothing }
    }
}
