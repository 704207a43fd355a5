//! Builds a series from the form: each model gets the values that it takes, under its own names.

use std::{collections::HashMap, time::Duration};

use futures::future::join_all;
use rand::{Rng, seq::SliceRandom};
use tokio::time::timeout;

use super::wrong::wrong_values;
use crate::{
    app::form::FilledForm,
    error::{Billed, GenerateError},
    generation::{
        Draft, FieldError, FieldKind, GenerationId, InputSchema, Mistake, RecordState, Role,
        contract::Fill,
        series::{MAX_CELLS, MAX_MODELS, Member, Plan, PlanError, Series, SeriesId, Side},
        too_long,
    },
    language::text,
    server::{clock::now_ms, state::AppState, visitors::Asker},
};

/// How long the description of a model may take.
const DESCRIBE_TIMEOUT: Duration = Duration::from_secs(12);

/// The bound for seeds, which every model accepts.
const SEEDS: u64 = 1 << 31;

/// The result of reading the form.
#[derive(Debug)]
pub enum Planned {
    Series(Series),
    /// The form describes no series.
    NoPlan(PlanError),
    /// A model does not take some of the values; says which, and why.
    Wrong(String),
    Refused(GenerateError),
}

/// Why the form describes no series, and what to do.
pub fn plan_words(error: &PlanError) -> String {
    match error {
        PlanError::Single => text!("series-error-single"),
        PlanError::TooManyModels => text!("series-error-models", most = MAX_MODELS),
        PlanError::TooMany(_) => text!("series-error-many", most = MAX_CELLS),
        PlanError::TooManySides => text!("series-error-sides"),
        PlanError::NoValues => text!("series-error-values"),
    }
}

/// The draft for one model, with those values that the model takes.
struct Fitted {
    draft: Draft,
    title: String,
    schema: InputSchema,
    error: Option<GenerateError>,
    /// Which of the varied values the model does not take.
    wrong: Option<String>,
}

/// Builds the series that `fields` describe; the caller stores it. The form itself supplies its id.
pub async fn planned(state: &AppState, asker: &Asker, fields: Vec<(String, String)>) -> Planned {
    let mut plan = match Plan::of_fields(&fields) {
        Ok(plan) => plan,
        Err(error) => return Planned::NoPlan(error),
    };
    let is_on = |wanted: &str| fields.iter().any(|(name, value)| name == wanted && value == "on");
    let is_blind = is_on("blind") && plan.is_comparison();
    let name = fields.iter().find(|(name, _)| name == "series");
    let name = name.and_then(|(_, name)| name.parse::<SeriesId>().ok());
    let base = Draft::of_fields(fields);
    if let Some(chars) = too_long(&base.prompt) {
        let mistake = Mistake::PromptTooLong(crate::generation::MAX_PROMPT_CHARS, chars);
        return Planned::Refused(rejected(mistake));
    }
    if let (true, Side::Models(models)) = (is_blind, &mut plan.across) {
        models.shuffle(&mut rand::rng());
    }
    let models: Vec<String> = match (&plan.across, &plan.down) {
        (Side::Models(models), _) | (_, Some(Side::Models(models))) => {
            models.iter().map(|model| model.reference.clone()).collect()
        }
        _ => vec![base.model.clone()],
    };
    let fitted =
        join_all(models.into_iter().map(|model| fitted(state, asker, &base, &plan, model))).await;
    let is_missing = base.prompt.trim().is_empty() && fitted.iter().any(|fitted| fitted.1);
    if is_missing {
        return Planned::Refused(rejected(Mistake::PromptMissing));
    }
    if let Some(words) = fitted.iter().find_map(|(fitted, _)| fitted.wrong.clone()) {
        return Planned::Wrong(words);
    }
    let fitted: HashMap<String, Fitted> =
        fitted.into_iter().map(|(fitted, _)| (fitted.draft.model.clone(), fitted)).collect();
    let seed = seed_of(&base).unwrap_or_else(|| rand::rng().random_range(0..SEEDS));
    let created_ms = now_ms();
    let members = (0..plan.cells()).filter_map(|position| {
        let model = plan.draft(&base, position, None).model;
        Some(member(&plan, fitted.get(&model)?, position, seed, created_ms))
    });
    Planned::Series(Series {
        id: name.unwrap_or_else(|| SeriesId::new(new_id(created_ms))),
        members: members.collect(),
        prompt: base.prompt,
        plan,
        created_ms,
        is_blind,
        is_revealed: false,
        winner: None,
        is_cancelled: false,
    })
}

