//! Finds the items of a file.

use std::ops::Range;

use super::boxes::{IsoBox, Reader, boxes};

/// The limit for the items of a file, including tiles and thumbnails.
pub const MAX_ITEMS: usize = 4_096;

/// Whether there are items of EXIF or XMP.
pub fn has_words(file: &[u8]) -> bool {
    !items_of(file, &[b"Exif", b"mime"]).is_empty()
}

/// The bytes of the items that hold EXIF.
pub fn exif_items(file: &[u8]) -> Vec<&[u8]> {
    items_of(file, &[b"Exif"])
}

fn items_of<'a>(file: &'a [u8], kinds: &[&[u8; 4]]) -> Vec<&'a [u8]> {
    let found = || {
        let meta = boxes(file, 0..file.len()).take(64).find(|found| &found.kind == b"meta")?;
        let inner = meta.contents.start.checked_add(4)?..meta.contents.end;
        let all: Vec<_> = boxes(file, inner).take(64).collect();
        let of = |kind: &[u8; 4]| all.iter().find(|found| &found.kind == kind);
        let names = of(b"iinf")?;
        let mut reader = Reader::of(file, names);
        let version = reader.number(4)? >> 24;
        reader.take(if version == 0 { 2 } else { 4 })?;
        let entries = boxes(file, reader.at..names.contents.end).take(MAX_ITEMS);
        let ids: Vec<_> = entries
            .filter_map(|entry| {
                let (_, id, kind) = item(file, &entry)?;
                kinds.iter().any(|wanted| wanted[..] == *kind).then_some(id)
            })
            .collect();
        let inside = of(b"idat").map(|found| found.contents.clone());
        let extents = extents(file, of(b"iloc")?, inside.as_ref())?;
        let of_exif = extents.into_iter().filter(|(id, _)| ids.contains(id));
        Some(of_exif.map(|(_, extent)| &file[extent]).take(8).collect())
    };
    found().unwrap_or_default()
}

/// The position of an item's type, its id and its type.
pub fn item<'a>(file: &'a [u8], entry: &IsoBox) -> Option<(usize, usize, &'a [u8])> {
    let mut reader = Reader::of(file, entry);
    // Older versions have no types.
    let version = reader.number(4)? >> 24;
    let id = reader.number(match version {
        2 => 2,
        3 => 4,
        _ => return None,
    })?;
    reader.take(2)?;
    Some((reader.at, id, reader.take(4)?))
}

/// The positions of every item's bytes; `None` when they are in another file.
pub fn extents(
    file: &[u8],
    list: &IsoBox,
    inside: Option<&Range<usize>>,
) -> Option<Vec<(usize, Range<usize>)>> {
    let mut reader = Reader::of(file, list);
    let version = reader.number(4)? >> 24;
    let sizes = reader.number(2)?;
    let [offset_size, length_size, base_size, index_size] =
        [12, 8, 4, 0].map(|shift| sizes >> shift & 15);
    let index_size = if version == 0 { 0 } else { index_size };
    let id_size = if version < 2 { 2 } else { 4 };
    let mut extents = Vec::new();
    for _ in 0..reader.number(id_size)? {
        let id = reader.number(id_size)?;
        let from = match if version == 0 { 0 } else { reader.number(2)? & 15 } {
            0 => 0,
            1 => inside?.start,
            _ => return None,
        };
        if reader.number(2)? != 0 {
            return None;
        }
        let base = from.checked_add(reader.number(base_size)?)?;
        for _ in 0..reader.number(2)? {
            reader.take(index_size)?;
            let start = base.checked_add(reader.number(offset_size)?)?;
            let end = start.checked_add(reader.number(length_size)?)?;
            if start == end || end > file.len() || extents.len() == MAX_ITEMS {
                return None;
            }
            extents.push((id, start..end));
        }
    }
    Some(extents)
}
