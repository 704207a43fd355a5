//! The EXIF block of JPEG, WebP and PNG.

use std::io::Cursor;

use exif::{Context, Field, In, Tag, Value, experimental::Writer};

use super::{
    COMMENT, MAX_TEXT_BYTES, OWN, PARAMETERS, Texts, encoded, jpeg, tiff::Tiff, webp, xmp,
};

/// The room for EXIF in a JPEG segment.
const MAX_BLOCK_BYTES: usize = 60_000;

/// How many segments or chunks of a file are read.
const MAX_PARTS: usize = 10_000;

const BYTE: u16 = 1;
const ASCII: u16 = 2;
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

/// A block with only the orientation; `None` when `block` has none.
pub fn upright(block: &[u8]) -> Option<Vec<u8>> {
    written(&[orientation(block)?])
}

/// The tags that tools write to, with their names here. Most are in the first list, whether they
/// belong there or not.
const PLACES: [(Tag, &str); 10] = [
    (Tag::MakerNote, "MakerNote"),
    (Tag::UserComment, PARAMETERS),
    (Tag::ImageDescription, "ImageDescription"),
    (Tag::Make, "Make"),
    (Tag::Model, "Model"),
    (Tag(Context::Tiff, 0x010d), "DocumentName"),
    (Tag::Software, "Software"),
    (Tag(Context::Tiff, 0x9c9b), "XPTitle"),
    (Tag(Context::Tiff, 0x9c9c), PARAMETERS),
    (Tag(Context::Tiff, 0x9c9e), "XPKeywords"),
];

/// Windows stores its own comments as UTF-16, whatever the byte order of the block.
const XP: std::ops::RangeInclusive<u16> = 0x9c9b..=0x9c9f;

/// Adds the texts of a block.
pub fn read(block: &[u8], texts: &mut Texts) {
    if block.len() > MAX_TEXT_BYTES {
        texts.too_large = true;
        return;
    }
    let Some(blocks_left) = texts.blocks_left.checked_sub(1) else { return };
    texts.blocks_left = blocks_left;
    let Some(tiff) = Tiff::new(block) else { return };
    for (tag, name) in PLACES {
        let value = tiff.value(tag.number());
        let Some(value) = value.filter(|value| matches!(value.kind, BYTE | ASCII | UNDEFINED))
        else {
            continue;
        };
        // Several entries may point to the same bytes.
        let Some(bytes) = texts.take(value.bytes) else { return };
        let own = bytes.strip_prefix(OWN.as_bytes()).and_then(|own| own.strip_prefix(&[0]));
        if let Some(own) = own.filter(|_| tag == Tag::MakerNote) {
            String::from_utf8(own.to_vec()).into_iter().for_each(|own| texts.push(OWN, own));
            continue;
        }
        let text = match tag {
            Tag::UserComment => encoded::user_comment(&bytes, tiff.little_endian()),
            tag => encoded::unknown(&bytes, XP.contains(&tag.number()) || tiff.little_endian()),
        };
        text.into_iter().for_each(|text| texts.push(name, text));
    }
}

/// Adds the texts in the segments of a JPEG.
pub fn read_jpeg(bytes: &[u8], texts: &mut Texts) {
    for segment in jpeg::segments(bytes).take(MAX_PARTS) {
        let contents = segment.contents;
        if segment.marker == jpeg::COMMENT {
            if let Some(text) = texts.take(contents) {
                texts.push(COMMENT, encoded::unknown(&text, true).unwrap_or_default());
            }
        } else if segment.marker != jpeg::APP1 {
            continue;
        } else if let Some(block) = contents.strip_prefix(jpeg::EXIF) {
            read(block, texts);
        } else if let Some(xmp) = contents.strip_prefix(xmp::SEGMENT)
            && let Some(xmp) = texts.take(xmp)
        {
            xmp::read(&encoded::latin_or_utf8(&xmp), texts);
        }
    }
}

/// Adds the texts in the chunks of a WebP.
pub fn read_webp(bytes: &[u8], texts: &mut Texts) {
    for chunk in webp::chunks(webp::body(bytes)).take(MAX_PARTS) {
        match chunk.kind {
            // Some tools write JPEG's prefix before it.
            b"EXIF" => {
                read(chunk.contents.strip_prefix(jpeg::EXIF).unwrap_or(chunk.contents), texts)
            }
            b"XMP " => {
                if let Some(xmp) = texts.take(chunk.contents) {
                    xmp::read(&encoded::latin_or_utf8(&xmp), texts);
                }
            }
            _ => {}
        }
    }
}

fn field(tag: Tag, value: Value) -> Field {
    Field { tag, ifd_num: In::PRIMARY, value }
}

/// The orientation in this block, unless the picture is upright.
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
