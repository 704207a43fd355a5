//! How a picture was made, as its file tells it: what dropping it on the page fills in.

use serde::{Deserialize, Serialize};

use super::{InputValue, Inputs, ModelReference, Role};

/// What a picture's file says about its making. Unlike a request it may lack the model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Only in files of ours.
    pub model: Option<ModelReference>,
    /// What the picture was to show; may be empty.
    pub prompt: String,
    /// By the field names of `model`.
    #[serde(deserialize_with = "super::bounded_inputs")]
    pub inputs: Inputs,
    /// What any model may understand, under whatever name it has there.
    pub common: Vec<(Role, InputValue)>,
    /// The tool that wrote it, such as "Fooocus", where the file tells.
    #[serde(default)]
    pub tool: Option<String>,
    /// The settings that were read but have no role here, by their names for people.
    #[serde(default)]
    pub unmapped: Vec<String>,
}
