//! Recognizes the kind of a file without a name by its first bytes.

use super::{content_type, is_heic, is_svg};
use crate::generation::ImageType;

/// A name for a file that has none.
pub fn file_name(bytes: &[u8]) -> String {
    let ending = ending(bytes).unwrap_or_else(|| match std::str::from_utf8(bytes) {
        Ok(text) if text.trim_start().starts_with(['{', '[']) => "json",
        Ok(_) => "txt",
        Err(_) => "bin",
    });
    format!("output.{ending}")
}

/// The extension of a file of this kind; `None` for text, and for unknown kinds.
pub fn ending(bytes: &[u8]) -> Option<&'static str> {
    match content_type(bytes) {
        Some(ImageType::Png) => return Some("png"),
        Some(ImageType::Jpeg) => return Some("jpg"),
        Some(ImageType::Webp) => return Some("webp"),
        Some(ImageType::Gif) => return Some("gif"),
        Some(ImageType::Avif) => return Some("avif"),
        None if is_svg(bytes) => return Some("svg"),
        None if is_heic(bytes) => return Some("heic"),
        None => {}
    }
    let at = |place: usize, magic: &[u8]| bytes.get(place..place + magic.len()) == Some(magic);
    if at(257, b"ustar") {
        return Some("tar");
    }
    if at(4, b"ftyp") {
        return Some(match bytes.get(8..12)? {
            b"qt  " => "mov",
            b"M4A " | b"M4B " => "m4a",
            _ => "mp4",
        });
    }
    if at(0, b"RIFF") {
        return match bytes.get(8..12)? {
            b"WAVE" => Some("wav"),
            b"AVI " => Some("avi"),
            _ => None,
        };
    }
    // A bitmap has its size after the magic bytes: two letters alone may begin a word.
    let is_bitmap = at(0, b"BM") && bytes.len() >= 26 && bytes.get(6..10) == Some(&[0; 4]);
    let known: [(&[u8], &'static str); 28] = [
        (b"II*\0", "tif"),
        (b"MM\0*", "tif"),
        (b"II+\0", "tif"),
        (b"MM\0+", "tif"),
        (b"\0\0\x01\0", "ico"),
        (b"8BPS", "psd"),
        (b"\xff\x0a", "jxl"),
        (b"\0\0\0\x0cJXL ", "jxl"),
        (b"\0\0\0\x0cjP  ", "jp2"),
        (b"\xffO\xffQ", "j2k"),
        (b"v/1\x01", "exr"),
        (b"#?RADIANCE", "hdr"),
        (b"qoif", "qoi"),
        (b"DDS ", "dds"),
        (b"\x1a\x45\xdf\xa3", "webm"),
        (b"OggS", "ogg"),
        (b"fLaC", "flac"),
        (b"ID3", "mp3"),
        (b"\xff\xfb", "mp3"),
        (b"\xff\xf1", "aac"),
        (b"%PDF", "pdf"),
        (b"PK\x03\x04", "zip"),
        (b"\x1f\x8b", "gz"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!\x1a\x07", "rar"),
        (b"glTF", "glb"),
        (b"ply\n", "ply"),
        (b"\x93NUMPY", "npy"),
    ];
    let of_mark = || known.iter().find(|(magic, _)| at(0, magic)).map(|(_, ending)| *ending);
    is_bitmap.then_some("bmp").or_else(of_mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_name_gets_one_by_its_bytes() {
        let bitmap = [b"BM".as_slice(), &[70, 0, 0, 0, 0, 0, 0, 0], &[0; 60]].concat();
        let tar = [vec![0; 257], b"ustar\0".to_vec()].concat();
        for (bytes, name) in [
            (bitmap.as_slice(), "output.bmp"),
            (b"BM is short for Bitmap, and this is a text", "output.txt"),
            (b"II*\0\x08\0\0\0", "output.tif"),
            (b"MM\0*\0\0\0\x08", "output.tif"),
            (b"\0\0\x01\0\x01\0\x10\x10", "output.ico"),
            (b"8BPS\0\x01", "output.psd"),
            (b"\0\0\0\x0cJXL \x0d\x0a", "output.jxl"),
            (b"v/1\x01\x02", "output.exr"),
            (b"qoif\0\0", "output.qoi"),
            (b"\0\0\0\x14ftypqt  ", "output.mov"),
            (b"\0\0\0\x14ftypisom", "output.mp4"),
            (b"RIFF\x24\0\0\0AVI LIST", "output.avi"),
            (b"glTF\x02\0\0\0", "output.glb"),
            (b"\x1f\x8b\x08", "output.gz"),
            (&tar, "output.tar"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "output.svg"),
            (b" {\"a\": 1}", "output.json"),
            (b"words", "output.txt"),
            (b"\xfe\x01\x02", "output.bin"),
        ] {
            assert_eq!(file_name(bytes), name);
        }
    }
}
