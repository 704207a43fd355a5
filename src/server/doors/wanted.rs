//! What a tool asks for, read against what its model accepts: what OpenAI defines is never refused
//! because a model lacks it, and what was written for this model is never dropped in silence.

mod names;
mod values;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use self::{
    names::{Meaning, count_field, meaning, picture_fields},
    values::{number, texts},
};
use super::{api_error::ApiError, size::Size};
use crate::generation::{
    Draft, Field, FieldKind, ImageType, MAX_PROMPT_CHARS, Model, Role, texts_of,
};

/// Pictures of one request.
pub const MAX_COUNT: u32 = 10;

/// Names and values of one request, in bytes: more is no draft.
const MAX_TEXT_BYTES: usize = 60 * 1024;
const MAX_FIELDS: usize = 256;

/// Pictures that came with a request and are kept here, as the form holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    pub pictures: Vec<String>,
    pub mask: Option<String>,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// One for each generation.
    pub drafts: Vec<Draft>,
    /// The type that the pictures are converted to on their way out.
    pub format: Option<ImageType>,
    /// What was asked for and means nothing to the model.
    pub ignored: Vec<String>,
    /// What was asked for and is made in another way.
    pub adjusted: BTreeMap<String, String>,
    /// What the caller calls the fields of the model.
    called: BTreeMap<String, String>,
}

impl Wanted {
    /// Reads `fields`, which a tool sent as JSON or as a form.
    ///
    /// # Errors
    ///
    /// What is wrong, at the field as the caller wrote it.
    pub fn read(
        fields: &Map<String, Value>,
        given: &Given,
        model: &Model,
    ) -> Result<Self, ApiError> {
        let fields = flattened(fields)?;
        let mut reading = Reading { model, inputs: Vec::new(), wanted: Self::default() };
        for (name, value) in &fields {
            if !value.is_null() {
                reading.take(name, value, &fields)?;
            }
        }
        reading.size(&fields)?;
        reading.pictures(given)?;
        reading.finish(&fields)
    }

    /// Checks all drafts against the model, before anything begins.
    ///
    /// # Errors
    ///
    /// What is wrong, at the field as the caller wrote it.
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

/// What stands in `inputs` and `extra_body` counts like what stands beside them.
fn flattened(fields: &Map<String, Value>) -> Result<BTreeMap<String, Value>, ApiError> {
    let mut all = BTreeMap::new();
    for inner in ["extra_body", "inputs"] {
        if let Some(Value::Object(inner)) = fields.get(inner) {
            all.extend(inner.clone());
        }
    }
    let outer = fields.iter().filter(|(name, _)| !matches!(name.as_str(), "extra_body" | "inputs"));
    all.extend(outer.map(|(name, value)| (name.clone(), value.clone())));
    if all.len() > MAX_FIELDS {
        return Err(ApiError::invalid("invalid_value", "The request has too many fields."));
    }
    Ok(all)
}

struct Reading<'a> {
    model: &'a Model,
    inputs: Vec<(String, String)>,
    wanted: Wanted,
}

