//! JPEG: keeps the segments that draw, and nothing after the end.

use super::{
    super::exif_block,
    icc::{self, MAX_PROFILE_BYTES},
    jpeg_tables::Frame,
};
use crate::server::metadata::jpeg::{APP0, APP1, APP2, APP14, EXIF, push_segment, segments};

/// The prefix of a part of a colour profile.
const PROFILE: &[u8] = b"ICC_PROFILE\0";
/// The room in a segment besides its header.
const MAX_PROFILE_PART: usize = 65_000;

/// The file without what is not drawn; `None` when it is not a JPEG.
pub fn clean(file: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(file.len());
    out.extend(b"\xff\xd8");
    // Without the thumbnail that may follow.
    let jfif = segments(file)
        .filter(|segment| segment.marker == APP0)
        .find_map(|segment| segment.contents.strip_prefix(b"JFIF\0")?.get(..7));
    if let Some(jfif) = jfif {
        push_segment(&mut out, APP0, &[b"JFIF\0", jfif, b"\0\0"].concat());
    }
    let exif = segments(file)
        .filter(|segment| segment.marker == APP1)
        .find_map(|segment| segment.contents.strip_prefix(EXIF));
    if let Some(upright) = exif.and_then(exif_block::upright) {
        push_segment(&mut out, APP1, &[EXIF, &upright].concat());
    }
    push_profile(&mut out, file);
    let mut frame = Frame::default();
    let mut has_scan = false;
    for segment in segments(file) {
        let contents = segment.contents;
        match segment.marker {
            // It defines the colour space of the three channels.
            APP14 if contents.starts_with(b"Adobe") => {
                push_segment(&mut out, APP14, contents.get(..12)?);
            }
            0xdb => frame.quantisation(contents),
            0xc4 => frame.codes(contents),
            // The conditions of arithmetic coding come in pairs.
            0xcc => push_segment(&mut out, 0xcc, &contents[..contents.len() / 2 * 2]),
            0xc0..=0xc7 | 0xc9..=0xcf => frame.begin(segment.marker, contents)?,
            // The interval of restarts, and the number of lines.
            0xdd | 0xdc => push_segment(&mut out, segment.marker, contents.get(..2)?),
            0xda => {
                let header = frame.before_scan(&mut out, contents)?;
                push_segment(&mut out, 0xda, header);
                out.extend(segment.scan);
                has_scan |= !segment.scan.is_empty();
            }
            _ => {}
        }
    }
    out.extend(b"\xff\xd9");
    has_scan.then_some(out)
}

/// Appends the colour profile, cut to its own length. A long one is split into parts, each with its
/// number and the number of parts (ICC.1, annex B).
fn push_profile(out: &mut Vec<u8>, file: &[u8]) {
    let parts = segments(file).filter(|segment| segment.marker == APP2);
    let parts = parts.filter_map(|segment| segment.contents.strip_prefix(PROFILE)?.get(2..));
    let whole: Vec<u8> = parts.flatten().copied().take(MAX_PROFILE_BYTES + 1).collect();
    let Some(profile) = icc::clean(&whole) else { return };
    let parts = profile.chunks(MAX_PROFILE_PART);
    let count = u8::try_from(parts.len()).unwrap_or(u8::MAX);
    for (number, part) in (1..=count).zip(parts) {
        push_segment(out, APP2, &[PROFILE, &[number, count], part].concat());
    }
}
