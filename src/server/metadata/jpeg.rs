//! Iterates over the segments of a JPEG file.

pub const APP0: u8 = 0xe0;
pub const APP1: u8 = 0xe1;
pub const APP2: u8 = 0xe2;
pub const APP14: u8 = 0xee;
pub const COMMENT: u8 = 0xfe;
const START_OF_SCAN: u8 = 0xda;
const END: u8 = 0xd9;

/// The prefix of an EXIF block in a segment.
pub const EXIF: &[u8] = b"Exif\0\0";

/// One segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    pub marker: u8,
    /// Without the length.
    pub contents: &'a [u8],
    /// The pixels that follow the header of a scan; empty in other segments.
    pub scan: &'a [u8],
}

/// The segments up to the end of the picture, or up to where the file is broken.
pub fn segments(file: &[u8]) -> impl Iterator<Item = Segment<'_>> {
    let mut rest = file.strip_prefix(b"\xff\xd8").unwrap_or_default();
    std::iter::from_fn(move || {
        loop {
            // Readers skip bytes that are no marker.
            let at = next_marker(rest)?;
            let marker = rest[at + 1];
            rest = &rest[at + 2..];
            match marker {
                END => {
                    rest = &[];
                    return None;
                }
                // Markers without contents.
                0x01 | 0xd0..=0xd8 => {}
                _ => {
                    let (length, _) = rest.split_first_chunk::<2>()?;
                    let length = usize::from(u16::from_be_bytes(*length));
                    let contents = rest.get(2..length)?;
                    rest = &rest[length..];
                    let mut scan = &rest[..0];
                    if marker == START_OF_SCAN {
                        let end = end_of_scan(rest);
                        (scan, rest) = rest.split_at(end);
                    }
                    return Some(Segment { marker, contents, scan });
                }
            }
        }
    })
}

/// Whether the end marker follows the pixels.
pub fn has_end(file: &[u8]) -> bool {
    let Some(last) = segments(file).filter(|segment| !segment.scan.is_empty()).last() else {
        return false;
    };
    // The scan is a slice of the file, so this is its end.
    let end = (last.scan.as_ptr() as usize - file.as_ptr() as usize) + last.scan.len();
    let mut rest = &file[end..];
    while let Some(at) = next_marker(rest) {
        if rest[at + 1] == END {
            return true;
        }
        rest = &rest[at + 2..];
    }
    false
}

/// The size in pixels from the frame header, whatever bytes are between the segments.
pub fn size(file: &[u8]) -> Option<(u32, u32)> {
    let is_frame = |segment: &Segment<'_>| matches!(segment.marker, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf);
    let frame = segments(file).find(is_frame)?;
    let side = |at: usize| {
        let bytes = frame.contents.get(at..at + 2)?;
        Some(u32::from(u16::from_be_bytes([bytes[0], bytes[1]])))
    };
    let (height, width) = (side(1)?, side(3)?);
    (width > 0 && height > 0).then_some((width, height))
}

/// Appends a segment to `file`.
pub fn push_segment(file: &mut Vec<u8>, marker: u8, contents: &[u8]) {
    let length = u16::try_from(contents.len() + 2).expect("a segment of ours is small");
    file.extend([0xff, marker]);
    file.extend(length.to_be_bytes());
    file.extend(contents);
}

/// The position of an `0xff` that begins a marker.
fn next_marker(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xff))
}

/// The end of a scan's pixels. Restart markers are a part of them.
fn end_of_scan(bytes: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    bytes.windows(2).position(ends).unwrap_or(bytes.len())
}
