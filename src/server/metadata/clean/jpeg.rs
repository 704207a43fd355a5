//! JPEG: the segments that draw stay, and nothing behind the end.

use super::{super::exif_block, MAX_PROFILE_BYTES};
use crate::server::metadata::jpeg::{APP0, APP1, APP2, APP14, EXIF, push_segment, segments};

/// The file without what is not drawn; `None` when it is no JPEG.
pub fn clean(file: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(file.len());
    out.extend(b"\xff\xd8");
    // Without the small picture that may follow.
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
    let (mut profile_bytes, mut has_scan) = (0, false);
    for segment in segments(file) {
        match segment.marker {
            APP2 if segment.contents.starts_with(b"ICC_PROFILE\0") => {
                profile_bytes += segment.contents.len();
                if profile_bytes <= MAX_PROFILE_BYTES {
                    push_segment(&mut out, APP2, segment.contents);
                }
            }
            // It says which colours the three channels are.
            APP14 if segment.contents.starts_with(b"Adobe") => {
                push_segment(&mut out, APP14, segment.contents.get(..12)?);
            }
            // Frames, tables, scans. 0xc8 is none of them.
            0xc0..=0xc7 | 0xc9..=0xcf | 0xda..=0xde => {
                push_segment(&mut out, segment.marker, segment.contents);
                out.extend(segment.scan);
                has_scan |= !segment.scan.is_empty();
            }
            _ => {}
        }
    }
    out.extend(b"\xff\xd9");
    has_scan.then_some(out)
}
