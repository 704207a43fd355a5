//! What a model made beside images, or instead of them: text, numbers, JSON, audio, video, files.

use serde::{Deserialize, Serialize};

use super::GenerationId;

/// One output, in the order of the app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// The app's label; may be empty.
    pub label: String,
    /// The output itself.
    pub value: OutputValue,
}

/// The value of an output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OutputValue {
    /// At most [`MAX_OUTPUT_BYTES`]; a longer text is cut and marked with `…`.
    Text(String),
    /// The digits as the app wrote them, because a JavaScript number could lose some.
    Number(String),
    /// Indented; at most [`MAX_OUTPUT_BYTES`], cut like a text.
    Json(String),
    /// A file stored on this server; see [`OutputValue::address`].
    File {
        /// From 0, among the files of its generation.
        position: u32,
        /// The app's name for it, without a path.
        name: String,
        /// The content type of its response.
        content_type: String,
        /// The size of the file, in bytes.
        bytes: u64,
    },
}

/// The longest text of one output, in bytes.
pub const MAX_OUTPUT_BYTES: usize = 64 * 1024;
/// The most outputs of one generation.
pub const MAX_OUTPUTS: usize = 64;
/// The texts of all outputs of one generation, in bytes.
pub const MAX_OUTPUTS_BYTES: usize = 256 * 1024;

const MAX_LABEL_BYTES: usize = 200;
/// Marks the end of a text that was cut.
const CUT: &str = "…";

impl Output {
    /// An output that is a text.
    pub fn text(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(label, OutputValue::Text(text.into()))
    }

    /// An output that is one number, by its digits.
    pub fn number(label: impl Into<String>, number: impl ToString) -> Self {
        Self::new(label, OutputValue::Number(number.to_string()))
    }

    /// An output that is JSON. The page shows `json` unchanged, so it should be indented.
    pub fn json(label: impl Into<String>, json: impl Into<String>) -> Self {
        Self::new(label, OutputValue::Json(json.into()))
    }

    /// An output whose label and text are cut to their bounds.
    pub fn new(label: impl Into<String>, value: OutputValue) -> Self {
        let (mut label, mut value) = (label.into(), value);
        cut(&mut label, MAX_LABEL_BYTES);
        if let OutputValue::Text(text) | OutputValue::Number(text) | OutputValue::Json(text) =
            &mut value
        {
            cut(text, MAX_OUTPUT_BYTES);
        }
        Self { label, value }
    }

    /// The text of the output; for a file, its name.
    pub fn words(&self) -> &str {
        match &self.value {
            OutputValue::Text(text) | OutputValue::Number(text) | OutputValue::Json(text) => text,
            OutputValue::File { name, .. } => name,
        }
    }
}

impl OutputValue {
    /// The path of a file's bytes; `None` for other outputs.
    pub fn address(&self, id: &GenerationId) -> Option<String> {
        match self {
            Self::File { position, name, .. } => {
                // The server looks at the position only; the name is for the browser.
                let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
                let name: String =
                    name.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
                Some(format!("/api/generations/{id}/files/{position}/{name}"))
            }
            _ => None,
        }
    }
}

/// Keeps at most [`MAX_OUTPUTS`], with `most_bytes` of text in all: cuts or removes the last ones.
pub fn bound_outputs(outputs: &mut Vec<Output>, most_bytes: usize) {
    outputs.truncate(MAX_OUTPUTS);
    let mut left = most_bytes;
    outputs.retain_mut(|output| {
        let text = match &mut output.value {
            OutputValue::Text(text) | OutputValue::Number(text) | OutputValue::Json(text) => text,
            OutputValue::File { .. } => return true,
        };
        cut(text, left);
        left = left.saturating_sub(text.len());
        !text.is_empty()
    });
}

fn cut(text: &mut String, most_bytes: usize) {
    if text.len() <= most_bytes {
        return;
    }
    text.truncate(text.floor_char_boundary(most_bytes.saturating_sub(CUT.len())));
    if !text.is_empty() {
        text.push_str(CUT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_with_a_mark() {
        let output = Output::text("é".repeat(300), "狐".repeat(MAX_OUTPUT_BYTES));
        assert!(output.words().len() <= MAX_OUTPUT_BYTES && output.words().ends_with('…'));
        assert!(output.label.len() <= MAX_LABEL_BYTES && output.label.ends_with('…'));
        assert_eq!(Output::text("Note", "All done.").words(), "All done.");
    }

    #[test]
    fn all_outputs_together_have_a_bound() {
        let mut outputs = vec![Output::text("", "x".repeat(50)); 100];
        bound_outputs(&mut outputs, 120);
        let lengths: Vec<_> = outputs.iter().map(|output| output.words().len()).collect();
        assert_eq!(lengths, [50, 50, 20]);
        let file = OutputValue::File {
            position: 0,
            name: "a.mp4".to_owned(),
            content_type: "video/mp4".to_owned(),
            bytes: 1,
        };
        let mut files = vec![Output::new("", file); 100];
        bound_outputs(&mut files, 0);
        assert_eq!(files.len(), MAX_OUTPUTS);
    }

    #[test]
    fn a_file_is_found_at_its_generation() {
        let id = GenerationId::from_parts(0, [0; 10]);
        let value = OutputValue::File {
            position: 2,
            name: "fox.mp4".to_owned(),
            content_type: "video/mp4".to_owned(),
            bytes: 9,
        };
        assert_eq!(value.address(&id), Some(format!("/api/generations/{id}/files/2/fox.mp4")));
        assert_eq!(Output::number("", 7).value.address(&id), None);
    }
}
