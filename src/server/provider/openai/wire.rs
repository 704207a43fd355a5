//! Writes a request for OpenAI's images API: JSON for a new picture, a form for an edited one.

use serde_json::{Map, Value, json};

use super::schema::{EXTRA, PREVIEWS};
use crate::{
    generation::{FieldError, FileReference, InputValue, Inputs, Request},
    server::{fault::Fault, json, provider::whole::whole_json},
};

/// Fields that Easel itself writes into a request.
const RESERVED: [&str; 6] = ["model", "prompt", "stream", "image", "image[]", "mask"];

/// The field that requests the pictures themselves instead of URLs.
pub const FORMAT: &str = "response_format";

/// A request, before the bytes of its pictures are loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    pub fields: Map<String, Value>,
    /// Pictures to edit.
    pub pictures: Vec<FileReference>,
    pub mask: Option<FileReference>,
}

impl Order {
    /// Reads a checked request for `model`.
    ///
    /// # Errors
    ///
    /// [`Fault::InputRejected`] for inputs that contradict each other.
    pub fn new(request: &Request, model: &str) -> Result<Self, Fault> {
        let mut fields = Map::new();
        fields.insert("model".to_owned(), model.into());
        fields.insert("prompt".to_owned(), request.prompt.as_str().into());
        fields.extend(size(&request.inputs)?.map(|size| ("size".to_owned(), size.into())));
        // These models return base64 anyway, and reject the field.
        if !model.starts_with("gpt-image") && !model.starts_with("chatgpt-image") {
            fields.insert(FORMAT.to_owned(), "b64_json".into());
        }
        let mut order = Self { fields, pictures: Vec::new(), mask: None };
        for (name, value) in &request.inputs {
            match name.as_str() {
                "width" | "height" => {}
                "image" => order.pictures = files(value),
                "mask" => order.mask = files(value).pop(),
                PREVIEWS => {
                    order.fields.insert("stream".to_owned(), true.into());
                    order.fields.insert(PREVIEWS.to_owned(), plain(name, value)?);
                }
                EXTRA => order.fields.extend(extra(value)?),
                _ => {
                    order.fields.insert(name.clone(), plain(name, value)?);
                }
            }
        }
        if order.mask.is_some() && order.pictures.is_empty() {
            return Err(rejected(FieldError::new("image", "A mask needs a picture to change.")));
        }
        Ok(order)
    }

    /// The path of the request, below the server's URL.
    pub fn path(&self) -> &'static str {
        if self.pictures.is_empty() { "images/generations" } else { "images/edits" }
    }

    /// The fields as the parts of a form.
    pub fn texts(&self) -> impl Iterator<Item = (String, String)> {
        self.fields.iter().map(|(name, value)| match value {
            Value::String(text) => (name.clone(), text.clone()),
            other => (name.clone(), other.to_string()),
        })
    }
}

fn size(inputs: &Inputs) -> Result<Option<String>, Fault> {
    let side = |name| inputs.get(name).and_then(InputValue::as_integer);
    match (side("width"), side("height")) {
        (None, None) => Ok(None),
        (Some(width), Some(height)) => Ok(Some(format!("{width}x{height}"))),
        (None, _) => Err(rejected(FieldError::new("width", "Set the width too, or no height."))),
        (_, None) => Err(rejected(FieldError::new("height", "Set the height too, or no width."))),
    }
}

fn files(value: &InputValue) -> Vec<FileReference> {
    match value {
        InputValue::File(file) => vec![file.clone()],
        InputValue::List(items) => items.iter().flat_map(files).collect(),
        _ => Vec::new(),
    }
}

fn extra(value: &InputValue) -> Result<Map<String, Value>, Fault> {
    let text = value.to_string();
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    let refuse = |message: String| rejected(FieldError::new(EXTRA, message));
    let object: Map<String, Value> = json::parse(text.as_bytes())
        .map_err(|_| refuse("More inputs must be a JSON object.".to_owned()))?;
    match RESERVED.iter().find(|name| object.contains_key(**name)) {
        Some(name) => Err(refuse(format!("More inputs may not hold “{name}”."))),
        None => Ok(object),
    }
}

