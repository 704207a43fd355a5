//! Tests writing, reading and removing metadata in files of every type.

mod round_trip;

use std::io::{Cursor, Read};

use exif::{Field, In, Tag, Value, experimental::Writer};
use flate2::{Compression, read::ZlibEncoder};
use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};

use super::*;
use crate::{
    generation::{Fact, FileReference, GalleryItem, InputValue, RecordState, Request, Role},
    server::{picture::recognise, store::SessionId},
};

fn record(prompt: &str, model: &str, inputs: &[(&str, InputValue)]) -> Record {
    let inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    let model = model.parse().unwrap();
    let item = GalleryItem {
        id: "01912345-6789-7fff-bfff-ffffffffffff".parse().unwrap(),
        request: Request { model, prompt: prompt.to_owned(), inputs: inputs.collect() },
        state: RecordState::Done,
        attempts: 1,
        created_ms: 1,
        started_ms: Some(1),
        ended_ms: Some(2),
        facts: vec![Fact::new("Seed", 14_715_652_618_304_795_000_u64)],
        outputs: Vec::new(),
        images: vec![],
        error: None,
        starred: false,
        collection: None,
    };
    Record {
        item,
        session: SessionId::new("session-of-a-person"),
        estimated_time: None,
        handle: Some("handle-at-the-provider".to_owned()),
        spare: None,
        draft_digest: None,
        files: vec![],
    }
}

fn picture(format: ImageFormat) -> (Bytes, StoredImage) {
    let image = match format {
        // Transparent, so that any loss would be visible.
        ImageFormat::WebP => DynamicImage::from(RgbaImage::new(16, 8)),
        _ => RgbImage::new(16, 8).into(),
    };
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    stored(bytes.into_inner())
}

fn stored(bytes: Vec<u8>) -> (Bytes, StoredImage) {
    let image = recognise(bytes).unwrap();
    let stored = StoredImage {
        position: 0,
        digest: image.digest,
        content_type: image.content_type,
        width: image.width,
        height: image.height,
        bytes: image.bytes.len() as u64,
    };
    (image.bytes, stored)
}

const FORMATS: [ImageFormat; 3] = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP];

#[test]
fn a_request_comes_back_out_of_every_format() {
    let inputs = [
        ("negative_prompt", InputValue::Text("blurry, “low” quality\nSteps: 1".to_owned())),
        ("num_inference_steps", InputValue::Integer(9)),
        ("guidance_scale", InputValue::Number(3.5)),
        ("style", InputValue::Text("木版画".to_owned())),
    ];
    let prompt = "a fox: 狐 🦊\nNegative prompt: none";
    let record = record(prompt, "hf:black-forest-labs/FLUX.1-dev", &inputs);
    for format in FORMATS {
        let (bytes, stored) = picture(format);
        let marked = embed(bytes.clone(), &record, &stored);
        let recipe = extract(&marked).unwrap_or_else(|why| panic!("{format:?}: {why:?}"));
        assert_eq!(recipe.model, Some(record.item.request.model.clone()));
        assert_eq!(recipe.prompt, prompt);
        for (name, value) in &record.item.request.inputs {
            assert_eq!(recipe.inputs.get(name), Some(value), "{format:?} {name}");
        }
        let seed = InputValue::Integer(14_715_652_618_304_795_000);
        assert!(recipe.common.contains(&(Role::Seed, seed)), "{format:?}");

        // The picture itself is the same.
        let decoded = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgba8();
        assert_eq!(decoded(&marked), decoded(&bytes), "{format:?}");
        // Embedding again does not add a second copy.
        assert_eq!(embed(marked.clone(), &record, &stored), marked, "{format:?}");
    }
}

#[test]
fn other_tools_find_the_parameters() {
    let steps = ("steps", InputValue::Integer(9));
    let record = record("a fox", "hf:x/y", &[steps]);
    let (png, stored) = picture(ImageFormat::Png);
    let marked = embed(png, &record, &stored);
    let text = texts(&marked).parameters().next().unwrap().to_owned();
    assert_eq!(
        text,
        format!(
            "a fox\nSteps: 9, Seed: 14715652618304795000, Size: 16x8, Model: x/y, \
             Version: easel {}",
            env!("CARGO_PKG_VERSION")
        )
    );
    for format in FORMATS {
        let (bytes, stored) = picture(format);
        let marked = embed(bytes, &record, &stored);
        assert_eq!(texts(&marked).parameters().next(), Some(text.as_str()), "{format:?}");
    }
}

