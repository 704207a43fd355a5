//! The text chunks of PNG.

use std::io::Read;

use bytes::{BufMut, Bytes, BytesMut};
use flate2::read::ZlibDecoder;
use img_parts::png::{Png, PngChunk};

use super::{MAX_TEXT_BYTES, OWN, PARAMETERS, Texts, png::chunks};

/// Chunks of a file that are looked at. A usual writer makes one of 8 kB of pixels.
const MAX_CHUNKS: usize = 20_000;

/// The file with both texts in place of what stood under their names; `None` when it is broken.
pub fn embed(bytes: Bytes, text: &str, own: &str) -> Option<Bytes> {
    if chunks(&bytes).nth(MAX_CHUNKS).is_some() {
        return None;
    }
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

/// What the file says. What is packed is unpacked up to a limit, for all texts together.
pub fn read(bytes: &[u8]) -> Texts {
    let mut texts = Texts::default();
    let mut left = MAX_TEXT_BYTES;
    for chunk in chunks(bytes).take(MAX_CHUNKS) {
        if !matches!(chunk.kind, b"tEXt" | b"zTXt" | b"iTXt") {
            continue;
        }
        let Some((keyword, rest)) = split_at_zero(chunk.contents) else { continue };
        let text = match keyword {
            keyword if keyword == OWN.as_bytes() => &mut texts.own,
            keyword if keyword == PARAMETERS.as_bytes() => &mut texts.parameters,
            _ => continue,
        };
        if text.is_some() {
            continue;
        }
        let found = match (chunk.kind, rest) {
            (b"tEXt", text) => taken(text, &mut left).map(|text| latin(&text)),
            (b"zTXt", [0, packed @ ..]) => unpacked(packed, &mut left).map(|text| latin(&text)),
            (b"iTXt", [is_packed, _, rest @ ..]) => {
                let rest = split_at_zero(rest).and_then(|(_, rest)| split_at_zero(rest));
                let Some((_, text)) = rest else { continue };
                let read = if *is_packed == 0 { taken } else { unpacked };
                read(text, &mut left).map(|text| String::from_utf8(text).ok())
            }
            _ => continue,
        };
        match found {
            Some(found) => *text = found,
            None => texts.too_large = true,
        }
    }
    texts
}

fn split_at_zero(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

fn latin(bytes: &[u8]) -> Option<String> {
    Some(bytes.iter().copied().map(char::from).collect())
}

/// The bytes, if there is room for them among what is `left`.
fn taken(bytes: &[u8], left: &mut usize) -> Option<Vec<u8>> {
    *left = left.checked_sub(bytes.len())?;
    Some(bytes.to_vec())
}

/// The same for packed bytes; nothing else is unpacked after what did not fit. Up to where it is
/// broken, if it is.
fn unpacked(packed: &[u8], left: &mut usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    // One more than fits tells that there is more.
    let read = ZlibDecoder::new(packed).take(*left as u64 + 1).read_to_end(&mut bytes);
    let fits = left.checked_sub(bytes.len());
    *left = fits.unwrap_or(0);
    fits?;
    read.is_ok().then_some(bytes).or(Some(Vec::new()))
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
