//! Builds the `input` of a prediction from a request's inputs.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};

use super::client::Client;
use crate::{
    generation::{
        FieldKind, FileReference, GenerationId, InputSchema, InputValue, PromptUse, Request, Role,
    },
    server::{
        fault::Fault,
        provider::{InputFile, Retry},
    },
};

/// Files up to this size are sent inside the request.
const MAX_INLINE_BYTES: usize = 256 * 1024;
/// Files up to this size are sent inside the request when an upload fails.
const MAX_FALLBACK_BYTES: usize = 10 * 1024 * 1024;

/// The stored files in the form that a model reads: data URLs or URLs, by digest.
pub type Addresses = BTreeMap<String, String>;

/// Makes every stored file readable for the model. Without `client` all of them are inlined, as for
/// a cog server.
///
/// # Errors
///
/// The error of an upload, unless the file is small enough to be inlined and the error temporary.
pub async fn addresses(
    files: &BTreeMap<String, InputFile>,
    client: Option<&Client>,
) -> Result<Addresses, Fault> {
    let mut addresses = Addresses::new();
    for (digest, file) in files {
        let inline = client.is_none() || file.bytes.len() <= MAX_INLINE_BYTES;
        let address = match client {
            Some(client) if !inline => match client.upload(file, &file_name(digest, file)).await {
                Ok(address) => address,
                Err(failure) => {
                    let may_pass = matches!(failure.retry, Retry::Again { .. });
                    if !may_pass || file.bytes.len() > MAX_FALLBACK_BYTES {
                        return Err(failure.fault);
                    }
                    data_url(file)
                }
            },
            _ => data_url(file),
        };
        addresses.insert(digest.clone(), address);
    }
    Ok(addresses)
}

fn file_name(digest: &str, file: &InputFile) -> String {
    let extension = file.content_type.rsplit('/').next().unwrap_or("bin");
    let extension: String = extension.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{}.{extension}", digest.chars().take(16).collect::<String>())
}

fn data_url(file: &InputFile) -> String {
    format!("data:{};base64,{}", file.content_type, STANDARD.encode(&file.bytes))
}

/// The inputs to send. Empty optional inputs are left out, never null; required ones with a default
/// are always sent. A seed that the person left open becomes `seed`.
pub fn payload(
    request: &Request,
    prompt: PromptUse,
    schema: &InputSchema,
    addresses: &Addresses,
    seed: u32,
) -> Result<Map<String, Value>, Fault> {
    let mut input = Map::new();
    if prompt != PromptUse::None && !request.prompt.trim().is_empty() {
        input.insert("prompt".to_owned(), Value::from(request.prompt.as_str()));
    }
    for field in &schema.fields {
        let implied = || match (&field.kind, &field.default) {
            (FieldKind::Integer { min, max, .. }, None) if field.role == Some(Role::Seed) => {
                Some(InputValue::Integer(within(seed, *min, *max)))
            }
            (FieldKind::Boolean, None) if field.required => Some(InputValue::Boolean(false)),
            (_, default) if field.required => default.clone(),
            _ => None,
        };
        let value = request.inputs.get(&field.name).filter(|value| !is_empty(value)).cloned();
        if let Some(value) = value.or_else(implied) {
            input.insert(field.name.clone(), json(&field.kind, &value, addresses)?);
        }
    }
    Ok(input)
}

/// The seed of an attempt. It is derived from the id, so that a lost create request can be
/// recognized by it.
pub fn seed_of(id: &GenerationId, attempt: u32) -> u32 {
    let hash = Sha256::digest(format!("{id} {attempt}"));
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) & 0x7fff_ffff
}

fn within(seed: u32, min: Option<i128>, max: Option<i128>) -> i128 {
    let (min, max) = (min.unwrap_or(0).max(0), max.unwrap_or(i128::from(i32::MAX)));
    if max < min { min } else { min + i128::from(seed) % (max - min + 1) }
}

fn is_empty(value: &InputValue) -> bool {
    match value {
        InputValue::Text(text) | InputValue::Json(text) => text.trim().is_empty(),
        InputValue::List(items) => items.is_empty(),
        _ => false,
    }
}

