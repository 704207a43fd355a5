//! A picture, with the details that Easel reads from its bytes.

use serde::{Deserialize, Serialize};

/// The server shares the bytes of a picture among all who read it. The page turns its own into a
/// blob immediately, and sharing would be code that every visit loads.
#[cfg(feature = "ssr")]
pub type ImageBytes = bytes::Bytes;
/// The bytes of a picture in the page.
#[cfg(not(feature = "ssr"))]
pub type ImageBytes = Vec<u8>;

/// Bytes, content type, size in pixels, and the SHA-256 of the bytes in lower-case hex.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Empty in a response that would be too large: the page then fetches the picture by its
    /// digest.
    #[serde(with = "as_slice")]
    pub bytes: ImageBytes,
    /// The type detected from the bytes, whatever the provider declared.
    pub content_type: ImageType,
    /// In pixels, as displayed.
    pub width: u32,
    /// In pixels, as displayed.
    pub height: u32,
    /// SHA-256 of the bytes, in lower-case hex.
    pub digest: String,
}

/// Bytes as one slice, not as a sequence of numbers.
mod as_slice {
    use serde::{Deserializer, Serializer};

    use super::ImageBytes;

    pub fn serialize<S: Serializer>(bytes: &ImageBytes, to: S) -> Result<S::Ok, S::Error> {
        serde_bytes::serialize(&bytes[..], to)
    }

    #[cfg_attr(
        not(feature = "ssr"),
        expect(clippy::useless_conversion, reason = "the server keeps them as another type")
    )]
    pub fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<ImageBytes, D::Error> {
        let bytes: Vec<u8> = serde_bytes::deserialize(from)?;
        Ok(bytes.into())
    }
}

/// The accepted image types, which Easel detects by their magic bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImageType {
    /// Portable Network Graphics.
    Png,
    /// JFIF or EXIF.
    Jpeg,
    /// WebP, still or moving.
    Webp,
    /// GIF, still or moving.
    Gif,
    /// AVIF, still or moving.
    Avif,
}

impl ImageType {
    /// The content type of its response.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Avif => "image/avif",
        }
    }

    /// All types.
    pub const ALL: [Self; 5] = [Self::Png, Self::Jpeg, Self::Webp, Self::Gif, Self::Avif];

    /// The type with this media type.
    pub fn of_mime(mime: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.mime() == mime)
    }

    /// The file name extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Avif => "avif",
        }
    }
}

/// Prints the length of the bytes instead of the bytes.
impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Image")
            .field("bytes", &self.bytes.len())
            .field("content_type", &self.content_type)
            .field("width", &self.width)
            .field("height", &self.height)
            .field("digest", &self.digest)
            .finish()
    }
}
