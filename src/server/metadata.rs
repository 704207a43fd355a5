//! Prompt and parameters inside a picture's file: written as the well-known web UIs write them
//! and once more as JSON of our own, which loses nothing; read from both.
//!
//! PNG has text chunks, `parameters` and `easel`. JPEG and WebP have EXIF: the text is in
//! `UserComment`, the JSON in `MakerNote`. GIF and AVIF stay as they are.

use std::io::Cursor;

use bytes::{BufMut, Bytes, BytesMut};
use exif::{Exif, Field, In, Tag, Value, experimental::Writer};
use img_parts::{
    ImageEXIF,
    jpeg::{Jpeg, markers},
    png::{Png, PngChunk},
    webp::{CHUNK_XMP, WebP},
};

use super::store::{Record, StoredImage};
use crate::generation::{ImageType, Recipe};

mod own;
mod parameters;

pub use self::own::is_secret;

const PARAMETERS: &str = "parameters";
const OWN: &str = "easel";

/// How much of a file is read as text, and how much EXIF a JPEG segment holds.
const MAX_TEXT_BYTES: usize = 60_000;

/// The file `bytes` of `image` with what `record` knows of its making, or unchanged where its
/// type cannot carry that. No token, file or private address goes in.
pub fn embed(bytes: Bytes, record: &Record, image: &StoredImage) -> Bytes {
    let text = parameters::write(record, image);
    let own = own::write(record);
    let marked = match image.content_type {
        ImageType::Png => embed_png(bytes.clone(), &text, &own),
        ImageType::Jpeg => Jpeg::from_bytes(bytes.clone()).ok().and_then(|mut jpeg| {
            jpeg.set_exif(Some(exif_block(&text, &own, jpeg.exif())?));
            Some(jpeg.encoder().bytes())
        }),
        ImageType::Webp => WebP::from_bytes(bytes.clone()).ok().and_then(|mut webp| {
            webp.set_exif(Some(exif_block(&text, &own, webp.exif())?));
            Some(webp.encoder().bytes())
        }),
        ImageType::Gif | ImageType::Avif => None,
    };
    marked.unwrap_or(bytes)
}

/// The file `bytes` without any words about its making, whoever wrote them; unchanged where its
/// type has no place for them.
pub fn strip(bytes: Bytes, content_type: ImageType) -> Bytes {
    let stripped = match content_type {
        ImageType::Png => Png::from_bytes(bytes.clone()).ok().map(|mut png| {
            let is_text =
                |chunk: &PngChunk| matches!(&chunk.kind(), b"tEXt" | b"iTXt" | b"zTXt" | b"eXIf");
            png.chunks_mut().retain(|chunk| !is_text(chunk));
            png.encoder().bytes()
        }),
        ImageType::Jpeg => Jpeg::from_bytes(bytes.clone()).ok().map(|mut jpeg| {
            let upright = jpeg.exif().and_then(|exif| written(&[orientation(exif)?]));
            // EXIF and XMP, Photoshop's resources, comments.
            let has_words =
                |marker| matches!(marker, markers::APP1 | markers::APP13 | markers::COM);
            jpeg.segments_mut().retain(|segment| !has_words(segment.marker()));
            jpeg.set_exif(upright);
            jpeg.encoder().bytes()
        }),
        ImageType::Webp => WebP::from_bytes(bytes.clone()).ok().map(|mut webp| {
            let upright = webp.exif().and_then(|exif| written(&[orientation(exif)?]));
            webp.remove_chunks_by_id(CHUNK_XMP);
            webp.set_exif(upright);
            webp.encoder().bytes()
        }),
        ImageType::Gif | ImageType::Avif => None,
    };
    stripped.unwrap_or(bytes)
}

/// How the picture in `bytes` was made, if its file says so.
pub fn extract(bytes: &[u8]) -> Option<Recipe> {
    let (own, text) =
        if bytes.starts_with(b"\x89PNG") { png_texts(bytes) } else { exif_texts(bytes) };
    own.as_deref().and_then(own::read).or_else(|| text.as_deref().and_then(parameters::read))
}

fn embed_png(bytes: Bytes, text: &str, own: &str) -> Option<Bytes> {
    let mut png = Png::from_bytes(bytes).ok()?;
    let ours = |chunk: &PngChunk| {
        matches!(&chunk.kind(), b"tEXt" | b"iTXt" | b"zTXt")
            && [PARAMETERS, OWN].iter().any(|keyword| {
                chunk
                    .contents()
                    .strip_prefix(keyword.as_bytes())
                    .is_some_and(|rest| rest.first() == Some(&0))
            })
    };
    png.chunks_mut().retain(|chunk| !ours(chunk));
    // Right after the header, where every reader looks before the pixels.
    png.chunks_mut().insert(1, text_chunk(OWN, own));
    png.chunks_mut().insert(1, text_chunk(PARAMETERS, text));
    Some(png.encoder().bytes())
}

/// `tEXt` holds Latin-1; anything else goes into an uncompressed `iTXt`, as the web UIs do it.
fn text_chunk(keyword: &str, text: &str) -> PngChunk {
    let mut contents = BytesMut::new();
    contents.put(keyword.as_bytes());
    let latin: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(letter).ok()).collect();
    match latin {
        Some(latin) => {
            contents.put_u8(0);
            contents.put(&latin[..]);
            PngChunk::new(*b"tEXt", contents.freeze())
        }
        None => {
            // No compression, no language, no translated keyword.
            contents.put(&[0, 0, 0, 0, 0][..]);
            contents.put(text.as_bytes());
            PngChunk::new(*b"iTXt", contents.freeze())
        }
    }
}