/// The draft for `model` from `base`, and whether the model needs a prompt.
async fn fitted(
    state: &AppState,
    asker: &Asker,
    base: &Draft,
    plan: &Plan,
    model: String,
) -> (Fitted, bool) {
    let draft = Draft { model: model.clone(), ..base.clone() };
    let form = FilledForm::of_draft(state, asker, draft, Fill::Keep);
    let Ok(form) = timeout(DESCRIBE_TIMEOUT, form).await else {
        let error = GenerateError::Timeout { detail: String::new(), billed: Billed::No };
        let (title, draft) = (model.clone(), Draft { model, ..Draft::default() });
        let schema = InputSchema::default();
        return (Fitted { draft, title, schema, error: Some(error), wrong: None }, false);
    };
    let known = form.state();
    let mut draft = Draft { model, prompt: base.prompt.clone(), inputs: form.values.clone() };
    // Secrets are never stored, so a generation that waits for its turn cannot have them.
    draft.inputs.retain(|(name, _)| !known.secrets.contains(name));
    let (schema, error) = match &form.model {
        Some(Ok(model)) => (model.schema.clone(), None),
        Some(Err(error)) => (InputSchema::default(), Some(error.clone())),
        None => (InputSchema::default(), None),
    };
    let wrong = form.model().and_then(|model| wrong_values(plan, model));
    (Fitted { draft, title: form.title(), schema, error, wrong }, known.needs_prompt)
}

/// The generation at `position`.
fn member(plan: &Plan, fitted: &Fitted, position: usize, seed: u64, now_ms: i64) -> Member {
    let seed_field = fitted.schema.with_role(Role::Seed);
    let seed = seed_field.map(|field| {
        let most = match field.kind {
            FieldKind::Integer { max: Some(max), .. } => u64::try_from(max).unwrap_or(0),
            _ => u64::MAX,
        };
        (field.name.as_str(), seed.min(most))
    });
    let mut draft = plan.draft(&fitted.draft, position, seed);
    // The form names inputs as one model does; translate common ones for the others.
    for (name, _) in &mut draft.inputs {
        if fitted.schema.field(name).is_none()
            && let Some(own) = Role::of_name(name).and_then(|role| fitted.schema.with_role(role))
        {
            name.clone_from(&own.name);
        }
    }
    Member {
        position: u32::try_from(position).unwrap_or(u32::MAX),
        generation: new_id(now_ms),
        draft,
        title: fitted.title.clone(),
        ended: fitted.error.is_some().then_some(RecordState::Failed),
        error: fitted.error.clone(),
    }
}

/// The seed that the person set.
fn seed_of(draft: &Draft) -> Option<u64> {
    let is_seed = |name: &str| Role::of_name(name) == Some(Role::Seed);
    let mut seeds = draft.inputs.iter().filter(|(name, _)| is_seed(name));
    seeds.find_map(|(_, seed)| seed.trim().parse().ok())
}

fn new_id(now_ms: i64) -> GenerationId {
    GenerationId::from_parts(u64::try_from(now_ms).unwrap_or_default(), rand::rng().random())
}

fn rejected(mistake: Mistake) -> GenerateError {
    let fields = vec![FieldError::of("prompt", "", mistake)];
    GenerateError::InputRejected { fields, detail: String::new() }
}
