//! The state that components receive with a drawn part.

use serde::{Deserialize, Serialize};

use super::Html;
use crate::generation::GenerationId;

/// What the composer knows of the form of the chosen model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormState {
    /// The model reference.
    pub model: String,
    /// The model's title.
    pub title: String,
    /// The prompt to fill in, where it differs from the typed one.
    pub prompt: Option<String>,
    /// What is wrong with the prompt, as a sentence.
    pub prompt_error: Option<String>,
    /// The placeholder of the empty prompt box.
    pub placeholder: String,
    /// Whether the model requires a prompt.
    pub needs_prompt: bool,
    /// Notices to show before anything runs.
    pub notices: Vec<String>,
    /// Each input's default as text, by the input's name without [`INPUT`](super::INPUT).
    pub defaults: Vec<(String, String)>,
    /// The inputs for width and height.
    pub size: Option<SizeInputs>,
    /// The inputs that change which fields are drawn.
    pub redrawing: Vec<String>,
    /// The expected wait and cost of one picture, of two, and so on, as sentences; empty where
    /// nothing is known.
    pub costs: Vec<String>,
    /// The name of the seed input.
    pub seed: Option<String>,
    /// The inputs that take pictures, without masks.
    pub pictures: Vec<String>,
    /// The mask inputs, each with the name of the picture input that it covers.
    pub masks: Vec<(String, String)>,
    /// The secret inputs: the server neither draws nor receives their text when it draws a form.
    pub secrets: Vec<String>,
    /// The element id of the first control with an error.
    pub first_error: Option<String>,
    /// The provider has not answered yet; request the form again.
    pub is_pending: bool,
}

/// The inputs that set the size of the picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeInputs {
    /// The name of the width.
    pub width: String,
    /// The name of the height.
    pub height: String,
    /// The width and height that the provider chooses by default, in pixels.
    pub default: Option<(u32, u32)>,
}

/// What a card needs to know about its generation at first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardData {
    /// The id to call `generate` with.
    pub id: GenerationId,
    /// The prompt to show; may be empty.
    pub prompt: String,
    /// The title of its model.
    pub model: String,
    /// The requested width, in pixels.
    pub width: u32,
    /// The requested height, in pixels.
    pub height: u32,
    /// The generation has ended, so a call of `generate` returns its result without the event
    /// stream.
    pub is_over: bool,
}

/// The rows of a page of models.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelsState {
    /// Their references, in the order of the rows.
    pub references: Vec<String>,
    /// The cursor of the next page; `None` at the end.
    pub next: Option<String>,
    /// The HTML below the list: the number of models, and the button for more.
    pub foot: Html,
}

/// How far the copy of a Space is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CopyState {
    /// The Hub is still making it.
    Working {
        /// The current stage, as a text for the person.
        stage: String,
    },
    /// The copy is running.
    Done {
        /// The model reference of the copy.
        model: String,
    },
    /// The copy failed; the dialog says why.
    Failed,
}