#[test]
fn a_marked_file_can_be_cleaned_again() {
    let record = record("a secret", "hf:x/y", &[]);
    for format in FORMATS {
        let (bytes, stored) = picture(format);
        let marked = embed(bytes.clone(), &record, &stored);
        let stripped = clean(&marked, stored.content_type).unwrap();
        assert_eq!(extract(&stripped), Err(Unread::Silent), "{format:?}");
        assert!(!stripped.windows(8).any(|part| part == b"a secret"), "{format:?}");
        let decoded = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgba8();
        assert_eq!(decoded(&stripped), decoded(&bytes), "{format:?}");
    }
}

#[test]
fn files_of_others_are_read() {
    for file in [
        &include_bytes!("../../../tests/fixtures/metadata/a1111.png")[..],
        include_bytes!("../../../tests/fixtures/metadata/a1111_unicode.png"),
        include_bytes!("../../../tests/fixtures/metadata/a1111.jpg"),
        include_bytes!("../../../tests/fixtures/metadata/a1111.webp"),
    ] {
        let recipe = extract(file).unwrap_or_else(|why| panic!("{:?}: {why:?}", &file[..16]));
        assert!(recipe.prompt.starts_with("a fox, (snow:1.2)"), "{}", recipe.prompt);
        let steps = (Role::Steps, InputValue::Integer(28));
        let negative = (Role::NegativePrompt, InputValue::Text("blurry, worst".to_owned()));
        assert!(recipe.common.contains(&steps) && recipe.common.contains(&negative));
    }
}

#[test]
fn no_secret_address_file_or_person_goes_into_a_file() {
    crate::server::redact::register("a-configured-secret");
    let file = InputValue::File(FileReference::Url("https://private.example/x.png".to_owned()));
    let inputs = [
        ("hf_token", InputValue::Text("plain-looking".to_owned())),
        ("image", file.clone()),
        ("images", InputValue::List(vec![file])),
        ("note", InputValue::Text("a-configured-secret hf_abcdefghijklmnop".to_owned())),
    ];
    let record = record("fox", "space:http://192.168.1.7:7860/#/run", &inputs);
    for format in FORMATS {
        let (bytes, stored) = picture(format);
        let marked = embed(bytes, &record, &stored);
        let texts = texts(&marked);
        let text = texts.own().unwrap().to_owned() + texts.parameters().next().unwrap();
        for secret in [
            "plain-looking",
            "private.example",
            "192.168",
            "a-configured-secret",
            "hf_abcdefgh",
            "session-of",
            "handle-at",
        ] {
            assert!(!text.contains(secret), "{format:?}: {text}");
        }
        assert_eq!(extract(&marked).unwrap().prompt, "fox");
    }
}

#[test]
fn a_sideways_photo_keeps_its_orientation() {
    let (bytes, image) = picture(ImageFormat::Jpeg);
    let orientation =
        Field { tag: Tag::Orientation, ifd_num: In::PRIMARY, value: Value::Short(vec![6]) };
    let mut writer = Writer::new();
    writer.push_field(&orientation);
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, true).unwrap();
    let mut jpeg = Jpeg::from_bytes(bytes).unwrap();
    jpeg.set_exif(Some(block.into_inner().into()));

    let marked = embed(jpeg.encoder().bytes(), &record("fox", "demo", &[]), &image);
    let exif = exif::Reader::new().read_from_container(&mut Cursor::new(&marked)).unwrap();
    let kept = exif.get_field(Tag::Orientation, In::PRIMARY).unwrap();
    assert_eq!(kept.value.get_uint(0), Some(6));
}

#[test]
fn what_cannot_carry_a_mark_stays_as_it_is() {
    let (gif, stored) = picture(ImageFormat::Gif);
    let record = record("fox", "demo", &[]);
    assert_eq!(embed(gif.clone(), &record, &stored), gif);
    assert_eq!(extract(&gif), Err(Unread::Silent));
    let (png, stored) = picture(ImageFormat::Png);
    let broken = png.slice(..40);
    assert_eq!(embed(broken.clone(), &record, &stored), broken);
    for bytes in [&b""[..], b"\x89PNG", &broken, b"RIFF\0\0\0\0WEBP", b"\xff\xd8\xff"] {
        assert_eq!(extract(bytes), Err(Unread::Silent));
    }
}

