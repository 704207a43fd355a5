//! A form with values in it: what of a draft, an earlier generation or a picture a model takes.

use crate::{
    error::GenerateError,
    generation::{
        AppDetails, Draft, Example, FieldError, FieldKind, FileReference, GalleryItem, InputSchema,
        InputValue, Inputs, Model, ModelReference, PromptUse, ProviderKind, Recipe, Role,
        contract::{Fill, FormState, SeedUse, Shown, SizeInputs},
    },
    server::{
        state::{AppState, Offers},
        visitors::Asker,
    },
};

/// The form of one model, as it is to be shown.
#[derive(Clone, Debug)]
pub struct FilledForm {
    pub reference: ModelReference,
    /// `None` while its provider has not answered: the page asks again.
    pub model: Option<Result<Model, GenerateError>>,
    /// What the person set.
    pub inputs: Inputs,
    /// To be filled in too, where it is not the person who types it.
    pub prompt: Option<String>,
    pub errors: Vec<FieldError>,
    /// What a Gradio app says of itself.
    pub app: Option<AppDetails>,
    /// A run may cost something.
    pub may_bill: bool,
}

/// The form of a page that is asked for.
#[derive(Clone, Debug)]
pub struct FirstForm {
    pub filled: FilledForm,
    pub state: FormState,
    pub offers: Offers,
}

impl FirstForm {
    /// The form of the first model on offer, as far as it is known within a moment.
    pub async fn of(state: &AppState) -> Self {
        let offers = state.offers().await;
        let filled = FilledForm {
            reference: offers.chosen.clone(),
            model: offers.first.clone().map(Ok),
            inputs: Inputs::new(),
            prompt: None,
            errors: Vec::new(),
            app: None,
            may_bill: false,
        };
        Self { state: filled.state(), filled, offers }
    }
}

impl FilledForm {
    /// The form of the draft's model, with those values of the draft that it takes.
    pub async fn of_draft(state: &AppState, asker: &Asker, draft: Draft, fill: Fill) -> Self {
        let reference = draft.model.parse().unwrap_or_else(|_| ModelReference::demo());
        let mut form = Self::of_model(state, asker, reference).await;
        if let Some(Ok(model)) = &form.model {
            form.inputs = draft.known_inputs(model);
            match fill {
                Fill::Keep => {}
                Fill::Reset => form.inputs.clear(),
                Fill::Errors(errors) => form.errors = errors,
                Fill::Example => {
                    if let Some(Example { prompt, inputs }) = &model.example {
                        form.inputs = inputs.clone();
                        form.prompt = prompt.clone();
                    }
                }
            }
        }
        form
    }

    /// The form as an earlier generation had it.
    pub async fn of_item(
        state: &AppState,
        asker: &Asker,
        item: &GalleryItem,
        seed: SeedUse,
    ) -> Self {
        let mut form = Self::of_model(state, asker, item.request.model.clone()).await;
        let name = form.schema().and_then(|schema| schema.with_role(Role::Seed));
        let name = name.map(|field| field.name.as_str());
        form.inputs = match seed {
            SeedUse::AsItWas => item.request.inputs.clone(),
            SeedUse::Same => with_seed(item, name),
            SeedUse::New => without_seed(item.request.inputs.clone()),
        };
        form.prompt = Some(item.request.prompt.clone());
        form
    }

    /// The form as the uploaded picture `digest` was made.
    pub async fn of_picture(
        state: &AppState,
        asker: &Asker,
        draft: Draft,
        digest: &str,
    ) -> Result<Self, GenerateError> {
        let recipe = state.recipe_of(&asker.session, digest).await?;
        let chosen = draft.model.parse().unwrap_or_else(|_| ModelReference::demo());
        let mut form = Self::of_model(state, asker, recipe.model.clone().unwrap_or(chosen)).await;
        form.prompt = Some(recipe.prompt.clone());
        if let Some(Ok(model)) = &form.model {
            let mut inputs = draft.known_inputs(model);
            inputs.extend(inputs_of(recipe, &model.schema));
            form.inputs = inputs;
        }
        Ok(form)
    }

    async fn of_model(state: &AppState, asker: &Asker, reference: ModelReference) -> Self {
        let empty = Self {
            reference: reference.clone(),
            model: None,
            inputs: Inputs::new(),
            prompt: None,
            errors: Vec::new(),
            app: None,
            may_bill: state
                .service
                .registry()
                .provider(&reference)
                .is_some_and(|provider| provider.may_bill()),
        };
        if let Err(error) = state.visitors.check(asker.caller, &reference) {
            return Self { model: Some(Err(error)), ..empty };
        }
        let model = state.service.describe(&reference).await;
        let app = match reference.provider() {
            // Why an app does not answer is told with its form.
            ProviderKind::Space => state.spaces.details(&reference),
            _ => None,
        };
        let is_operator = asker.caller.is_operator();
        let app = app.map(|app| if is_operator { app } else { state.for_visitors(app) });
        Self { model: Some(model), app, ..empty }
    }

