//! Clears colours that nobody sees: below full transparency, in a palette that no pixel uses, and
//! in pixels that are compressed behind the last row.

use png::{BitDepth, ColorType};

use super::repacking::{MAX_DECODED_BYTES, decoder, repacked};
use crate::server::metadata::png::{SIGNATURE, chunks, push_chunk};

/// A clean PNG without unseen colours; `has_more` is true where the pixels go on after the last
/// row. `None` when it cannot be made.
pub fn cleared_png(clean: Vec<u8>, has_more: bool) -> Option<Vec<u8>> {
    let mut reader = decoder(&clean).read_info().ok()?;
    let info = reader.info();
    let (color, depth) = (info.color_type, info.bit_depth);
    let is_animated = info.animation_control.is_some();
    let width = info.width as usize;
    if color == ColorType::Indexed {
        let clean = with_used_palette(&clean)?;
        let bits = depth as usize;
        let spare = (8 - width * bits % 8) % 8;
        let mut pixels = match has_more || spare > 0 && !is_animated {
            true => pixels_of(&clean)?,
            false => return Some(clean),
        };
        // The last bits of a row that is no whole number of bytes.
        let row = (width * bits).div_ceil(8);
        let mut has_spare = false;
        for last in pixels.chunks_exact_mut(row.max(1)).filter_map(|row| row.last_mut()) {
            let masked = *last & (0xff_u16 << spare) as u8;
            has_spare |= masked != *last;
            *last = masked;
        }
        return match has_more || has_spare {
            true if is_animated => None,
            true => repacked(&clean, &pixels, color, depth),
            false => Some(clean),
        };
    }
    let (channels, bytes) = match (color, depth) {
        (ColorType::Rgba, BitDepth::Eight) => (4, 1),
        (ColorType::Rgba, _) => (4, 2),
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => (2, 1),
        (ColorType::GrayscaleAlpha, _) => (2, 2),
        _ => (0, 1),
    };
    let is_interlaced = info.interlaced;
    if !has_more && !is_interlaced {
        // Most pictures have none, and nothing has to be held to know that.
        let mut has_unseen = false;
        while !has_unseen && channels > 0 {
            match reader.next_row() {
                Ok(Some(row)) => has_unseen = clear(&mut row.data().to_vec(), channels, bytes),
                // No reader draws what cannot be decoded.
                Ok(None) | Err(_) => break,
            }
        }
        // The pictures of an animation may cover one another.
        if !has_unseen || is_animated {
            return Some(clean);
        }
    }
    if is_animated {
        return (!has_more).then_some(clean);
    }
    if channels == 0 && !has_more {
        return Some(clean);
    }
    let mut pixels = pixels_of(&clean)?;
    let has_unseen = channels > 0 && clear(&mut pixels, channels, bytes);
    match has_unseen || has_more {
        true => repacked(&clean, &pixels, color, depth),
        false => Some(clean),
    }
}

/// Sets the colours of fully transparent pixels to zero; false when there are none to set. Alpha is
/// the last of the `channels`, each of `bytes`.
pub fn clear(pixels: &mut [u8], channels: usize, bytes: usize) -> bool {
    if !matches!(channels, 2 | 4) {
        return false;
    }
    let mut has_unseen = false;
    for pixel in pixels.chunks_exact_mut(channels * bytes) {
        let (colours, alpha) = pixel.split_at_mut((channels - 1) * bytes);
        if alpha.iter().all(|byte| *byte == 0) && colours.iter().any(|byte| *byte != 0) {
            colours.fill(0);
            has_unseen = true;
        }
    }
    has_unseen
}

/// All pixels, as they are in the file; `None` when they are too many, or broken.
fn pixels_of(file: &[u8]) -> Option<Vec<u8>> {
    let mut reader = decoder(file).read_info().ok()?;
    let bytes = reader.output_buffer_size().filter(|bytes| *bytes <= MAX_DECODED_BYTES)?;
    let mut pixels = vec![0; bytes];
    reader.next_frame(&mut pixels).ok()?;
    Some(pixels)
}

/// The file with black in the places of its palette that no pixel uses or shows, and without those
/// at the end.
fn with_used_palette(file: &[u8]) -> Option<Vec<u8>> {
    let used = used(file)?;
    let places = used.iter().rposition(|is_used| *is_used).map_or(1, |last| last + 1);
    let of = |kind| chunks(file).find(|chunk| chunk.kind == kind).map(|chunk| chunk.contents);
    let mut alphas = of(b"tRNS").unwrap_or_default().to_vec();
    alphas.truncate(places);
    for (alpha, is_used) in alphas.iter_mut().zip(used) {
        if !is_used {
            *alpha = 255;
        }
    }
    while alphas.last() == Some(&255) {
        alphas.pop();
    }
    let mut palette = of(b"PLTE")?.to_vec();
    palette.truncate(places * 3);
    for (place, colour) in palette.chunks_exact_mut(3).enumerate() {
        if !used[place] || alphas.get(place) == Some(&0) {
            colour.fill(0);
        }
    }
    let mut out = SIGNATURE.to_vec();
    for chunk in chunks(file) {
        match chunk.kind {
            b"PLTE" => push_chunk(&mut out, b"PLTE", &palette),
            b"tRNS" if alphas.is_empty() => {}
            b"tRNS" => push_chunk(&mut out, b"tRNS", &alphas),
            _ => out.extend(chunk.whole),
        }
    }
    Some(out)
}

/// The places of the palette that any pixel of any frame uses. All of them where the pixels are
/// broken, which readers draw up to there.
fn used(file: &[u8]) -> Option<[bool; 256]> {
    let mut used = [false; 256];
    let mut reader = decoder(file).read_info().ok()?;
    let bits = reader.info().bit_depth as usize;
    let frames = reader.info().animation_control.map_or(1, |control| control.num_frames);
    let has_first = reader.info().frame_control.is_some();
    // The first picture may be none of the animation.
    let frames = frames.saturating_add(u32::from(!has_first && frames > 1)).min(10_000);
    let bytes = reader.output_buffer_size().filter(|bytes| *bytes <= MAX_DECODED_BYTES)?;
    let mut pixels = vec![0; bytes];
    for _ in 0..frames.max(1) {
        let Ok(frame) = reader.next_frame(&mut pixels) else {
            return Some([true; 256]);
        };
        let (row, width) = (frame.line_size, frame.width as usize);
        for row in pixels[..frame.buffer_size()].chunks_exact(row.max(1)) {
            for x in 0..width {
                let at = x * bits;
                let place = row[at / 8] >> (8 - bits - at % 8) & (0xff >> (8 - bits));
                used[usize::from(place)] = true;
            }
        }
    }
    Some(used)
}
