//! Interprets a request against its model's schema. Parameters that OpenAI defines are never
//! refused because a model lacks them, and inputs written for this model are never dropped
//! silently.

mod names;
mod reading;
mod values;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use self::{names::is_for_model, reading::Reading, values::number};
use super::api_error::ApiError;
use crate::generation::{Draft, FieldKind, ImageType, MAX_PROMPT_CHARS, Model};

/// The most pictures of one request.
pub const MAX_COUNT: u32 = 10;

/// The limit for the names and values of one request, in bytes.
const MAX_TEXT_BYTES: usize = 60 * 1024;
const MAX_FIELDS: usize = 256;

/// The stored pictures of a request, as form values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestImages {
    pub pictures: Vec<String>,
    pub mask: Option<String>,
}

/// An interpreted request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedRequest {
    /// One for each generation.
    pub drafts: Vec<Draft>,
    /// The format that the pictures are converted to in the response.
    pub format: Option<ImageType>,
    /// The parameters that the model does not have.
    pub ignored: Vec<String>,
    /// The parameters that were changed to fit the model.
    pub adjusted: BTreeMap<String, String>,
    /// The client's names for the fields of the model.
    called: BTreeMap<String, String>,
}

impl ParsedRequest {
    /// Reads `fields`, sent as JSON or as a form.
    ///
    /// # Errors
    ///
    /// What is wrong, at the field as the client spelled it.
    pub fn read(
        fields: &Map<String, Value>,
        given: &RequestImages,
        model: &Model,
    ) -> Result<Self, ApiError> {
        let (own, fields) = flattened(fields, model)?;
        let mut reading = Reading { model, inputs: Vec::new(), wanted: Self::default() };
        for (name, value) in &own {
            reading.set_own(name, value)?;
        }
        for (name, value) in &fields {
            if !value.is_null() {
                reading.take(name, value, &fields)?;
            }
        }
        reading.size(&fields)?;
        reading.pictures(given)?;
        reading.finish(&fields)
    }

    /// Clamps numbers to the model's bounds, because some clients send the same numbers whatever
    /// the model.
    pub fn keep_within_bounds(&mut self, model: &Model) {
        for draft in &mut self.drafts {
            for (name, text) in &mut draft.inputs {
                let Some(field) = model.schema.field(name) else { continue };
                let Ok(number) = text.parse::<f64>() else { continue };
                let bound = |bound: Option<i128>| bound.map(|bound| bound as f64);
                let (min, max) = match field.kind {
                    FieldKind::Integer { min, max, .. } => (bound(min), bound(max)),
                    FieldKind::Number { min, max, .. } => (min, max),
                    _ => continue,
                };
                let kept = number.max(min.unwrap_or(number)).min(max.unwrap_or(number));
                if kept != number {
                    *text = kept.to_string();
                    self.adjusted.insert(name.clone(), kept.to_string());
                }
            }
        }
    }

    /// Checks all drafts against the model, before anything begins.
    ///
    /// # Errors
    ///
    /// What is wrong, at the field as the client spelled it.
    pub fn check(&self, model: &Model) -> Result<(), ApiError> {
        for draft in &self.drafts {
            draft.check(model).map_err(|mut fields| {
                for error in &mut fields {
                    if let Some(called) = self.called.get(&error.field) {
                        error.field.clone_from(called);
                    }
                }
                let detail = String::new();
                crate::error::GenerateError::InputRejected { fields, detail }
            })?;
        }
        Ok(())
    }
}

type Fields = BTreeMap<String, Value>;

/// Splits the fields into those meant only for the model, and all others. Members of `inputs` and
/// `extra_body` count like top-level ones, except members of `inputs` that the model has under a
/// name with another meaning in a request: an app may call an input `model` or `n`.
fn flattened(fields: &Map<String, Value>, model: &Model) -> Result<(Fields, Fields), ApiError> {
    let (mut own, mut all) = (Fields::new(), Fields::new());
    for inner in ["extra_body", "inputs"] {
        if let Some(Value::Object(members)) = fields.get(inner) {
            let is_own = |name: &str| {
                inner == "inputs" && is_for_model(name) && model.schema.field(name).is_some()
            };
            let members = members.iter().map(|(name, value)| (name.clone(), value.clone()));
            let (mine, others): (Fields, Fields) = members.partition(|(name, _)| is_own(name));
            own.extend(mine);
            all.extend(others);
        }
    }
    let outer = fields.iter().filter(|(name, _)| !matches!(name.as_str(), "extra_body" | "inputs"));
    all.extend(outer.map(|(name, value)| (name.clone(), value.clone())));
    if own.len() + all.len() > MAX_FIELDS {
        return Err(ApiError::invalid("invalid_value", "The request has too many fields."));
    }
    Ok((own, all))
}

/// The same draft with the next seed, so that it makes another picture.
fn numbered(draft: &Draft, seed: Option<&str>, number: u32) -> Draft {
    let mut draft = draft.clone();
    for (name, text) in &mut draft.inputs {
        if Some(name.as_str()) == seed
            && let Ok(seed) = text.parse::<i128>()
        {
            *text = seed.saturating_add(i128::from(number)).to_string();
        }
    }
    draft
}

fn prompt(fields: &BTreeMap<String, Value>) -> Result<String, ApiError> {
    let prompt = match fields.get("prompt") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(prompt)) => prompt.clone(),
        Some(_) => return Err(ApiError::field("prompt", "The prompt must be text.")),
    };
    let length = prompt.chars().count();
    if length > MAX_PROMPT_CHARS {
        let message =
            format!("The prompt has {length} characters, and Easel takes {MAX_PROMPT_CHARS}.");
        return Err(ApiError::invalid("string_above_max_length", message).about("prompt"));
    }
    Ok(prompt)
}

/// How many pictures to make.
fn count(fields: &BTreeMap<String, Value>) -> Result<u32, ApiError> {
    let count = match fields.get("n") {
        None | Some(Value::Null) => return Ok(1),
        Some(value) => number(value),
    };
    let is_right =
        |count: &f64| count.fract() == 0.0 && (1.0..=f64::from(MAX_COUNT)).contains(count);
    let count = count.filter(is_right);
    count.map(|count| count as u32).ok_or_else(|| {
        ApiError::field("n", format!("n must be a whole number from 1 to {MAX_COUNT}."))
    })
}

#[cfg(test)]
mod tests;