fn plain(name: &str, value: &InputValue) -> Result<Value, Fault> {
    Ok(match value {
        InputValue::Boolean(boolean) => json!(boolean),
        InputValue::Number(number) => json!(number),
        InputValue::Integer(integer) => whole_json(name, *integer)?,
        other => other.to_string().into(),
    })
}

fn rejected(field: FieldError) -> Fault {
    Fault::InputRejected { fields: vec![field], detail: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(model: &str, inputs: &[(&str, InputValue)]) -> Result<Order, Fault> {
        let inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let request = Request {
            model: "openai:https://h/v1#x".parse().unwrap(),
            prompt: "a fox".to_owned(),
            inputs: inputs.collect(),
        };
        Order::new(&request, model)
    }

    fn stored(name: &str) -> InputValue {
        InputValue::File(FileReference::Stored(name.to_owned()))
    }

    #[test]
    fn what_was_set_is_sent_and_nothing_else() {
        let text = |text: &str| InputValue::Text(text.to_owned());
        let json = |text: &str| InputValue::Json(text.to_owned());
        for (model, inputs, sent) in [
            ("flux", vec![], json!({ "response_format": "b64_json" })),
            ("gpt-image-1", vec![], json!({})),
            ("chatgpt-image-latest", vec![], json!({})),
            (
                "gpt-image-1",
                vec![
                    ("width", InputValue::Integer(1024)),
                    ("height", InputValue::Integer(1536)),
                    ("quality", text("low")),
                ],
                json!({ "size": "1024x1536", "quality": "low" }),
            ),
            (
                "gpt-image-1",
                vec![("seed", InputValue::Integer(7)), ("guidance_scale", InputValue::Number(3.5))],
                json!({ "seed": 7, "guidance_scale": 3.5 }),
            ),
            (
                "gpt-image-1",
                vec![("partial_images", InputValue::Integer(2))],
                json!({ "stream": true, "partial_images": 2 }),
            ),
            (
                "flux",
                vec![("extra", json(r#"{"response_format":"url","n":2}"#))],
                json!({ "response_format": "url", "n": 2 }),
            ),
        ] {
            let mut fields = Value::Object(order(model, &inputs).unwrap().fields);
            let fields = fields.as_object_mut().unwrap();
            assert_eq!(fields.remove("model"), Some(model.into()));
            assert_eq!(fields.remove("prompt"), Some("a fox".into()));
            assert_eq!(Value::Object(fields.clone()), sent, "{inputs:?}");
        }
    }

    #[test]
    fn a_picture_makes_it_a_change() {
        let pictures = InputValue::List(vec![stored("a"), stored("b")]);
        let changed = order("x", &[("image", pictures), ("mask", stored("m"))]).unwrap();
        assert_eq!((changed.path(), changed.pictures.len()), ("images/edits", 2));
        assert_eq!(changed.mask, Some(FileReference::Stored("m".to_owned())));
        assert!(!changed.fields.contains_key("image"));
        assert_eq!(order("x", &[]).unwrap().path(), "images/generations");
    }

    #[test]
    fn what_does_not_go_together_is_told_at_its_field() {
        for (inputs, field) in [
            (vec![("width", InputValue::Integer(8))], "height"),
            (vec![("height", InputValue::Integer(8))], "width"),
            (vec![("mask", stored("m"))], "image"),
            (vec![("extra", InputValue::Json("[1]".to_owned()))], "extra"),
            (vec![("extra", InputValue::Json(r#"{"model":"y"}"#.to_owned()))], "extra"),
        ] {
            let error = order("x", &inputs).unwrap_err();
            let Fault::InputRejected { fields, .. } = error else { panic!("{error:?}") };
            assert_eq!(fields[0].field, field);
        }
    }
}
