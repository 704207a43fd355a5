//! Recognizes files that are not accepted as an input picture.

use super::{ending, is_heic};

/// Pictures that browsers do not show, and that few models read, by their extension.
const UNCOMMON: [(&str, &str); 12] = [
    ("bmp", "BMP"),
    ("tif", "TIFF"),
    ("svg", "SVG"),
    ("ico", "ICO"),
    ("psd", "PSD (Photoshop)"),
    ("jxl", "JPEG XL"),
    ("jp2", "JPEG 2000"),
    ("j2k", "JPEG 2000"),
    ("exr", "OpenEXR"),
    ("hdr", "Radiance HDR"),
    ("qoi", "QOI"),
    ("dds", "DDS"),
];

/// What a file is that is refused where a picture is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAccepted {
    /// A photo of a phone, which neither browsers nor models read.
    Heic,
    /// A picture of a format that few models read, by the name of the format.
    Uncommon(&'static str),
    /// No picture of a known format.
    NoPicture,
}

/// What a file that begins with these bytes is, where it is no picture that is accepted.
pub fn not_accepted(head: &[u8]) -> NotAccepted {
    if is_heic(head) {
        return NotAccepted::Heic;
    }
    let ending = ending(head);
    match UNCOMMON.iter().find(|(uncommon, _)| ending == Some(*uncommon)) {
        Some((_, name)) => NotAccepted::Uncommon(name),
        None => NotAccepted::NoPicture,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_models_do_not_read_is_named() {
        let bitmap = [b"BM".as_slice(), &[70, 0, 0, 0, 0, 0, 0, 0], &[0; 60]].concat();
        for (head, name) in [
            (bitmap.as_slice(), "BMP"),
            (b"II*\0\x08\0\0\0", "TIFF"),
            (b"MM\0*\0\0\0\x08", "TIFF"),
            // The form of files above 4 GB.
            (b"II+\0\x08\0\0\0", "TIFF"),
            (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
            (b"\0\0\x01\0\x01\0\x10\x10", "ICO"),
            (b"8BPS\0\x01", "PSD (Photoshop)"),
            (b"\xff\x0a\x01", "JPEG XL"),
            (b"\0\0\0\x0cjP  \x0d\x0a", "JPEG 2000"),
        ] {
            assert_eq!(not_accepted(head), NotAccepted::Uncommon(name));
        }
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        assert_eq!(not_accepted(heic), NotAccepted::Heic);
        for other in [&b"%PDF-1.7"[..], b"BM is short for Bitmap", b"<html>", b""] {
            assert_eq!(not_accepted(other), NotAccepted::NoPicture);
        }
    }
}
