//! A picture that the page holds.

use crate::{browser, generation::Image};

/// One picture of a result: the original bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// A blob address, or the server's where the bytes did not come with the answer.
    pub address: String,
    /// In pixels.
    pub width: u32,
    pub height: u32,
    pub digest: String,
}

impl Picture {
    /// `None` where the browser does not take the bytes.
    pub fn of(image: &Image) -> Option<Self> {
        let address = match image.bytes.is_empty() {
            true => "/api/images/".to_owned() + &image.digest,
            false => browser::blob_address(image)?,
        };
        let Image { width, height, digest, .. } = image;
        Some(Self { address, width: *width, height: *height, digest: digest.clone() })
    }

    /// Its size, behind what else is said of it.
    pub fn size_words(&self) -> String {
        [" · ", &self.width.to_string(), " × ", &self.height.to_string()].concat()
    }
}
