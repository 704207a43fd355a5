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
    pub parameters: Vec<ParameterDetails>,
    pub returns: Vec<ParameterDetails>,
}

/// A parameter of an endpoint, or something that it returns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterDetails {
    pub label: String,
    /// The component that shows it: `textbox`, `slider`, `image`, …
    pub component: String,
    /// What is sent when nothing is given, as JSON; for parameters only.
    pub default: Option<String>,
}

/// How far a copy of a Space is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Copying {
    /// Still at work; ask again. `stage` is a word for the person.
    Working { stage: String },
    /// The copy runs.
    Done {
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
    pub private: bool,
}

/// What costs nothing, as far as the Hub says.
pub const FREE_HARDWARE: &str = "cpu-basic";

impl CopyOptions {
    /// What is to be said of the cost before the copy is made. Prices change, so none is named.
    pub fn cost(&self) -> String {
        let minutes = self.sleep_after_seconds.div_ceil(60);
        match self.hardware.as_deref() {
            Some(FREE_HARDWARE) => {
                "cpu-basic is free. Most image models are very slow on it, or do not start."
                    .to_owned()
            }
            Some(hardware) => format!(
                "Hugging Face bills {hardware} to your account by the hour, from the start until \
                 the Space sleeps, {minutes} min after its last use."
            ),
            None => format!(
                "The copy gets the hardware of the original. Hugging Face bills anything other \
                 than cpu-basic to your account by the hour, from the start until the Space \
                 sleeps, {minutes} min after its last use."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(hardware: Option<&str>) -> String {
        let hardware = hardware.map(str::to_owned);
        CopyOptions { hardware, sleep_after_seconds: 300, most_cents_per_hour: 0, private: true }
            .cost()
    }

    #[test]
    fn the_cost_is_said_without_inventing_a_price() {
        assert!(cost(Some("cpu-basic")).contains("free"));
        for words in [cost(Some("a10g-small")), cost(None)] {
            assert!(words.contains("by the hour") && words.contains("5 min"), "{words}");
            assert!(!words.contains('$'), "{words}");
        }
    }
}
