//! What the composer needs to know of a form.

use super::FilledForm;
use crate::{
    app::{
        failure,
        form::{control, layout::Layout, values},
    },
    generation::{
        Field, FieldKind, InputSchema, InputValue, PromptUse, Role,
        contract::{FormState, SizeInputs},
    },
    language::text,
    studio::MAX_COUNT,
};

impl FilledForm {
    /// The state that the composer needs.
    pub fn state(&self) -> FormState {
        let model = self.model();
        let prompt_use = model.map_or(PromptUse::Optional, |model| model.prompt);
        let placeholder = match prompt_use {
            PromptUse::None => text!("composer-no-prompt"),
            _ => text!("composer-placeholder"),
        };
        let error_of = |name: &str| self.errors.iter().find(|error| error.field == name);
        let fields = model.map(|model| model.schema.fields.as_slice()).unwrap_or_default();
        let is_wrong = |field: &Field| error_of(&field.name).is_some();
        let first_error = model.and_then(|model| {
            Layout::of(&model.schema).in_order().find(|index| is_wrong(&fields[*index]))
        });
        let defaults = fields.iter().map(|field| (field.name.clone(), values::default_text(field)));
        let mut notices = model.map(|model| model.notices.clone()).unwrap_or_default();
        notices.extend(self.notices.iter().cloned());
        let takes_pictures = |kind: &FieldKind| match kind {
            FieldKind::File { accept } | FieldKind::Files { accept, .. } => {
                accept.contains("image") || ["", "*", "*/*"].contains(&accept.as_str())
            }
            _ => false,
        };
        FormState {
            model: self.reference.to_string(),
            title: self.title(),
            prompt: self.prompt.clone(),
            prompt_error: error_of("prompt").map(|error| error.message.clone()),
            placeholder,
            needs_prompt: prompt_use == PromptUse::Required,
            notices,
            defaults: defaults.collect(),
            size: model.and_then(|model| size_inputs(&model.schema)),
            redrawing: model.map(|model| redrawing(&model.schema)).unwrap_or_default(),
            costs: match &self.model {
                // In place of the costs, because Settings, which say more, may be closed.
                Some(Err(error)) => vec![failure::sentences(error); MAX_COUNT],
                _ => self.costs.clone(),
            },
            seed: model
                .and_then(|model| model.schema.with_role(Role::Seed))
                .map(|field| field.name.clone()),
            pictures: fields
                .iter()
                .filter(|field| takes_pictures(&field.kind) && field.mask.is_none())
                .map(|field| field.name.clone())
                .collect(),
            masks: fields
                .iter()
                .filter_map(|field| Some((field.name.clone(), field.mask.as_ref()?.over.clone()?)))
                .collect(),
            secrets: fields
                .iter()
                .filter(|field| field.is_secret())
                .map(|field| field.name.clone())
                .collect(),
            first_error: first_error.map(control::id_of),
            is_pending: self.model.is_none(),
        }
    }
}

/// The fields that change the drawing: the sides change the aspect choices, and the number of
/// pictures changes the cost.
fn redrawing(schema: &InputSchema) -> Vec<String> {
    let sides = schema.with_role(Role::Width).zip(schema.with_role(Role::Height));
    let sides = sides.into_iter().flat_map(|(width, height)| [width, height]);
    sides.chain(schema.count_field()).map(|field| field.name.clone()).collect()
}

fn size_inputs(schema: &InputSchema) -> Option<SizeInputs> {
    let width = schema.with_role(Role::Width)?;
    let height = schema.with_role(Role::Height)?;
    let pixels = |field: &Field| {
        field
            .default
            .as_ref()
            .and_then(InputValue::as_integer)
            .and_then(|side| side.try_into().ok())
    };
    Some(SizeInputs {
        width: width.name.clone(),
        height: height.name.clone(),
        default: pixels(width).zip(pixels(height)),
    })
}
