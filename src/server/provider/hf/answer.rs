//! Reads a successful answer of any provider: pictures as bytes, base64, `data:` URL or URL. Only
//! the content decides; labels on this wire are often wrong.

mod remarks;
mod said;
mod source;

use serde_json::Value;

use self::{
    remarks::remarks,
    source::{anywhere, entries, source},
};
use crate::{
    error::MAX_DETAIL_CHARS,
    generation::{Fact, Image, Output},
    server::{
        fault::Fault,
        json::{self, JsonError},
        picture,
    },
};

pub use self::{
    said::{is_empty, said},
    source::made,
};

/// How many pictures of one answer are read; more than are kept.
const MAX_PICTURES: usize = 100;

/// What an answer holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Pictures(Outputs),
    /// JSON without a picture: a job handle, an error, or something unknown.
    Json(Value),
    /// Neither: a page, or plain text. May be empty.
    Other(String),
}

/// Pictures and the facts and notices beside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outputs {
    pub pictures: Vec<Picture>,
    /// How many more pictures there were.
    pub left_out: usize,
    /// Text that was made instead of pictures.
    pub outputs: Vec<Output>,
    pub facts: Vec<Fact>,
    pub notices: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    Here(Image),
    /// An output in an unknown format. It was paid for.
    Unknown(Vec<u8>),
    /// To be downloaded without credentials. Untrusted.
    At(String),
}

/// Reads the body of a successful answer. `prompt` is the prompt that was sent, to detect a
/// rewritten one.
///
/// # Errors
///
/// [`Fault::BadAnswer`] when a picture is announced but broken.
pub fn read(body: Vec<u8>, prompt: &str) -> Result<Content, Fault> {
    // A small GIF or film may happen to be valid UTF-8; no text holds a zero.
    let text = match std::str::from_utf8(&body) {
        Ok(text) if imagesize::image_type(&body).is_err() && !body.contains(&0) => text,
        _ => {
            return Ok(match made(body) {
                Ok(picture) => Content::Pictures(Outputs::of(picture)),
                Err(bytes) => Content::Other(String::from_utf8_lossy(&bytes).into_owned()),
            });
        }
    };
    let parsed = json::parse::<Value>(text.as_bytes());
    if parsed == Err(JsonError::TooMany) && text.trim_start().starts_with(['{', '[']) {
        return Ok(Content::Pictures(Outputs::of(Picture::Unknown(body))));
    }
    if let Ok(json) = parsed {
        drop(body);
        let outputs = read_json(&json, prompt)?;
        return Ok(if outputs.pictures.is_empty() {
            Content::Json(json)
        } else {
            Content::Pictures(outputs)
        });
    }
    // An endpoint that was not asked for an image type may respond with base64 as plain text.
    match source(text) {
        Some(picture @ (Picture::Here(_) | Picture::Unknown(_))) => {
            Ok(Content::Pictures(Outputs::of(picture)))
        }
        _ => Ok(Content::Other(text.to_owned())),
    }
}

impl Outputs {
    fn of(picture: Picture) -> Self {
        Self { pictures: vec![picture], ..Self::default() }
    }
}

