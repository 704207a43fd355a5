//! Fills a form with the inputs of an earlier generation, or with what the metadata of a picture
//! tells.

use super::FilledForm;
use crate::{
    app::{form::values, names},
    error::GenerateError,
    generation::{
        Draft, Field, FieldKind, GalleryItem, InputSchema, InputValue, Inputs, ModelReference,
        Recipe, Role,
        contract::{Fill, SeedUse},
    },
    language::text,
    server::{metadata::Unread, state::AppState, visitors::Asker},
};

/// The most names in a notice.
const MAX_UNUSED: usize = 12;

impl FilledForm {
    /// The form with the inputs of an earlier generation.
    pub async fn of_item(
        state: &AppState,
        asker: &Asker,
        item: &GalleryItem,
        seed: SeedUse,
    ) -> Self {
        let mut form = Self::of_model(state, asker, item.request.model.clone()).await;
        let name = form.schema().and_then(|schema| schema.with_role(Role::Seed));
        let name = name.map(|field| field.name.as_str());
        form.values = values::of_inputs(&match seed {
            SeedUse::AsItWas => item.request.inputs.clone(),
            SeedUse::Same => with_seed(item, name),
            SeedUse::New => without_seed(item.request.inputs.clone()),
        });
        form.prompt = Some(item.request.prompt.clone());
        form.with_file_names(state, asker).await.with_costs(state, asker).await
    }

    /// The form with the settings of the uploaded picture `digest`. A file without readable
    /// settings leads to a notice in the form of `draft`.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such picture.
    pub async fn of_picture(
        state: &AppState,
        asker: &Asker,
        draft: Draft,
        digest: &str,
    ) -> Result<Self, GenerateError> {
        let recipe = match state.recipe_of(&asker.session, digest).await? {
            Ok(recipe) => recipe,
            Err(unread) => {
                let mut form = Self::of_draft(state, asker, draft, Fill::Keep).await;
                form.notices.push(match unread {
                    Unread::Silent => text!("attach-silent"),
                    Unread::NotUnderstood(tool) => text!("attach-not-understood", tool = tool),
                    Unread::TooLarge => text!("attach-too-large"),
                });
                return Ok(form);
            }
        };
        let chosen = draft.model.parse().unwrap_or_else(|_| ModelReference::demo());
        let mut form = Self::of_model(state, asker, recipe.model.clone().unwrap_or(chosen)).await;
        form.prompt = Some(recipe.prompt.clone());
        form.values = draft.inputs;
        if let Some(Ok(model)) = &form.model {
            let unused = unused(&recipe, &model.schema);
            if !unused.is_empty() {
                let names = unused.join(&text!("number-separator"));
                form.notices.push(text!("settings-unused", names = names));
            }
            let read = inputs_of(recipe, &model.schema);
            form.values.retain(|(name, _)| !read.contains_key(name));
            form.values.extend(values::of_inputs(&read));
            form.values = values::kept(&form.values, &model.schema);
        }
        Ok(form.with_file_names(state, asker).await.with_costs(state, asker).await)
    }
}

/// The inputs with the seed that the provider reported, if the person set none. `name` is the
/// model's name for its seed.
fn with_seed(item: &GalleryItem, name: Option<&str>) -> Inputs {
    let mut inputs = item.request.inputs.clone();
    if let (None, Some(seed), Some(name)) = (item.set_seed(), item.reported_seed(), name) {
        inputs.insert(name.to_owned(), InputValue::Integer(seed));
    }
    inputs
}

fn without_seed(mut inputs: Inputs) -> Inputs {
    inputs.retain(|name, _| Role::of_name(name) != Some(Role::Seed));
    inputs
}

/// Those values of the recipe that the model understands.
fn inputs_of(recipe: Recipe, schema: &InputSchema) -> Inputs {
    let Recipe { mut inputs, common, .. } = recipe;
    for (role, value) in common {
        let is_set = inputs.keys().any(|name| Role::of_name(name) == Some(role));
        if let (false, Some(field)) = (is_set, schema.with_role(role)) {
            inputs.insert(field.name.clone(), value);
        }
    }
    // Files of another session are not available.
    inputs.retain(|_, value| !matches!(value, InputValue::File(_)));
    let in_schema = |(name, value): (String, InputValue)| match schema.field(&name) {
        Some(_) => Some((name, value)),
        None => Some((schema.with_role(Role::of_name(&name)?)?.name.clone(), value)),
    };
    inputs.into_iter().filter_map(in_schema).collect()
}

/// Those settings of the recipe that the model does not understand, by their names for people.
fn unused(recipe: &Recipe, schema: &InputSchema) -> Vec<String> {
    let by_role = recipe.common.iter().filter(|(role, _)| schema.with_role(*role).is_none());
    let by_name = recipe.inputs.iter().filter(|(name, value)| {
        let has_role = Role::of_name(name).is_some_and(|role| schema.with_role(role).is_some());
        schema.field(name).is_none() && !has_role || matches!(value, InputValue::File(_))
    });
    let names = by_role.map(|(role, _)| names::role(*role));
    let names =
        names.chain(by_name.map(|(name, _)| names::field(&Field::new(name, FieldKind::Json))));
    let mut unused: Vec<String> = names.take(MAX_UNUSED).collect();
    unused.dedup();
    unused
}
