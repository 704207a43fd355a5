//! Finds files and texts in a model's output, whatever its shape, and names the files.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use url::Url;

use crate::{
    generation::Image,
    server::{fault::Fault, picture, provider::OutputFile, redact},
};

/// One piece of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    File(Source),
    Text {
        /// The name of the member that it is, or is in; empty where it stands alone.
        name: String,
        text: String,
    },
    Number {
        name: String,
        number: String,
    },
}

/// Where the bytes of an output are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Url(Url),
    /// A whole `data:` URL.
    Inline(String),
}

/// How many pieces are read; more are of no use to a person.
const MAX_PIECES: usize = 256;
/// Above this length, the name of a nested member is only its last part.
const MAX_NAME_BYTES: usize = 80;

/// Walks `output`: a leaf that is a URL is a file, any other is text. Lists of text are joined when
/// they are pieces of one text (`pieces_of_text`), and have no names. At most 256 pieces.
pub fn walk(output: Value, pieces_of_text: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    collect(output, None, &mut pieces);
    let is_unnamed = |piece: &Piece| matches!(piece, Piece::Text { name, .. } if name.is_empty());
    if pieces_of_text && pieces.iter().all(is_unnamed) {
        let texts = pieces.iter().map(|piece| match piece {
            Piece::Text { text, .. } => text.as_str(),
            _ => "",
        });
        let text: String = texts.collect();
        pieces = vec![Piece::Text { name: String::new(), text }];
    }
    pieces.retain(|piece| !matches!(piece, Piece::Text { text, .. } if text.trim().is_empty()));
    pieces.truncate(MAX_PIECES);
    pieces
}

/// As deep as JSON is parsed. A nested member is named by its path: `face.left.x`.
fn collect(output: Value, name: Option<&str>, pieces: &mut Vec<Piece>) {
    let own = || name.unwrap_or_default().to_owned();
    match output {
        Value::Null => {}
        Value::String(text) => pieces.push(leaf(own(), text)),
        // A box, a colour or a list of scores: one value to its reader.
        Value::Array(items)
            if name.is_some() && items.len() > 1 && items.iter().all(Value::is_number) =>
        {
            let numbers: Vec<_> = items.iter().map(ToString::to_string).collect();
            pieces.push(Piece::Text { name: own(), text: numbers.join(", ") });
        }
        Value::Array(items) => items.into_iter().for_each(|item| collect(item, name, pieces)),
        Value::Object(members) => members.into_iter().for_each(|(member, value)| match name {
            Some(name) if name.len() + member.len() < MAX_NAME_BYTES => {
                collect(value, Some(&format!("{name}.{member}")), pieces);
            }
            _ => collect(value, Some(&member), pieces),
        }),
        Value::Number(number) => {
            pieces.push(Piece::Number { name: own(), number: number.to_string() });
        }
        Value::Bool(flag) => pieces.push(Piece::Text { name: own(), text: flag.to_string() }),
    }
}

/// The official rule: a text that begins like a URL is a file. The caller, who knows the listed
/// origins, decides about plain http.
fn leaf(name: String, text: String) -> Piece {
    if text.starts_with("data:") && text.contains(',') {
        return Piece::File(Source::Inline(text));
    }
    let is_address = (text.starts_with("https://") || text.starts_with("http://"))
        && !text.contains(char::is_whitespace);
    match text.parse() {
        Ok(url) if is_address => Piece::File(Source::Url(url)),
        _ => Piece::Text { name, text },
    }
}

/// The contents of a `data:` URL.
#[derive(Debug, PartialEq)]
pub enum Inline {
    Image(Image),
    File(OutputFile),
}

/// Decodes a `data:` URL.
///
/// # Errors
///
/// [`Fault::BadAnswer`] when it cannot be decoded.
pub fn inline(data_url: &str) -> Result<Inline, Fault> {
    let broken = || Fault::BadAnswer {
        detail: redact::excerpt(&data_url.chars().take(80).collect::<String>()),
    };
    let (head, body) = data_url.split_once(',').ok_or_else(broken)?;
    let head = head.strip_prefix("data:").ok_or_else(broken)?;
    let mime = head.split(';').next().unwrap_or_default();
    // The whole response was read, so its size is within the limit.
    let bytes = match head.ends_with(";base64") {
        true => STANDARD.decode(body.trim()).map_err(|_| broken())?,
        false => percent_encoding::percent_decode_str(body).collect(),
    };
    // Bytes that claim to be a picture but are not were paid for too.
    let image = picture::try_recognise(bytes);
    Ok(image.map_or_else(
        |bytes| Inline::File(OutputFile::new(&name_for(mime), bytes.into())),
        Inline::Image,
    ))
}

/// The file name in `url`, unchanged.
pub fn name_at(url: &Url) -> &str {
    url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default()
}

