use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};

use super::*;
use crate::generation::ImageType;

/// The head of a PNG of 3 × 2 pixels; in its last bytes the two alphabets differ.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0,
    3, 0, 0, 0, 2, 8, 2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xfe,
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
        format!(r#"{{"data":[{{"index":0,"timings":{{"inference":2.3}},"b64_json":"{b64}"}}]}}"#),
        format!(r#"{{"data":[{{"b64_json":"data:image/jpeg;base64,{b64}"}}]}}"#),
        format!(r#"{{"data":[{{"b64_json":"{broken_lines}"}}]}}"#),
        format!(r#"{{"data":[{{"b64_json":"{url_safe}","url":null}}]}}"#),
        format!(r#"{{"images":[{{"index":0,"image":"{b64}","random_seed":5}}]}}"#),
        format!(r#"{{"images":[{{"url":"data:image/png;base64,{b64}","width":3}}]}}"#),
        format!(r#"{{"image":"{b64}"}}"#),
        format!(r#"["{b64}"]"#),
        format!(r#""{b64}""#),
        format!("\u{feff}\"{b64}\""),
        format!("\u{feff}{b64}\n"),
        format!("b'{b64}'"),
        format!("data:image/png;charset=utf-8;base64,{b64}"),
        format!("\"data:image/png;base64,\n{}\n{}\"", &b64[..20], &b64[20..]),
        format!("{}\r\n{}\r\n", &b64[..20], &b64[20..]),
        format!(r#"{{"score":NaN,"bytes":"{b64}","seed":123456789012345678901234567890}}"#),
        format!(r#"[{{"generated_image":"{b64}"}}]"#),
        format!(r#"{{"predictions":[{{"result":{{"image_b64":"{b64}"}}}}],"seed":5}}"#),
        format!(r#"{{"outputs":{{"png":"data:image/png;base64,{b64}"}}}}"#),
        format!(r#"{{"images":[{{"content":"{b64}"}}],"parameters":{{"init_images":["{b64}"]}}}}"#),
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
        r#"{"loss":-Infinity,"output_url":"https://h/x.png"}"#,
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
    let Content::Pictures(outputs) = read(few.clone(), "").unwrap() else { panic!("it is lost") };
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
fn a_drawing_is_found_as_text_under_any_name() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'></svg>";
    let kept = [Picture::Unknown(svg.as_bytes().to_vec())];
    let escaped = percent_encoding::utf8_percent_encode(svg, percent_encoding::NON_ALPHANUMERIC);
    for body in [
        svg.to_owned(),
        format!("\u{feff}{svg}"),
        format!(r#"{{"vector":"{svg}"}}"#),
        format!(r#"{{"answer":{{"markup":["{svg}"]}}}}"#),
        format!(r#"{{"drawn":"data:image/svg+xml,{escaped}"}}"#),
    ] {
        assert_eq!(outputs(&body).pictures, kept, "{body}");
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
    let beyond = "123456789012345678901234567890";
    for seed in ["10398461630160527001", "14715652618304795001", beyond, "7"] {
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
    let same =
        r#"{"images":[{"url":"https://h/x"}],"prompt":"a red fox","has_nsfw_concepts":[false]}"#;
    assert_eq!(facts(same), []);
}
