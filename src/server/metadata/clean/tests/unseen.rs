//! Tests what is stored in a picture and never seen.

use ::png::{BitDepth, ColorType, Encoder};

use super::*;

fn png_of(
    pixels: &[u8],
    (width, height): (u32, u32),
    color: ColorType,
    depth: BitDepth,
    palette: Option<(&[u8], &[u8])>,
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if let Some((colours, alphas)) = palette {
        encoder.set_palette(colours.to_vec());
        encoder.set_trns(alphas.to_vec());
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels).unwrap();
    writer.finish().unwrap();
    file
}

fn chunk<'f>(file: &'f [u8], kind: &[u8; 4]) -> Option<&'f [u8]> {
    png::chunks(file).find(|chunk| chunk.kind == kind).map(|chunk| chunk.contents)
}

#[test]
fn a_palette_holds_only_colours_that_are_seen() {
    // Places 0, 1 and 3 are used, the last of them transparent; the rest is text.
    let mut colours = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].to_vec();
    colours.extend(WORDS);
    colours.truncate(33);
    let alphas = [255, 128, 77, 0, 1, 2];
    for (pixels, depth) in [
        (&[0, 1, 3, 1, 0, 3][..], BitDepth::Eight),
        // Three pixels in each row, and text in the rest of it.
        (&[0x01, 0x3f, 0x10, 0x3a], BitDepth::Four),
    ] {
        let palette = Some((&colours[..], &alphas[..]));
        let file = png_of(pixels, (3, 2), ColorType::Indexed, depth, palette);
        let cleaned = clean(&file, ImageType::Png).unwrap();
        let seen = [1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0];
        assert_eq!(chunk(&cleaned, b"PLTE"), Some(&seen[..]), "{depth:?}");
        assert_eq!(chunk(&cleaned, b"tRNS"), Some(&[255, 128, 255, 0][..]), "{depth:?}");
        let (now, before) = (decoded(&cleaned), decoded(&file));
        for (now, before) in now.pixels().zip(before.pixels()) {
            assert!(now == before || now.0[3] == 0 && before.0[3] == 0);
        }
        let mut reader = ::png::Decoder::new(Cursor::new(&cleaned[..])).read_info().unwrap();
        let mut rows = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut rows).unwrap();
        assert!(depth == BitDepth::Eight || rows == [0x01, 0x30, 0x10, 0x30]);
        assert_eq!(clean(&cleaned, ImageType::Png).as_ref(), Some(&cleaned), "it stays so");
    }
}

#[test]
fn a_palette_of_a_picture_without_one_is_left_out() {
    let plain = png_of(&[9; 12], (2, 2), ColorType::Rgb, BitDepth::Eight, None);
    let mut file = png::SIGNATURE.to_vec();
    for chunk in png::chunks(&plain) {
        if chunk.kind == b"IDAT" {
            png::push_chunk(&mut file, b"PLTE", &WORDS[..21]);
            png::push_chunk(&mut file, b"tRNS", WORDS);
        }
        file.extend(chunk.whole);
    }
    assert_eq!(clean(&file, ImageType::Png), clean(&plain, ImageType::Png));
}

#[test]
fn colours_below_transparency_are_cleared() {
    let hidden = RgbaImage::from_fn(24, 16, |x, y| {
        image::Rgba([x as u8 * 9, y as u8, 77, if x < 12 { 200 } else { 0 }])
    });
    let deep = DynamicImage::from(hidden.clone()).to_rgba16();
    let grey = DynamicImage::from(hidden.clone()).to_luma_alpha8();
    for (file, content_type) in [
        (encoded(hidden.clone(), ImageFormat::Png), ImageType::Png),
        (encoded(deep, ImageFormat::Png), ImageType::Png),
        (encoded(grey, ImageFormat::Png), ImageType::Png),
        (encoded(hidden, ImageFormat::WebP), ImageType::Webp),
    ] {
        let cleaned = clean(&file, content_type).unwrap();
        let (now, before) = (decoded(&cleaned), decoded(&file));
        assert!(before.pixels().any(|pixel| pixel.0[3] == 0 && pixel.0[0] != 0));
        for (now, before) in now.pixels().zip(before.pixels()) {
            assert_eq!(now.0, if before.0[3] == 0 { [0; 4] } else { before.0 });
        }
        assert_eq!(clean(&cleaned, content_type).as_ref(), Some(&cleaned), "it stays so");
    }
}

#[test]
fn pixels_behind_the_last_row_are_left_out() {
    let plain = encoded(rgba(), ImageFormat::Png);
    let mut file = png::SIGNATURE.to_vec();
    for chunk in png::chunks(&plain) {
        if chunk.kind == b"IDAT" {
            let mut rows = Vec::new();
            ZlibDecoder::new(chunk.contents).read_to_end(&mut rows).unwrap();
            rows.extend(WORDS.repeat(3));
            png::push_chunk(&mut file, b"IDAT", &packed(&rows));
        } else {
            file.extend(chunk.whole);
        }
    }
    let cleaned = clean(&file, ImageType::Png).unwrap();
    assert_eq!(decoded(&cleaned), decoded(&plain));
    let mut rows = Vec::new();
    ZlibDecoder::new(chunk(&cleaned, b"IDAT").unwrap()).read_to_end(&mut rows).unwrap();
    assert!(!says(&rows));
}

