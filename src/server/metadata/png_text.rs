//! The text chunks of PNG.

use std::io::Cursor;

use bytes::{BufMut, Bytes, BytesMut};
use img_parts::png::{Png, PngChunk};

use super::{OWN, PARAMETERS, Texts};

/// How much of a file is read as text.
const MAX_READ_BYTES: usize = 4 * 1024 * 1024;

/// The file with both texts in place of what stood under their names; `None` when it is broken.
pub fn embed(bytes: Bytes, text: &str, own: &str) -> Option<Bytes> {
    let mut png = Png::from_bytes(bytes).ok()?;
    let ours = |chunk: &PngChunk| {
        matches!(&chunk.kind(), b"tEXt" | b"iTXt" | b"zTXt")
            && [PARAMETERS, OWN].iter().any(|keyword| {
                chunk
                    .contents()
                    .strip_prefix(keyword.as_bytes())
                    .is_some_and(|rest| rest.first() == Some(&0))
            })
    };
    png.chunks_mut().retain(|chunk| !ours(chunk));
    // Right after the header, where every reader looks before the pixels.
    png.chunks_mut().insert(1, text_chunk(OWN, own));
    png.chunks_mut().insert(1, text_chunk(PARAMETERS, text));
    Some(png.encoder().bytes())
}

/// The file without any text; `None` when it is broken.
pub fn strip(bytes: Bytes) -> Option<Bytes> {
    let mut png = Png::from_bytes(bytes).ok()?;
    let is_text = |chunk: &PngChunk| matches!(&chunk.kind(), b"tEXt" | b"iTXt" | b"zTXt" | b"eXIf");
    png.chunks_mut().retain(|chunk| !is_text(chunk));
    Some(png.encoder().bytes())
}

/// What the file says.
pub fn read(bytes: &[u8]) -> Texts {
    let limits = png::Limits { bytes: MAX_READ_BYTES };
    let Ok(mut reader) = png::Decoder::new_with_limits(Cursor::new(bytes), limits).read_info()
    else {
        return (None, None);
    };
    // Texts may stand behind the pixels too. What is broken there does not matter here.
    let _ = reader.finish();
    let info = reader.info();
    let text = |keyword: &str| {
        let mut plain = info.uncompressed_latin1_text.iter();
        let plain = plain.find(|chunk| chunk.keyword == keyword).map(|chunk| chunk.text.clone());
        let packed = info.compressed_latin1_text.iter().find(|chunk| chunk.keyword == keyword);
        let unicode = info.utf8_text.iter().find(|chunk| chunk.keyword == keyword);
        plain
            .or_else(|| unicode.and_then(|chunk| chunk.get_text().ok()))
            .or_else(|| packed.and_then(|chunk| chunk.get_text().ok()))
    };
    (text(OWN), text(PARAMETERS))
}

/// `tEXt` holds Latin-1; anything else goes into an uncompressed `iTXt`, as the web UIs do it.
fn text_chunk(keyword: &str, text: &str) -> PngChunk {
    let mut contents = BytesMut::new();
    contents.put(keyword.as_bytes());
    let latin: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(letter).ok()).collect();
    match latin {
        Some(latin) => {
            contents.put_u8(0);
            contents.put(&latin[..]);
            PngChunk::new(*b"tEXt", contents.freeze())
        }
        None => {
            // No compression, no language, no translated keyword.
            contents.put(&[0, 0, 0, 0, 0][..]);
            contents.put(text.as_bytes());
            PngChunk::new(*b"iTXt", contents.freeze())
        }
    }
}
