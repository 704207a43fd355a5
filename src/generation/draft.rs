//! What the page sends.

use serde::{Deserialize, Serialize};

/// What the form holds, unchecked: what the page sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// A model reference as text.
    pub model: String,
    pub prompt: String,
    /// Raw text by field name, in the order of the form. A name may come several times: several
    /// choices or files; for a switch the last one counts (a hidden "false" before the box's
    /// "true", as HTML forms do it).
    pub inputs: Vec<(String, String)>,
}

impl Draft {
    /// The draft that comes to `request`: the text of each value as the form shows it.
    pub fn of(request: &super::Request) -> Self {
        let inputs = request.inputs.iter().flat_map(|(name, value)| {
            let values = match value {
                super::InputValue::List(items) => items.clone(),
                value => vec![value.clone()],
            };
            values.into_iter().map(|value| (name.clone(), value.to_string())).collect::<Vec<_>>()
        });
        Self {
            model: request.model.to_string(),
            prompt: request.prompt.clone(),
            inputs: inputs.collect(),
        }
    }
}
