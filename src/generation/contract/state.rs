//! What components have to know of what was drawn.

use serde::{Deserialize, Serialize};

use super::Html;
use crate::generation::GenerationId;

/// What the composer knows of the form of the chosen model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormState {
    /// The model reference.
    pub model: String,
    /// What the model is called by people.
    pub title: String,
    /// To be filled in, where it is not what the person typed.
    pub prompt: Option<String>,
    /// A missing or impossible prompt, in a sentence.
    pub prompt_error: Option<String>,
    /// What the empty prompt box says.
    pub placeholder: String,
    /// Nothing runs without a prompt.
    pub needs_prompt: bool,
    /// What the person should know before anything runs.
    pub notices: Vec<String>,
    /// Each input with the text of its default, by the name without [`INPUT`](super::INPUT).
    pub defaults: Vec<(String, String)>,
    /// The names of width and height, with the provider's own size in pixels where it is known.
    pub size: Option<SizeInputs>,
    /// The inputs on which it depends what is drawn.
    pub redrawing: Vec<String>,
    /// What is said of the wait and the cost of one picture, of two, and so on; empty where nothing is.
    pub costs: Vec<String>,
    /// The name of the seed.
    pub seed: Option<String>,
    /// The inputs that take pictures, without masks.
    pub pictures: Vec<String>,
    /// The inputs that are masks, each with that of the picture which it lies over.
    pub masks: Vec<(String, String)>,
    /// The inputs whose text is never drawn, nor sent to be drawn.
    pub secrets: Vec<String>,
    /// The id of the first control with something wrong.
    pub first_error: Option<String>,
    /// The provider has not answered yet: ask again.
    pub is_pending: bool,
}

/// The inputs that are the size of the picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeInputs {
    /// The name of the width.
    pub width: String,
    /// The name of the height.
    pub height: String,
    /// Width and height that the provider chooses itself, in pixels.
    pub default: Option<(u32, u32)>,
}

/// A generation as a card needs it at first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// What `generate` is called with.
    pub id: GenerationId,
    /// What it shows; may be empty.
    pub prompt: String,
    /// What its model is called.
    pub model: String,
    /// The size that was asked for, in pixels.
    pub width: u32,
    /// As the width.
    pub height: u32,
    /// It can be asked for with `generate` alone.
    pub is_over: bool,
}

/// The rows of a page of models.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelsState {
    /// Their references, in the order of the rows.
    pub references: Vec<String>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// What is said below the list, such as how many there are, and the button for more.
    pub foot: Html,
}

/// How far a copy of a Space is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CopyState {
    /// It is being made.
    Working {
        /// How far, in a word for the person.
        stage: String,
    },
    /// It runs under this reference.
    Done {
        /// The model that it is.
        model: String,
    },
    /// There is none; the dialog says why.
    Failed,
}
