//! Maps a model's OpenAPI input schema to the fields of our form.

mod accept;
mod kind;
mod resolve;
mod value;

use std::collections::HashSet;

use serde_json::Value;

pub use self::value::value;
use self::{
    kind::kind,
    resolve::{Object, Resolver},
};
use crate::{
    generation::{Example, Field, FieldKind, InputSchema, InputValue, Inputs, PromptUse, Role},
    server::redact,
};

/// The most inputs that a request may have.
const MAX_FIELDS: usize = 256;
/// The limit for the texts of a whole form. Fields beyond it are left out.
const MAX_BYTES: usize = 512 * 1024;
const MAX_HELP_BYTES: usize = 4_000;

/// The input schema of a model, from its `openapi_schema`. A model without one takes only a prompt.
pub fn read(openapi: &Value) -> (PromptUse, InputSchema) {
    let Some(input) = openapi.pointer("/components/schemas/Input") else {
        return (PromptUse::Optional, InputSchema::default());
    };
    let required: HashSet<_> = input
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut resolver = Resolver::new(openapi);
    let properties = input.get("properties").and_then(Value::as_object);
    let mut properties: Vec<(&String, Object<'_>)> = properties
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name, resolver.resolve(schema, 0)))
        .collect();
    // The order of the keys means nothing; those without x-order come last.
    properties.sort_by_key(|(_, schema)| {
        schema.get("x-order").and_then(Value::as_i64).unwrap_or(i64::MAX)
    });
    properties.truncate(MAX_FIELDS);

    let prompt = match properties.iter().find(|(name, _)| *name == "prompt") {
        Some((_, schema)) if required.contains("prompt") && !schema.contains_key("default") => {
            PromptUse::Required
        }
        Some(_) => PromptUse::Optional,
        None => PromptUse::None,
    };
    let (mut roles, mut bytes) = (HashSet::new(), 0);
    let mut fields: Vec<_> = properties
        .iter()
        .filter(|(name, _)| *name != "prompt")
        .map(|(name, schema)| {
            let mut field = field(name, schema, required.contains(name.as_str()));
            // Two names may have the same role; only the first gets the common label.
            if field.role.is_some_and(|role| !roles.insert(role as u8)) {
                field.role = None;
                field.label = own_title(name, schema);
            }
            field
        })
        .take_while(|field| {
            bytes += crate::server::provider::weight(field);
            bytes <= MAX_BYTES
        })
        .collect();
    fields.sort_by_key(|field| (field.advanced, !is_file(&field.kind)));
    super::masks::mark(&mut fields);
    (prompt, InputSchema { fields })
}

/// The example of a model, as far as it fits the form.
pub fn example(schema: &InputSchema, input: &Value) -> Example {
    let known = schema.fields.iter().filter_map(|field| {
        let value = value(&field.kind, input.get(&field.name)?)?;
        (field.default.as_ref() != Some(&value)).then(|| (field.name.clone(), value))
    });
    let mut inputs: Inputs = known.collect();
    // Examples outlive the versions that they were made with.
    for error in schema.check(&inputs) {
        inputs.remove(&error.field);
    }
    let prompt = input.get("prompt").and_then(Value::as_str).map(str::to_owned);
    Example { prompt, inputs }
}

/// True when the output is a list of pieces of one text.
pub fn output_is_text(openapi: &Value) -> bool {
    let Some(output) = openapi.pointer("/components/schemas/Output") else { return false };
    let mut resolver = Resolver::new(openapi);
    let output = resolver.resolve(output, 0);
    let text = |name: &str| output.get(name).and_then(Value::as_str);
    if text("x-cog-array-display") == Some("concatenate") {
        return true;
    }
    let items = output.get("items").map(|items| resolver.resolve(items, 0)).unwrap_or_default();
    text("x-cog-array-type") == Some("iterator")
        && items.get("type").and_then(Value::as_str) == Some("string")
        && !items.contains_key("format")
}

fn is_file(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::File { .. } | FieldKind::Files { .. })
}

