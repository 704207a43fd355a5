//! Easel's own JSON about a picture's recipe.

use serde::{Deserialize, Serialize};

use crate::{
    generation::{
        FactKey, InputValue, Inputs, ModelReference, Recipe, Role, Target, bounded_inputs,
    },
    server::{redact::redact, store::Record},
};

#[derive(Serialize, Deserialize)]
struct Own {
    /// The version of this format.
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<ModelReference>,
    prompt: String,
    #[serde(default, deserialize_with = "bounded_inputs")]
    inputs: Inputs,
}

/// One line of ASCII, which every container and reader keeps unchanged.
pub(super) fn write(record: &Record) -> String {
    let own = Own {
        version: 1,
        model: public_model(&record.item.request.model),
        prompt: record.item.request.prompt.clone(),
        inputs: public_inputs(record),
    };
    // These types always serialize; an empty object is harmless.
    let json = serde_json::to_string(&own).unwrap_or_else(|_| "{}".to_owned());
    escape_non_ascii(&redact(&json))
}

pub(super) fn read(json: &str) -> Option<Recipe> {
    let own: Own = serde_json::from_str(json).ok()?;
    let common = own
        .inputs
        .iter()
        .filter_map(|(name, value)| Some((Role::of_name(name)?, value.clone())))
        .collect();
    let tool = Some("Easel".to_owned());
    Some(Recipe {
        model: own.model,
        prompt: own.prompt,
        inputs: own.inputs,
        common,
        tool,
        unmapped: Vec::new(),
    })
}

/// The model, unless its reference is a URL, which may reveal a private host.
pub(super) fn public_model(model: &ModelReference) -> Option<ModelReference> {
    (!matches!(model.target(), Target::Address(_))).then(|| model.clone())
}

/// The inputs that may be written into a file: no files, which only this server has, and nothing
/// named like a key. A seed that the provider chose is added.
pub(super) fn public_inputs(record: &Record) -> Inputs {
    let mut inputs: Inputs = record
        .item
        .request
        .inputs
        .iter()
        .filter(|(name, value)| !is_secret(name) && !holds_file(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let has_seed = inputs.keys().any(|name| Role::of_name(name) == Some(Role::Seed));
    let told = record.item.facts.iter().find(|fact| fact.key == FactKey::Seed);
    if let (false, Some(seed)) = (has_seed, told.and_then(|fact| fact.value.parse().ok())) {
        inputs.insert("seed".to_owned(), InputValue::Integer(seed));
    }
    inputs
}

/// Whether an input is named like a key.
pub fn is_secret(name: &str) -> bool {
    name.to_ascii_lowercase()
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|part| matches!(part, "token" | "key" | "apikey" | "secret" | "password" | "auth"))
}

fn holds_file(value: &InputValue) -> bool {
    match value {
        InputValue::File(_) => true,
        InputValue::List(values) => values.iter().any(holds_file),
        _ => false,
    }
}

fn escape_non_ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                out += &format!("\\u{unit:04x}");
            }
        }
    }
    out
}
