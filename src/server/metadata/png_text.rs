//! The text chunks of PNG.

use std::io::Read;

use bytes::{BufMut, Bytes, BytesMut};
use flate2::read::ZlibDecoder;
use img_parts::png::{Png, PngChunk};

use super::{
    MAX_TEXT_BYTES, OWN, PARAMETERS, Texts,
    encoded::latin_or_utf8,
    exif_block, jpeg,
    png::{Chunk, chunks},
    xmp,
};

/// How many chunks of a file are read. A usual writer puts 8 kB of pixels in one.
const MAX_CHUNKS: usize = 20_000;

/// How many texts of a file are read.
const MAX_TEXTS: usize = 1_000;

/// A keyword has at most 79 bytes.
const MAX_KEYWORD_BYTES: usize = 79;

/// The keyword prefix of profiles in hex, which ImageMagick and tools based on it write instead of
/// chunks.
const RAW_PROFILE: &str = "Raw profile type ";

/// The file with both texts, replacing those under the same keywords; `None` when it is broken.
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

/// Adds the texts of the file. Compressed ones are decompressed up to a limit for all together.
pub fn read(bytes: &[u8], texts: &mut Texts) {
    let is_text = |chunk: &Chunk<'_>| matches!(chunk.kind, b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf");
    let found = chunks(bytes).take(MAX_CHUNKS).filter(is_text).take(MAX_TEXTS);
    let mut found: Vec<_> = found.filter_map(|chunk| Some((keyword(&chunk)?, chunk))).collect();
    // A canvas graph is large, and needed only where there is nothing else.
    found.sort_by_key(|((name, _), _)| match *name {
        name if name == OWN.as_bytes() => 0,
        name if name == PARAMETERS.as_bytes() => 1,
        b"workflow" | b"invokeai_workflow" => 3,
        _ => 2,
    });
    for ((name, rest), chunk) in found {
        let (name, kind) = (latin_or_utf8(name), chunk.kind);
        let text = match (kind, rest) {
            (b"eXIf", block) => {
                exif_block::read(block.strip_prefix(jpeg::EXIF).unwrap_or(block), texts);
                continue;
            }
            (b"tEXt", text) => texts.take(text).map(|text| latin_or_utf8(&text)),
            (b"zTXt", [0, packed @ ..]) => unpacked(packed, texts).map(|text| latin_or_utf8(&text)),
            (b"iTXt", [is_packed, _, rest @ ..]) => {
                let rest = split_at_zero(rest).and_then(|(_, rest)| split_at_zero(rest));
                let Some((_, text)) = rest else { continue };
                let text = match *is_packed {
                    0 => texts.take(text),
                    _ => unpacked(text, texts),
                };
                text.map(|text| latin_or_utf8(&text))
            }
            _ => continue,
        };
        let Some(text) = text else { continue };
        match name.strip_prefix(RAW_PROFILE) {
            Some(kind) => raw_profile(kind, &text, texts),
            None if name == xmp::KEYWORD => xmp::read(&text, texts),
            None => texts.push(&name, text),
        }
    }
}

/// The keyword of a text, and the bytes after it.
fn keyword<'a>(chunk: &Chunk<'a>) -> Option<(&'a [u8], &'a [u8])> {
    if chunk.kind == b"eXIf" {
        return Some((b"eXIf", chunk.contents));
    }
    split_at_zero(chunk.contents).filter(|(name, _)| name.len() <= MAX_KEYWORD_BYTES)
}

fn split_at_zero(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

/// Parses a name, a length and the bytes in hex, each on lines of their own.
fn raw_profile(kind: &str, text: &str, texts: &mut Texts) {
    let mut lines = text.trim_start().lines().skip(2);
    let digits: Vec<u8> = lines.by_ref().flat_map(str::bytes).filter_map(hex_digit).collect();
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    match kind {
        "exif" | "APP1" => {
            let block = bytes.strip_prefix(jpeg::EXIF).unwrap_or(&bytes);
            exif_block::read(block, texts);
        }
        "xmp" => xmp::read(&latin_or_utf8(&bytes), texts),
        _ => {}
    }
}

fn hex_digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Decompresses a text, if there is room for it; after one that did not fit, nothing else is
/// decompressed. A broken one yields the part before the error.
fn unpacked(packed: &[u8], texts: &mut Texts) -> Option<Vec<u8>> {
    let (unpacked, fits) = inflate(packed, texts.left);
    texts.left = texts.left.saturating_sub(unpacked.len());
    texts.too_large |= !fits;
    fits.then_some(unpacked)
}

/// Up to `limit` bytes, and whether that is all.
fn inflate(packed: &[u8], limit: usize) -> (Vec<u8>, bool) {
    let limit = limit.min(MAX_TEXT_BYTES);
    let mut bytes = Vec::new();
    // One byte more than fits shows that there is more.
    let read = ZlibDecoder::new(packed).take(limit as u64 + 1).read_to_end(&mut bytes);
    let fits = bytes.len() <= limit;
    if read.is_err() {
        bytes.clear();
    }
    (bytes, fits)
}

/// `tEXt` holds Latin-1; other text goes into an uncompressed `iTXt`, as the web UIs do.
fn text_chunk(keyword: &str, text: &str) -> PngChunk {
    let mut contents = BytesMut::new();
    contents.put(keyword.as_bytes());
    // Latin-1 that is also valid UTF-8 would be read as UTF-8.
    let latin = text.chars().map(|letter| u8::try_from(letter).ok()).collect::<Option<Vec<u8>>>();
    match latin.filter(|latin| text.is_ascii() || std::str::from_utf8(latin).is_err()) {
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
