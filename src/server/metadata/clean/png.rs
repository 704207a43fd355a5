//! PNG: keeps the chunks that draw, and nothing after the end.

use std::io::{Read, Write};

use flate2::{
    Compression, Decompress, FlushDecompress, Status, read::ZlibDecoder, write::ZlibEncoder,
};

use super::{
    super::exif_block,
    icc::{self, MAX_PROFILE_BYTES},
};
use crate::server::metadata::png::{SIGNATURE, chunks, push_chunk};

/// A file without the chunks that are not drawn.
pub struct Cleaned {
    pub file: Vec<u8>,
    /// The compressed pixels go on after the last row.
    pub has_more: bool,
}

/// The file without what is not drawn; `None` when it is not a PNG, or an animation of which that
/// cannot be told.
pub fn clean(file: &[u8]) -> Option<Cleaned> {
    let header = chunks(file).next()?;
    if header.kind != b"IHDR" || header.contents.len() != 13 {
        return None;
    }
    let mut out = Vec::with_capacity(file.len());
    out.extend(SIGNATURE);
    out.extend(header.whole);
    let exif = chunks(file).find(|chunk| chunk.kind == b"eXIf");
    if let Some(upright) = exif.and_then(|chunk| exif_block::upright(chunk.contents)) {
        push_chunk(&mut out, b"eXIf", &upright);
    }
    let (mut seen, mut pixels) = (Vec::new(), Pixels::default());
    let [depth, colours, _, _, interlaced, ..] = header.contents[8..] else { return None };
    let layout = Layout { depth, colours, is_interlaced: interlaced != 0 };
    let whole = layout.bytes(header.contents.get(..8)?)?;
    // The number of the next chunk of an animation, and the frame after the first picture.
    let (mut number, mut frame) = (0_u32, None::<(Pixels, u64)>);
    for chunk in chunks(file).skip(1) {
        match (chunk.kind, chunk.contents.len()) {
            (b"IDAT", _) => {
                let drawn = pixels.drawn(chunk.contents);
                if !drawn.is_empty() {
                    push_chunk(&mut out, b"IDAT", drawn);
                }
            }
            (b"fcTL", 26) => {
                frame = Some((Pixels::default(), layout.bytes(&chunk.contents[4..12])?));
                push_chunk(&mut out, b"fcTL", &numbered(&mut number, &chunk.contents[4..]));
            }
            (b"fdAT", 4..) => {
                let (frame, whole) = frame.as_mut()?;
                let drawn = frame.drawn(&chunk.contents[4..]);
                if frame.unpacked() > *whole {
                    return None;
                }
                if !drawn.is_empty() {
                    push_chunk(&mut out, b"fdAT", &numbered(&mut number, drawn));
                }
            }
            (kind, length) if seen.contains(kind) || !is_drawn(kind, length, colours) => {}
            (b"iCCP", _) => {
                seen.push(*b"iCCP");
                if let Some(profile) = profile(chunk.contents) {
                    push_chunk(&mut out, b"iCCP", &profile);
                }
            }
            (kind, _) => {
                seen.push(*kind);
                out.extend(chunk.whole);
            }
        }
    }
    push_chunk(&mut out, b"IEND", &[]);
    Some(Cleaned { file: out, has_more: pixels.unpacked() > whole })
}

/// The contents of a chunk of an animation under the next number.
fn numbered(number: &mut u32, contents: &[u8]) -> Vec<u8> {
    let numbered = [&number.to_be_bytes()[..], contents].concat();
    *number = number.saturating_add(1);
    numbered
}

/// How pixels are laid out in rows.
struct Layout {
    depth: u8,
    colours: u8,
    is_interlaced: bool,
}

