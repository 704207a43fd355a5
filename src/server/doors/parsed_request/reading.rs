//! Reads the fields of a request one by one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    MAX_TEXT_BYTES, ParsedRequest, RequestImages, count,
    names::{self, Meaning, count_field, meaning, picture_fields},
    numbered, prompt,
    values::{number, texts},
};
use crate::{
    generation::{Draft, Field, FieldKind, ImageType, Model, Role, texts_of},
    server::doors::{api_error::ApiError, size::Size},
};

/// A request that is being read.
pub(super) struct Reading<'a> {
    pub model: &'a Model,
    pub inputs: Vec<(String, String)>,
    pub wanted: ParsedRequest,
}

impl Reading<'_> {
    pub fn take(
        &mut self,
        name: &str,
        value: &Value,
        all: &BTreeMap<String, Value>,
    ) -> Result<(), ApiError> {
        let schema = &self.model.schema;
        match meaning(name) {
            // A model with this field sends more previews when asked than by default.
            Meaning::Request if name == "partial_images" => {
                let field = schema.field(name).filter(|_| number(value) != Some(0.0)).cloned();
                field.map_or(Ok(()), |field| self.set(&field, name, value))
            }
            Meaning::Request | Meaning::Size => Ok(()),
            // Those of the request were taken out of it; this one is among the inputs of a model
            // that has no such input.
            Meaning::Picture => {
                self.wanted.ignored.push(name.to_owned());
                Ok(())
            }
            // A negative seed means any seed.
            Meaning::Role(Role::Seed) if number(value).is_some_and(|seed| seed < 0.0) => Ok(()),
            // The model's own field of this name takes precedence.
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

    /// Sets the model's field of this name.
    pub fn set_own(&mut self, name: &str, value: &Value) -> Result<(), ApiError> {
        if !value.is_null() {
            self.wanted.called.insert(name.to_owned(), name.to_owned());
            self.inputs.extend(texts(name, value)?.into_iter().map(|text| (name.to_owned(), text)));
        }
        Ok(())
    }

    /// Sets a field. A value that OpenAI defines counts only if it is one of the field's choices.
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
                let message = "Pictures are returned as png, jpeg or webp.";
                return Err(ApiError::field("output_format", message));
            }
        };
        Ok(())
    }

    pub fn size(&mut self, fields: &BTreeMap<String, Value>) -> Result<(), ApiError> {
        let side = |name: &str| fields.get(name).and_then(number).map(|side| side.round());
        let (size, name) = match (fields.get("size"), side("width"), side("height")) {
            (_, Some(width), Some(height)) => (Size::parse(&format!("{width}x{height}"))?, "width"),
            (Some(Value::String(size)), ..) => (Size::parse(size)?, "size"),
            (Some(Value::Null) | None, None, None) => (None, "size"),
            (_, None, None) => {
                return Err(ApiError::field("size", "Write the size as text, such as 1024x768."));
            }
            // Only one side; the model's own default is the other.
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

    pub fn pictures(&mut self, given: &RequestImages) -> Result<(), ApiError> {
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
                let message = "This model makes pictures from text alone and takes no picture.";
                let error = ApiError::invalid("model_takes_no_image", message);
                Err(error.about("model"))
            }
            Some(_) => Err(ApiError::field("image", "That is more pictures than the model takes.")),
        }
    }

    pub fn finish(mut self, fields: &BTreeMap<String, Value>) -> Result<ParsedRequest, ApiError> {
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