impl Reading<'_> {
    fn take(
        &mut self,
        name: &str,
        value: &Value,
        all: &BTreeMap<String, Value>,
    ) -> Result<(), ApiError> {
        let schema = &self.model.schema;
        match meaning(name) {
            Meaning::Request | Meaning::Size | Meaning::Picture => Ok(()),
            // Any will do.
            Meaning::Role(Role::Seed) if number(value).is_some_and(|seed| seed < 0.0) => Ok(()),
            // A model that knows the word itself is asked in its own.
            _ if schema.field(name).is_some() => {
                let field = schema.field(name).cloned();
                field.map_or(Ok(()), |field| self.set(&field, name, value))
            }
            Meaning::Role(role) => match schema.with_role(role).cloned() {
                Some(field) if !all.contains_key(&field.name) => self.set(&field, name, value),
                Some(_) => Ok(()),
                None => {
                    self.wanted.ignored.push(name.to_owned());
                    Ok(())
                }
            },
            Meaning::Format => self.format(value),
            Meaning::Nothing => Ok(()),
            Meaning::Unknown => {
                let is_default = value
                    .as_str()
                    .is_some_and(|text| matches!(text, "" | "auto" | "default" | "standard"));
                if !is_default {
                    self.wanted.ignored.push(name.to_owned());
                }
                Ok(())
            }
        }
    }

    /// Gives the value to the field. What OpenAI defines must be one of its choices to count.
    fn set(&mut self, field: &Field, name: &str, value: &Value) -> Result<(), ApiError> {
        let texts = texts(name, value)?;
        if let (FieldKind::Choice { options, custom: false }, Meaning::Format | Meaning::Unknown) =
            (&field.kind, meaning(name))
            && names::is_openai(name)
        {
            let spelled = |text: &str| if text == "jpeg" { "jpg" } else { text }.to_owned();
            let found = options
                .iter()
                .map(|option| texts_of(&option.value).concat())
                .find(|option| texts.first().is_some_and(|text| spelled(text) == spelled(option)));
            match found {
                Some(option) => self.inputs.push((field.name.clone(), option)),
                None if meaning(name) == Meaning::Format => return self.format(value),
                None if texts.first().is_some_and(|text| text == "auto") => {}
                None => self.wanted.ignored.push(name.to_owned()),
            }
            return Ok(());
        }
        self.wanted.called.insert(field.name.clone(), name.to_owned());
        self.inputs.extend(texts.into_iter().map(|text| (field.name.clone(), text)));
        Ok(())
    }

    fn format(&mut self, value: &Value) -> Result<(), ApiError> {
        self.wanted.format = match value.as_str().unwrap_or_default() {
            "png" => Some(ImageType::Png),
            "jpeg" | "jpg" => Some(ImageType::Jpeg),
            "webp" => Some(ImageType::Webp),
            "" | "auto" => None,
            _ => {
                let message = "Pictures are handed out as png, jpeg or webp.";
                return Err(ApiError::field("output_format", message));
            }
        };
        Ok(())
    }

    fn size(&mut self, fields: &BTreeMap<String, Value>) -> Result<(), ApiError> {
        let side = |name: &str| fields.get(name).and_then(number).map(|side| side.round());
        let (size, name) = match (fields.get("size"), side("width"), side("height")) {
            (_, Some(width), Some(height)) => (Size::parse(&format!("{width}x{height}"))?, "width"),
            (Some(Value::String(size)), ..) => (Size::parse(size)?, "size"),
            (Some(Value::Null) | None, None, None) => (None, "size"),
            (_, None, None) => {
                return Err(ApiError::field("size", "Write the size as text, such as 1024x768."));
            }
            // One side alone; the model's own default is the other.
            (_, width, height) => {
                for (role, side) in [(Role::Width, width), (Role::Height, height)] {
                    if let (Some(field), Some(side)) = (self.model.schema.with_role(role), side) {
                        self.inputs.push((field.name.clone(), side.to_string()));
                    }
                }
                return Ok(());
            }
        };
        let Some(size) = size else { return Ok(()) };
        match size.fit(&self.model.schema) {
            Some(fitted) => {
                self.inputs.extend(fitted.inputs);
                let adjusted = fitted.adjusted.map(|made| ("size".to_owned(), made));
                self.wanted.adjusted.extend(adjusted);
            }
            None => self.wanted.ignored.push(name.to_owned()),
        }
        Ok(())
    }

    fn pictures(&mut self, given: &Given) -> Result<(), ApiError> {
        let fields = picture_fields(&self.model.schema);
        if let Some(mask) = &given.mask {
            let Some(field) = fields.mask else {
                return Err(ApiError::field("mask", "This model takes no mask."));
            };
            self.inputs.push((field.name.clone(), mask.clone()));
        }
        let mut left = given.pictures.iter();
        for field in &fields.pictures {
            let most = match field.kind {
                FieldKind::Files { max, .. } => max.unwrap_or(u32::MAX) as usize,
                _ => 1,
            };
            let texts = left.by_ref().take(most).map(|text| (field.name.clone(), text.clone()));
            self.inputs.extend(texts);
        }
        match left.next() {
            None => Ok(()),
            Some(_) if fields.pictures.is_empty() => {
                let message = "This model makes pictures from words alone and takes no picture.";
                let error = ApiError::invalid("model_takes_no_image", message);
                Err(error.about("model"))
            }
            Some(_) => Err(ApiError::field("image", "That is more pictures than the model takes.")),
        }
    }

    fn finish(mut self, fields: &BTreeMap<String, Value>) -> Result<Wanted, ApiError> {
        let prompt = prompt(fields)?;
        let count = count(fields)?;
        let schema = &self.model.schema;
        let counts = count_field(schema, count).filter(|_| count > 1);
        if let Some(field) = counts {
            self.inputs.push((field.name.clone(), count.to_string()));
        }
        let bytes = self.inputs.iter().map(|(name, text)| name.len() + text.len());
        if bytes.sum::<usize>() + prompt.len() > MAX_TEXT_BYTES {
            return Err(ApiError::invalid("invalid_value", "The request has too much text."));
        }
        let model = self.model.reference.to_string();
        let draft = Draft { model, prompt, inputs: self.inputs };
        let alike = if counts.is_some() { 1 } else { count };
        let seed = schema.with_role(Role::Seed).map(|field| field.name.as_str());
        self.wanted.drafts = (0..alike).map(|number| numbered(&draft, seed, number)).collect();
        self.wanted.ignored.sort();
        Ok(self.wanted)
    }
}

/// The same draft with the next seed, so that it is another picture.
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

/// How many pictures.
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
