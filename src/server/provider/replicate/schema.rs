//! A model's OpenAPI description of its inputs → the fields of our form.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::{
    generation::{
        ChoiceOption, Example, Field, FieldKind, FileReference, InputSchema, InputValue, Inputs,
        PromptUse, Role,
    },
    server::redact,
};

/// How deep references are followed.
const MAX_DEPTH: usize = 8;

/// Members of schemas that are looked at in all; real models come to hundreds.
const MAX_STEPS: usize = 20_000;
/// As many inputs as a request may have.
const MAX_FIELDS: usize = 256;
const MAX_OPTIONS: usize = 1_000;
/// The texts of a whole form. What is beyond it cannot be set.
const MAX_BYTES: usize = 512 * 1024;
const MAX_HELP_BYTES: usize = 4_000;

/// The members of a schema, wherever in the document they stand.
#[derive(Default)]
struct Object<'s>(BTreeMap<&'s str, &'s Value>);

/// What a model accepts, from its `openapi_schema`. No schema at all is a model that takes only a
/// prompt.
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
            // Two names may mean the same; only the first gets the common label.
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

impl<'s> Object<'s> {
    fn get(&self, member: &str) -> Option<&'s Value> {
        self.0.get(member).copied()
    }

    fn contains_key(&self, member: &str) -> bool {
        self.0.contains_key(member)
    }
}

/// Resolves schemas of one document, whose references may lead in circles or fan out.
struct Resolver<'s> {
    root: &'s Value,
    /// Members that may still be looked at.
    steps: usize,
}

impl<'s> Resolver<'s> {
    fn new(root: &'s Value) -> Self {
        Self { root, steps: MAX_STEPS }
    }

    /// Follows `$ref` and merges `allOf` from left to right; the schema's own members win.
    fn resolve(&mut self, schema: &'s Value, depth: usize) -> Object<'s> {
        let Some(own) = schema.as_object() else { return Object::default() };
        let steps = self.steps.checked_sub(1 + own.len());
        let Some(steps) = steps.filter(|_| depth <= MAX_DEPTH) else { return Object::default() };
        self.steps = steps;
        let mut merged = Object::default();
        let referred = own
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|path| path.strip_prefix("#/components/schemas/"))
            .and_then(|name| self.root.get("components")?.get("schemas")?.get(name));
        let members = own.get("allOf").and_then(Value::as_array);
        for part in referred.into_iter().chain(members.into_iter().flatten()) {
            merged.0.extend(self.resolve(part, depth + 1).0);
        }
        // A union with nothing is the other one, and may be left out.
        if let Some(union) = own.get("anyOf").or_else(|| own.get("oneOf")).and_then(Value::as_array)
        {
            let mut others = union
                .iter()
                .filter(|part| part.get("type").and_then(Value::as_str) != Some("null"));
            match (others.next(), others.next()) {
                (Some(only), None) => merged.0.extend(self.resolve(only, depth + 1).0),
                _ => _ = merged.0.insert("x-union", &Value::Bool(true)),
            }
        }
        let own = own
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "$ref" | "allOf" | "anyOf" | "oneOf"));
        merged.0.extend(own.map(|(key, value)| (key.as_str(), value)));
        merged
    }
}

fn field(name: &str, schema: &Object<'_>, required: bool) -> Field {
    let kind = kind(name, schema);
    let default = schema.get("default").and_then(|default| value(&kind, default));
    let mut field = Field::new(name, kind);
    // A role is a promise about the control: a text called “steps” has none.
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
    // What enums are called when nobody described them.
    if help == "An enumeration." {
        help.clear();
    }
    if deprecated {
        help = format!("Deprecated. {help}").trim_end().to_owned();
    }
    let is_seed = field.role == Some(Role::Seed) && matches!(field.kind, FieldKind::Integer { .. });
    let may_be_empty = may_be_empty(schema, &help);
    let default = match &field.kind {
        // The server insists on a value, so the empty one is sent.
        FieldKind::Text { .. } if required && may_be_empty && default.is_none() => {
            Some(InputValue::Text(String::new()))
        }
        _ => default,
    };
    // A seed that is left open is chosen for each run.
    let required = required && !is_seed && (default.is_some() || !may_be_empty);
    Field {
        default,
        required,
        help: Some(help).filter(|help| !help.is_empty()),
        advanced: deprecated || (is_advanced(name) && !required),
        ..field
    }
}

