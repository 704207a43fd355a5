//! The text by which the search finds a generation, stored with its row.

use super::fold::words;
use crate::generation::{Output, Request};

/// How much text of the outputs is searchable, in bytes.
const MAX_OUTPUTS_BYTES: usize = 32 * 1024;

/// The searchable text of a request.
pub(super) fn search_text(request: &Request) -> String {
    words(&format!("{} {}", request.prompt, request.model))
}

/// The searchable text of the outputs, once they are known. It follows [`search_text`] after a
/// space, and is empty where they have no word.
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
