//! An output file that is not a picture.

use std::fmt;

use bytes::Bytes;

use crate::server::picture;

const MAX_NAME_CHARS: usize = 80;

/// An output file that is not a picture.
#[derive(Clone, PartialEq, Eq)]
pub struct OutputFile {
    name: String,
    pub bytes: Bytes,
}

/// Audio and video that a browser plays: nothing in them can run.
const PLAYED: [&str; 8] = [
    "audio/aac",
    "audio/flac",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "video/mp4",
    "video/webm",
];

/// Whether a file of this type is served as such, instead of as a download without a type.
pub fn is_played(content_type: &str) -> bool {
    PLAYED.contains(&content_type)
}

impl OutputFile {
    /// `name` may be anything; characters that could mislead a person or a disk are replaced. A
    /// name without a useful extension gets the one that its first bytes imply.
    pub fn new(name: &str, bytes: Bytes) -> Self {
        let mut name = safe_name(name);
        let says_nothing = !name.contains('.') || name.ends_with(".bin");
        if let Some(ending) = picture::ending(&bytes).filter(|_| says_nothing) {
            name = format!("{}.{ending}", name.trim_end_matches(".bin"));
        }
        Self { name, bytes }
    }

    /// The content type: of audio and video by the magic bytes, of other files by the extension,
    /// otherwise `application/octet-stream`.
    pub fn content_type(&self) -> &'static str {
        played_type(&self.bytes).unwrap_or_else(|| {
            let ending = self.name.rsplit_once('.').map_or("", |(_, ending)| ending);
            match ending.to_ascii_lowercase().as_str() {
                "bmp" => "image/bmp",
                "csv" => "text/csv",
                "exr" => "image/x-exr",
                "glb" => "model/gltf-binary",
                "gltf" => "model/gltf+json",
                "heic" => "image/heic",
                "ico" => "image/vnd.microsoft.icon",
                "json" => "application/json",
                "jxl" => "image/jxl",
                "obj" => "model/obj",
                "pdf" => "application/pdf",
                "ply" => "model/ply",
                "psd" => "image/vnd.adobe.photoshop",
                "stl" => "model/stl",
                "svg" => "image/svg+xml",
                "tar" => "application/x-tar",
                "tif" | "tiff" => "image/tiff",
                "txt" => "text/plain",
                "zip" => "application/zip",
                _ => "application/octet-stream",
            }
        })
    }

    /// The name after [`safe_name`].
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// One of [`PLAYED`], by the magic bytes.
fn played_type(bytes: &[u8]) -> Option<&'static str> {
    let at = |place: usize, magic: &[u8]| bytes.get(place..place + magic.len()) == Some(magic);
    if at(4, b"ftyp") {
        return match bytes.get(8..12)? {
            b"M4A " | b"M4B " => Some("audio/mp4"),
            brand if brand.starts_with(b"avi") || brand == b"mif1" || brand == b"heic" => None,
            _ => Some("video/mp4"),
        };
    }
    match bytes {
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Some("video/webm"),
        [b'R', b'I', b'F', b'F', ..] if at(8, b"WAVE") => Some("audio/wav"),
        [b'O', b'g', b'g', b'S', ..] => Some("audio/ogg"),
        [b'f', b'L', b'a', b'C', ..] => Some("audio/flac"),
        [b'I', b'D', b'3', ..] => Some("audio/mpeg"),
        // A frame of MPEG audio: ADTS has the layer bits 00.
        [0xff, second, ..] if second & 0xf6 == 0xf0 => Some("audio/aac"),
        [0xff, second, third, ..] if second & 0xe0 == 0xe0 && third >> 4 != 0x0f => {
            Some("audio/mpeg")
        }
        _ => None,
    }
}

/// `name` without characters that could mislead a person or a disk: letters and digits of any
/// script, spaces and a few signs, at most 80 of them.
pub fn safe_name(name: &str) -> String {
    let is_kept =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '#' | '(' | ')' | '+' | ',' | '=');
    replaced(name, is_kept)
}