/// Whether the maker meant an input to be left out, although some generators of schemas list all
/// inputs whose default is `None` as required.
fn may_be_empty(schema: &Object<'_>, help: &str) -> bool {
    let says_null = schema.get("nullable") == Some(&Value::Bool(true))
        || schema.get("default").is_some_and(Value::is_null);
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
    // Enums carry the name of their type, which is that of the input.
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

/// Knobs that most people leave alone.
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

fn kind(name: &str, schema: &Object<'_>) -> FieldKind {
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        let options = options.iter().take(MAX_OPTIONS).filter_map(scalar);
        let options: Vec<_> = options.map(ChoiceOption::from).collect();
        if !options.is_empty() {
            return FieldKind::Choice { options, custom: false };
        }
    }
    if schema.contains_key("x-union") {
        return FieldKind::Json;
    }
    match type_of(schema.get("type")) {
        Some("integer") => FieldKind::Integer {
            min: bound(schema, "minimum", "ge").map(|min| min.ceil() as i128),
            max: bound(schema, "maximum", "le").map(|max| max.floor() as i128),
            step: None,
        },
        Some("number") => FieldKind::Number {
            min: bound(schema, "minimum", "ge"),
            max: bound(schema, "maximum", "le"),
            step: None,
        },
        Some("boolean") => FieldKind::Boolean,
        Some("string") => string_kind(name, schema),
        Some("array") => {
            let items = schema.get("items").and_then(Value::as_object);
            let format = items.and_then(|items| items.get("format")).and_then(Value::as_str);
            match type_of(items.and_then(|items| items.get("type"))) {
                Some("string") if format == Some("uri") => FieldKind::Files {
                    accept: accept(name, schema),
                    max: length(schema, "maxItems"),
                },
                Some("string") => FieldKind::List { numbers: false },
                Some("integer" | "number") => FieldKind::List { numbers: true },
                _ => FieldKind::Json,
            }
        }
        _ => FieldKind::Json,
    }
}

fn string_kind(name: &str, schema: &Object<'_>) -> FieldKind {
    let text = |member: &str| schema.get(member).and_then(Value::as_str).unwrap_or_default();
    let is_true = |member: &str| schema.get(member).and_then(Value::as_bool) == Some(true);
    let name = name.to_ascii_lowercase();
    if text("format") == "uri" {
        // What is no picture is pasted as an address, or as the name of some weights.
        let help = text("description").to_ascii_lowercase();
        let names = ["lora", "weights", "url", "zip", "tar"];
        let words = ["lora", "weights", ".zip", ".tar", "safetensors"];
        let is_text = name.split('_').any(|part| names.contains(&part))
            || words.iter().any(|word| help.contains(word));
        if !is_text {
            return FieldKind::File { accept: accept(&name, schema) };
        }
    }
    let default = text("default");
    let long = default.chars().count() > 60 || default.contains('\n');
    let prose = ["prompt", "caption", "text"].iter().any(|word| name.contains(word));
    let secret = text("format") == "password" || is_true("x-cog-secret") || is_true("writeOnly");
    FieldKind::Text {
        multiline: (long || prose) && !secret,
        min_length: length(schema, "minLength"),
        max_length: length(schema, "maxLength"),
        secret,
    }
}

/// What a file input takes, as in HTML.
fn accept(name: &str, schema: &Object<'_>) -> String {
    let declared = schema.get("x-cog-accept").and_then(Value::as_str);
    let guessed = if name.contains("audio") {
        "audio/*"
    } else if name.contains("video") {
        "video/*"
    } else {
        "image/*"
    };
    declared.unwrap_or(guessed).to_owned()
}

/// The type, of which newer generators may give a list with `null` in it.
fn type_of(kind: Option<&Value>) -> Option<&str> {
    match kind? {
        Value::String(name) => Some(name),
        Value::Array(names) => {
            let mut names = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            names.next().filter(|_| names.next().is_none())
        }
        _ => None,
    }
}

/// A bound under its own name or the one that old generators leaked.
fn bound(schema: &Object<'_>, name: &str, leaked: &str) -> Option<f64> {
    schema.get(name).or_else(|| schema.get(leaked))?.as_f64().filter(|bound| bound.is_finite())
}

fn length(schema: &Object<'_>, name: &str) -> Option<u32> {
    let length = schema.get(name)?.as_f64().filter(|length| *length >= 0.0)?;
    Some(length as u32)
}

fn scalar(json: &Value) -> Option<InputValue> {
    match json {
        Value::String(text) => Some(InputValue::Text(text.clone())),
        Value::Bool(boolean) => Some(InputValue::Boolean(*boolean)),
        Value::Number(number) => {
            let integer = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
            integer.map(InputValue::Integer).or(number.as_f64().map(InputValue::Number))
        }
        _ => None,
    }
}

/// A default or an example in the type of the field; what does not fit it is left out.
pub fn value(kind: &FieldKind, json: &Value) -> Option<InputValue> {
    match kind {
        FieldKind::Integer { .. } => Some(InputValue::Integer(scalar(json)?.as_integer()?)),
        FieldKind::Number { .. } => Some(InputValue::Number(json.as_f64()?)),
        FieldKind::Text { secret: true, .. } => None,
        FieldKind::Text { .. } | FieldKind::DateTime { .. } | FieldKind::Colour => {
            json.as_str().map(|text| InputValue::Text(text.to_owned()))
        }
        FieldKind::Boolean => json.as_bool().map(InputValue::Boolean),
        FieldKind::Choice { .. } => scalar(json),
        FieldKind::File { .. } => address(json),
        FieldKind::Files { .. } => {
            json.as_array()?.iter().map(address).collect::<Option<_>>().map(InputValue::List)
        }
        FieldKind::List { .. } | FieldKind::Choices { .. } => {
            json.as_array()?.iter().map(scalar).collect::<Option<_>>().map(InputValue::List)
        }
        FieldKind::Json if json.is_null() => None,
        FieldKind::Json => Some(InputValue::Json(json.to_string())),
    }
}

fn address(json: &Value) -> Option<InputValue> {
    let url = json.as_str().filter(|url| url.starts_with("https://"))?;
    Some(InputValue::File(FileReference::Url(url.to_owned())))
}

#[cfg(test)]
mod tests;
