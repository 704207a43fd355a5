//! What a control has to know: its field, what was set, and what is wrong with that.

use std::collections::BTreeMap;

use super::values::{self, Values};
use crate::{
    generation::{Field, FieldError, FieldKind, contract::INPUT},
    studio::error_id,
};

/// A field with what stands in it.
#[derive(Clone, Debug)]
pub struct Filled {
    pub field: Field,
    pub id: String,
    /// What the person set; empty where it is the default.
    pub set: Vec<String>,
    pub error: Option<String>,
    /// What the person calls each file that is set, where it has a name.
    pub file_names: Vec<Option<String>>,
    /// It is a mask, and there is something to paint it on.
    pub can_paint: bool,
}

impl Filled {
    /// The field at `index` of a schema, with those of `values` that it takes.
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

    /// Takes the names of its files out of `names`, which are by digest.
    pub fn with_file_names(mut self, names: &BTreeMap<String, String>) -> Self {
        let name = |text: &String| names.get(values::digest_of(text)?).cloned();
        self.file_names = self.set.iter().map(name).collect();
        self
    }

    /// What its control shows.
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

/// What every control needs.
#[derive(Clone, Debug)]
pub struct Control {
    /// As the form sends it.
    pub name: String,
    /// The label belongs to it.
    pub id: String,
    pub is_invalid: bool,
    /// It is empty, and must not stay so.
    pub is_required: bool,
    pub error_id: String,
    /// What the person set, or else the default, as the control shows it.
    pub text: String,
}

/// The id of the control of the field at `index`: by number, because a name may hold spaces.
pub fn id_of(index: usize) -> String {
    format!("input-{index}")
}
