//! Tests text hidden in every position that a format has for it, and in some that it does not have.

mod unseen;

use std::io::{Cursor, Read};

use exif::{Field, In, Tag, Value, experimental::Writer};
use flate2::{Compression, read::ZlibDecoder, read::ZlibEncoder};
use image::{
    AnimationDecoder, DynamicImage, Frame, ImageFormat, RgbImage, RgbaImage,
    codecs::{
        gif::{GifDecoder, GifEncoder, Repeat},
        webp::WebPDecoder,
    },
};

use super::{super::*, clean, icc, icc::tests::profile};

const WORDS: &[u8] = b"a canary sings in here";

fn rgba() -> RgbaImage {
    RgbaImage::from_fn(24, 16, |x, y| {
        image::Rgba([x as u8 * 9, y as u8 * 13, 77, if x < 12 { 255 } else { 90 }])
    })
}

fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn decoded(file: &[u8]) -> RgbaImage {
    image::load_from_memory(file).unwrap().to_rgba8()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    ZlibEncoder::new(bytes, Compression::best()).read_to_end(&mut packed).unwrap();
    packed
}

/// A photo that lies on its side, with text.
fn exif_with_words() -> Vec<u8> {
    let field = |tag, value| Field { tag, ifd_num: In::PRIMARY, value };
    let words = Value::Undefined(WORDS.to_vec(), 0);
    let fields = [
        field(Tag::Orientation, Value::Short(vec![6])),
        field(Tag::ImageDescription, Value::Ascii(vec![WORDS.to_vec()])),
        field(Tag::UserComment, words),
    ];
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, false).unwrap();
    block.into_inner()
}

fn is_on_its_side(file: &[u8]) -> bool {
    let mut file = Cursor::new(file);
    let exif = exif::Reader::new().read_from_container(&mut file).unwrap();
    let turned = exif.get_field(Tag::Orientation, In::PRIMARY).unwrap();
    turned.value.get_uint(0) == Some(6) && exif.fields().count() == 1
}

/// The cleaned file, whose bytes no longer contain the text.
#[track_caller]
fn cleaned(file: &[u8], content_type: ImageType) -> Vec<u8> {
    assert!(says(file), "the words are there before");
    let cleaned = clean(file, content_type).expect("it can be cleaned");
    assert!(!says(&cleaned));
    assert_eq!(clean(&cleaned, content_type).as_deref(), Some(&cleaned[..]), "it stays so");
    cleaned
}

fn says(bytes: &[u8]) -> bool {
    bytes.windows(WORDS.len()).any(|part| part == WORDS)
}

#[test]
fn nothing_is_left_in_a_png_but_the_picture() {
    let plain = encoded(rgba(), ImageFormat::Png);
    let mut file = Vec::new();
    let text = |before: &[u8]| [before, WORDS].concat();
    let profile_and_words = packed(&[&profile()[..], WORDS].concat());
    for chunk in png::chunks(&plain) {
        if file.is_empty() {
            file.extend(png::SIGNATURE);
            file.extend(chunk.whole);
            png::push_chunk(&mut file, b"tEXt", &text(b"prompt\0"));
            png::push_chunk(&mut file, b"zTXt", &[b"prompt\0\0", &packed(WORDS)[..]].concat());
            png::push_chunk(&mut file, b"iTXt", &text(b"prompt\0\0\0\0\0"));
            png::push_chunk(&mut file, b"caBX", &text(b"jumb"));
            png::push_chunk(&mut file, b"prVt", WORDS);
            png::push_chunk(&mut file, b"eXIf", &exif_with_words());
            let named = [WORDS, b"\0\0", &profile_and_words].concat();
            png::push_chunk(&mut file, b"iCCP", &named);
            png::push_chunk(&mut file, b"gAMA", &text(&45_455u32.to_be_bytes()));
            png::push_chunk(&mut file, b"pHYs", &[0, 0, 11, 19, 0, 0, 11, 19, 1]);
            png::push_chunk(&mut file, b"tIME", WORDS);
        } else {
            file.extend(chunk.whole);
        }
    }
    file.extend(WORDS);

    let cleaned = cleaned(&file, ImageType::Png);
    assert_eq!(decoded(&cleaned), decoded(&plain));
    assert!(is_on_its_side(&cleaned));
    let mut kinds: Vec<_> = png::chunks(&cleaned).map(|chunk| *chunk.kind).collect();
    kinds.dedup();
    assert_eq!(kinds, [*b"IHDR", *b"eXIf", *b"iCCP", *b"pHYs", *b"IDAT", *b"IEND"]);
    for chunk in png::chunks(&cleaned).filter(|chunk| chunk.kind != b"IDAT") {
        for start in 0..chunk.contents.len().min(100) {
            let mut unpacked = Vec::new();
            let _ = ZlibDecoder::new(&chunk.contents[start..]).read_to_end(&mut unpacked);
            assert!(!says(&unpacked), "{:?}", chunk.kind);
        }
    }
    let profile_of = |file: &[u8]| {
        let reader = ::png::Decoder::new(Cursor::new(file)).read_info().unwrap();
        reader.info().icc_profile.clone().unwrap().into_owned()
    };
    assert_eq!(Some(profile_of(&cleaned)), icc::clean(&profile()));
}

