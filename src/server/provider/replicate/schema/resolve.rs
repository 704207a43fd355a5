//! Resolves schemas within one document, whose references may be cyclic or fan out.

use std::collections::BTreeMap;

use serde_json::Value;

/// The limit for the depth of references.
const MAX_DEPTH: usize = 8;

/// The limit for visited schema members; real models have hundreds.
const MAX_STEPS: usize = 20_000;
/// The members of a schema, wherever in the document they are defined.
#[derive(Default)]
pub(super) struct Object<'s>(BTreeMap<&'s str, &'s Value>);

impl<'s> Object<'s> {
    pub(super) fn get(&self, member: &str) -> Option<&'s Value> {
        self.0.get(member).copied()
    }

    pub(super) fn contains_key(&self, member: &str) -> bool {
        self.0.contains_key(member)
    }
}

/// Resolves schemas of one document, whose references may be cyclic or fan out.
pub(super) struct Resolver<'s> {
    root: &'s Value,
    /// How many more members may be visited.
    steps: usize,
}

impl<'s> Resolver<'s> {
    pub(super) fn new(root: &'s Value) -> Self {
        Self { root, steps: MAX_STEPS }
    }

    /// Follows `$ref` and merges `allOf` from left to right; the schema's own members win.
    pub(super) fn resolve(&mut self, schema: &'s Value, depth: usize) -> Object<'s> {
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
        // A union with null is the other type, and optional.
        if let Some(union) = own.get("anyOf").or_else(|| own.get("oneOf")).and_then(Value::as_array)
        {
            let mut others = union
                .iter()
                .filter(|part| part.get("type").and_then(Value::as_str) != Some("null"));
            match (others.next(), others.next()) {
                (Some(only), None) => merged.0.extend(self.resolve(only, depth + 1).0),
                _ => _ = merged.0.insert("x-union", &Value::Bool(true)),
            }
            if union.iter().any(|part| part.get("type").and_then(Value::as_str) == Some("null")) {
                merged.0.insert("nullable", &Value::Bool(true));
            }
        }
        let own = own
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "$ref" | "allOf" | "anyOf" | "oneOf"));
        merged.0.extend(own.map(|(key, value)| (key.as_str(), value)));
        merged
    }
}
