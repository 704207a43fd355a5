//! A form filled with values from a draft, an earlier generation, or a picture's metadata.

use std::collections::BTreeMap;

use super::{
    layout::Layout,
    values::{self, Values},
};
use crate::{
    app::{Brought, money, names, readiness},
    error::GenerateError,
    generation::{
        AppDetails, Draft, Example, Field, FieldError, FieldKind, GalleryFilter, GalleryItem,
        InputSchema, InputValue, Inputs, Model, ModelReference, PromptUse, ProviderKind, Readiness,
        Recipe, Role, UnknownProvider,
        contract::{CardData, Fill, FormState, SeedUse, SizeInputs},
    },
    language::text,
    server::{
        metadata::Unread,
        state::{AppState, Offers},
        visitors::Asker,
    },
    studio::MAX_COUNT,
};

/// The form of one model, ready to draw.
#[derive(Clone, Debug)]
pub struct FilledForm {
    pub reference: ModelReference,
    /// `None` while the provider has not answered; the page then requests the form again.
    pub model: Option<Result<Model, GenerateError>>,
    /// The values that the person set, as text.
    pub values: Values,
    /// A prompt to fill in, where it does not come from the prompt box.
    pub prompt: Option<String>,
    pub errors: Vec<FieldError>,
    /// Notices about values that could not be filled in.
    pub notices: Vec<String>,
    /// The details of a Gradio app.
    pub app: Option<AppDetails>,
    /// The original names of the files among the values, by digest.
    pub file_names: BTreeMap<String, String>,
    /// See [`FormState::costs`].
    pub costs: Vec<String>,
    /// The model's readiness, as far as it is known.
    pub readiness: Option<Readiness>,
}

/// The form of a document.
#[derive(Clone, Debug)]
pub struct FirstForm {
    pub filled: FilledForm,
    pub state: FormState,
    pub offers: Offers,
}

impl FirstForm {
    /// The form that a URL describes, with its model, picture and prompt.
    pub async fn brought(state: &AppState, asker: &Asker, brought: &Brought) -> Self {
        let offers = state.offers().await;
        let model = match brought.model.as_str() {
            "" => offers.chosen.to_string(),
            model => model.to_owned(),
        };
        let draft = Draft { model, ..Draft::default() };
        let mut filled = FilledForm::of_draft(state, asker, draft, Fill::Keep).await;
        filled.prompt = Some(brought.prompt.clone()).filter(|prompt| !prompt.is_empty());
        // Only a picture that belongs to this person.
        let is_own = !brought.picture.is_empty()
            && matches!(state.files.type_of(&asker.session, &brought.picture).await, Ok(Some(_)));
        let input = filled.state().pictures.into_iter().next();
        match input.filter(|_| is_own) {
            Some(input) => filled.values.push((input, values::stored(&brought.picture))),
            None if brought.picture.is_empty() => {}
            None => filled.notices.push(text!("takers-not-here")),
        }
        Self { state: filled.state(), filled, offers }
    }

    /// The form of the first model on offer; without its fields if the provider does not answer
    /// quickly.
    pub async fn of(state: &AppState, asker: &Asker) -> Self {
        let offers = state.offers().await;
        let filled = FilledForm {
            reference: offers.chosen.clone(),
            model: offers.first.clone().map(Ok),
            values: Values::new(),
            prompt: None,
            errors: Vec::new(),
            notices: Vec::new(),
            app: None,
            file_names: BTreeMap::new(),
            costs: Vec::new(),
            readiness: None,
        };
        let mut filled = filled.with_costs(state, asker).await;
        filled.with_habit(state, asker).await;
        Self { state: filled.state(), filled, offers }
    }
}

impl FilledForm {
    /// The form of the draft's model, with those values of the draft that the model takes. Keeps
    /// all values while the model's schema is unknown.
    pub async fn of_draft(state: &AppState, asker: &Asker, draft: Draft, fill: Fill) -> Self {
        let form = Self::filled_with(state, asker, draft, fill).await;
        form.with_file_names(state, asker).await.with_costs(state, asker).await
    }

    async fn filled_with(state: &AppState, asker: &Asker, draft: Draft, fill: Fill) -> Self {
        let mut form = match draft.model.parse() {
            Ok(reference) => Self::of_model(state, asker, reference).await,
            Err(error) => Self::unknown(&draft.model, &error),
        };
        form.values = draft.inputs;
        let Some(Ok(model)) = &form.model else { return form };
        form.values = values::kept(&form.values, &model.schema);
        match fill {
            Fill::Keep => {}
            Fill::Choose => {
                form.with_habit(state, asker).await;
            }
            Fill::Reset => form.values.clear(),
            Fill::Errors(errors) => form.errors = errors,
            Fill::Example => {
                if let Some(Example { prompt, inputs }) = &model.example {
                    form.values = values::kept(&values::of_inputs(inputs), &model.schema);
                    form.prompt = prompt.clone();
                }
            }
            Fill::LastSeed => {
                let name = model.schema.with_role(Role::Seed).map(|field| field.name.clone());
                match (name, last_seed(state, asker).await) {
                    (Some(name), Some(seed)) => {
                        form.values.retain(|(input, _)| *input != name);
                        form.values.push((name, seed.to_string()));
                    }
                    _ => form.notices.push(text!("settings-no-seed")),
                }
            }
        }
        form
    }

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

