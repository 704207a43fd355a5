//! A checked request for a generation.

use serde::{Deserialize, Serialize};

use super::{FieldError, InputSchema, Inputs, Mistake, ModelReference, PromptUse};

/// The longest prompt that is accepted, in Unicode scalar values.
pub const MAX_PROMPT_CHARS: usize = 4_000;

/// A model reference, a prompt and the other inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The model to run.
    pub model: ModelReference,
    /// What the picture is to show; may be empty where the model allows that.
    pub prompt: String,
    /// By field name; an absent input is left to the provider.
    #[serde(deserialize_with = "super::bounded_inputs")]
    pub inputs: Inputs,
}

/// The number of characters in `prompt`, if it exceeds [`MAX_PROMPT_CHARS`]. The page calls this
/// too, because the server limits the size of a whole request.
pub fn too_long(prompt: &str) -> Option<usize> {
    Some(prompt.chars().count()).filter(|chars| *chars > MAX_PROMPT_CHARS)
}

/// True for characters that are invisible and that Unicode calls default ignorable: they join,
/// separate or redirect visible ones.
pub fn is_ignorable(letter: char) -> bool {
    matches!(u32::from(letter),
        0x00ad | 0x034f | 0x061c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f
        | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff
        | 0xffa0 | 0xfff0..=0xfff8 | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff
    )
}

/// True for a text without visible characters.
pub fn is_blank(text: &str) -> bool {
    // U+2800 is the Braille pattern without dots.
    let is_unseen = |letter: char| {
        letter.is_whitespace()
            || letter.is_control()
            || is_ignorable(letter)
            || letter == '\u{2800}'
    };
    text.chars().all(is_unseen)
}

impl Request {
    /// Checks the request against the model's schema, before anything is sent to the provider.
    ///
    /// # Errors
    ///
    /// Every invalid field, in the order of the form; the prompt's field is named `prompt`.
    pub fn validate(&self, prompt: PromptUse, schema: &InputSchema) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if prompt == PromptUse::Required && is_blank(&self.prompt) {
            errors.push(FieldError::of("prompt", "", Mistake::PromptMissing));
        }
        if let Some(chars) = too_long(&self.prompt) {
            let mistake = Mistake::PromptTooLong(MAX_PROMPT_CHARS, chars);
            errors.push(FieldError::of("prompt", "", mistake));
        }
        errors.extend(schema.check(&self.inputs));
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// The name of its pictures: the prompt, or the model if the prompt is blank.
    pub fn picture_name(&self) -> String {
        match self.prompt.trim() {
            "" => format!("Made with {}", self.model),
            prompt => prompt.to_owned(),
        }
    }

    /// Removes and returns the inputs that must never be stored, such as a key that a model
    /// requires.
    pub fn take_secrets(&mut self, schema: &InputSchema) -> Inputs {
        let secrets = schema.fields.iter().filter(|field| field.is_secret());
        secrets.filter_map(|field| self.inputs.remove_entry(&field.name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_of_which_nothing_can_be_seen_is_none() {
        let asked = |prompt: &str| {
            let (model, inputs) = (ModelReference::demo(), Inputs::new());
            let request = Request { model, prompt: prompt.to_owned(), inputs };
            request.validate(PromptUse::Required, &InputSchema::default()).is_ok()
        };
        for blank in ["", " \t\r\n", "\u{a0}\u{3000}", "\0\u{1b}", "\u{200b}\u{feff}", "\u{ad}"] {
            assert!(!asked(blank), "{blank:?}");
        }
        for seen in ["狐", "🦊", "?", "a\u{200b}", "\u{202e}x"] {
            assert!(asked(seen), "{seen:?}");
        }
    }
}
