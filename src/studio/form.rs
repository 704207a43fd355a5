//! What the person has chosen so far.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    generation::{
        Field, FieldError, FieldKind, FileReference, InputSchema, InputValue, Inputs, Model,
        ModelReference, PromptUse, Request, Role,
    },
};

/// The chosen model and the values of its inputs.
#[derive(Clone, Copy)]
pub struct Form {
    /// The chosen model; it may be a moment ahead of `model`.
    pub reference: RwSignal<ModelReference>,
    pub model: RwSignal<Model>,
    /// Why the chosen model's form cannot be shown.
    pub model_error: RwSignal<Option<String>>,
    /// What is to be said about the list of models that was searched for.
    pub list_notice: RwSignal<Option<String>>,
    /// Only what the person set: everything else is the provider's choice.
    pub values: RwSignal<Inputs>,
    pub errors: RwSignal<Vec<FieldError>>,
    /// The seed stays as it is from one generation to the next.
    pub is_seed_locked: RwSignal<bool>,
    /// The seed of the last picture.
    pub last_seed: RwSignal<Option<i128>>,
}

impl Form {
    /// A form for `chosen`, whose description is asked for where it is not known.
    pub fn new(chosen: ModelReference, described: Option<Model>) -> Self {
        let is_described = described.is_some();
        let form = Self {
            reference: RwSignal::new(chosen.clone()),
            model: RwSignal::new(described.unwrap_or_else(|| unknown(chosen))),
            model_error: RwSignal::new(None),
            list_notice: RwSignal::new(None),
            values: RwSignal::new(Inputs::new()),
            errors: RwSignal::new(Vec::new()),
            is_seed_locked: RwSignal::new(false),
            last_seed: RwSignal::new(None),
        };
        Effect::new(move |_| {
            if !is_described {
                form.describe();
            }
        });
        form
    }

    /// Takes another model and keeps the values that it takes too.
    pub fn choose(self, reference: &str) {
        let Ok(reference) = reference.parse::<ModelReference>() else { return };
        if self.reference.get_untracked() != reference {
            self.reference.set(reference);
            self.describe();
        }
    }

    /// Asks what the chosen model accepts.
    pub fn describe(self) {
        let reference = self.reference.get_untracked();
        self.model_error.set(None);
        spawn_local(async move {
            let described = api::describe(reference.clone()).await;
            if self.reference.get_untracked() != reference {
                return;
            }
            match described {
                Ok(model) => self.show_model(model),
                Err(error) => self.model_error.set(Some(format!("{error}. {}", error.next_step()))),
            }
        });
    }

    fn show_model(self, model: Model) {
        self.values.update(|values| values.retain(|name, _| model.schema.field(name).is_some()));
        self.errors.set(Vec::new());
        self.model.set(model);
    }

    /// What should be known before anything runs.
    pub fn notices(self) -> Vec<String> {
        let of_model = self.model.read().notices.clone();
        of_model.into_iter().chain(self.list_notice.get()).collect()
    }

    /// Shows an earlier request again.
    pub fn fill(self, request: &Request) {
        self.values.set(request.inputs.clone());
        self.is_seed_locked
            .set(request.inputs.keys().any(|name| Role::of_name(name) == Some(Role::Seed)));
        self.choose(request.model.as_str());
    }

    /// The request as it stands, or `None` when a field is marked instead.
    pub fn request(self, prompt: String) -> Option<Request> {
        let model = self.model.get_untracked();
        let reference = self.reference.get_untracked();
        let inputs = self.values.get_untracked();
        let request = Request { model: reference, prompt, inputs };
        if model.reference != request.model {
            // Its form is still on the way; the server checks the rest.
            return (!request.prompt.trim().is_empty()).then_some(request);
        }
        let errors = request.validate(model.prompt, &model.schema).err().unwrap_or_default();
        let is_valid = errors.is_empty();
        self.errors.set(errors);
        is_valid.then_some(request)
    }

    /// Sets an input; `None` leaves it to the provider.
    pub fn set(self, name: &str, value: Option<InputValue>) {
        self.forget_error(name);
        self.values.update(|values| {
            match value {
                Some(value) => values.insert(name.to_owned(), value),
                None => values.remove(name),
            };
        });
    }

    /// Marks an input with what is wrong with it.
    pub fn complain(self, name: &str, message: String) {
        self.forget_error(name);
        self.errors.update(|errors| errors.push(FieldError::new(name, message)));
    }

    /// Leaves every input to the provider again.
    pub fn reset(self) {
        self.errors.set(Vec::new());
        self.is_seed_locked.set(false);
        self.values.set(Inputs::new());
    }

    /// The first input that takes a picture.
    pub fn picture_field(self) -> Option<Field> {
        let takes_pictures = |accept: &str| accept.contains("image") || accept.contains('*');
        self.model
            .read()
            .schema
            .fields
            .iter()
            .find(|field| match &field.kind {
                FieldKind::File { accept } | FieldKind::Files { accept, .. } => {
                    takes_pictures(accept)
                }
                _ => false,
            })
            .cloned()
    }

    /// Gives a picture that is kept on the server to the first input that takes one.
    pub fn use_picture(self, digest: &str) {
        if let Some(field) = untrack(|| self.picture_field()) {
            self.add_file(&field, FileReference::Stored(digest.to_owned()));
        }
    }

    /// Gives a file to `field`: beside the others if it takes several, else in place of the one.
    pub fn add_file(self, field: &Field, file: FileReference) {
        let file = InputValue::File(file);
        let value = match (&field.kind, self.values.read_untracked().get(&field.name)) {
            (FieldKind::Files { .. }, Some(InputValue::List(files))) => {
                InputValue::List(files.iter().cloned().chain([file]).collect())
            }
            (FieldKind::Files { .. }, _) => InputValue::List(vec![file]),
            _ => file,
        };
        self.set(&field.name, Some(value));
    }

    /// What the person set, or else what the provider will use.
    pub fn shown(self, field: &Field) -> Option<InputValue> {
        self.values.read().get(&field.name).or(field.default.as_ref()).cloned()
    }

    pub fn error_of(self, name: &str) -> Option<String> {
        let errors = self.errors.read();
        errors.iter().find(|error| error.field == name).map(|error| error.message.clone())
    }

    pub fn forget_error(self, name: &str) {
        if self.errors.read_untracked().iter().any(|error| error.field == name) {
            self.errors.update(|errors| errors.retain(|error| error.field != name));
        }
    }

    /// The size of the picture to come, as far as the inputs tell; square otherwise.
    pub fn size(self) -> (u32, u32) {
        let model = self.model.get_untracked();
        let side = |role| {
            let field = model.schema.with_role(role)?;
            let side = untrack(|| self.shown(field))?.as_integer()?;
            u32::try_from(side).ok().filter(|side| (1..=8192).contains(side))
        };
        (side(Role::Width).unwrap_or(1024), side(Role::Height).unwrap_or(1024))
    }
}

/// What stands in the form until the provider has answered.
fn unknown(reference: ModelReference) -> Model {
    Model {
        title: reference.target().to_owned(),
        reference,
        description: None,
        page: None,
        prompt: PromptUse::Optional,
        schema: InputSchema::default(),
        example: None,
        notices: Vec::new(),
    }
}