    /// Looks up the original names of the files among the values.
    async fn with_file_names(mut self, state: &AppState, asker: &Asker) -> Self {
        let digests: Vec<_> =
            self.values.iter().filter_map(|(_, text)| values::digest_of(text)).collect();
        let names = state.files.names_of(&asker.session, &digests).await;
        // Show the form without names if the store fails.
        self.file_names = names.unwrap_or_default();
        self
    }

    /// Fills in the person's saved habits for the model; shows the form without them if the store
    /// fails.
    async fn with_habit(&mut self, state: &AppState, asker: &Asker) {
        let Some(Ok(model)) = &self.model else { return };
        let habit = state.habits.of(&asker.session, &self.reference).await.unwrap_or_default();
        habit.fill(&mut self.values);
        self.values = values::kept(&self.values, &model.schema);
    }

    /// Adds the expected costs and the model's readiness.
    async fn with_costs(mut self, state: &AppState, asker: &Asker) -> Self {
        let model = self.model.as_ref().and_then(|model| model.as_ref().ok());
        self.costs = money::estimates(state, asker, &self.reference, model, &self.values).await;
        let (generations, reference) = (&state.generations, &self.reference);
        // The built-in painter is always ready.
        self.readiness = match reference.provider() {
            ProviderKind::Demo => None,
            _ => generations.readiness(reference).await,
        };
        if let Some(readiness) = self.readiness {
            let words = readiness::words(readiness, &generations.usual(reference).await);
            let words = text!("readiness-of-model", state = words);
            self.costs = match self.costs.is_empty() {
                true => vec![words; MAX_COUNT],
                false => self.costs.iter().map(|cost| [&words, " · ", cost].concat()).collect(),
            };
        }
        self
    }

    /// The form for a text that is not a model reference.
    fn unknown(model: &str, error: &UnknownProvider) -> Self {
        Self {
            reference: ModelReference::demo(),
            model: Some(Err(GenerateError::ModelNotFound {
                model: model.chars().take(200).collect(),
                detail: error.to_string(),
            })),
            values: Values::new(),
            prompt: None,
            errors: Vec::new(),
            notices: Vec::new(),
            app: None,
            file_names: BTreeMap::new(),
            costs: Vec::new(),
            readiness: None,
        }
    }

    async fn of_model(state: &AppState, asker: &Asker, reference: ModelReference) -> Self {
        let empty = Self {
            reference: reference.clone(),
            model: None,
            values: Values::new(),
            prompt: None,
            errors: Vec::new(),
            notices: Vec::new(),
            app: None,
            file_names: BTreeMap::new(),
            costs: Vec::new(),
            readiness: None,
        };
        if let Err(error) = state.visitors.check(asker.caller, &reference) {
            return Self { model: Some(Err(error)), ..empty };
        }
        let model = state.generations.describe_for(&asker.session, &reference).await;
        // If an app does not answer, the form itself shows why.
        let app = state.registry.app_details(&reference).await;
        let is_operator = asker.caller.is_operator();
        let app = app.map(|app| if is_operator { app } else { state.for_visitors(app) });
        Self { model: Some(model), app, ..empty }
    }

    /// The title for people: the app's own, else the model's.
    pub fn title(&self) -> String {
        let model = match &self.model {
            Some(Ok(model)) => Some(model),
            _ => None,
        };
        let own = self.app.as_ref().map(|app| app.title.clone());
        own.unwrap_or_else(|| title(&self.reference, model))
    }

    pub(super) fn schema(&self) -> Option<&InputSchema> {
        match &self.model {
            Some(Ok(model)) => Some(&model.schema),
            _ => None,
        }
    }

    /// The draft that the form would send.
    pub fn draft(&self) -> Draft {
        Draft {
            model: self.reference.to_string(),
            prompt: self.prompt.clone().unwrap_or_default(),
            inputs: self.values.clone(),
        }
    }

    /// The state that the composer needs.
    pub fn state(&self) -> FormState {
        let model = match &self.model {
            Some(Ok(model)) => Some(model),
            _ => None,
        };
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
            costs: self.costs.clone(),
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
            first_error: first_error.map(super::control::id_of),
            is_pending: self.model.is_none(),
        }
    }
}

/// The model's title, or else the name in its reference.
fn title(reference: &ModelReference, model: Option<&Model>) -> String {
    model.map_or(reference.title(), |model| &model.title).to_owned()
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

/// The initial state of a generation's card.
pub fn shown(item: &GalleryItem) -> CardData {
    let side = |role: Role| {
        let mut inputs = item.request.inputs.iter();
        let (_, value) = inputs.find(|(name, _)| Role::of_name(name) == Some(role))?;
        value.as_integer().and_then(|side| u32::try_from(side).ok())
    };
    let made = item.images.first().map(|image| (image.width, image.height));
    let (width, height) =
        made.or(side(Role::Width).zip(side(Role::Height))).unwrap_or((1024, 1024));
    CardData {
        id: item.id.clone(),
        prompt: item.request.prompt.clone(),
        model: title(&item.request.model, None),
        width,
        height,
        is_over: item.state.is_ended(),
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

/// The most names in a notice.
const MAX_UNUSED: usize = 12;

/// The seed of the newest generation that has one.
async fn last_seed(state: &AppState, asker: &Asker) -> Option<i128> {
    let newest = state.gallery.page(&asker.session, &GalleryFilter::default(), None).await;
    newest.ok()?.items.iter().find_map(|item| {
        item.reported_seed().or_else(|| item.set_seed().and_then(InputValue::as_integer))
    })
}