/// More text than anybody writes, in a few kilobytes.
fn bomb() -> Vec<u8> {
    let mut packed = Vec::new();
    let zeros = std::io::repeat(b' ').take(32 * 1024 * 1024);
    ZlibEncoder::new(zeros, Compression::best()).read_to_end(&mut packed).unwrap();
    packed
}

fn png_with(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let (plain, _) = picture(ImageFormat::Png);
    let mut file = plain[..33].to_vec();
    chunks.iter().for_each(|(kind, contents)| png::push_chunk(&mut file, kind, contents));
    file.extend(&plain[33..]);
    file
}

#[test]
fn packed_text_is_unpacked_up_to_a_limit() {
    let (own, theirs) = (r#"{"version":1,"prompt":"a fox"}"#, "parameters\0\0");
    let ztxt = |packed: &[u8]| (b"zTXt", [theirs.as_bytes(), packed].concat());
    let itxt = |packed: &[u8]| (b"iTXt", [b"parameters\0\x01\0\0\0", packed].concat());
    let text = (b"tEXt", [b"easel\0", own.as_bytes()].concat());
    let bomb = bomb();
    assert!(bomb.len() < 64 * 1024);
    for chunk in [ztxt(&bomb), itxt(&bomb)] {
        assert_eq!(extract(&png_with(std::slice::from_ref(&chunk))), Err(Unread::TooLarge));
        let many = vec![chunk.clone(); 500];
        assert_eq!(extract(&png_with(&many)), Err(Unread::TooLarge));
        // The text before it is read.
        let recipe = extract(&png_with(&[text.clone(), chunk])).unwrap();
        assert_eq!(recipe.prompt, "a fox");
    }
    let mut packed = Vec::new();
    let theirs = "a fox\nSteps: 20, Seed: 1, Size: 8x8";
    ZlibEncoder::new(theirs.as_bytes(), Compression::best()).read_to_end(&mut packed).unwrap();
    for chunk in [ztxt(&packed), itxt(&packed)] {
        assert_eq!(extract(&png_with(&[chunk])).unwrap().prompt, "a fox");
    }
}

#[test]
fn words_that_no_request_holds_are_not_taken_over() {
    let prompt = "fox ".repeat(MAX_WORDS_BYTES);
    let theirs = format!("parameters\0{prompt}\nSteps: 20, Seed: 1, Size: 8x8");
    let file = png_with(&[(b"tEXt", theirs.into_bytes())]);
    assert_eq!(extract(&file), Err(Unread::TooLarge));
}

#[test]
fn deep_and_long_json_and_pairs_without_number_are_nothing() {
    let deep = format!("{{\"version\":1,\"prompt\":{}", "[".repeat(500_000));
    let pairs = "a: b, ".repeat(150_000);
    for text in [format!("easel\0{deep}"), format!("parameters\0{pairs}")] {
        let file = png_with(&[(b"tEXt", text.into_bytes())]);
        assert_eq!(extract(&file), Err(Unread::Silent));
    }
}

/// Every entry points to a list of its own, and every list has the maximum number of entries.
#[test]
fn lists_that_lead_to_lists_are_not_followed() {
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    let count = 5_000_u16;
    block.extend(count.to_le_bytes());
    for entry in 0..u32::from(count) {
        block.extend(0x8769_u16.to_le_bytes());
        block.extend(4_u16.to_le_bytes());
        block.extend(1_u32.to_le_bytes());
        block.extend((8 + entry * 2).to_le_bytes());
    }
    let mut body = Vec::new();
    webp::push_chunk(&mut body, b"EXIF", &block);
    let mut file = b"\xff\xd8".to_vec();
    jpeg::push_segment(&mut file, jpeg::APP1, &[jpeg::EXIF, &block].concat());
    for file in [webp::file(&body), file] {
        assert_eq!(extract(&file), Err(Unread::Silent));
    }
}

#[test]
fn a_file_of_a_million_parts_is_read_and_left_as_it_is() {
    let file: Bytes = png_with(&vec![(b"tEXt", Vec::new()); 1_000_000]).into();
    assert_eq!(extract(&file), Err(Unread::Silent));
    let (_, stored) = picture(ImageFormat::Png);
    assert_eq!(embed(file.clone(), &record("fox", "demo", &[]), &stored), file);
}