/// Tries, in turn, every position where pictures were seen in JSON.
fn read_json(json: &Value, prompt: &str) -> Result<Outputs, Fault> {
    let places = [
        "/data/outputs",
        "/data",
        "/images",
        "/output",
        "/image_result",
        "/result/sample",
        "/image",
        "/video",
        "/videos",
        "/audio",
        "/audio_file",
        "/file",
        "/files",
        "",
    ];
    let found = places.iter().find_map(|place| {
        let mut pictures = entries(json.pointer(place)?);
        if place.is_empty() {
            // No name marks it as a picture, so it may be text.
            pictures.retain(|text| source(text).is_some());
        }
        (!pictures.is_empty()).then_some(pictures)
    });
    let mut outputs = Outputs::default();
    // Custom handlers use any name.
    let found = found.unwrap_or_else(|| anywhere(json));
    outputs.left_out = found.len().saturating_sub(MAX_PICTURES);
    let mut broken = None;
    for text in found.into_iter().take(MAX_PICTURES) {
        match source(text) {
            Some(picture) => outputs.pictures.push(picture),
            // Content too long for an error message is kept as it came.
            None if text.chars().nth(MAX_DETAIL_CHARS).is_some() => {
                outputs.pictures.push(Picture::Unknown(text.as_bytes().to_vec()));
            }
            None => {
                let words = picture::first_words(text.as_bytes());
                broken = Some(format!("a picture was announced, but there is: {words}"));
            }
        }
    }
    match broken {
        Some(detail) if outputs.pictures.is_empty() => {
            return Err(Fault::BadAnswer { detail });
        }
        Some(detail) => outputs.notices.push(format!("One of them is missing: {detail}")),
        None => {}
    }
    if !outputs.pictures.is_empty() {
        remarks(json, prompt, &mut outputs);
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};

    use super::*;
    use crate::generation::ImageType;

    /// The head of a PNG of 3 × 2 pixels; in its last bytes the two alphabets differ.
    const PNG: &[u8] = &[
        0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0,
        0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xfe,
    ];

    fn outputs(body: &str) -> Outputs {
        match read(body.as_bytes().to_vec(), "a red fox").unwrap() {
            Content::Pictures(outputs) => outputs,
            other => panic!("{body}: {other:?}"),
        }
    }

    fn facts(body: &str) -> Vec<(String, String)> {
        outputs(body).facts.into_iter().map(|fact| (fact.key.to_string(), fact.value)).collect()
    }

    #[test]
    fn bytes_are_known_by_their_magic() {
        let Content::Pictures(outputs) = read(PNG.to_vec(), "").unwrap() else { panic!() };
        let [Picture::Here(image)] = &outputs.pictures[..] else { panic!() };
        assert_eq!((image.content_type, image.width), (ImageType::Png, 3));
        assert_eq!(image.bytes, PNG);
    }

    #[test]
    fn a_film_is_kept_though_its_bytes_happen_to_be_text() {
        let film = b"\0\0\0\x18ftypisom\0\0\x02\0isommp41\0\0\0\x10mdat\0\0\0\0\0\0\0\0";
        let Content::Pictures(outputs) = read(film.to_vec(), "").unwrap() else { panic!() };
        assert_eq!(outputs.pictures, [Picture::Unknown(film.to_vec())]);
    }

    #[test]
    fn base64_is_read_from_every_place_and_in_every_dress() {
        let b64 = BASE64_STANDARD.encode(PNG);
        let broken_lines = b64.replacen("Rw0K", "Rw\\n0K", 1);
        assert_ne!(b64, broken_lines);
        let url_safe = BASE64_URL_SAFE_NO_PAD.encode(PNG);
        assert_ne!(b64, url_safe);
        for body in [
            format!(
                r#"{{"data":[{{"index":0,"timings":{{"inference":2.3}},"b64_json":"{b64}"}}]}}"#
            ),
            format!(r#"{{"data":[{{"b64_json":"data:image/jpeg;base64,{b64}"}}]}}"#),
            format!(r#"{{"data":[{{"b64_json":"{broken_lines}"}}]}}"#),
            format!(r#"{{"data":[{{"b64_json":"{url_safe}","url":null}}]}}"#),
            format!(r#"{{"images":[{{"index":0,"image":"{b64}","random_seed":5}}]}}"#),
            format!(r#"{{"images":[{{"url":"data:image/png;base64,{b64}","width":3}}]}}"#),
            format!(r#"{{"image":"{b64}"}}"#),
            format!(r#"["{b64}"]"#),
            format!(r#""{b64}""#),
            format!(r#"[{{"generated_image":"{b64}"}}]"#),
            format!(r#"{{"predictions":[{{"result":{{"image_b64":"{b64}"}}}}],"seed":5}}"#),
            format!(r#"{{"outputs":{{"png":"data:image/png;base64,{b64}"}}}}"#),
            format!(
                r#"{{"images":[{{"content":"{b64}"}}],"parameters":{{"init_images":["{b64}"]}}}}"#
            ),
            b64,
        ] {
            let outputs = outputs(&body);
            let [Picture::Here(image)] = &outputs.pictures[..] else { panic!("{body}") };
            assert_eq!(image.bytes, PNG, "{body}");
        }
    }

    #[test]
    fn addresses_are_read_from_every_place() {
        let at = [Picture::At("https://h/x.png".to_owned())];
        for body in [
            r#"{"images":[{"url":"https://h/x.png","content_type":"image/jpeg"}],"seed":1}"#,
            r#"{"output":["https://h/x.png"],"status":"processing"}"#,
            r#"{"output":"https://h/x.png","status":"succeeded"}"#,
            r#"{"data":[{"url":"https://h/x.png","b64_json":null}]}"#,
            r#"{"code":200,"data":{"id":"i","outputs":["https://h/x.png"],"urls":{"get":"https://api/x"}}}"#,
            r#"{"task_status":"SUCCESS","image_result":[{"url":"https://h/x.png"}]}"#,
            r#"{"status":"Ready","result":{"sample":"https://h/x.png"}}"#,
            r#"[{"image_url":"https://h/x.png","page":"https://h/about"}]"#,
            r#"{"artifact":{"link":"https://h/x.png"}}"#,
        ] {
            assert_eq!(outputs(body).pictures, at, "{body}");
        }
    }

    #[test]
    fn what_holds_no_picture_is_handed_on() {
        for body in [
            r#"{"error":"no"}"#,
            r#"{"images":[]}"#,
            r#"{"output":[]}"#,
            r#"{"output":null,"urls":{"get":"https://api/x"}}"#,
            r#"{"data":[{"b64_json":null}]}"#,
            r#"{"code":200,"data":{"id":"i","status":"created","outputs":[],"urls":{"get":"https://h/x"}}}"#,
            r#"{"request_id":"R","status":"IN_QUEUE","response_url":"https://queue/x"}"#,
            r#"{"caption":"abcd","words":"Rm94ZXMgYXJlIHJlZA=="}"#,
        ] {
            let content = read(body.as_bytes().to_vec(), "").unwrap();
            assert_eq!(content, Content::Json(serde_json::from_str(body).unwrap()), "{body}");
        }
        for body in ["<html><title>Hello</title></html>", "Not Found", ""] {
            let content = read(body.as_bytes().to_vec(), "").unwrap();
            assert_eq!(content, Content::Other(body.to_owned()));
        }
    }

    #[test]
    fn what_was_made_and_is_not_known_is_kept() {
        let film = [b"\0\0\0\x18ftypisom".as_slice(), &[0xff; 100]].concat();
        let encoded = BASE64_STANDARD.encode(&film);
        // Even when they are very few.
        let few = vec![0xff, 0xfe, 0, 1];
        let Content::Pictures(outputs) = read(few.clone(), "").unwrap() else {
            panic!("it is lost")
        };
        assert_eq!(outputs.pictures, [Picture::Unknown(few)]);
        for body in [
            film.clone(),
            encoded.clone().into_bytes(),
            format!(r#"{{"data":[{{"b64_json":"{encoded}"}}]}}"#).into_bytes(),
        ] {
            let Content::Pictures(outputs) = read(body, "").unwrap() else { panic!("it is lost") };
            assert_eq!(outputs.pictures, [Picture::Unknown(film.clone())]);
        }
    }

    #[test]
    fn of_several_pictures_a_broken_one_takes_no_other_along() {
        let b64 = BASE64_STANDARD.encode(PNG);
        let outputs =
            outputs(&format!(r#"{{"data":[{{"b64_json":"sorry"}},{{"b64_json":"{b64}"}}]}}"#));
        assert_eq!((outputs.pictures.len(), outputs.notices.len()), (1, 1));
        assert!(outputs.notices[0].ends_with("sorry"), "{}", outputs.notices[0]);
    }

    #[test]
    fn what_is_too_large_or_too_long_to_be_shown_is_kept_as_a_file() {
        let large = [PNG, &vec![0xff; picture::MAX_IMAGE_BYTES]].concat();
        let many = format!("[{}1]", "1,".repeat(2_000_000)).into_bytes();
        let words = "no picture ".repeat(100);
        let announced = format!(r#"{{"images":["{words}"]}}"#).into_bytes();
        for (body, kept) in
            [(large.clone(), large), (many.clone(), many), (announced, words.into_bytes())]
        {
            let length = body.len();
            let Content::Pictures(outputs) = read(body, "").unwrap() else { panic!("{length}") };
            assert!(outputs.pictures == [Picture::Unknown(kept)], "{length}");
        }
    }

    #[test]
    fn a_broken_picture_is_an_error_that_says_what_came() {
        let body = r#"{"data":[{"b64_json":"sorry, no image"}]}"#;
        let Err(Fault::BadAnswer { detail }) = read(body.into(), "") else { panic!() };
        assert!(detail.ends_with("sorry, no image"), "{detail}");
    }

    #[test]
    fn seeds_survive_as_text() {
        for seed in ["10398461630160527001", "14715652618304795001", "7"] {
            let body = format!(r#"{{"images":[{{"url":"https://h/x"}}],"seed":{seed}}}"#);
            assert_eq!(facts(&body), [("Seed".to_owned(), seed.to_owned())]);
        }
    }

    #[test]
    fn a_rewritten_prompt_and_a_filter_are_told() {
        let body = r#"{"images":[{"url":"https://h/x"}],"prompt":"A majestic red fox","has_nsfw_concepts":[true]}"#;
        assert_eq!(
            facts(body),
            [
                ("Prompt as rewritten".to_owned(), "A majestic red fox".to_owned()),
                ("Not safe for work".to_owned(), "flagged by the provider".to_owned()),
            ]
        );
        assert_eq!(outputs(body).notices.len(), 1);
        let same = r#"{"images":[{"url":"https://h/x"}],"prompt":"a red fox","has_nsfw_concepts":[false]}"#;
        assert_eq!(facts(same), []);
    }
}
