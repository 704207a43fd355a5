//! AVIF: everything is blanked but the boxes and items that draw. Nothing moves, because boxes
//! name the places of others.

use std::ops::Range;

/// Items of a file, tiles and thumbnails too.
const MAX_ITEMS: usize = 4_096;

/// What the items are that make up a picture.
const DRAWN_ITEMS: [&[u8; 4]; 5] = [b"av01", b"grid", b"iovl", b"tmap", b"iden"];

/// Properties of items that change how they look.
const DRAWN_PROPERTIES: [&[u8; 4]; 17] = [
    b"av1C", b"ispe", b"pixi", b"colr", b"pasp", b"clap", b"irot", b"imir", b"auxC", b"a1op",
    b"a1lx", b"lsel", b"clli", b"mdcv", b"cclv", b"amve", b"reve",
];

/// The file without what is not drawn; `None` for what is no AVIF, or one whose parts cannot all
/// be told apart: sequences, and what refers to other files.
pub fn clean(file: &[u8]) -> Option<Vec<u8>> {
    let mut page = Page { file, out: vec![0; file.len()] };
    let (mut items, mut places) = (Items::default(), Vec::new());
    let mut end = 0;
    for found in boxes(file, 0..file.len()) {
        end = found.contents.end;
        match &found.kind {
            b"ftyp" => page.keep_box(&found),
            b"meta" => items = page.meta(&found)?,
            b"mdat" => {
                page.keep(found.header());
                places.push(found.contents);
            }
            b"moov" | b"moof" => return None,
            _ => page.blank(&found),
        }
    }
    places.extend(items.inside.take());
    let Items { drawn: drawn_items, extents, .. } = &items;
    let of = |drawn: bool| {
        let of_these = extents.iter().filter(move |(id, _)| drawn_items.contains(id) == drawn);
        of_these.map(|(_, extent)| extent)
    };
    for extent in of(true) {
        let overlaps = |other: &Range<usize>| other.start < extent.end && extent.start < other.end;
        let is_inside =
            |place: &Range<usize>| place.start <= extent.start && extent.end <= place.end;
        if of(false).any(overlaps) || !places.iter().any(is_inside) {
            return None;
        }
        page.keep(extent.clone());
    }
    page.out.truncate(end);
    (!drawn_items.is_empty()).then_some(page.out)
}

/// A box of the format.
struct Found {
    start: usize,
    kind: [u8; 4],
    contents: Range<usize>,
}

impl Found {
    fn header(&self) -> Range<usize> {
        self.start..self.contents.start
    }
}

/// The boxes in a part of the file, up to where it is broken.
fn boxes(file: &[u8], part: Range<usize>) -> impl Iterator<Item = Found> {
    let mut at = part.start;
    std::iter::from_fn(move || {
        let mut reader = Reader { file, at, end: part.end };
        let length = reader.number(4)?;
        let kind = *reader.take(4)?.first_chunk()?;
        let length = match length {
            0 => part.end - at,
            1 => reader.number(8)?,
            length => length,
        };
        let end = at.checked_add(length).filter(|end| *end <= part.end && *end >= reader.at)?;
        let found = Found { start: at, kind, contents: reader.at..end };
        at = end;
        Some(found)
    })
}

/// The items of a file.
#[derive(Default)]
struct Items {
    /// The numbers of those that make up the picture.
    drawn: Vec<usize>,
    /// Where the bytes of each are.
    extents: Vec<(usize, Range<usize>)>,
    /// The bytes that stand among the boxes themselves.
    inside: Option<Range<usize>>,
}

/// The file as it was, and as it becomes: blank at first.
struct Page<'a> {
    file: &'a [u8],
    out: Vec<u8>,
}

impl Page<'_> {
    fn keep(&mut self, part: Range<usize>) {
        self.out[part.clone()].copy_from_slice(&self.file[part]);
    }

    fn keep_box(&mut self, found: &Found) {
        self.keep(found.start..found.contents.end);
    }

    /// Leaves the place of a box, which others count.
    fn blank(&mut self, found: &Found) {
        self.keep(found.header());
        self.out[found.start + 4..found.start + 8].copy_from_slice(b"free");
    }

    fn meta(&mut self, meta: &Found) -> Option<Items> {
        let mut items = Items::default();
        let inner = meta.contents.start.checked_add(4)?..meta.contents.end;
        self.keep(meta.start..inner.start);
        let all: Vec<_> = boxes(self.file, inner.clone()).take(64).collect();
        items.inside =
            all.iter().find(|found| &found.kind == b"idat").map(|found| found.contents.clone());
        for found in &all {
            match &found.kind {
                // What it handles, and not what it calls itself.
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

    /// Keeps the numbers and types of items, not their names; answers which are drawn.
    fn names(&mut self, list: &Found) -> Option<Vec<usize>> {
        let mut reader = Reader::of(self.file, list);
        let version = reader.number(4)? >> 24;
        reader.take(if version == 0 { 2 } else { 4 })?;
        self.keep(list.start..reader.at);
        let mut drawn = Vec::new();
        let entries: Vec<_> =
            boxes(self.file, reader.at..list.contents.end).take(MAX_ITEMS).collect();
        for entry in entries {
            let mut reader = Reader::of(self.file, &entry);
            // Older versions have no types.
            let version = reader.number(4)? >> 24;
            let id = reader.number(match version {
                2 => 2,
                3 => 4,
                _ => return None,
            })?;
            reader.take(2)?;
            let type_at = reader.at;
            let kind = reader.take(4)?;
            self.keep(entry.start..reader.at);
            if DRAWN_ITEMS.iter().any(|drawn| drawn[..] == *kind) {
                drawn.push(id);
            } else {
                self.out[type_at..reader.at].copy_from_slice(b"free");
            }
        }
        Some(drawn)
    }

    /// Keeps the properties that are drawn, in their places, and which items they are of.
    fn properties(&mut self, list: &Found) {
        self.keep(list.header());
        for found in boxes(self.file, list.contents.clone()).take(64) {
            match &found.kind {
                b"ipco" => {
                    self.keep(found.header());
                    for property in boxes(self.file, found.contents.clone()).take(MAX_ITEMS) {
                        if DRAWN_PROPERTIES.contains(&&property.kind) {
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

/// Where the bytes of every item are; `None` when they are in another file.
fn extents(
    file: &[u8],
    list: &Found,
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

struct Reader<'a> {
    file: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    fn of(file: &'a [u8], found: &Found) -> Self {
        Self { file, at: found.contents.start, end: found.contents.end }
    }

    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(bytes).filter(|end| *end <= self.end)?;
        let taken = &self.file[self.at..end];
        self.at = end;
        Some(taken)
    }

    /// A number of so many bytes, at most 8; none is 0.
    fn number(&mut self, bytes: usize) -> Option<usize> {
        let taken = self.take(bytes)?;
        let number = taken
            .iter()
            .try_fold(0u64, |sum, byte| Some(sum.checked_mul(256)? | u64::from(*byte)))?;
        usize::try_from(number).ok()
    }
}
