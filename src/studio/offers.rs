//! What the page is given at first.

use serde::{Deserialize, Serialize};

use crate::generation::{Model, ModelReference};

/// One entry of the model picker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub reference: ModelReference,
    /// As in [`Model::title`].
    pub title: String,
}

/// The models on offer, and what is known of the chosen one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offers {
    pub offers: Vec<Offer>,
    pub chosen: ModelReference,
    /// `None` when its provider did not answer at once: the page asks again.
    pub first: Option<Model>,
}
