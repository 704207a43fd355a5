//! The EXIF block of JPEG and WebP.

use std::io::Cursor;

use bytes::Bytes;
use exif::{Exif, Field, In, Tag, Value, experimental::Writer};

use super::{OWN, Texts};

/// How much EXIF a JPEG segment holds.
const MAX_TEXT_BYTES: usize = 60_000;

/// An EXIF block with both texts, or without the JSON where that would be too long. Of `before`
/// only the orientation is kept, without which the picture would lie on its side.
pub fn write(text: &str, own: &str, before: Option<Bytes>) -> Option<Bytes> {
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

/// The block with nothing but the orientation, if that is told.
pub fn upright(block: Bytes) -> Option<Bytes> {
    written(&[orientation(block)?])
}

/// What the file says.
pub fn read(bytes: &[u8]) -> Texts {
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
