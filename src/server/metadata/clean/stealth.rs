//! Clears the lowest bits of pixels that hold hidden text.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageReader, Limits, codecs::webp::WebPEncoder};
use png::{BitDepth, ColorType};

use super::{
    repacking::{MAX_DECODED_BYTES, decoder, repacked},
    unseen,
};
use crate::server::{
    budget::Work,
    metadata::{
        stealth::{BITS, Hidden, find},
        webp,
    },
};

/// The bits are changed where they are, and packed again.
pub const CLEANING: Work = Work { most_bytes: MAX_DECODED_BYTES as u64, copies: 1 };

/// A clean PNG without text in its pixels; `None` when it cannot be made.
pub fn wiped_png(clean: Vec<u8>) -> Option<Vec<u8>> {
    let mut reader = decoder(&clean).read_info().ok()?;
    let info = reader.info();
    let channels = match (info.color_type, info.bit_depth) {
        (ColorType::Rgb, BitDepth::Eight) => 3,
        (ColorType::Rgba, BitDepth::Eight) => 4,
        _ => return Some(clean),
    };
    let (width, height) = (info.width as usize, info.height as usize);
    let is_animated = info.animation_control.is_some();
    // The first rows suffice, so nothing else has to be decompressed.
    if !info.interlaced {
        let mut rows = Vec::new();
        while rows.len() < height.min(BITS) {
            // No reader draws what cannot be decoded.
            let Ok(Some(row)) = reader.next_row() else { return Some(clean) };
            rows.push(row.data()[..row.data().len().min(BITS * channels)].to_vec());
        }
        let bit = |x: usize, y: usize, channel: usize| {
            rows[y].get(x * channels + channel).map(|sample| sample & 1)
        };
        if find((width, height), channels, bit).is_none() {
            return Some(clean);
        }
        reader = decoder(&clean).read_info().ok()?;
    }
    let bytes = reader.output_buffer_size().filter(|bytes| *bytes <= MAX_DECODED_BYTES)?;
    let mut pixels = vec![0; bytes];
    if reader.next_frame(&mut pixels).is_err() {
        return Some(clean);
    }
    if !wipe(&mut pixels, width, height, channels) {
        return Some(clean);
    }
    if is_animated {
        return None;
    }

    let color = if channels == 4 { ColorType::Rgba } else { ColorType::Rgb };
    repacked(&clean, &pixels, color, BitDepth::Eight)
}

/// A clean WebP without text in its pixels; `None` when it cannot be made.
pub fn wiped_webp(clean: Vec<u8>) -> Option<Vec<u8>> {
    let of = |kind| webp::chunks(webp::body(&clean)).find(|chunk| chunk.kind == kind);
    // Lossy compression does not preserve these bits.
    let (alpha, lossless) = (of(b"ALPH"), of(b"VP8L"));
    if alpha.is_none() && lossless.is_none() {
        return Some(clean);
    }
    let mut reader = ImageReader::new(Cursor::new(&clean[..])).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES as u64);
    reader.limits(limits);
    let Ok(decoder) = reader.into_decoder() else { return Some(clean) };
    let fits = decoder.total_bytes() <= MAX_DECODED_BYTES as u64;
    let (width, height) = decoder.dimensions();
    let image = if fits { DynamicImage::from_decoder(decoder).ok() } else { return None };
    let (mut pixels, channels) = match image {
        Some(DynamicImage::ImageRgba8(image)) => (image.into_raw(), 4),
        Some(DynamicImage::ImageRgb8(image)) => (image.into_raw(), 3),
        _ => return Some(clean),
    };
    // Both, whatever the other finds.
    let has_unseen = lossless.is_some() && unseen::clear(&mut pixels, channels, 1);
    if !wipe(&mut pixels, width as usize, height as usize, channels) && !has_unseen {
        return Some(clean);
    }
    let color = match channels {
        4 => image::ExtendedColorType::Rgba8,
        _ => image::ExtendedColorType::Rgb8,
    };
    let mut packed = Vec::new();
    WebPEncoder::new_lossless(&mut packed).encode(&pixels, width, height, color).ok()?;
    let lossless = webp::chunks(webp::body(&packed)).find(|chunk| chunk.kind == b"VP8L")?;
    let mut body = Vec::new();
    for chunk in webp::chunks(webp::body(&clean)) {
        match chunk.kind {
            b"ALPH" => {}
            b"VP8 " | b"VP8L" => webp::push_chunk(&mut body, b"VP8L", lossless.contents),
            kind => webp::push_chunk(&mut body, kind, chunk.contents),
        }
    }
    Some(webp::file(&body))
}

/// Clears the bits that hold text; false when there are none.
fn wipe(pixels: &mut [u8], width: usize, height: usize, channels: usize) -> bool {
    let bit = |x: usize, y: usize, channel: usize| {
        pixels.get((y * width + x) * channels + channel).map(|sample| sample & 1)
    };
    let Some(found) = find((width, height), channels, bit) else { return false };
    for pixel in pixels.chunks_exact_mut(channels) {
        match found {
            // Fully opaque and fully transparent pixels stay so.
            Hidden::Alpha if pixel[3] >= 128 => pixel[3] |= 1,
            Hidden::Alpha => pixel[3] &= !1,
            Hidden::Colours => pixel[..3].iter_mut().for_each(|byte| *byte &= !1),
        }
    }
    true
}