    fn schema(&self) -> Option<&InputSchema> {
        match &self.model {
            Some(Ok(model)) => Some(&model.schema),
            _ => None,
        }
    }

    /// What it would send.
    pub fn draft(&self) -> Draft {
        Draft::of(&crate::generation::Request {
            model: self.reference.clone(),
            prompt: self.prompt.clone().unwrap_or_default(),
            inputs: self.inputs.clone(),
        })
    }

    /// What the composer has to know of it.
    pub fn state(&self) -> FormState {
        let model = match &self.model {
            Some(Ok(model)) => Some(model),
            _ => None,
        };
        let prompt_use = model.map_or(PromptUse::Optional, |model| model.prompt);
        let placeholder = match prompt_use {
            PromptUse::None => "This model needs no prompt. Add a caption if you like.",
            _ => "What should the picture show?",
        };
        let error_of = |name: &str| self.errors.iter().find(|error| error.field == name);
        let fields = model.map(|model| model.schema.fields.as_slice()).unwrap_or_default();
        let first_error = fields.iter().position(|field| error_of(&field.name).is_some());
        let defaults = fields.iter().map(|field| {
            let default = field.default.as_ref().map(super::field::text_of).unwrap_or_default();
            (field.name.clone(), default)
        });
        let takes_pictures = |kind: &FieldKind| match kind {
            FieldKind::File { accept } | FieldKind::Files { accept, .. } => {
                accept.contains("image") || ["", "*", "*/*"].contains(&accept.as_str())
            }
            _ => false,
        };
        FormState {
            model: self.reference.to_string(),
            title: title(&self.reference, model),
            prompt: self.prompt.clone(),
            prompt_error: error_of("prompt").map(|error| error.message.clone()),
            placeholder: placeholder.to_owned(),
            needs_prompt: prompt_use == PromptUse::Required,
            notices: model.map(|model| model.notices.clone()).unwrap_or_default(),
            defaults: defaults.collect(),
            size: model.and_then(|model| size_inputs(&model.schema)),
            seed: model
                .and_then(|model| model.schema.with_role(Role::Seed))
                .map(|field| field.name.clone()),
            pictures: fields
                .iter()
                .filter(|field| takes_pictures(&field.kind))
                .map(|field| field.name.clone())
                .collect(),
            first_error: first_error.map(super::field::id_of),
            is_pending: self.model.is_none(),
            may_bill: self.may_bill,
        }
    }
}

/// What a person calls the model: its title, or the name in its reference.
fn title(reference: &ModelReference, model: Option<&Model>) -> String {
    match (model, reference.target()) {
        (Some(model), _) => model.title.clone(),
        (None, "") => reference.provider().title().to_owned(),
        (None, target) => target.to_owned(),
    }
}

fn size_inputs(schema: &InputSchema) -> Option<SizeInputs> {
    let width = schema.with_role(Role::Width)?;
    let height = schema.with_role(Role::Height)?;
    let pixels = |field: &crate::generation::Field| {
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

/// A generation as its card begins.
pub fn shown(state: &AppState, item: &GalleryItem) -> Shown {
    let _ = state;
    let side = |role: Role| {
        let mut inputs = item.request.inputs.iter();
        let (_, value) = inputs.find(|(name, _)| Role::of_name(name) == Some(role))?;
        value.as_integer().and_then(|side| u32::try_from(side).ok())
    };
    let made = item.images.first().map(|image| (image.width, image.height));
    let (width, height) =
        made.or(side(Role::Width).zip(side(Role::Height))).unwrap_or((1024, 1024));
    Shown {
        id: item.id.clone(),
        prompt: item.request.prompt.clone(),
        model: title(&item.request.model, None),
        width,
        height,
        is_over: item.state.is_ended(),
    }
}

/// The inputs with the seed that the provider chose, where the person set none and it reported
/// one. `name` is what the model calls its seed.
fn with_seed(item: &GalleryItem, name: Option<&str>) -> Inputs {
    let mut inputs = item.request.inputs.clone();
    if let (None, Some(seed), Some(name)) = (item.set_seed(), item.told_seed(), name) {
        inputs.insert(name.to_owned(), InputValue::Integer(seed));
    }
    inputs
}

fn without_seed(mut inputs: Inputs) -> Inputs {
    inputs.retain(|name, _| Role::of_name(name) != Some(Role::Seed));
    inputs
}

/// What of the recipe a model understands.
fn inputs_of(recipe: Recipe, schema: &InputSchema) -> Inputs {
    let Recipe { mut inputs, common, .. } = recipe;
    for (role, value) in common {
        let is_set = inputs.keys().any(|name| Role::of_name(name) == Some(role));
        if let (false, Some(field)) = (is_set, schema.with_role(role)) {
            inputs.insert(field.name.clone(), value);
        }
    }
    // Files of another session are not here.
    inputs.retain(|name, value| {
        schema.field(name).is_some()
            && !matches!(value, InputValue::File(FileReference::Stored(_) | FileReference::Url(_)))
    });
    inputs
}
