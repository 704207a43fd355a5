//! A picture that the page holds.

use crate::{browser, generation::Image};

/// One picture of a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// A blob URL of the original bytes, or the server's URL if the response came without bytes.
    pub address: String,
    /// In pixels.
    pub width: u32,
    pub height: u32,
    pub digest: String,
}

impl Picture {
    /// `None` if the browser cannot make a blob.
    pub fn of(image: &Image) -> Option<Self> {
        let address = match image.bytes.is_empty() {
            true => "/api/images/".to_owned() + &image.digest,
            false => browser::blob_address(image)?,
        };
        let Image { width, height, digest, .. } = image;
        Some(Self { address, width: *width, height: *height, digest: digest.clone() })
    }

    /// The size as text, with a separator before it.
    pub fn size_words(&self) -> String {
        [" · ", &self.width.to_string(), " × ", &self.height.to_string()].concat()
    }
}
