//! PNG: keeps the chunks that draw, and nothing after the end.

use std::io::{Read, Write};

use flate2::{
    Compression, Decompress, FlushDecompress, Status, read::ZlibDecoder, write::ZlibEncoder,
};

use super::{super::exif_block, MAX_PROFILE_BYTES};
use crate::server::metadata::png::{SIGNATURE, chunks, push_chunk};

/// The file without what is not drawn; `None` when it is not a PNG.
pub fn clean(file: &[u8]) -> Option<Vec<u8>> {
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
    for chunk in chunks(file).skip(1) {
        match (chunk.kind, chunk.contents.len()) {
            (b"IDAT", _) => {
                let drawn = pixels.drawn(chunk.contents);
                if !drawn.is_empty() {
                    push_chunk(&mut out, b"IDAT", drawn);
                }
            }
            (b"fdAT", _) | (b"fcTL", 26) => out.extend(chunk.whole),
            (kind, length) if seen.contains(kind) || !is_drawn(kind, length) => {}
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
    Some(out)
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
fn is_drawn(kind: &[u8; 4], length: usize) -> bool {
    match kind {
        b"PLTE" => length <= 768,
        b"tRNS" => length <= 256,
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
    out.write_all(super::profile(&profile)?).ok()?;
    out.finish().ok()
}
