//! How a picture was made, as its file's metadata say. Dropping the file on the page fills this in.

use serde::{Deserialize, Serialize};

use super::{InputValue, Inputs, ModelReference, Role};

/// The settings found in a picture's file. Unlike a request, a recipe may lack the model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Only in files that Easel wrote.
    pub model: Option<ModelReference>,
    /// The prompt; may be empty.
    pub prompt: String,
    /// By `model`'s field names.
    #[serde(deserialize_with = "super::bounded_inputs")]
    pub inputs: Inputs,
    /// Settings that other models may share, whatever they name them.
    pub common: Vec<(Role, InputValue)>,
    /// The program that wrote the file, such as "Fooocus", where the file says so.
    #[serde(default)]
    pub tool: Option<String>,
    /// The names, for people, of settings that were read but have no role here.
    #[serde(default)]
    pub unmapped: Vec<String>,
}