/// (ours, theirs)
fn png_texts(bytes: &[u8]) -> (Option<String>, Option<String>) {
    let limits = png::Limits { bytes: 4 * 1024 * 1024 };
    let Ok(mut reader) = png::Decoder::new_with_limits(Cursor::new(bytes), limits).read_info()
    else {
        return (None, None);
    };
    // Texts may stand behind the pixels too. What is broken there does not matter here.
    let _ = reader.finish();
    let info = reader.info();
    let text = |keyword: &str| {
        let mut plain = info.uncompressed_latin1_text.iter();
        let plain = plain.find(|chunk| chunk.keyword == keyword).map(|chunk| chunk.text.clone());
        let packed = info.compressed_latin1_text.iter().find(|chunk| chunk.keyword == keyword);
        let unicode = info.utf8_text.iter().find(|chunk| chunk.keyword == keyword);
        plain
            .or_else(|| unicode.and_then(|chunk| chunk.get_text().ok()))
            .or_else(|| packed.and_then(|chunk| chunk.get_text().ok()))
    };
    (text(OWN), text(PARAMETERS))
}

/// An EXIF block with both texts, or without the JSON where that would be too long. Of `before`
/// only the orientation is kept, without which the picture would lie on its side.
fn exif_block(text: &str, own: &str, before: Option<Bytes>) -> Option<Bytes> {
    let mut comment = b"UNICODE\0".to_vec();
    comment.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    let fits = comment.len() + own.len() < MAX_TEXT_BYTES;
    let note = Value::Undefined(format!("{OWN}\0{own}").into_bytes(), 0);
    let mut fields: Vec<_> = before.and_then(orientation).into_iter().collect();
    fields.push(field(Tag::UserComment, Value::Undefined(comment, 0)));
    if fits {
        fields.push(field(Tag::MakerNote, note));
    }
    written(&fields)
}

fn field(tag: Tag, value: Value) -> Field {
    Field { tag, ifd_num: In::PRIMARY, value }
}

/// How the picture in a file with this block is turned.
fn orientation(block: Bytes) -> Option<Field> {
    let exif = exif::Reader::new().read_raw(block.to_vec()).ok()?;
    let turned = exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)?;
    Some(field(Tag::Orientation, Value::Short(vec![u16::try_from(turned).ok()?])))
}

fn written(fields: &[Field]) -> Option<Bytes> {
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, false).ok()?;
    Some(block.into_inner().into())
}

/// (ours, theirs)
fn exif_texts(bytes: &[u8]) -> (Option<String>, Option<String>) {
    // The library behind most web UIs writes blocks that are not quite right at their end.
    let mut reader = exif::Reader::new();
    let read = reader.continue_on_error(true).read_from_container(&mut Cursor::new(bytes));
    let Ok(exif) = read.or_else(|error| error.distill_partial_result(|_| ())) else {
        return (None, None);
    };
    let raw = |tag: Tag| match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Undefined(bytes, _) => Some(bytes.as_slice()),
        _ => None,
    };
    let own = raw(Tag::MakerNote)
        .and_then(|note| note.strip_prefix(OWN.as_bytes())?.strip_prefix(&[0]))
        .and_then(|own| String::from_utf8(own.to_vec()).ok());
    (own, raw(Tag::UserComment).and_then(|comment| user_comment(comment, &exif)))
}

/// The text of a `UserComment`. Most write UTF-16 big-endian there, whatever the byte order of
/// the block is; some keep to that.
fn user_comment(comment: &[u8], exif: &Exif) -> Option<String> {
    let (code, text) = comment.split_at_checked(8)?;
    if code != b"UNICODE\0" {
        return String::from_utf8(text.to_vec()).ok();
    }
    let read = |from: fn([u8; 2]) -> u16| {
        let units: Vec<_> = text.chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
        String::from_utf16(&units).ok()
    };
    let (big, little) = (read(u16::from_be_bytes), read(u16::from_le_bytes));
    // English words tell the order: "Steps: " is in every such text.
    let fits = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains("Steps: "));
    match (fits(&big), fits(&little)) {
        (false, true) => little,
        (false, false) if exif.little_endian() => little.or(big),
        _ => big.or(little),
    }
}

#[cfg(test)]
mod tests {
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
        let text = png_texts(&marked).1.unwrap();
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
            let theirs = if format == ImageFormat::Png { png_texts } else { exif_texts };
            assert_eq!(theirs(&marked).1.as_deref(), Some(text.as_str()), "{format:?}");
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
            &include_bytes!("../../tests/fixtures/metadata/a1111.png")[..],
            include_bytes!("../../tests/fixtures/metadata/a1111_unicode.png"),
            include_bytes!("../../tests/fixtures/metadata/a1111.jpg"),
            include_bytes!("../../tests/fixtures/metadata/a1111.webp"),
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
            let (own, theirs) =
                if format == ImageFormat::Png { png_texts(&marked) } else { exif_texts(&marked) };
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
}