fn field(name: &str, schema: &Object<'_>, required: bool) -> Field {
    let kind = kind(name, schema);
    let default = schema.get("default").and_then(|default| value(&kind, default));
    let mut field = Field::new(name, kind);
    // A role promises a kind of control: a text field called “steps” has none.
    let fits = match field.role {
        None => true,
        Some(Role::NegativePrompt) => matches!(field.kind, FieldKind::Text { .. }),
        Some(_) => matches!(field.kind, FieldKind::Integer { .. } | FieldKind::Number { .. }),
    };
    if !fits {
        field.role = None;
    }
    if field.role.is_none() {
        field.label = own_title(name, schema);
    }
    let deprecated = schema.get("deprecated").and_then(Value::as_bool) == Some(true);
    let help = schema.get("description").and_then(Value::as_str).map(str::trim).unwrap_or_default();
    let mut help = redact::redact(&help[..help.floor_char_boundary(MAX_HELP_BYTES)]);
    // The default description of an enum.
    if help == "An enumeration." {
        help.clear();
    }
    if deprecated {
        help = format!("Deprecated. {help}").trim_end().to_owned();
    }
    let is_seed = field.role == Some(Role::Seed) && matches!(field.kind, FieldKind::Integer { .. });
    let may_be_empty = may_be_empty(schema, &help);
    let default = match &field.kind {
        // The server requires a value, so the empty one is sent.
        FieldKind::Text { .. } if required && may_be_empty && default.is_none() => {
            Some(InputValue::Text(String::new()))
        }
        _ => default,
    };
    // An open seed is chosen for each run.
    let required = required && !is_seed && (default.is_some() || !may_be_empty);
    let emptied = emptied(&field, schema).filter(|_| !required && !is_seed);
    Field {
        default,
        emptied,
        required,
        help: Some(help).filter(|help| !help.is_empty()),
        advanced: deprecated || (is_advanced(name) && !required),
        ..field
    }
}

/// What is sent for an emptied input: an empty text or list where the schema allows that, or null.
/// The model uses its default for everything that is left out. How many pictures there will be is
/// never left open.
fn emptied(field: &Field, schema: &Object<'_>) -> Option<InputValue> {
    let null = || may_be_null(schema).then(InputValue::null);
    match field.kind {
        FieldKind::Text { secret: true, .. }
        | FieldKind::Boolean
        | FieldKind::File { .. }
        | FieldKind::Files { .. } => None,
        FieldKind::Text { min_length: None | Some(0), .. } => Some(InputValue::Text(String::new())),
        FieldKind::List { .. } | FieldKind::Choices { .. } if !schema.contains_key("minItems") => {
            Some(InputValue::List(Vec::new()))
        }
        _ if field.is_count() => None,
        _ => null(),
    }
}

/// Whether the schema lists null as a value.
fn may_be_null(schema: &Object<'_>) -> bool {
    let lists_null = |kinds: &Value| {
        kinds.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"))
    };
    schema.get("nullable") == Some(&Value::Bool(true)) || schema.get("type").is_some_and(lists_null)
}

/// Whether the author meant an input to be optional, although some schema generators list all
/// inputs whose default is `None` as required.
fn may_be_empty(schema: &Object<'_>, help: &str) -> bool {
    let says_null = may_be_null(schema) || schema.get("default").is_some_and(Value::is_null);
    let help = help.to_ascii_lowercase();
    let words = [
        "leave empty",
        "leave it empty",
        "leave blank",
        "leave this empty",
        "leave this blank",
        "leave unset",
        "left empty",
        "left blank",
        "optional",
        "if not set",
        "if not given",
        "if not provided",
        "if not specified",
        "if empty",
        "if omitted",
    ];
    says_null || words.iter().any(|words| help.contains(words))
}

fn own_title(name: &str, schema: &Object<'_>) -> String {
    // Enums carry the name of their type, which is the input's name.
    let title = schema.get("title").and_then(Value::as_str).map(str::trim);
    match title.filter(|title| !title.is_empty() && *title != name) {
        Some(title) => title.to_owned(),
        None => {
            let words = name.replace(['_', '-'], " ");
            let mut chars = words.chars();
            chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or(words)
        }
    }
}

/// Inputs that most people leave alone.
fn is_advanced(name: &str) -> bool {
    [
        "step",
        "scheduler",
        "guidance",
        "safety",
        "format",
        "quality",
        "webhook",
        "lora",
        "fast",
        "disable",
        "cfg",
        "extra",
        "weights",
        "megapixels",
        "apply_",
        "refine",
        "high_noise",
        "upsampling",
    ]
    .iter()
    .any(|word| name.to_ascii_lowercase().contains(word))
}

#[cfg(test)]
mod tests;
