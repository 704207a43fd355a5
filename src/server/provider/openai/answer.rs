//! Reads a successful response: pictures in base64 or at URLs, and the facts beside them.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::Value;

use crate::{
    generation::{Fact, FactKey, Image},
    server::{fault::Fault, picture},
};

/// How many pictures of one response are read; more than are kept.
const MAX_PICTURES: usize = 100;

const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// An output.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    Here(Image),
    /// An unknown format. It was paid for.
    Unknown(Vec<u8>),
    /// To be downloaded without credentials. Untrusted.
    At(String),
}

/// The pictures in a response.
///
/// # Errors
///
/// [`Fault::BadAnswer`] where there are none.
pub fn pictures(answer: &Value) -> Result<Vec<Picture>, Fault> {
    let items = answer.get("data").and_then(Value::as_array);
    let items = items.into_iter().flatten().take(MAX_PICTURES);
    let pictures: Vec<_> = items.filter_map(picture).collect();
    if pictures.is_empty() {
        let detail = picture::first_words(answer.to_string().as_bytes());
        return Err(Fault::BadAnswer { detail });
    }
    Ok(pictures)
}

/// The picture of an item, or of an event.
pub fn picture(item: &Value) -> Option<Picture> {
    let text = |name: &str| item.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(encoded) = text("b64_json") {
        return decoded(encoded);
    }
    let url = text("url")?;
    match url.strip_prefix("data:") {
        Some(data) => decoded(data.split_once(";base64,")?.1),
        None => Some(Picture::At(url.to_owned())),
    }
}

fn decoded(encoded: &str) -> Option<Picture> {
    let encoded = encoded.split_once(";base64,").map_or(encoded, |(_, data)| data);
    let bytes = FORGIVING.decode(encoded.trim()).ok().filter(|bytes| !bytes.is_empty())?;
    Some(known(bytes))
}

/// Recognizes the format of `bytes`.
pub fn known(bytes: Vec<u8>) -> Picture {
    if bytes.len() > picture::MAX_IMAGE_BYTES {
        return Picture::Unknown(bytes);
    }
    picture::try_recognise(bytes).map_or_else(Picture::Unknown, Picture::Here)
}

/// The facts beside the pictures: a rewritten prompt, a seed, and the usage.
pub fn facts(answer: &Value, prompt: &str) -> Vec<Fact> {
    let items = answer.get("data").and_then(Value::as_array);
    let item = items.and_then(|items| items.first()).unwrap_or(answer);
    let rewritten = item.get("revised_prompt").and_then(Value::as_str);
    let rewritten =
        rewritten.filter(|text| !text.trim().is_empty() && text.trim() != prompt.trim());
    let seed = item.get("seed").filter(|seed| seed.is_number() || seed.is_string());
    let seed = seed.map(|seed| seed.as_str().map_or_else(|| seed.to_string(), str::to_owned));
    let tokens = answer.pointer("/usage/total_tokens").and_then(Value::as_u64);
    let ran = answer.get("model").and_then(Value::as_str);
    let mut facts = Vec::new();
    facts.extend(seed.map(|seed| Fact::new(FactKey::Seed, seed)));
    facts.extend(rewritten.map(|text| Fact::new(FactKey::RewrittenPrompt, text)));
    facts.extend(ran.map(|model| Fact::new("Model", model)));
    facts.extend(tokens.filter(|tokens| *tokens > 0).map(|tokens| Fact::new("Tokens", tokens)));
    facts
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;
    use serde_json::json;

    use super::*;

    /// The head of a PNG of 3 × 2 pixels.
    const PNG: &[u8] = &[
        0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0,
        0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0, 0, 0, 0, 0,
    ];

    #[test]
    fn pictures_are_read_in_every_dress() {
        let encoded = BASE64_STANDARD.encode(PNG);
        let data = format!("data:image/png;base64,{encoded}");
        let unpadded = encoded.trim_end_matches('=').to_owned();
        for item in [
            json!({ "b64_json": encoded, "url": null }),
            json!({ "b64_json": unpadded }),
            json!({ "b64_json": data }),
            json!({ "url": data }),
        ] {
            let read = pictures(&json!({ "data": [item] })).unwrap();
            let [Picture::Here(image)] = &read[..] else { panic!("{item}") };
            assert_eq!((image.width, image.height), (3, 2));
        }
        let at = pictures(&json!({ "data": [{ "url": "https://h/x.png" }] })).unwrap();
        assert_eq!(at, [Picture::At("https://h/x.png".to_owned())]);
    }

    #[test]
    fn what_is_no_known_picture_is_kept_and_nothing_is_an_error() {
        let film = BASE64_STANDARD.encode(b"\0\0\0\x14ftypisom\0\0\x02\0isom");
        let read = pictures(&json!({ "data": [{ "b64_json": film }] })).unwrap();
        assert!(matches!(read[..], [Picture::Unknown(_)]));
        for nothing in [json!({}), json!({ "data": [] }), json!({ "data": [{ "b64_json": "" }] })] {
            assert!(pictures(&nothing).is_err(), "{nothing}");
        }
    }

    #[test]
    fn what_is_said_beside_them_is_a_fact() {
        let answer = json!({
            "model": "hf:a/b",
            "data": [{ "revised_prompt": "a red fox", "seed": 7 }],
            "usage": { "total_tokens": 4160 },
        });
        let facts: Vec<_> = facts(&answer, "a fox")
            .into_iter()
            .map(|fact| (fact.key.to_string(), fact.value))
            .collect();
        let expected = [
            ("Seed", "7"),
            ("Prompt as rewritten", "a red fox"),
            ("Model", "hf:a/b"),
            ("Tokens", "4160"),
        ];
        assert_eq!(facts, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let same =
            json!({ "data": [{ "revised_prompt": "a fox " }], "usage": { "total_tokens": 0 } });
        assert_eq!(super::facts(&same, "a fox"), []);
    }
}
