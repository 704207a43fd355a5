//! Files of every type, marked, read and stripped.

use std::io::Cursor;

use exif::{Field, In, Tag, Value, experimental::Writer};
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
        images: vec![],
        error: None,
        starred: false,
    };
    Record {
        item,
        session: SessionId::new("session-of-a-person"),
        estimated_time: None,
        handle: Some("handle-at-the-provider".to_owned()),
        files: vec![],
    }
}

fn picture(format: ImageFormat) -> (Bytes, StoredImage) {
    let image = match format {
        // Transparent, so that nothing of it may be lost on the way.
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
    (image.bytes.into(), stored)
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
        let recipe = extract(&marked).unwrap_or_else(|| panic!("{format:?} says nothing"));
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
        // Marking it again leaves one mark.
        assert_eq!(embed(marked.clone(), &record, &stored), marked, "{format:?}");
    }
}

#[test]
fn other_tools_find_the_parameters() {
    let steps = ("steps", InputValue::Integer(9));
    let record = record("a fox", "hf:x/y", &[steps]);
    let (png, stored) = picture(ImageFormat::Png);
    let marked = embed(png, &record, &stored);
    let text = texts(&marked).1.unwrap();
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
        assert_eq!(texts(&marked).1.as_deref(), Some(text.as_str()), "{format:?}");
    }
}

#[test]
fn a_stripped_file_says_nothing_and_looks_the_same() {
    let record = record("a secret", "hf:x/y", &[]);
    for format in FORMATS {
        let (bytes, stored) = picture(format);
        let marked = embed(bytes.clone(), &record, &stored);
        let stripped = strip(marked, stored.content_type);
        assert_eq!(extract(&stripped), None, "{format:?}");
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
        let recipe = extract(file).unwrap_or_else(|| panic!("{:?}", &file[..16]));
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
        let (own, theirs) = texts(&marked);
        let text = own.unwrap() + &theirs.unwrap();
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
    assert_eq!(extract(&gif), None);
    let (png, stored) = picture(ImageFormat::Png);
    let broken = png.slice(..40);
    assert_eq!(embed(broken.clone(), &record, &stored), broken);
    for bytes in [&b""[..], b"\x89PNG", &broken, b"RIFF\0\0\0\0WEBP", b"\xff\xd8\xff"] {
        assert_eq!(extract(bytes), None);
    }
}