#[test]
fn an_animation_has_nothing_behind_its_frames() {
    let mut plain = Vec::new();
    let mut encoder = Encoder::new(&mut plain, 24, 16);
    encoder.set_color(ColorType::Rgba);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(rgba().as_raw()).unwrap();
    writer.write_image_data(&[9; 24 * 16 * 4]).unwrap();
    writer.finish().unwrap();
    let mut file = png::SIGNATURE.to_vec();
    for chunk in png::chunks(&plain) {
        match chunk.kind {
            b"fdAT" => {
                png::push_chunk(&mut file, b"fdAT", &[chunk.contents, WORDS].concat());
                png::push_chunk(&mut file, b"fdAT", &[b"\0\0\0\x09", WORDS].concat());
            }
            _ => file.extend(chunk.whole),
        }
    }
    assert_eq!(cleaned(&file, ImageType::Png), plain);
}

#[test]
fn only_tables_that_a_scan_uses_are_left_in_a_jpeg() {
    let image = RgbImage::from_fn(24, 16, |x, y| image::Rgb([x as u8 * 9, y as u8 * 13, 77]));
    let plain = encoded(image, ImageFormat::Jpeg);
    let before = clean(&plain, ImageType::Jpeg).unwrap();
    let table = |head: &[u8], length: usize| {
        let mut table = [head, WORDS].concat();
        table.resize(length, 1);
        table
    };
    let codes = |id: u8| {
        let mut counts = [0; 16];
        counts[15] = WORDS.len() as u8;
        [&[id], &counts[..], WORDS].concat()
    };
    let mut file = b"\xff\xd8".to_vec();
    // One that the next replaces, some that no component uses, and bytes behind them.
    jpeg::push_segment(&mut file, 0xdb, &table(&[0], 65));
    jpeg::push_segment(&mut file, 0xdb, &[table(&[3], 65), WORDS.to_vec()].concat());
    jpeg::push_segment(&mut file, 0xdb, &table(&[0x12], 129));
    jpeg::push_segment(&mut file, 0xc4, &codes(0));
    jpeg::push_segment(&mut file, 0xc4, &[codes(3), codes(0x13), WORDS.to_vec()].concat());
    for segment in jpeg::segments(&plain) {
        let contents = match segment.marker {
            0xda | 0xc0 => [segment.contents, WORDS].concat(),
            _ => segment.contents.to_vec(),
        };
        jpeg::push_segment(&mut file, segment.marker, &contents);
        file.extend(segment.scan);
    }
    file.extend(b"\xff\xd9");
    let cleaned = cleaned(&file, ImageType::Jpeg);
    assert_eq!(cleaned, before);
    assert_eq!(decoded(&cleaned), decoded(&plain));
}

#[test]
fn a_gif_has_only_pixels_and_colours_that_are_seen() {
    // Four colours, of which the last is transparent and the one before is not used, 3 × 2 pixels.
    let table = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    // Codes of 3 bits, then 4: clear, 0, 1, 3, 1, 0, 3, and two more pixels before the end.
    let codes = [(4, 3), (0, 3), (1, 3), (3, 3), (1, 4), (0, 4), (3, 4), (2, 4), (2, 4), (5, 4)];
    let mut bits = Vec::new();
    for (code, width) in codes {
        bits.extend((0..width).map(|bit| code >> bit & 1));
    }
    let bytes = bits.chunks(8).map(|bits| {
        bits.iter().enumerate().fold(0_u8, |byte, (place, bit)| byte | (*bit as u8) << place)
    });
    let packed: Vec<u8> = bytes.chain(WORDS.iter().copied()).collect();
    let file = [
        &b"GIF89a\x03\0\x02\0\x81\0\0"[..],
        &table,
        b"\x21\xf9\x04\x01\0\0\x03\0",
        b"\x2c\0\0\0\0\x03\0\x02\0\0\x02",
        &[packed.len() as u8],
        &packed,
        b"\0\x3b",
    ]
    .concat();
    let cleaned = cleaned(&file, ImageType::Gif);
    assert_eq!(cleaned[13..25], [1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0]);
    let (now, before) = (decoded(&cleaned), decoded(&file));
    for (now, before) in now.pixels().zip(before.pixels()) {
        assert!(now == before || now.0[3] == 0 && before.0[3] == 0);
    }
    assert_eq!(now.get_pixel(1, 0).0, [4, 5, 6, 255]);
}

/// So many different pixels that the table of codes is begun anew on the way.
#[test]
fn a_large_gif_is_drawn_as_before() {
    let mut plain = Vec::new();
    let mut state = 1_u32;
    let noise = RgbaImage::from_fn(200, 150, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let byte = (state >> 24) as u8;
        image::Rgba([byte & 0xe0, byte << 3 & 0xe0, byte << 6, 255])
    });
    GifEncoder::new(&mut plain).encode_frames([Frame::new(noise)]).unwrap();
    let cleaned = clean(&plain, ImageType::Gif).unwrap();
    assert!(decoded(&cleaned) == decoded(&plain));
    assert_eq!(clean(&cleaned, ImageType::Gif), Some(cleaned), "it stays so");
}
