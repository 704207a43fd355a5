//! Says why a file is not accepted as an input picture, and what to do about it.

use super::{ending, is_heic};

/// Pictures that browsers do not show, and that few models read, by their extension.
const UNCOMMON: [(&str, &str); 12] = [
    ("bmp", "BMP"),
    ("tif", "TIFF"),
    ("svg", "SVG"),
    ("ico", "ICO"),
    ("psd", "a Photoshop file"),
    ("jxl", "JPEG XL"),
    ("jp2", "JPEG 2000"),
    ("j2k", "JPEG 2000"),
    ("exr", "OpenEXR"),
    ("hdr", "Radiance HDR"),
    ("qoi", "QOI"),
    ("dds", "DDS"),
];

/// Why a file that begins with these bytes is refused where a picture is expected.
pub fn refusal(head: &[u8]) -> String {
    if is_heic(head) {
        return "this is a HEIC photo, which neither browsers nor models read: convert it to JPEG"
            .to_owned();
    }
    let ending = ending(head);
    match UNCOMMON.iter().find(|(uncommon, _)| ending == Some(*uncommon)) {
        Some((_, name)) => {
            format!("this is {name}, which few models read: save it as PNG or JPEG, and add that")
        }
        None => "this is not a PNG, JPEG, WebP, GIF or AVIF image".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_models_do_not_read_is_named_with_what_to_do() {
        let bitmap = [b"BM".as_slice(), &[70, 0, 0, 0, 0, 0, 0, 0], &[0; 60]].concat();
        for (head, name) in [
            (bitmap.as_slice(), "BMP"),
            (b"II*\0\x08\0\0\0", "TIFF"),
            (b"MM\0*\0\0\0\x08", "TIFF"),
            // The form of files above 4 GB.
            (b"II+\0\x08\0\0\0", "TIFF"),
            (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
            (b"\0\0\x01\0\x01\0\x10\x10", "ICO"),
            (b"8BPS\0\x01", "a Photoshop file"),
            (b"\xff\x0a\x01", "JPEG XL"),
            (b"\0\0\0\x0cjP  \x0d\x0a", "JPEG 2000"),
        ] {
            let words = refusal(head);
            assert!(words.starts_with(&format!("this is {name}, ")), "{words}");
            assert!(words.contains("save it as PNG or JPEG"), "{words}");
        }
        assert!(refusal(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").contains("convert it to JPEG"));
        for other in [&b"%PDF-1.7"[..], b"BM is short for Bitmap", b"<html>", b""] {
            assert_eq!(refusal(other), "this is not a PNG, JPEG, WebP, GIF or AVIF image");
        }
    }
}
