//! AVIF: blanks everything except the boxes and items that draw. Nothing moves, because boxes
//! contain the positions of others.

mod boxes;
mod items;
mod sequence;

use std::ops::Range;

use self::{
    boxes::{IsoBox, Reader, boxes},
    items::{MAX_ITEMS, extents, item},
};

use super::icc;

pub use items::{exif_items, has_words};

/// The types of items that make up a picture.
const DRAWN_ITEMS: [&[u8; 4]; 5] = [b"av01", b"grid", b"iovl", b"tmap", b"iden"];

/// Properties of items that change how they look.
const DRAWN_PROPERTIES: [&[u8; 4]; 17] = [
    b"av1C", b"ispe", b"pixi", b"colr", b"pasp", b"clap", b"irot", b"imir", b"auxC", b"a1op",
    b"a1lx", b"lsel", b"clli", b"mdcv", b"cclv", b"amve", b"reve",
];

/// The file without what is not drawn; `None` when it is not an AVIF, or when its parts cannot all
/// be separated: fragmented files, and references to other files.
pub fn clean(file: &[u8]) -> Option<Vec<u8>> {
    let mut page = Page { file, out: vec![0; file.len()] };
    let (mut items, mut places) = (Items::default(), Vec::new());
    let (mut end, mut samples) = (0, Vec::new());
    for found in boxes(file, 0..file.len()) {
        end = found.contents.end;
        match &found.kind {
            b"ftyp" => page.keep_box(&found),
            b"meta" => items = page.meta(&found)?,
            b"mdat" => {
                page.keep(found.header());
                places.push(found.contents);
            }
            b"moov" => samples.extend(page.sequence(&found)?),
            b"moof" => return None,
            _ => page.blank(&found),
        }
    }
    places.extend(items.inside.take());
    let (mut drawn, mut others) = (samples, Vec::new());
    for (id, extent) in items.extents {
        if items.drawn.contains(&id) { drawn.push(extent) } else { others.push(extent) }
    }
    let is_inside = |extent: &Range<usize>| {
        places.iter().any(|place| place.start <= extent.start && extent.end <= place.end)
    };
    if drawn.is_empty() || !drawn.iter().all(is_inside) || touch(&drawn, &others) {
        return None;
    }
    drawn.into_iter().for_each(|extent| page.keep(extent));
    page.out.truncate(end);
    Some(page.out)
}

/// Whether all boxes are present and complete.
pub fn has_end(file: &[u8]) -> bool {
    let end = boxes(file, 0..file.len()).map(|found| found.contents.end).last();
    // Fewer bytes than a box has may follow it.
    end.is_some_and(|end| file.len() - end < 8)
}

/// Whether any two ranges of the two lists overlap.
fn touch(drawn: &[Range<usize>], others: &[Range<usize>]) -> bool {
    let of = |ranges: &[Range<usize>], is_drawn| {
        ranges.iter().map(move |range| (range.start, range.end, is_drawn)).collect::<Vec<_>>()
    };
    let mut all = [of(drawn, true), of(others, false)].concat();
    all.sort_unstable();
    // How far the drawn ranges reach so far, and the others.
    let mut ends = [0, 0];
    all.into_iter().any(|(start, end, is_drawn)| {
        let reach = &mut ends[usize::from(is_drawn)];
        *reach = end.max(*reach);
        start < ends[usize::from(!is_drawn)]
    })
}

/// The items of a file.
#[derive(Default)]
struct Items {
    /// The ids of the items that make up the picture.
    drawn: Vec<usize>,
    /// The positions of each item's bytes.
    extents: Vec<(usize, Range<usize>)>,
    /// The bytes within the boxes themselves.
    inside: Option<Range<usize>>,
}

/// The original file, and its copy, which is blank at first.
struct Page<'a> {
    file: &'a [u8],
    out: Vec<u8>,
}

impl Page<'_> {
    fn keep(&mut self, part: Range<usize>) {
        self.out[part.clone()].copy_from_slice(&self.file[part]);
    }

    fn keep_box(&mut self, found: &IsoBox) {
        self.keep(found.start..found.contents.end);
    }

    /// Keeps how colours are meant: as numbers, or by a profile without its texts.
    fn keep_colours(&mut self, found: &IsoBox) {
        let Some((kind, profile)) = self.file[found.contents.clone()].split_first_chunk::<4>()
        else {
            return self.blank(found);
        };
        let profile = match kind {
            b"nclx" => return self.keep_box(found),
            b"prof" | b"rICC" => icc::blanked(profile),
            _ => None,
        };
        let Some(profile) = profile else { return self.blank(found) };
        self.keep(found.start..found.contents.start + 4);
        self.out[found.contents.start + 4..][..profile.len()].copy_from_slice(&profile);
    }

    /// Turns a box into a free one of the same size, because offsets depend on it.
    fn blank(&mut self, found: &IsoBox) {
        self.keep(found.header());
        self.out[found.start + 4..found.start + 8].copy_from_slice(b"free");
    }

    fn meta(&mut self, meta: &IsoBox) -> Option<Items> {
        let mut items = Items::default();
        let inner = meta.contents.start.checked_add(4)?..meta.contents.end;
        self.keep(meta.start..inner.start);
        let all: Vec<_> = boxes(self.file, inner.clone()).take(64).collect();
        items.inside =
            all.iter().find(|found| &found.kind == b"idat").map(|found| found.contents.clone());
        for found in &all {
            match &found.kind {
                // The handler type, but not its name.
                b"hdlr" => self.keep(found.start..found.contents.start.checked_add(12)?),
                b"pitm" | b"iref" => self.keep_box(found),
                b"iloc" => {
                    items.extents = extents(self.file, found, items.inside.as_ref())?;
                    self.keep_box(found);
                }
                b"iinf" => items.drawn = self.names(found)?,
                b"iprp" => self.properties(found),
                b"idat" => self.keep(found.header()),
                _ => self.blank(found),
            }
        }
        Some(items)
    }

    /// Keeps the ids and types of items, not their names; returns the drawn ones.
    fn names(&mut self, list: &IsoBox) -> Option<Vec<usize>> {
        let mut reader = Reader::of(self.file, list);
        let version = reader.number(4)? >> 24;
        reader.take(if version == 0 { 2 } else { 4 })?;
        self.keep(list.start..reader.at);
        let mut drawn = Vec::new();
        let entries: Vec<_> =
            boxes(self.file, reader.at..list.contents.end).take(MAX_ITEMS).collect();
        for entry in entries {
            let (type_at, id, kind) = item(self.file, &entry)?;
            self.keep(entry.start..type_at + 4);
            if DRAWN_ITEMS.iter().any(|drawn| drawn[..] == *kind) {
                drawn.push(id);
            } else {
                self.out[type_at..type_at + 4].copy_from_slice(b"free");
            }
        }
        Some(drawn)
    }

    /// Keeps the properties that affect drawing, at their positions, and their assignments to
    /// items.
    fn properties(&mut self, list: &IsoBox) {
        self.keep(list.header());
        for found in boxes(self.file, list.contents.clone()).take(64) {
            match &found.kind {
                b"ipco" => {
                    self.keep(found.header());
                    for property in boxes(self.file, found.contents.clone()).take(MAX_ITEMS) {
                        if &property.kind == b"colr" {
                            self.keep_colours(&property);
                        } else if DRAWN_PROPERTIES.contains(&&property.kind) {
                            self.keep_box(&property);
                        } else {
                            self.blank(&property);
                        }
                    }
                }
                b"ipma" => self.keep_box(&found),
                _ => self.blank(&found),
            }
        }
    }
}
