//! Builds the `input` of a prediction from a request's inputs.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};

use super::client::Client;
use crate::{
    generation::{
        Field, FieldKind, FileReference, GenerationId, InputSchema, InputValue, PromptUse, Request,
        Role,
    },
    server::{
        fault::Fault,
        provider::{InputFile, Retry, whole::whole_json},
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

/// The inputs to send. Empty optional inputs are left out, unless a person emptied one that has a
/// default and the model takes it empty; required ones with a default are always sent. A seed that the person left open becomes `seed`.
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
        let is_choice = matches!(field.kind, FieldKind::Choice { .. });
        let is_said = |value: &&InputValue| {
            is_choice || !is_empty(value) || Some(*value) == field.emptied.as_ref()
        };
        let value = request.inputs.get(&field.name).filter(is_said).cloned();
        if let Some(value) = value.or_else(implied) {
            input.insert(field.name.clone(), json(field, &value, addresses)?);
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

fn json(field: &Field, value: &InputValue, addresses: &Addresses) -> Result<Value, Fault> {
    Ok(match value {
        InputValue::Text(text) => Value::from(text.as_str()),
        InputValue::Boolean(boolean) => Value::from(*boolean),
        InputValue::Integer(integer) => whole_json(&field.name, *integer)?,
        InputValue::Number(number) => match (&field.kind, value.as_integer()) {
            (FieldKind::Integer { .. }, Some(integer)) => whole_json(&field.name, integer)?,
            _ => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        },
        InputValue::File(FileReference::Url(url)) => Value::from(url.as_str()),
        InputValue::File(FileReference::Stored(digest)) => {
            let address = addresses.get(digest).ok_or(Fault::NotFound)?;
            Value::from(address.as_str())
        }
        InputValue::List(items) => {
            items.iter().map(|item| json(field, item, addresses)).collect::<Result<_, _>>()?
        }
        InputValue::Json(text) => serde_json::from_str(text).map_err(|_| Fault::InputRejected {
            fields: Vec::new(),
            detail: "invalid JSON".to_owned(),
        })?,
    })
}

/// True when `echo` is how the API would return `sent`. Files are not compared, because the API
/// moves them; members that it added do not matter, nor does a null that it left out.
pub fn is_echo(sent: &Map<String, Value>, echo: &Map<String, Value>) -> bool {
    sent.iter().all(|(name, value)| match echo.get(name) {
        Some(told) => same(value, told),
        None => value.is_null(),
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
mod tests;
