//! What can be known of a Gradio app, and of a copy of one.

use serde::{Deserialize, Serialize};

use super::ModelReference;

/// A Gradio app as it describes itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppDetails {
    /// The title that the app gives itself.
    pub title: String,
    /// The release of Gradio that runs it, such as `6.31.0`.
    pub version: String,
    /// `owner/name` where the app is a Space, which can be duplicated.
    pub space: Option<String>,
    /// What it can be asked to do, in its own order.
    pub endpoints: Vec<EndpointDetails>,
    /// The endpoint that the asked reference means, as an index.
    pub chosen: usize,
}

/// Something that an app can be asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndpointDetails {
    /// `/infer`, or a number.
    pub name: String,
    /// The model reference that means this endpoint of this app.
    pub reference: ModelReference,
    /// What it takes, in its own order.
    pub parameters: Vec<ParameterDetails>,
    /// What it gives back, in its own order.
    pub returns: Vec<ParameterDetails>,
}

/// A parameter of an endpoint, or something that it returns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterDetails {
    /// What people read over it; may be empty.
    pub label: String,
    /// The component that shows it: `textbox`, `slider`, `image`, …
    pub component: String,
    /// What is sent when nothing is given, as JSON; for parameters only.
    pub default: Option<String>,
}

/// How far a copy of a Space is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Copying {
    /// Still at work; ask again.
    Working {
        /// How far, in a word for the person.
        stage: String,
    },
    /// The copy runs.
    Done {
        /// The model that the copy is.
        reference: ModelReference,
        /// True when it had been made before.
        existed: bool,
    },
}

/// What a copy should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyOptions {
    /// A hardware name of the Hub, such as `t4-small`; `None` is that of the original.
    pub hardware: Option<String>,
    /// How long it stays awake without work; only for hardware that is billed.
    pub sleep_after_seconds: u32,
    /// What an hour may cost, in hundredths of a US dollar.
    pub most_cents_per_hour: u32,
    /// Only its owner sees it.
    pub private: bool,
}

/// What costs nothing, as far as the Hub says.
pub const FREE_HARDWARE: &str = "cpu-basic";
