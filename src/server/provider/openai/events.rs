//! Messages of a streaming server: unfinished pictures, finished ones, or an error.

use serde_json::Value;

use super::answer::{self, Picture};
use crate::generation::Image;

/// One message of a stream.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamMessage {
    Preview(Image),
    /// A finished picture.
    Picture(Picture),
    Failed,
    Nothing,
}

/// Reads a message. Its `type` decides, because the event name before it may be missing.
pub fn read(message: &Value) -> StreamMessage {
    let kind = message.get("type").and_then(Value::as_str).unwrap_or_default();
    if kind == "error" || message.get("error").is_some_and(|error| !error.is_null()) {
        return StreamMessage::Failed;
    }
    let picture = || answer::picture(message);
    if kind.ends_with(".partial_image") {
        return match picture() {
            Some(Picture::Here(image)) => StreamMessage::Preview(image),
            _ => StreamMessage::Nothing,
        };
    }
    let finished = if kind.ends_with(".completed") { picture() } else { None };
    finished.map_or(StreamMessage::Nothing, StreamMessage::Picture)
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, Engine};
    use serde_json::json;

    use super::*;

    const PNG: &[u8] = &[
        0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0,
        0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0, 0, 0, 0, 0,
    ];

    #[test]
    fn the_type_of_a_message_decides() {
        let encoded = BASE64_STANDARD.encode(PNG);
        let of = |kind: &str| read(&json!({ "type": kind, "b64_json": encoded }));
        for kind in ["image_generation.partial_image", "image_edit.partial_image"] {
            assert!(matches!(of(kind), StreamMessage::Preview(_)), "{kind}");
        }
        for kind in ["image_generation.completed", "image_edit.completed"] {
            assert!(matches!(of(kind), StreamMessage::Picture(Picture::Here(_))), "{kind}");
        }
        assert_eq!(of("image_generation.started"), StreamMessage::Nothing);
        assert_eq!(read(&json!({ "type": "image_generation.completed" })), StreamMessage::Nothing);
        assert_eq!(read(&json!({ "error": { "message": "no" } })), StreamMessage::Failed);
        assert_eq!(read(&json!({ "type": "error", "message": "no" })), StreamMessage::Failed);
    }
}
