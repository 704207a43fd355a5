//! Decodes text in any encoding, judged by the bytes and not by the declared encoding.

use encoding_rs::{ISO_2022_JP, SHIFT_JIS};

/// Text of a chunk that is Latin-1 by the specification, where some tools write UTF-8.
pub fn latin_or_utf8(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// The text of EXIF's `UserComment`: eight bytes name the encoding, if the writer knew of them, and
/// are often wrong. `little_endian` is the byte order of the block, for text without a byte order
/// mark.
pub fn user_comment(comment: &[u8], little_endian: bool) -> Option<String> {
    let (code, text) = comment.split_at_checked(8).unwrap_or((&[], comment));
    match code.to_ascii_uppercase().as_slice() {
        b"UNICODE\0" | b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0" => unknown(text, little_endian),
        b"JIS\0\0\0\0\0" => japanese(text),
        // Some tools write the text alone.
        _ => unknown(comment, little_endian),
    }
}

/// Text in UTF-8, UTF-16 in either byte order, or Latin-1.
pub fn unknown(bytes: &[u8], little_endian: bool) -> Option<String> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => return utf8(rest),
        [0xfe, 0xff, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        _ => {}
    }
    // Letters of ASCII, which every such text contains, reveal the byte order.
    let ascii = |position: usize| {
        let pairs = bytes.chunks_exact(2);
        pairs
            .filter(|pair| {
                pair[1 - position] == 0 && pair[position].is_ascii() && pair[position] != 0
            })
            .count()
    };
    let (little, big) = (ascii(0), ascii(1));
    if little.max(big) * 8 < bytes.len() / 2 || little.max(big) == 0 {
        return utf8(bytes);
    }
    let is_little = if little == big { little_endian } else { little > big };
    utf16(bytes, if is_little { u16::from_le_bytes } else { u16::from_be_bytes })
}

fn utf8(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().rposition(|byte| *byte != 0)? + 1;
    Some(latin_or_utf8(&bytes[..end]))
}

fn utf16(bytes: &[u8], from: fn([u8; 2]) -> u16) -> Option<String> {
    let units: Vec<_> = bytes.chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
    let text = String::from_utf16_lossy(&units);
    let text = text.trim_start_matches('\u{feff}').trim_end_matches('\0');
    (!text.is_empty()).then(|| text.to_owned())
}

fn japanese(bytes: &[u8]) -> Option<String> {
    if let (false, Ok(text)) = (bytes.contains(&0x1b), std::str::from_utf8(bytes)) {
        return Some(text.trim_end_matches('\0').to_owned());
    }
    let encoding = if bytes.contains(&0x1b) { ISO_2022_JP } else { SHIFT_JIS };
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Some(text.trim_end_matches('\0').to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "a fox 狐 in the snow\nSteps: 20, Seed: 42, Size: 512x512";

    fn coded(code: &[u8; 8], text: &[u8]) -> Vec<u8> {
        [&code[..], text].concat()
    }

    fn units(text: &str, to: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to).collect()
    }

    #[test]
    fn every_encoding_is_read_under_every_name() {
        let texts = [
            TEXT.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", TEXT.as_bytes()].concat(),
            units(TEXT, u16::to_be_bytes),
            units(TEXT, u16::to_le_bytes),
            units(&format!("\u{feff}{TEXT}"), u16::to_be_bytes),
            units(&format!("\u{feff}{TEXT}"), u16::to_le_bytes),
            units(&format!("{TEXT}\0"), u16::to_le_bytes),
            [TEXT.as_bytes(), b"\0\0"].concat(),
        ];
        for code in [b"UNICODE\0", b"Unicode\0", b"ASCII\0\0\0", b"\0\0\0\0\0\0\0\0"] {
            for text in &texts {
                for little_endian in [false, true] {
                    let read = user_comment(&coded(code, text), little_endian);
                    assert_eq!(read.as_deref(), Some(TEXT), "{code:?} {text:?}");
                }
            }
        }
        assert_eq!(user_comment(TEXT.as_bytes(), true).as_deref(), Some(TEXT));
        let jis = b"a fox \x1b$B8Q\x1b(B in the snow";
        let read = user_comment(&coded(b"JIS\0\0\0\0\0", jis), true);
        assert_eq!(read.as_deref(), Some("a fox 狐 in the snow"));
        let utf8 = user_comment(&coded(b"JIS\0\0\0\0\0", TEXT.as_bytes()), true);
        assert_eq!(utf8.as_deref(), Some(TEXT));
    }

    #[test]
    fn real_latin_stays_latin() {
        assert_eq!(latin_or_utf8(b"caf\xe9 \xc3\xa9"), "café Ã©");
        assert_eq!(latin_or_utf8("テスト".as_bytes()), "テスト");
    }

    proptest! {
        #[test]
        fn any_bytes_are_some_text(bytes: Vec<u8>, little_endian: bool) {
            let _ = user_comment(&bytes, little_endian);
        }

        #[test]
        fn utf16_comes_back(text in "[ -~]{8}\\PC{0,40}", little: bool, block: bool) {
            let to = if little { u16::to_le_bytes } else { u16::to_be_bytes };
            let comment = coded(b"UNICODE\0", &units(&format!("Steps: 1, {text}"), to));
            let read = user_comment(&comment, block);
            prop_assert_eq!(read, Some(format!("Steps: 1, {text}")));
        }
    }
}
