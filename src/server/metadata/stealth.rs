//! Text in the lowest bits of pixels, where some tools hide it so that it survives when everything
//! else is removed. It is recognized by its first bytes.

use std::io::{Cursor, Read};

use flate2::read::GzDecoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use png::{BitDepth, ColorType};
use serde_json::Value;

use super::{PARAMETERS, Texts, png::SIGNATURE, webp};
use crate::server::budget::Work;

/// The marks in the lowest bits of the transparency, column by column.
const IN_ALPHA: [&[u8; 15]; 2] = [b"stealth_pnginfo", b"stealth_pngcomp"];
/// The marks in the lowest bits of red, green and blue.
const IN_COLOURS: [&[u8; 15]; 2] = [b"stealth_rgbinfo", b"stealth_rgbcomp"];

/// The size of such a mark in bits.
pub const BITS: usize = 15 * 8;

/// Pictures that cannot be read row by row and decode to more are not examined.
const MAX_WHOLE_BYTES: usize = 64 * 1024 * 1024;

/// Its lowest bits are looked at where they are.
pub const READING: Work = Work { most_bytes: MAX_WHOLE_BYTES as u64, copies: 0 };

/// Pictures of more than 48 million pixels are not looked into.
const MAX_SAMPLES: usize = 192 * 1024 * 1024;

/// The channels that hold text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hidden {
    Alpha,
    Colours,
}

impl Hidden {
    fn channels(self) -> std::ops::Range<usize> {
        match self {
            Self::Alpha => 3..4,
            Self::Colours => 0..3,
        }
    }
}

/// Finds hidden text in a picture of this size; `bit` returns the lowest bit at column, row and
/// channel.
pub fn find(
    (width, height): (usize, usize),
    channels: usize,
    bit: impl Fn(usize, usize, usize) -> Option<u8>,
) -> Option<Hidden> {
    let is_in = |hidden: Hidden, words: [&[u8; 15]; 2]| {
        let found = bytes(column_by_column((width, height), hidden, &bit), 15);
        words.iter().any(|word| word[..] == found)
    };
    if channels == 4 && is_in(Hidden::Alpha, IN_ALPHA) {
        return Some(Hidden::Alpha);
    }
    is_in(Hidden::Colours, IN_COLOURS).then_some(Hidden::Colours)
}

fn column_by_column(
    (width, height): (usize, usize),
    hidden: Hidden,
    bit: impl Fn(usize, usize, usize) -> Option<u8>,
) -> impl Iterator<Item = u8> {
    let places = (0..width).flat_map(move |x| (0..height).map(move |y| (x, y)));
    let samples =
        places.flat_map(move |(x, y)| hidden.channels().map(move |channel| (x, y, channel)));
    samples.map_while(move |(x, y, channel)| bit(x, y, channel))
}

/// Up to `count` bytes of the bits, most significant bit first.
fn bytes(mut bits: impl Iterator<Item = u8>, count: usize) -> Vec<u8> {
    let mut byte = || (0..8).try_fold(0_u8, |byte, _| Some(byte << 1 | bits.next()?));
    std::iter::from_fn(&mut byte).take(count).collect()
}

/// The lowest bits of a picture, an eighth of its size.
struct LowestBits {
    size: (usize, usize),
    channels: usize,
    /// Row by row, in the order of the samples in the picture.
    packed: Vec<u8>,
    count: usize,
}

impl LowestBits {
    fn push(&mut self, samples: &[u8]) {
        for sample in samples {
            if self.count.is_multiple_of(8) {
                self.packed.push(0);
            }
            self.packed[self.count / 8] |= (sample & 1) << (self.count % 8);
            self.count += 1;
        }
    }

    fn bit(&self, x: usize, y: usize, channel: usize) -> Option<u8> {
        let at = (y * self.size.0 + x) * self.channels + channel;
        (at < self.count).then(|| self.packed[at / 8] >> (at % 8) & 1)
    }

    fn find(&self) -> Option<Hidden> {
        find(self.size, self.channels, |x, y, channel| self.bit(x, y, channel))
    }
}

