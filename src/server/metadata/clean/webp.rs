//! WebP: keeps the chunks that draw, and nothing after the container.

use super::{super::exif_block, icc};
use crate::server::metadata::{
    jpeg::EXIF,
    webp::{self, Chunk, body, chunks, push_chunk},
};

const HAS_PROFILE: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
const HAS_EXIF: u8 = 0x08;
const IS_ANIMATED: u8 = 0x02;

/// The file without what is not drawn; `None` when it is not a WebP.
pub fn clean(file: &[u8]) -> Option<Vec<u8>> {
    let first = chunks(body(file)).next()?;
    let mut out = Vec::with_capacity(file.len());
    if first.kind != b"VP8X" {
        push_pixels(&mut out, chunks(body(file)).take(1));
        return (!out.is_empty()).then(|| webp::file(&out));
    }

    let find = |kind| chunks(body(file)).find(|chunk| chunk.kind == kind);
    let profile = find(b"ICCP").and_then(|chunk| icc::clean(chunk.contents));
    let exif = find(b"EXIF").map(|chunk| chunk.contents);
    let upright =
        exif.and_then(|block| exif_block::upright(block.strip_prefix(EXIF).unwrap_or(block)));
    let mut header = *first.contents.first_chunk::<10>()?;
    header[0] &= HAS_ALPHA | IS_ANIMATED;
    header[0] |= if profile.is_some() { HAS_PROFILE } else { 0 };
    header[0] |= if upright.is_some() { HAS_EXIF } else { 0 };
    header[1..4].fill(0);
    push_chunk(&mut out, b"VP8X", &header);
    if let Some(profile) = profile {
        push_chunk(&mut out, b"ICCP", &profile);
    }
    if header[0] & IS_ANIMATED != 0 {
        push_chunk(&mut out, b"ANIM", find(b"ANIM")?.contents.get(..6)?);
        for frame in chunks(body(file)).filter(|chunk| chunk.kind == b"ANMF") {
            let (place, pixels) = frame.contents.split_at_checked(16)?;
            let mut frame = place.to_vec();
            push_pixels(&mut frame, chunks(pixels));
            push_chunk(&mut out, b"ANMF", &frame);
        }
    } else {
        push_pixels(&mut out, chunks(body(file)));
    }
    if let Some(upright) = upright {
        push_chunk(&mut out, b"EXIF", &upright);
    }
    Some(webp::file(&out))
}

/// Appends the one picture among `chunks`, with its transparency.
fn push_pixels<'a>(out: &mut Vec<u8>, chunks: impl Iterator<Item = Chunk<'a>>) {
    let mut has_alpha = false;
    for chunk in chunks {
        match chunk.kind {
            b"ALPH" if !has_alpha => {
                has_alpha = true;
                push_chunk(out, b"ALPH", chunk.contents);
            }
            b"VP8 " | b"VP8L" => return push_chunk(out, chunk.kind, chunk.contents),
            _ => {}
        }
    }
}
