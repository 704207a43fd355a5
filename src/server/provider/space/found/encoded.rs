//! Bytes in a text: as a `data:` URL, or as bare base64.

use std::borrow::Cow;

use base64::{
    alphabet,
    engine::{DecodePaddingMode, Engine as _, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_STANDARD,
};
use percent_encoding::percent_decode_str;

use crate::server::picture;

/// How many base64 digits suffice to recognize a picture.
const HEAD: usize = 64;

const ANY_PADDING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The base64 of a picture: from a `data:` URL declared as one, or bare base64 whose bytes are one.
/// Text that only looks like base64 is not a picture.
pub fn base64_picture(words: &str) -> Option<Cow<'_, str>> {
    let Some(address) = words.strip_prefix("data:") else { return bare_picture(words) };
    let kind = address.split([';', ',']).next()?;
    (kind.is_empty() || kind.starts_with("image/") || kind == "application/octet-stream")
        .then(|| base64_of(words))
        .flatten()
}

/// The bytes of any `data:` URL, in base64. They may also be percent-encoded (RFC 2397), as
/// drawings are.
pub fn base64_of(words: &str) -> Option<Cow<'_, str>> {
    let (kind, data) = words.strip_prefix("data:")?.split_once(',')?;
    if kind.len() > 100 || kind.contains(char::is_whitespace) {
        return None;
    }
    Some(match kind.ends_with(";base64") {
        true => data.into(),
        false => BASE64_STANDARD.encode(Vec::from_iter(percent_decode_str(data))).into(),
    })
}

/// A name for the contents of a `data:` URL, by its type.
pub fn name_of(words: &str) -> Option<String> {
    let kind = words.strip_prefix("data:")?.split([';', ',']).next()?;
    let ending = kind.split_once('/')?.1.split('+').next()?.trim_start_matches("x-");
    let ending = match ending {
        "mpeg" if kind.starts_with("audio") => "mp3",
        "plain" => "txt",
        "octet-stream" => return None,
        ending => ending,
    };
    Some(format!("output.{ending}"))
}

/// The bytes of base64 in either alphabet, with or without padding and line breaks.
pub fn decode(encoded: &str) -> Option<Vec<u8>> {
    ANY_PADDING.decode(digits(encoded.trim().as_bytes())).ok()
}

/// Lines may be broken; text with spaces is not base64.
fn digits(encoded: &[u8]) -> Vec<u8> {
    let digits = encoded.iter().filter(|byte| !matches!(byte, b'\n' | b'\r'));
    let standard = digits.map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => *byte,
    });
    standard.collect()
}

fn bare_picture(words: &str) -> Option<Cow<'_, str>> {
    // Python writes bytes as `b'…'`.
    let words = words.trim_start_matches('\u{feff}').trim();
    let bytes = words.strip_prefix("b'").and_then(|words| words.strip_suffix('\''));
    let words = bytes.unwrap_or(words).trim_matches('"').trim();
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=\r\n".contains(byte);
    let head: Vec<u8> = words.bytes().take(HEAD).collect();
    // The head is checked before the rest, because most texts are long and few are pictures.
    if head.len() < HEAD || !head.iter().all(is_digit) {
        return None;
    }
    // The last digits of the head may be a part of three bytes.
    let head = digits(&head);
    let begins = ANY_PADDING.decode(&head[..head.len() / 4 * 4]).ok()?;
    picture::content_type(&begins)?;
    if words.len() / 4 * 3 > picture::MAX_IMAGE_BYTES + 1024 {
        return None;
    }
    let bytes = decode(words)?;
    let (width, height) = picture::size(&bytes)?;
    (width > 0 && height > 0).then(|| BASE64_STANDARD.encode(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_base64_is_a_picture_where_its_bytes_are_one() {
        let pixel = include_bytes!("../../../../../tests/hf/pixel.png");
        let plain = BASE64_STANDARD.encode(pixel);
        assert_eq!(base64_picture(&plain).as_deref(), Some(plain.as_str()));
        let mut lines = plain.clone();
        lines.insert(70, '\n');
        let lines = format!(" {lines}\n");
        assert_eq!(base64_picture(&lines).as_deref(), Some(plain.as_str()));
        let narrow = format!("\u{feff}b'{}\r\n{}'", &plain[..20], &plain[20..]);
        assert_eq!(base64_picture(&narrow).as_deref(), Some(plain.as_str()));
        let unpadded = plain.trim_end_matches('=').replace('+', "-").replace('/', "_");
        assert_eq!(base64_picture(&unpadded).as_deref(), Some(plain.as_str()));
        for words in [
            "iVBORw0KGgo is how a PNG begins in base64",
            &BASE64_STANDARD.encode([7; 400]),
            &"a".repeat(400),
            // It begins like a picture, but has no size.
            &format!("iVBORw0KGgo{}", "A".repeat(389)),
            &format!("{} and words", &plain),
            "",
        ] {
            assert_eq!(base64_picture(words), None, "{words}");
        }
    }
}
