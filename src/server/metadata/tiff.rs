//! Reads the entries of an EXIF block that Easel needs. Only two lists of limited length are ever
//! read: a block of 64 kB can be made to describe gigabytes of entries.

const EXIF_LIST: u16 = 0x8769;

/// How many entries of one list are read.
const MAX_ENTRIES: usize = 512;

/// An EXIF block.
#[derive(Clone, Copy, Debug)]
pub struct Tiff<'a> {
    block: &'a [u8],
    little_endian: bool,
}

/// The value of a tag, undecoded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value<'a> {
    /// The type number of the specification: 3 is SHORT, 7 is UNDEFINED.
    pub kind: u16,
    pub bytes: &'a [u8],
}

impl<'a> Tiff<'a> {
    /// `None` when it is not an EXIF block.
    pub fn new(block: &'a [u8]) -> Option<Self> {
        let little_endian = match block.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        Some(Self { block, little_endian })
    }

    pub fn little_endian(&self) -> bool {
        self.little_endian
    }

    /// The value of `tag` in the first list, or in the EXIF list that it points to.
    pub fn value(&self, tag: u16) -> Option<Value<'a>> {
        let first = self.u32(4)?;
        self.value_in(first, tag).or_else(|| {
            let exif = self.value_in(first, EXIF_LIST)?;
            self.value_in(self.number(exif)?, tag)
        })
    }

    /// The first number of a SHORT or LONG.
    pub fn number(&self, value: Value<'a>) -> Option<u32> {
        let value_of = Self { block: value.bytes, ..*self };
        match value.kind {
            3 => value_of.u16(0).map(u32::from),
            4 => value_of.u32(0),
            _ => None,
        }
    }

    fn value_in(&self, list: u32, tag: u16) -> Option<Value<'a>> {
        let list = usize::try_from(list).ok()?;
        let count = usize::from(self.u16(list)?).min(MAX_ENTRIES);
        let entries = (0..count).map(|index| list + 2 + index * 12);
        let entry = entries.take_while(|entry| entry + 12 <= self.block.len());
        let entry = { entry }.find(|entry| self.u16(*entry) == Some(tag))?;
        let kind = self.u16(entry + 2)?;
        let size = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 => 4,
            5 | 10 | 12 => 8,
            _ => return None,
        };
        let length = usize::try_from(self.u32(entry + 4)?).ok()?.checked_mul(size)?;
        // Up to four bytes are stored in the entry itself.
        let begin = if length <= 4 { entry + 8 } else { self.u32(entry + 8)? as usize };
        let bytes = self.block.get(begin..begin.checked_add(length)?)?;
        Some(Value { kind, bytes })
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = *self.block.get(at..)?.first_chunk()?;
        let read = if self.little_endian { u16::from_le_bytes } else { u16::from_be_bytes };
        Some(read(bytes))
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes = *self.block.get(at..)?.first_chunk()?;
        let read = if self.little_endian { u32::from_le_bytes } else { u32::from_be_bytes };
        Some(read(bytes))
    }
}