impl Layout {
    /// The bytes of all rows, each with the number of its filter; `sides` are width and height.
    fn bytes(&self, sides: &[u8]) -> Option<u64> {
        let (width, height) = sides.split_first_chunk::<4>()?;
        let width = u64::from(u32::from_be_bytes(*width));
        let height = u64::from(u32::from_be_bytes(*height.first_chunk()?));
        let channels = match self.colours {
            0 | 3 => 1,
            4 => 2,
            2 => 3,
            _ => 4,
        };
        let rows = |width: u64, height: u64| match width {
            0 => 0,
            width => {
                let bits = width * channels * u64::from(self.depth);
                (bits.div_ceil(8) + 1).saturating_mul(height)
            }
        };
        if !self.is_interlaced {
            return Some(rows(width, height));
        }
        // The first column and row of each pass, and the steps to the next (PNG, section 8.2).
        let passes = [
            (0, 0, 8, 8),
            (4, 0, 8, 8),
            (0, 4, 4, 8),
            (2, 0, 4, 4),
            (0, 2, 2, 4),
            (1, 0, 2, 2),
            (0, 1, 1, 2),
        ];
        let pass = |(column, row, across, down): (u64, u64, u64, u64)| {
            let count =
                |side: u64, first: u64, step: u64| side.saturating_sub(first).div_ceil(step);
            rows(count(width, column, across), count(height, row, down))
        };
        Some(passes.into_iter().map(pass).fold(0, u64::saturating_add))
    }
}

/// The compressed pixels, which end where the compressed stream ends: bytes after it are not drawn.
struct Pixels {
    unpacking: Decompress,
    have_ended: bool,
}

impl Default for Pixels {
    fn default() -> Self {
        Self { unpacking: Decompress::new(true), have_ended: false }
    }
}

impl Pixels {
    /// How many bytes have been unpacked.
    fn unpacked(&self) -> u64 {
        self.unpacking.total_out()
    }

    /// The drawn bytes of the next part. For pixels that cannot be decompressed they are unknown.
    fn drawn<'p>(&mut self, part: &'p [u8]) -> &'p [u8] {
        if self.have_ended {
            return &[];
        }
        let mut unpacked = [0; 32 * 1024];
        let mut used = 0;
        loop {
            let (read, written) = (self.unpacking.total_in(), self.unpacking.total_out());
            let rest = &part[used..];
            let step = self.unpacking.decompress(rest, &mut unpacked, FlushDecompress::None);
            let read = usize::try_from(self.unpacking.total_in() - read).unwrap_or(rest.len());
            used = (used + read).min(part.len());
            match step {
                Ok(Status::StreamEnd) => {
                    self.have_ended = true;
                    return &part[..used];
                }
                Ok(_) if read > 0 || self.unpacking.total_out() > written => {}
                Ok(_) | Err(_) => return part,
            }
        }
    }
}

/// Whether a chunk, which occurs once, changes how the picture looks. A chunk that is longer than
/// its kind allows holds something else.
fn is_drawn(kind: &[u8; 4], length: usize, colours: u8) -> bool {
    match kind {
        // In other pictures it only proposes colours.
        b"PLTE" => length <= 768 && colours == 3,
        b"tRNS" => match colours {
            0 => length == 2,
            2 => length == 6,
            3 => length <= 256,
            _ => false,
        },
        b"gAMA" | b"cICP" => length == 4,
        b"cHRM" => length == 32,
        b"sRGB" => length == 1,
        b"sBIT" => length <= 4,
        b"pHYs" => length == 9,
        b"mDCV" => length == 24,
        b"cLLI" | b"acTL" => length == 8,
        b"iCCP" => true,
        _ => false,
    }
}

/// The profile under a neutral name, cut to its own length.
fn profile(contents: &[u8]) -> Option<Vec<u8>> {
    let name = contents.iter().take(80).position(|byte| *byte == 0)?;
    let packed = contents.get(name + 2..)?;
    let mut profile = Vec::new();
    let limit = MAX_PROFILE_BYTES as u64;
    ZlibDecoder::new(packed).take(limit).read_to_end(&mut profile).ok()?;
    let mut out = ZlibEncoder::new(b"icc\0\0".to_vec(), Compression::default());
    out.write_all(&icc::clean(&profile)?).ok()?;
    out.finish().ok()
}
