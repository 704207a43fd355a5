//! The EXIF block of JPEG and WebP.

use std::io::Cursor;

use exif::{Field, In, Tag, Value, experimental::Writer};

use super::{MAX_TEXT_BYTES, OWN, Texts, jpeg, tiff::Tiff, webp};

/// How much EXIF a JPEG segment holds.
const MAX_BLOCK_BYTES: usize = 60_000;

/// Segments or chunks of a file that are looked at.
const MAX_PARTS: usize = 10_000;

const UNDEFINED: u16 = 7;

/// An EXIF block with both texts, or without the JSON where that would be too long. Of `before`
/// only the orientation is kept, without which the picture would lie on its side.
pub fn write(text: &str, own: &str, before: Option<&[u8]>) -> Option<Vec<u8>> {
    let mut comment = b"UNICODE\0".to_vec();
    comment.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    let fits = comment.len() + own.len() < MAX_BLOCK_BYTES;
    let note = Value::Undefined(format!("{OWN}\0{own}").into_bytes(), 0);
    let mut fields: Vec<_> = before.and_then(orientation).into_iter().collect();
    fields.push(field(Tag::UserComment, Value::Undefined(comment, 0)));
    if fits {
        fields.push(field(Tag::MakerNote, note));
    }
    written(&fields)
}

/// The block with nothing but the orientation, if that is told.
pub fn upright(block: &[u8]) -> Option<Vec<u8>> {
    written(&[orientation(block)?])
}

/// What the file says.
pub fn read(bytes: &[u8]) -> Texts {
    let mut texts = Texts::default();
    let Some(block) = block(bytes) else { return texts };
    if block.len() > MAX_TEXT_BYTES {
        texts.too_large = true;
        return texts;
    }
    let Some(tiff) = Tiff::new(block) else { return texts };
    let raw = |tag: Tag| {
        let value = tiff.value(tag.number()).filter(|value| value.kind == UNDEFINED)?;
        Some(value.bytes)
    };
    texts.own = raw(Tag::MakerNote)
        .and_then(|note| note.strip_prefix(OWN.as_bytes())?.strip_prefix(&[0]))
        .and_then(|own| String::from_utf8(own.to_vec()).ok());
    texts.parameters = raw(Tag::UserComment).and_then(|comment| user_comment(comment, &tiff));
    texts
}

/// The EXIF block of a JPEG or WebP.
fn block(bytes: &[u8]) -> Option<&[u8]> {
    if bytes.starts_with(b"RIFF") {
        let mut chunks = webp::chunks(webp::body(bytes)).take(MAX_PARTS);
        let block = chunks.find(|chunk| chunk.kind == b"EXIF")?.contents;
        // Some put the words of JPEG before it.
        Some(block.strip_prefix(jpeg::EXIF).unwrap_or(block))
    } else {
        let mut segments = jpeg::segments(bytes).take(MAX_PARTS);
        segments.find_map(|segment| {
            (segment.marker == jpeg::APP1).then(|| segment.contents.strip_prefix(jpeg::EXIF))?
        })
    }
}

/// The text of a `UserComment`. Most write UTF-16 big-endian there, whatever the byte order of
/// the block is; some keep to that.
fn user_comment(comment: &[u8], exif: &Tiff<'_>) -> Option<String> {
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

fn field(tag: Tag, value: Value) -> Field {
    Field { tag, ifd_num: In::PRIMARY, value }
}

/// How the picture in a file with this block is turned, unless it stands upright.
fn orientation(block: &[u8]) -> Option<Field> {
    let tiff = Tiff::new(block)?;
    let turned = tiff.number(tiff.value(Tag::Orientation.number())?)?;
    let turned = u16::try_from(turned).ok().filter(|turned| (2..=8).contains(turned))?;
    Some(field(Tag::Orientation, Value::Short(vec![turned])))
}

fn written(fields: &[Field]) -> Option<Vec<u8>> {
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, false).ok()?;
    Some(block.into_inner())
}
