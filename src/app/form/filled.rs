//! A form filled with values from a draft, an earlier generation, or a picture's metadata.

mod state;
mod told;

use std::collections::BTreeMap;

use super::values::{self, Values};
use crate::{
    app::{Brought, money, readiness},
    error::GenerateError,
    generation::{
        AppDetails, Draft, Example, FieldError, GalleryFilter, GalleryItem, InputSchema,
        InputValue, Model, ModelReference, ProviderKind, Readiness, Role, UnknownProvider,
        contract::{CardData, Fill, FormState},
    },
    language::text,
    server::{
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
        let model = self.model();
        let own = self.app.as_ref().map(|app| app.title.clone());
        own.unwrap_or_else(|| title(&self.reference, model))
    }

    /// The model, if its provider has described it.
    pub fn model(&self) -> Option<&Model> {
        self.model.as_ref()?.as_ref().ok()
    }

    pub(super) fn schema(&self) -> Option<&InputSchema> {
        self.model().map(|model| &model.schema)
    }

    /// The draft that the form would send.
    pub fn draft(&self) -> Draft {
        Draft {
            model: self.reference.to_string(),
            prompt: self.prompt.clone().unwrap_or_default(),
            inputs: self.values.clone(),
        }
    }
}

/// The model's title, or else the name in its reference.
fn title(reference: &ModelReference, model: Option<&Model>) -> String {
    model.map_or(reference.title(), |model| &model.title).to_owned()
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

/// The seed of the newest generation that has one.
async fn last_seed(state: &AppState, asker: &Asker) -> Option<i128> {
    let newest = state.gallery.page(&asker.session, &GalleryFilter::default(), None).await;
    newest.ok()?.items.iter().find_map(|item| {
        item.reported_seed().or_else(|| item.set_seed().and_then(InputValue::as_integer))
    })
}