/// Adds the text hidden in the pixels of a PNG or of a lossless WebP.
pub fn read(file: &[u8], texts: &mut Texts) {
    let bits = if file.starts_with(SIGNATURE) { of_png(file) } else { of_webp(file) };
    let Some(bits) = bits else { return };
    let Some(hidden) = bits.find() else { return };
    let stream = || column_by_column(bits.size, hidden, |x, y, channel| bits.bit(x, y, channel));
    let head = bytes(stream(), 19);
    let Some((word, length)) = head.split_at_checked(15) else { return };
    let Ok(length) = <[u8; 4]>::try_from(length) else { return };
    // The length is in bits; a picture cannot hold more than its pixels allow.
    let length = usize::try_from(u32::from_be_bytes(length) / 8).unwrap_or(usize::MAX);
    if length > texts.left {
        texts.too_large = true;
        return;
    }
    let mut said = bytes(stream().skip(BITS + 32), length);
    if word.ends_with(b"comp") {
        let mut unpacked = Vec::new();
        let limit = texts.left as u64 + 1;
        if GzDecoder::new(&said[..]).take(limit).read_to_end(&mut unpacked).is_err() {
            return;
        }
        said = unpacked;
    }
    let Some(said) = texts.take(&said).and_then(|said| String::from_utf8(said).ok()) else {
        return;
    };
    match serde_json::from_str(&said) {
        // NovelAI hides the same texts that it also writes into chunks.
        Ok(Value::Object(members)) if members.contains_key("Comment") => {
            for (name, value) in &members {
                match value {
                    Value::String(text) => texts.push(name, text.clone()),
                    value => texts.push(name, value.to_string()),
                }
            }
        }
        _ => texts.push(PARAMETERS, said),
    }
}

/// The bits of a PNG; read row by row where possible, and only the first rows where nothing is
/// hidden.
fn of_png(file: &[u8]) -> Option<LowestBits> {
    let limits = png::Limits { bytes: MAX_WHOLE_BYTES };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), limits);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().ok()?;
    let info = reader.info();
    let channels = match (info.color_type, info.bit_depth) {
        (ColorType::Rgb, BitDepth::Eight) => 3,
        (ColorType::Rgba, BitDepth::Eight) => 4,
        _ => return None,
    };
    let size = (info.width as usize, info.height as usize);
    let is_interlaced = info.interlaced;
    let samples = size.0.saturating_mul(size.1).saturating_mul(channels);
    if samples > MAX_SAMPLES {
        return None;
    }
    let mut bits = LowestBits { size, channels, packed: Vec::new(), count: 0 };
    if is_interlaced {
        let length = reader.output_buffer_size().filter(|length| *length <= MAX_WHOLE_BYTES)?;
        let mut pixels = vec![0; length];
        reader.next_frame(&mut pixels).ok()?;
        bits.push(&pixels);
        return Some(bits);
    }
    let first = size.1.min(BITS);
    for row in 0..size.1 {
        if row == first && bits.find().is_none() {
            return None;
        }
        let Ok(Some(samples)) = reader.next_row() else { break };
        bits.push(samples.data());
    }
    Some(bits)
}

fn of_webp(file: &[u8]) -> Option<LowestBits> {
    // Lossy compression does not preserve these bits.
    let keeps_bits = |chunk: webp::Chunk<'_>| matches!(chunk.kind, b"ALPH" | b"VP8L");
    if !webp::chunks(webp::body(file)).any(keeps_bits) {
        return None;
    }
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_WHOLE_BYTES as u64);
    reader.limits(limits);
    let decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if decoder.total_bytes() > MAX_WHOLE_BYTES as u64 {
        return None;
    }
    let (pixels, channels) = match DynamicImage::from_decoder(decoder).ok()? {
        DynamicImage::ImageRgba8(image) => (image.into_raw(), 4),
        DynamicImage::ImageRgb8(image) => (image.into_raw(), 3),
        _ => return None,
    };
    let size = (width as usize, height as usize);
    let mut bits = LowestBits { size, channels, packed: Vec::new(), count: 0 };
    bits.push(&pixels);
    Some(bits)
}
