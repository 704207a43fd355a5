//! What the person asks for.

use serde::{Deserialize, Serialize};

use super::{FieldError, InputSchema, Inputs, Mistake, ModelReference, PromptUse};

/// The longest prompt that is accepted, in Unicode scalar values.
pub const MAX_PROMPT_CHARS: usize = 4_000;

/// A model reference, a prompt and the other inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub model: ModelReference,
    pub prompt: String,
    #[serde(deserialize_with = "super::bounded_inputs")]
    pub inputs: Inputs,
}

/// How many characters `prompt` has, where they are more than any model is given. The page looks too:
/// the whole of it might be more than the server takes.
pub fn too_long(prompt: &str) -> Option<usize> {
    Some(prompt.chars().count()).filter(|chars| *chars > MAX_PROMPT_CHARS)
}

impl Request {
    /// Checks the request against what its model accepts, before anything is sent to it.
    ///
    /// # Errors
    ///
    /// Every field that is wrong, in the order of the form; the prompt's own name is `prompt`.
    pub fn validate(&self, prompt: PromptUse, schema: &InputSchema) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if prompt == PromptUse::Required && self.prompt.trim().is_empty() {
            errors.push(FieldError::of("prompt", "", Mistake::PromptMissing));
        }
        if let Some(chars) = too_long(&self.prompt) {
            let mistake = Mistake::PromptTooLong(MAX_PROMPT_CHARS, chars);
            errors.push(FieldError::of("prompt", "", mistake));
        }
        errors.extend(schema.check(&self.inputs));
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// What its pictures are called: the prompt, or the model where there is none.
    pub fn picture_name(&self) -> String {
        match self.prompt.trim() {
            "" => format!("Made with {}", self.model),
            prompt => prompt.to_owned(),
        }
    }

    /// Takes out the inputs that must never be kept, such as a key that a model asks for.
    pub fn take_secrets(&mut self, schema: &InputSchema) -> Inputs {
        let secrets = schema.fields.iter().filter(|field| field.is_secret());
        secrets.filter_map(|field| self.inputs.remove_entry(&field.name)).collect()
    }
}