/// `name` as it fits a URL, a header and any disk: ASCII letters, digits, `-`, `_` and `.`.
pub fn plain_name(name: &str) -> String {
    replaced(name, |c| c.is_ascii_alphanumeric())
}

fn replaced(name: &str, is_kept: impl Fn(char) -> bool) -> String {
    let is_kept = |c: char| is_kept(c) || matches!(c, '-' | '_' | '.');
    let kept: Vec<_> = name.chars().map(|c| if is_kept(c) { c } else { '-' }).collect();
    // The extension is at the end.
    let end: String = kept[kept.len().saturating_sub(MAX_NAME_CHARS)..].iter().collect();
    match end.trim_matches(['-', '.', ' ']) {
        "" => "file".to_owned(),
        name => name.to_owned(),
    }
}

/// Prints the length of the bytes instead of the bytes.
impl fmt::Debug for OutputFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputFile")
            .field("name", &self.name)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_misleads() {
        for (name, plain) in [
            ("out-0.mp4", "out-0.mp4"),
            ("../../etc/passwd", "etc-passwd"),
            (".htaccess", "htaccess"),
            ("a\"\r\nb.zip", "a---b.zip"),
            ("狐.svg", "狐.svg"),
            ("clip #1 (två).mp4", "clip #1 (två).mp4"),
            ("a\u{202e}gpj.exe", "a-gpj.exe"),
            ("", "file"),
            ("…", "file"),
        ] {
            assert_eq!(OutputFile::new(name, Bytes::new()).name(), plain, "{name}");
        }
        for (name, plain) in [("clip #1.mp4", "clip--1.mp4"), ("狐.svg", "svg"), ("…", "file")] {
            assert_eq!(plain_name(name), plain, "{name}");
        }
        let long = format!("{}.mp4", "x".repeat(200));
        let kept = format!("{}.mp4", "x".repeat(MAX_NAME_CHARS - 4));
        assert_eq!(OutputFile::new(&long, Bytes::new()).name(), kept);
    }

    #[test]
    fn a_name_without_an_ending_gets_that_of_its_kind() {
        let tiff = b"II*\0\x08\0\0\0";
        for (name, kept) in [
            ("output", "output.tif"),
            ("output.bin", "output.tif"),
            ("", "file.tif"),
            ("scan.dat", "scan.dat"),
        ] {
            assert_eq!(OutputFile::new(name, Bytes::from_static(tiff)).name(), kept, "{name}");
        }
        assert_eq!(
            OutputFile::new("output", Bytes::from_static(tiff)).content_type(),
            "image/tiff"
        );
        assert_eq!(OutputFile::new("a.bin", Bytes::from_static(b"\xfe\x01")).name(), "a.bin");
    }

    #[test]
    fn what_is_played_is_told_by_its_bytes_alone() {
        for (name, bytes, content_type) in [
            ("a.mp4", &b"\0\0\0\x14ftypisom"[..], "video/mp4"),
            ("a", b"\0\0\0\x14ftypM4A ", "audio/mp4"),
            ("a.avif", b"\0\0\0\x14ftypavif", "application/octet-stream"),
            ("a.wav", b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
            ("a.mp3", b"ID3\x04", "audio/mpeg"),
            ("a.mp3", b"\xff\xfb\x90\x64", "audio/mpeg"),
            ("a.ogg", b"OggS\0", "audio/ogg"),
            ("a.webm", b"\x1a\x45\xdf\xa3", "video/webm"),
            ("a.mp4", b"<html><script>", "application/octet-stream"),
            ("a.html", b"<html>", "application/octet-stream"),
            ("a.ZIP", b"PK", "application/zip"),
        ] {
            let file = OutputFile::new(name, Bytes::from_static(bytes));
            assert_eq!(file.content_type(), content_type, "{name}");
        }
        assert!(is_played("audio/wav") && !is_played("text/html") && !is_played("image/svg+xml"));
    }
}
