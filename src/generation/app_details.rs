//! What Easel knows about a Gradio app, and about a copy of a Space.

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
    /// The app's callable endpoints, in the app's order.
    pub endpoints: Vec<EndpointDetails>,
    /// The index of the endpoint that the requested reference names.
    pub chosen: usize,
}

/// One callable endpoint of an app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndpointDetails {
    /// A path such as `/infer`, or a number.
    pub name: String,
    /// The model reference that names this endpoint.
    pub reference: ModelReference,
    /// Its parameters, in the app's order.
    pub parameters: Vec<ParameterDetails>,
    /// Its return values, in the app's order.
    pub returns: Vec<ParameterDetails>,
}

/// A parameter or a return value of an endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterDetails {
    /// The label that the app shows above it; may be empty.
    pub label: String,
    /// The Gradio component that shows it: `textbox`, `slider`, `image`, …
    pub component: String,
    /// The value that is sent when the person gives none, as JSON; parameters only.
    pub default: Option<String>,
}

/// How far the duplication of a Space has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Copying {
    /// The duplication goes on; ask again.
    Working {
        /// The current stage, as a text for the person.
        stage: String,
    },
    /// The copy is running.
    Done {
        /// The model reference of the copy.
        reference: ModelReference,
        /// True when the copy existed already.
        existed: bool,
    },
}

/// The settings for a copy of a Space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyOptions {
    /// A hardware name of the Hub, such as `t4-small`; `None` keeps the original's hardware.
    pub hardware: Option<String>,
    /// How long an idle copy stays awake, in seconds; only for billed hardware.
    pub sleep_after_seconds: u32,
    /// The highest acceptable price of an hour, in hundredths of a US dollar.
    pub most_cents_per_hour: u32,
    /// Whether only its owner sees it.
    pub private: bool,
}

/// The hardware that the Hub lists as free.
pub const FREE_HARDWARE: &str = "cpu-basic";
