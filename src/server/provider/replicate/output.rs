//! Finds files and words in whatever shape a model's output has.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use url::Url;

use crate::{
    error::GenerateError,
    generation::Image,
    server::{picture, redact},
};

/// One piece of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    File(Source),
    Text(String),
}

/// Where the bytes of an output are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Url(Url),
    /// A whole `data:` URL.
    Inline(String),
}

/// Walks `output`: a leaf that is an address is a file, any other is text. Lists of text are
/// joined when they are pieces of one (`pieces_of_text`). At most 64 pieces.
pub fn walk(output: &Value, pieces_of_text: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    collect(output, None, &mut pieces);
    if pieces_of_text && pieces.iter().all(|piece| matches!(piece, Piece::Text(_))) {
        let texts = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::File(_) => "",
        });
        let joined: String = texts.collect();
        pieces = vec![Piece::Text(joined)];
    }
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.trim().is_empty()));
    pieces.truncate(64);
    pieces
}

fn collect(output: &Value, name: Option<&str>, pieces: &mut Vec<Piece>) {
    match output {
        Value::Null => {}
        Value::String(text) => pieces.push(leaf(text)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, pieces)),
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| collect(value, Some(name), pieces));
        }
        other => pieces.push(Piece::Text(match name {
            Some(name) => format!("{name}: {other}"),
            None => other.to_string(),
        })),
    }
}

/// The official rule: what begins like an address is a file. Plain http is decided by the caller,
/// who knows which origins are listed.
fn leaf(text: &str) -> Piece {
    if text.starts_with("data:") && text.contains(',') {
        return Piece::File(Source::Inline(text.to_owned()));
    }
    let is_address = (text.starts_with("https://") || text.starts_with("http://"))
        && !text.contains(char::is_whitespace);
    match text.parse() {
        Ok(url) if is_address => Piece::File(Source::Url(url)),
        _ => Piece::Text(text.to_owned()),
    }
}

/// The image in a `data:` URL.
///
/// # Errors
///
/// [`GenerateError::BadAnswer`] when it is no image.
pub fn inline_image(data_url: &str) -> Result<Image, GenerateError> {
    let broken = || GenerateError::BadAnswer {
        detail: redact::excerpt(&data_url.chars().take(80).collect::<String>()),
    };
    let (head, body) = data_url.split_once(',').ok_or_else(broken)?;
    if !head.ends_with(";base64") || body.len() / 4 * 3 > picture::MAX_IMAGE_BYTES {
        return Err(broken());
    }
    picture::recognise(STANDARD.decode(body.trim()).map_err(|_| broken())?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn url(text: &str) -> Piece {
        Piece::File(Source::Url(text.parse().unwrap()))
    }

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    #[test]
    fn every_shape_is_walked() {
        let a = "https://replicate.delivery/a.png";
        let b = "https://replicate.delivery/b.png";
        for (output, pieces) in [
            (json!(a), vec![url(a)]),
            (json!([a, b]), vec![url(a), url(b)]),
            (json!([[a], [b]]), vec![url(a), url(b)]),
            (json!([{"file": a, "text": "a fox"}]), vec![url(a), text("a fox")]),
            (json!({"video": a}), vec![url(a)]),
            (json!("a caption"), vec![text("a caption")]),
            (json!(["a ", "cap"]), vec![text("a "), text("cap")]),
            (json!({"score": 0.5}), vec![text("score: 0.5")]),
            (json!(null), vec![]),
            (json!([null, ""]), vec![]),
            (
                json!("data:image/png;base64,AA=="),
                vec![Piece::File(Source::Inline("data:image/png;base64,AA==".into()))],
            ),
            (json!("https://x is a site"), vec![text("https://x is a site")]),
        ] {
            assert_eq!(walk(&output, false), pieces, "{output}");
        }
    }

    #[test]
    fn pieces_of_one_text_are_joined() {
        assert_eq!(walk(&json!(["a ", "cap", "tion"]), true), [text("a caption")]);
    }

    #[test]
    fn a_data_url_that_is_no_image_is_refused() {
        for data_url in
            ["data:image/png;base64,AAAA", "data:text/plain,hello", "data:image/png;base64,%%"]
        {
            assert!(inline_image(data_url).is_err(), "{data_url}");
        }
    }
}
