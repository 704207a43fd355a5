//! The texts in a file, wherever the format stores them.

use super::{OWN, PARAMETERS};

/// How much text of a file is read, after decompression.
pub const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// The limit for the texts of one file; the known tools write a dozen at most.
const MAX_TEXTS: usize = 256;

/// The limit for EXIF blocks in one file. There should be one, but some tools write it twice.
const MAX_BLOCKS: usize = 8;

/// The texts of a file.
#[derive(Debug)]
pub struct Texts {
    /// By the keyword of the format, or the name of the tag in EXIF and XMP.
    named: Vec<(String, String)>,
    /// How many more bytes may be read.
    pub left: usize,
    /// How many more EXIF blocks may be read.
    pub blocks_left: usize,
    /// Something was left out because it is too large.
    pub too_large: bool,
}

impl Default for Texts {
    fn default() -> Self {
        Self { named: Vec::new(), left: MAX_TEXT_BYTES, blocks_left: MAX_BLOCKS, too_large: false }
    }
}

impl Texts {
    /// Adds a text, unless there are too many or it is empty.
    pub fn push(&mut self, name: &str, text: String) {
        if !text.trim().is_empty() && self.named.len() < MAX_TEXTS {
            self.named.push((name.to_owned(), text));
        }
    }

    /// The first text of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let of_name = self.named.iter().filter(move |(other, _)| other == name);
        of_name.map(|(_, text)| text.as_str())
    }

    pub fn own(&self) -> Option<&str> {
        self.get(OWN)
    }

    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.all(PARAMETERS)
    }

    /// The bytes, if there is room for them.
    pub fn take(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let Some(left) = self.left.checked_sub(bytes.len()) else {
            self.too_large = true;
            return None;
        };
        self.left = left;
        Some(bytes.to_vec())
    }
}
