//! The boxes of the format, and the numbers in them.

use std::ops::Range;

/// A box of the format.
pub struct IsoBox {
    pub start: usize,
    pub kind: [u8; 4],
    pub contents: Range<usize>,
}

impl IsoBox {
    pub fn header(&self) -> Range<usize> {
        self.start..self.contents.start
    }
}

/// The boxes in a part of the file, up to where it is broken.
pub fn boxes(file: &[u8], part: Range<usize>) -> impl Iterator<Item = IsoBox> {
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
        let found = IsoBox { start: at, kind, contents: reader.at..end };
        at = end;
        Some(found)
    })
}

pub struct Reader<'a> {
    pub file: &'a [u8],
    pub at: usize,
    pub end: usize,
}

impl<'a> Reader<'a> {
    pub fn of(file: &'a [u8], found: &IsoBox) -> Self {
        Self { file, at: found.contents.start, end: found.contents.end }
    }

    pub fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(bytes).filter(|end| *end <= self.end)?;
        let taken = &self.file[self.at..end];
        self.at = end;
        Some(taken)
    }

    /// A number of this many bytes, at most 8; with no bytes it is 0.
    pub fn number(&mut self, bytes: usize) -> Option<usize> {
        let taken = self.take(bytes)?;
        let number = taken
            .iter()
            .try_fold(0u64, |sum, byte| Some(sum.checked_mul(256)? | u64::from(*byte)))?;
        usize::try_from(number).ok()
    }
}
