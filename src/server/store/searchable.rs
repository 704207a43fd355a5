//! The words by which the search finds a generation, as they are kept with its row.

use super::fold::words;
use crate::generation::{Output, Request};

/// Outputs that a search looks into, in bytes of text.
const MAX_OUTPUTS_BYTES: usize = 32 * 1024;

/// What a search finds a generation by.
pub(super) fn search_text(request: &Request) -> String {
    words(&format!("{} {}", request.prompt, request.model))
}

/// What a search finds the generation by, once its outputs are known; follows
/// [`search_text`] after a space, and is empty where there is no word in them.
pub(super) fn outputs_text(outputs: &[Output]) -> String {
    let mut text = String::new();
    for output in outputs {
        for part in [output.label.as_str(), output.words()] {
            let left = MAX_OUTPUTS_BYTES.saturating_sub(text.len());
            text.push(' ');
            text.push_str(&part[..part.floor_char_boundary(left)]);
        }
    }
    words(&text)
}
