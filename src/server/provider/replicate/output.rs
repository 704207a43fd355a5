//! Finds files and words in whatever shape a model's output has, and names the files.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use url::Url;

use crate::{
    generation::Image,
    server::{fault::Fault, picture, provider::MadeFile, redact},
};

/// One piece of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    File(Source),
    Text {
        /// That of the member which it is, or stands in; empty where it stands alone.
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

/// Pieces that are looked at; more of them say nothing to a person.
const MAX_PIECES: usize = 256;
/// A name of members in members that is longer says only the last.
const MAX_NAME_BYTES: usize = 80;

/// Walks `output`: a leaf that is an address is a file, any other is text. Lists of text are
/// joined when they are pieces of one (`pieces_of_text`). At most 256 pieces.
pub fn walk(output: Value, pieces_of_text: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    collect(output, None, &mut pieces);
    if pieces_of_text && pieces.iter().all(|piece| matches!(piece, Piece::Text { .. })) {
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

/// As deep as JSON is read. A member of a member is named by both: `face.left.x`.
fn collect(output: Value, name: Option<&str>, pieces: &mut Vec<Piece>) {
    let own = || name.unwrap_or_default().to_owned();
    match output {
        Value::Null => {}
        Value::String(text) => pieces.push(leaf(own(), text)),
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

/// The official rule: what begins like an address is a file. Plain http is decided by the caller,
/// who knows which origins are listed.
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

/// What a `data:` URL holds.
#[derive(Debug, PartialEq)]
pub enum Inline {
    Image(Image),
    File(MadeFile),
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
    // The whole answer was read, so its size is within bounds.
    let bytes = match head.ends_with(";base64") {
        true => STANDARD.decode(body.trim()).map_err(|_| broken())?,
        false => percent_encoding::percent_decode_str(body).collect(),
    };
    // What calls itself a picture and is none was paid for too.
    let image = picture::try_recognise(bytes);
    Ok(image.map_or_else(
        |bytes| Inline::File(MadeFile::new(&name_for(mime), bytes.into())),
        Inline::Image,
    ))
}

/// The name of the file at `url`, as it stands there.
pub fn name_at(url: &Url) -> &str {
    url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default()
}

/// A name for a file that has none but its type.
fn name_for(mime: &str) -> String {
    let subtype = mime.split_once('/').map_or("", |(_, subtype)| subtype);
    let ending = match mime {
        // Its bytes may say more.
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
        assert_eq!(walk(json!(["a ", "cap", "tion"]), true), [text("a caption")]);
    }

    #[test]
    fn a_data_url_is_a_picture_or_a_file_and_nothing_of_it_is_lost() {
        for data_url in ["data:image/png;base64,%%", "image/png;base64,AAAA", "data:image/png"] {
            assert!(inline(data_url).is_err(), "{data_url}");
        }
        let broken = MadeFile::new("output.png", vec![0; 3].into());
        assert_eq!(inline("data:image/png;base64,AAAA").unwrap(), Inline::File(broken));
        let plain = MadeFile::new("output.svg", "<svg a=\"b\"/>".into());
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
            let file = MadeFile::new(name, "hello".into());
            let data_url = format!("data:{mime};base64,aGVsbG8=");
            assert_eq!(inline(&data_url).unwrap(), Inline::File(file), "{mime}");
        }
    }
}
