//! Decodes a PNG as it is, and packs other pixels into it.

use std::io::Cursor;

use png::{BitDepth, ColorType};

use crate::server::metadata::png::{Chunk, SIGNATURE, chunks, push_chunk};

/// Pictures that decode to more are not looked into.
pub const MAX_DECODED_BYTES: usize = 64 * 1024 * 1024;

/// The PNG with other pixels of the same size. Everything but the pixels stays as it is; the new
/// header comes before it.
pub fn repacked(clean: &[u8], pixels: &[u8], color: ColorType, depth: BitDepth) -> Option<Vec<u8>> {
    let (width, height) = {
        let reader = decoder(clean).read_info().ok()?;
        (reader.info().width, reader.info().height)
    };
    let mut packed = Vec::new();
    let mut encoder = png::Encoder::new(&mut packed, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == ColorType::Indexed {
        // Required, and not used: the file's own is kept.
        encoder.set_palette(vec![0; 768]);
    }
    encoder.write_header().ok()?.write_image_data(pixels).ok()?;
    let mut out = SIGNATURE.to_vec();
    let mut others = chunks(clean).skip(1).filter(|chunk| chunk.kind != b"IEND");
    out.extend(chunks(&packed).next()?.whole);
    others.by_ref().take_while(|chunk| chunk.kind != b"IDAT").for_each(|c| out.extend(c.whole));
    let is_pixels = |chunk: &Chunk<'_>| chunk.kind == b"IDAT";
    chunks(&packed).filter(is_pixels).for_each(|chunk| out.extend(chunk.whole));
    others.filter(|chunk| !is_pixels(chunk)).for_each(|chunk| out.extend(chunk.whole));
    push_chunk(&mut out, b"IEND", &[]);
    Some(out)
}

/// Decodes pixels as they are in the file.
pub fn decoder(file: &[u8]) -> png::Decoder<Cursor<&[u8]>> {
    let mut decoder =
        png::Decoder::new_with_limits(Cursor::new(file), png::Limits { bytes: MAX_DECODED_BYTES });
    decoder.set_ignore_iccp_chunk(true);
    decoder
}