/// A name for a file of which only the type is known.
fn name_for(mime: &str) -> String {
    let subtype = mime.split_once('/').map_or("", |(_, subtype)| subtype);
    let ending = match mime {
        // The bytes may reveal more.
        "application/octet-stream" => return "output".to_owned(),
        "audio/mpeg" => "mp3",
        "model/gltf-binary" => "glb",
        "text/plain" => "txt",
        _ => subtype.split('+').next().unwrap_or_default().trim_start_matches("x-"),
    };
    format!("output.{ending}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn url(text: &str) -> Piece {
        Piece::File(Source::Url(text.parse().unwrap()))
    }

    fn text(text: &str) -> Piece {
        named("", text)
    }

    fn named(name: &str, text: &str) -> Piece {
        Piece::Text { name: name.to_owned(), text: text.to_owned() }
    }

    fn number(name: &str, number: &str) -> Piece {
        Piece::Number { name: name.to_owned(), number: number.to_owned() }
    }

    #[test]
    fn every_shape_is_walked() {
        let a = "https://replicate.delivery/a.png";
        let b = "https://replicate.delivery/b.png";
        for (output, pieces) in [
            (json!(a), vec![url(a)]),
            (json!([a, b]), vec![url(a), url(b)]),
            (json!([[a], [b]]), vec![url(a), url(b)]),
            (json!([{"file": a, "text": "a fox"}]), vec![url(a), named("text", "a fox")]),
            (json!({"video": a}), vec![url(a)]),
            (
                json!({"parts": [{"label": "fox", "box": [1, 2, 30, 40]}]}),
                vec![named("parts.box", "1, 2, 30, 40"), named("parts.label", "fox")],
            ),
            (json!("a caption"), vec![text("a caption")]),
            (json!(["a ", "cap"]), vec![text("a "), text("cap")]),
            (json!({"score": 0.5}), vec![number("score", "0.5")]),
            (
                json!({"file": a, "about": {"caption": "a fox", "size": {"width": 8}, "nsfw": false},
                    "tags": ["red", "snow"], "none": null}),
                vec![
                    named("about.caption", "a fox"),
                    named("about.nsfw", "false"),
                    number("about.size.width", "8"),
                    url(a),
                    named("tags", "red"),
                    named("tags", "snow"),
                ],
            ),
            (
                json!([["a fox", "in snow"], [], ["a cat"]]),
                vec![text("a fox"), text("in snow"), text("a cat")],
            ),
            (json!([[null, "a fox"], null, [[null, [a]]]]), vec![text("a fox"), url(a)]),
            (
                json!([{"words": [["a", null], ["b"]], "box": null}, {"words": null}]),
                vec![named("words", "a"), named("words", "b")],
            ),
            (
                json!({"tags": [["red", null], [{"name": "snow", "seen": [1, null]}]]}),
                vec![named("tags", "red"), named("tags.name", "snow"), number("tags.seen", "1")],
            ),
            (json!(null), vec![]),
            (json!([null, ""]), vec![]),
            (
                json!("data:image/png;base64,AA=="),
                vec![Piece::File(Source::Inline("data:image/png;base64,AA==".into()))],
            ),
            (json!("https://x is a site"), vec![text("https://x is a site")]),
        ] {
            assert_eq!(walk(output.clone(), false), pieces, "{output}");
        }
    }

    #[test]
    fn what_is_as_deep_as_json_can_be_is_walked() {
        let deep = format!("{}1{}", "[".repeat(126), "]".repeat(126));
        let walk_it = move || walk(serde_json::from_str(&deep).unwrap(), false);
        let small = std::thread::Builder::new().stack_size(256 * 1024);
        assert_eq!(small.spawn(walk_it).unwrap().join().unwrap(), [number("", "1")]);
    }

    #[test]
    fn pieces_of_one_text_are_joined() {
        for output in [
            json!(["a ", "cap", "tion"]),
            json!(["a ", null, "caption"]),
            json!([["a "], ["cap", null], ["tion"]]),
        ] {
            assert_eq!(walk(output.clone(), true), [text("a caption")], "{output}");
        }
        assert_eq!(walk(json!([null, [""]]), true), []);
        // What has names of its own is no text in pieces.
        let words = json!({"title": "a fox", "tags": ["red", null]});
        assert_eq!(walk(words, true), [named("tags", "red"), named("title", "a fox")]);
    }

    #[test]
    fn a_data_url_is_a_picture_or_a_file_and_nothing_of_it_is_lost() {
        for data_url in ["data:image/png;base64,%%", "image/png;base64,AAAA", "data:image/png"] {
            assert!(inline(data_url).is_err(), "{data_url}");
        }
        let broken = OutputFile::new("output.png", vec![0; 3].into());
        assert_eq!(inline("data:image/png;base64,AAAA").unwrap(), Inline::File(broken));
        let plain = OutputFile::new("output.svg", "<svg a=\"b\"/>".into());
        let data_url = "data:image/svg+xml;utf8,%3Csvg a=%22b%22/>";
        assert_eq!(inline(data_url).unwrap(), Inline::File(plain));
        for (mime, name) in [
            ("image/svg+xml", "output.svg"),
            ("audio/mpeg", "output.mp3"),
            ("audio/x-wav;rate=8000", "output.wav"),
            ("video/mp4", "output.mp4"),
            ("text/html", "output.html"),
            ("", "output"),
        ] {
            let file = OutputFile::new(name, "hello".into());
            let data_url = format!("data:{mime};base64,aGVsbG8=");
            assert_eq!(inline(&data_url).unwrap(), Inline::File(file), "{mime}");
        }
    }
}
