//! The data of a control: its field, its value, and its error.

use std::collections::BTreeMap;

use super::values::{self, Values};
use crate::{
    generation::{Field, FieldError, FieldKind, contract::INPUT},
    studio::error_id,
};

/// A field with its current value.
#[derive(Clone, Debug)]
pub struct FilledField {
    pub field: Field,
    pub id: String,
    /// The values that the person set; empty for the default.
    pub set: Vec<String>,
    pub error: Option<String>,
    /// The original file name of each file, where it is known.
    pub file_names: Vec<Option<String>>,
    /// Whether the field is a mask, and there is something to paint it on.
    pub can_paint: bool,
}

impl FilledField {
    /// The field at `index` of a schema, with its values among `values`.
    pub fn of(index: usize, field: &Field, values: &Values, errors: &[FieldError]) -> Self {
        let error = errors.iter().find(|error| error.field == field.name);
        Self {
            id: id_of(index),
            set: values::of_field(values, field),
            file_names: Vec::new(),
            error: error.map(|error| error.message.clone()),
            can_paint: field.mask.as_ref().is_some_and(|mask| {
                let over = mask.over.as_ref();
                let is_given =
                    |(name, text): &(String, String)| Some(name) == over && !text.trim().is_empty();
                mask.canvas.is_some() || values.iter().any(is_given)
            }),
            field: field.clone(),
        }
    }

    /// Looks the names of its files up in `names`, which is keyed by digest.
    pub fn with_file_names(mut self, names: &BTreeMap<String, String>) -> Self {
        let name = |text: &String| names.get(values::digest_of(text)?).cloned();
        self.file_names = self.set.iter().map(name).collect();
        self
    }

    /// The text in the control.
    pub fn text(&self) -> String {
        match self.set.as_slice() {
            [] => values::default_text(&self.field),
            texts => texts.join("\n"),
        }
    }

    pub fn control(&self) -> Control {
        let is_needed = self.field.required && self.field.default.is_none();
        Control {
            name: format!("{INPUT}{}", self.field.name),
            is_invalid: self.error.is_some(),
            is_required: is_needed && self.field.kind != FieldKind::Boolean,
            error_id: error_id(&self.id),
            text: self.text(),
            id: self.id.clone(),
        }
    }
}

/// The attributes of every control.
#[derive(Clone, Debug)]
pub struct Control {
    /// The `name` in the form.
    pub name: String,
    /// The id, to which the label refers.
    pub id: String,
    pub is_invalid: bool,
    /// Whether it is empty and must be filled in.
    pub is_required: bool,
    pub error_id: String,
    /// The text that the control shows: the person's, or else the default.
    pub text: String,
}

/// The id of the control of the field at `index`: a number, because names may contain spaces.
pub fn id_of(index: usize) -> String {
    format!("input-{index}")
}