fn json(kind: &FieldKind, value: &InputValue, addresses: &Addresses) -> Result<Value, Fault> {
    Ok(match value {
        InputValue::Text(text) => Value::from(text.as_str()),
        InputValue::Boolean(boolean) => Value::from(*boolean),
        InputValue::Integer(integer) => integer_json(*integer),
        InputValue::Number(number) => match (kind, value.as_integer()) {
            (FieldKind::Integer { .. }, Some(integer)) => integer_json(integer),
            _ => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        },
        InputValue::File(FileReference::Url(url)) => Value::from(url.as_str()),
        InputValue::File(FileReference::Stored(digest)) => {
            let address = addresses.get(digest).ok_or(Fault::NotFound)?;
            Value::from(address.as_str())
        }
        InputValue::List(items) => {
            items.iter().map(|item| json(kind, item, addresses)).collect::<Result<_, _>>()?
        }
        InputValue::Json(text) => serde_json::from_str(text).map_err(|_| Fault::InputRejected {
            fields: Vec::new(),
            detail: "invalid JSON".to_owned(),
        })?,
    })
}

/// The receiver reads JSON numbers as 64 bits.
fn integer_json(integer: i128) -> Value {
    i64::try_from(integer)
        .map(Value::from)
        .or_else(|_| u64::try_from(integer).map(Value::from))
        .unwrap_or_else(|_| Value::from(integer as f64))
}

/// True when `echo` is how the API would return `sent`. Files are not compared, because the API
/// moves them; members that it added do not matter.
pub fn is_echo(sent: &Map<String, Value>, echo: &Map<String, Value>) -> bool {
    sent.iter().all(|(name, value)| match echo.get(name) {
        Some(told) => same(value, told),
        None => false,
    })
}

fn same(sent: &Value, told: &Value) -> bool {
    match (sent, told) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::String(a), Value::String(_))
            if a.starts_with("data:") || a.starts_with("https://") || a.starts_with("http://") =>
        {
            true
        }
        _ => sent == told,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::generation::{Field, Inputs};

    fn schema() -> InputSchema {
        let integer = FieldKind::Integer { min: None, max: Some(1000), step: None };
        let options = [1, 2].map(|number| InputValue::Integer(number).into()).to_vec();
        InputSchema {
            fields: vec![
                Field::new("seed", integer.clone()),
                Field::new("steps", integer).with_default(InputValue::Integer(28)),
                Field::new("megapixels", FieldKind::Choice { options, custom: false }),
                Field { required: true, ..Field::new("go_fast", FieldKind::Boolean) },
                Field::new("image", FieldKind::File { accept: "image/*".into() }),
                Field::new("extra", FieldKind::Json),
            ],
        }
    }

    fn build(prompt: &str, inputs: Inputs) -> Value {
        let request =
            Request { model: "replicate:a/b".parse().unwrap(), prompt: prompt.into(), inputs };
        let addresses =
            Addresses::from([("d1".to_owned(), "data:image/png;base64,AA==".to_owned())]);
        Value::Object(payload(&request, PromptUse::Optional, &schema(), &addresses, 7).unwrap())
    }

    #[test]
    fn only_what_was_set_is_sent_and_a_seed() {
        assert_eq!(
            build("fox", Inputs::new()),
            json!({"prompt": "fox", "seed": 7, "go_fast": false})
        );
    }

    #[test]
    fn empty_inputs_are_left_out_and_types_are_kept() {
        let inputs = Inputs::from([
            ("seed".into(), InputValue::Number(12.0)),
            ("megapixels".into(), InputValue::Integer(2)),
            ("go_fast".into(), InputValue::Boolean(true)),
            ("image".into(), InputValue::File(FileReference::Stored("d1".into()))),
            ("extra".into(), InputValue::Json(" ".into())),
        ]);
        assert_eq!(
            build(" ", inputs),
            json!({"seed": 12, "megapixels": 2, "go_fast": true, "image": "data:image/png;base64,AA=="})
        );
    }

    #[test]
    fn a_seed_follows_from_the_id_and_keeps_the_bounds() {
        let id = GenerationId::from_parts(1, [9; 10]);
        assert_eq!(seed_of(&id, 1), seed_of(&id, 1));
        assert_ne!(seed_of(&id, 1), seed_of(&id, 2));
        assert_eq!(within(1_000_001, Some(1), Some(10)), 2);
    }

    #[test]
    fn an_echo_is_recognised_whatever_was_added_or_moved() {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let sent =
            object(json!({"seed": 3, "guidance": 3.0, "image": "data:image/png;base64,AA=="}));
        let echo =
            object(json!({"image": "https://x/y.png", "guidance": 3, "seed": 3, "width": 64}));
        assert!(is_echo(&sent, &echo));
        assert!(!is_echo(&sent, &object(json!({"seed": 4, "guidance": 3, "image": "https://x"}))));
        assert!(!is_echo(&sent, &object(json!({"seed": 3}))));
    }
}