#[test]
fn nothing_is_left_behind_the_pixels_of_a_png() {
    let plain = encoded(rgba(), ImageFormat::Png);
    let mut file = png::SIGNATURE.to_vec();
    for chunk in png::chunks(&plain).filter(|chunk| chunk.kind != b"IEND") {
        match chunk.kind {
            b"IDAT" => png::push_chunk(&mut file, b"IDAT", &[chunk.contents, WORDS].concat()),
            _ => file.extend(chunk.whole),
        }
    }
    png::push_chunk(&mut file, b"IDAT", WORDS);
    png::push_chunk(&mut file, b"IEND", &[]);
    assert_eq!(clean(&file, ImageType::Png), clean(&plain, ImageType::Png));
}

#[test]
fn an_animated_png_stays_animated() {
    let mut plain = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut plain, 24, 16);
    encoder.set_color(::png::ColorType::Rgba);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(rgba().as_raw()).unwrap();
    writer.write_image_data(&[9; 24 * 16 * 4]).unwrap();
    writer.finish().unwrap();
    assert_eq!(clean(&plain, ImageType::Png), Some(plain));
}

#[test]
fn nothing_is_left_in_a_jpeg_but_the_picture() {
    let image = RgbImage::from_fn(24, 16, |x, y| image::Rgb([x as u8 * 9, y as u8 * 13, 77]));
    let plain = encoded(image, ImageFormat::Jpeg);
    let mut file = b"\xff\xd8".to_vec();
    let text = |before: &[u8]| [before, WORDS].concat();
    jpeg::push_segment(&mut file, jpeg::APP0, &text(b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01"));
    jpeg::push_segment(&mut file, jpeg::APP0, &text(b"JFXX\0\x10"));
    jpeg::push_segment(&mut file, jpeg::APP1, &[jpeg::EXIF, &exif_with_words()].concat());
    jpeg::push_segment(&mut file, jpeg::APP1, &text(b"http://ns.adobe.com/xap/1.0/\0"));
    let profile = profile();
    let (front, rest) = profile.split_at(5);
    jpeg::push_segment(&mut file, jpeg::APP2, &[b"ICC_PROFILE\0\x01\x02", front].concat());
    jpeg::push_segment(&mut file, jpeg::APP2, &text(&[b"ICC_PROFILE\0\x02\x02", rest].concat()));
    jpeg::push_segment(&mut file, jpeg::APP2, &text(b"MPF\0"));
    jpeg::push_segment(&mut file, 0xeb, &text(b"JP\0\x01jumb"));
    jpeg::push_segment(&mut file, 0xed, &text(b"Photoshop 3.0\0"));
    jpeg::push_segment(&mut file, 0xef, WORDS);
    jpeg::push_segment(&mut file, 0xfe, WORDS);
    // Readers skip bytes that are no segment.
    file.extend(WORDS);
    file.extend(&plain[2..]);
    file.extend(WORDS);

    let cleaned = cleaned(&file, ImageType::Jpeg);
    assert_eq!(decoded(&cleaned), decoded(&plain));
    assert!(is_on_its_side(&cleaned));
    let kept = jpeg::segments(&cleaned).find(|segment| segment.marker == jpeg::APP2).unwrap();
    let wanted = icc::clean(&profile).unwrap();
    assert_eq!(kept.contents, [b"ICC_PROFILE\0\x01\x01", &wanted[..]].concat());
}

#[test]
fn nothing_is_left_in_a_webp_but_the_picture() {
    let plain = encoded(rgba(), ImageFormat::WebP);
    let pixels = webp::chunks(webp::body(&plain)).find(|chunk| chunk.kind == b"VP8L").unwrap();
    let mut body = Vec::new();
    webp::push_chunk(&mut body, b"VP8X", &[0x3c, 1, 2, 3, 23, 0, 0, 15, 0, 0]);
    webp::push_chunk(&mut body, b"ICCP", &[&profile()[..], WORDS].concat());
    webp::push_chunk(&mut body, b"VP8L", pixels.contents);
    webp::push_chunk(&mut body, b"EXIF", &exif_with_words());
    webp::push_chunk(&mut body, b"XMP ", WORDS);
    webp::push_chunk(&mut body, b"C2PA", WORDS);
    let file = [webp::file(&body), WORDS.to_vec()].concat();

    let cleaned = cleaned(&file, ImageType::Webp);
    assert_eq!(decoded(&cleaned), decoded(&plain));
    assert!(is_on_its_side(&cleaned));
    let kinds: Vec<_> = webp::chunks(webp::body(&cleaned)).map(|chunk| *chunk.kind).collect();
    assert_eq!(kinds, [*b"VP8X", *b"ICCP", *b"VP8L", *b"EXIF"]);

    // A simple WebP may have extra chunks.
    let mut body = webp::body(&plain).to_vec();
    webp::push_chunk(&mut body, b"XMP ", WORDS);
    let simple = super::tests::cleaned(&webp::file(&body), ImageType::Webp);
    assert_eq!(simple, plain);
}

#[test]
fn an_animated_webp_stays_animated() {
    let plain = encoded(rgba(), ImageFormat::WebP);
    let pixels = webp::chunks(webp::body(&plain)).find(|chunk| chunk.kind == b"VP8L").unwrap();
    let mut body = Vec::new();
    webp::push_chunk(&mut body, b"VP8X", &[0x12, 0, 0, 0, 23, 0, 0, 15, 0, 0]);
    webp::push_chunk(&mut body, b"ANIM", &[0; 6]);
    for _ in 0..2 {
        let mut frame = vec![0, 0, 0, 0, 0, 0, 23, 0, 0, 15, 0, 0, 100, 0, 0, 2];
        webp::push_chunk(&mut frame, b"wrds", WORDS);
        webp::push_chunk(&mut frame, b"VP8L", pixels.contents);
        webp::push_chunk(&mut body, b"ANMF", &frame);
    }
    let cleaned = cleaned(&webp::file(&body), ImageType::Webp);
    let frames = WebPDecoder::new(Cursor::new(&cleaned)).unwrap().into_frames();
    let frames: Vec<_> = frames.map(|frame| frame.unwrap().into_buffer()).collect();
    assert!(frames == [decoded(&plain), decoded(&plain)]);
}

#[test]
fn nothing_is_left_in_a_gif_but_pictures_and_their_loop() {
    let mut plain = Vec::new();
    let mut encoder = GifEncoder::new(&mut plain);
    encoder.set_repeat(Repeat::Infinite).unwrap();
    let other = RgbaImage::from_pixel(24, 16, image::Rgba([9, 9, 9, 255]));
    encoder.encode_frames([Frame::new(rgba()), Frame::new(other)]).unwrap();
    drop(encoder);
    let frames = |file: &[u8]| {
        let frames = GifDecoder::new(Cursor::new(file)).unwrap().into_frames();
        frames.map(|frame| frame.unwrap().into_buffer()).collect::<Vec<_>>()
    };

    let length = [WORDS.len() as u8];
    let words = [&length[..], WORDS, b"\0"].concat();
    let global_colours = usize::from(plain[10] & 0x80 != 0) * (3 << ((plain[10] & 7) + 1));
    let (head, rest) = plain.split_at(13 + global_colours);
    let file = [
        head,
        b"\x21\xfe",
        &words,
        b"\x21\xff\x0bXMP DataXMP",
        &words,
        b"\x21\xff\x0bNETSCAPE2.0",
        &words,
        b"\x21\x99",
        &words,
        rest,
        WORDS,
    ]
    .concat();
    let cleaned = cleaned(&file, ImageType::Gif);
    assert_eq!(frames(&cleaned), frames(&plain));
    assert_eq!(cleaned.windows(11).filter(|part| part == b"NETSCAPE2.0").count(), 1);
}

#[test]
fn nothing_is_left_in_an_avif_but_the_picture() {
    let file = include_bytes!("../../../../tests/fixtures/metadata/words.avif");
    let has = |file: &[u8], word: &[u8]| file.windows(word.len()).any(|part| part == word);
    assert!(has(file, b"canary in the exif") && has(file, b"canary in the xmp"));
    let trailing = [&file[..], WORDS].concat();
    let cleaned = cleaned(&trailing, ImageType::Avif);
    assert!(!has(&cleaned, b"canary") && !has(&cleaned, b"Exif") && !has(&cleaned, b"mime"));
    // Nothing has moved, and all drawn bytes are present.
    assert_eq!(cleaned.len(), file.len());
    let kept = cleaned.iter().zip(file).filter(|(now, before)| now == before).count();
    assert!(kept * 10 > file.len() * 8, "{kept} of {}", file.len());
    for word in [&b"ftypavif"[..], b"av01", b"av1C", b"auxC", b"ispe", b"colrprof"] {
        assert!(has(&cleaned, word), "{}", String::from_utf8_lossy(word));
    }
    let seen = imagesize::blob_size(&cleaned).unwrap();
    assert_eq!((seen.width, seen.height), (24, 16));
}

/// A video from ffmpeg and libavif: the drawn bytes stay in their positions, with all samples.
#[test]
fn nothing_is_left_in_a_sequence_but_its_pictures() {
    let file = include_bytes!("../../../../tests/fixtures/metadata/sequence.avif");
    // Text after the end, in a box of its own, and in the encoder's name.
    let mut words = file.to_vec();
    words.extend((WORDS.len() as u32 + 8).to_be_bytes());
    words.extend(b"uuid");
    words.extend(WORDS);
    let entry = file.windows(4).rposition(|part| part == b"av1C").unwrap() - 4;
    let name = entry - 78 + 42;
    words[name + 1..name + 1 + WORDS.len()].copy_from_slice(WORDS);
    assert!(says(&words));
    let cleaned = cleaned(&words, ImageType::Avif);
    let has = |word: &[u8]| cleaned.windows(word.len()).any(|part| part == word);
    for word in [&b"ftypavis"[..], b"moov", b"trak", b"stsz", b"stco", b"stsc", b"stts", b"av01"] {
        assert!(has(word), "{}", String::from_utf8_lossy(word));
    }
    // The samples are most of the file.
    let media = file.windows(4).position(|part| part == b"mdat").unwrap();
    let kept = file[media..].iter().zip(&cleaned[media..]).filter(|(before, now)| before == now);
    assert!(kept.count() * 10 > (file.len() - media) * 9);
    for cut in (0..file.len()).step_by(7) {
        let _ = clean(&file[..cut], ImageType::Avif);
    }
}

#[test]
fn what_cannot_be_told_apart_is_not_called_clean() {
    let types = [ImageType::Png, ImageType::Jpeg, ImageType::Webp, ImageType::Gif, ImageType::Avif];
    for content_type in types {
        for file in
            [&b""[..], b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\xff\xff\xff\xffWEBP", WORDS]
        {
            assert_eq!(clean(file, content_type), None, "{content_type:?}");
        }
    }
}

/// Writes `text` into lowest bits, column by column.
fn hide(image: &RgbaImage, text: &[u8], channels: std::ops::Range<usize>) -> RgbaImage {
    let mut image = image.clone();
    let mut bits = text.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    for x in 0..image.width() {
        for y in 0..image.height() {
            for channel in channels.clone() {
                let Some(bit) = bits.next() else { return image };
                let byte = &mut image.get_pixel_mut(x, y).0[channel];
                *byte = *byte & !1 | bit;
            }
        }
    }
    image
}

#[test]
fn words_in_the_lowest_bits_are_evened_out() {
    let opaque = RgbaImage::from_fn(64, 48, |x, y| image::Rgba([x as u8, y as u8, 77, 255]));
    let rgb = |image: RgbaImage| DynamicImage::from(image).to_rgb8();
    for (signature, channels, changed) in [
        (&b"stealth_pnginfo"[..], 3..4, [0, 0, 0, 1]),
        (b"stealth_pngcomp", 3..4, [0, 0, 0, 1]),
        (b"stealth_rgbinfo", 0..3, [1, 1, 1, 0]),
        (b"stealth_rgbcomp", 0..3, [1, 1, 1, 0]),
    ] {
        let hidden = hide(&opaque, &[signature, WORDS].concat(), channels.clone());
        let mut files = vec![
            (encoded(hidden.clone(), ImageFormat::Png), ImageType::Png),
            (encoded(hidden.clone(), ImageFormat::WebP), ImageType::Webp),
        ];
        if channels.end == 3 {
            files.push((encoded(rgb(hidden.clone()), ImageFormat::Png), ImageType::Png));
            files.push((encoded(rgb(hidden.clone()), ImageFormat::WebP), ImageType::Webp));
        }
        for (file, content_type) in files {
            let cleaned = clean(&file, content_type).unwrap();
            let (now, before) = (decoded(&cleaned), decoded(&file));
            for (now, before) in now.pixels().zip(before.pixels()) {
                for ((now, before), changed) in now.0.iter().zip(before.0).zip(changed) {
                    assert_eq!(now & !changed, before & !changed);
                }
            }
            let bits = now.pixels().map(|pixel| pixel.0[channels.start] & 1);
            let set = bits.clone().filter(|bit| *bit == 1).count();
            assert!(set == 0 || set == bits.count(), "{content_type:?}");
        }
    }
}

#[test]
fn a_stealthy_file_of_another_tool_says_nothing_afterwards() {
    let file = include_bytes!("../../../../tests/fixtures/metadata/stealth.png");
    let cleaned = clean(file, ImageType::Png).unwrap();
    assert!(decoded(&cleaned).pixels().all(|pixel| pixel.0[3] == 255));
    let colours = |file: &[u8]| image::load_from_memory(file).unwrap().to_rgb8();
    assert_eq!(colours(&cleaned), colours(file));
}
