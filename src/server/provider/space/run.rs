//! One attempt at an app: fill in, upload, submit, listen, fetch.

use serde_json::Value;
use tokio::task::JoinSet;

use super::{
    client::{App, Endpoint, JobEvent},
    events, files, found,
    schema::{self, Form},
    values,
};
use crate::{
    error::GenerateError,
    generation::Fact,
    server::{
        budget::Held,
        picture,
        provider::{Answer, Job, Made, Updates},
        redact,
    },
};

/// More of an app's own lines are not passed on.
const MAX_LINES: usize = 500;

/// A preview is kept in memory while the job goes on.
const MAX_PREVIEW_BYTES: usize = 4 * 1024 * 1024;

/// Carries out `job` at `endpoint` of `app`.
///
/// # Errors
///
/// What the app says, with its prompt called `prompt`.
pub async fn run(
    app: &App,
    endpoint: &Endpoint,
    job: &Job,
    updates: &Updates,
) -> Result<Answer, GenerateError> {
    let form = schema::form(endpoint);
    let mut filled = values::fill(endpoint, &form, job, rand::random())?;
    values::add_files(app, endpoint, job, &mut filled.values).await?;
    let data = endpoint.data(filled.values).map_err(|error| named_prompt(error, &form))?;

    let submitted = app.submit(endpoint, data).await;
    let mut running = submitted.map_err(|error| named_prompt(error, &form))?;
    let (mut previews, mut lines) = (JoinSet::new(), 0);
    while let Some(event) = running.next().await {
        let event = event.map_err(|error| named_prompt(error, &form))?;
        lines += usize::from(matches!(event, JobEvent::Log { .. }));
        let is_told = lines <= MAX_LINES || !matches!(event, JobEvent::Log { .. });
        if let Some(event) = events::event(&event).filter(|_| is_told) {
            updates.send(event);
        }
        match event {
            JobEvent::Output(values) => {
                preview(&mut previews, app, endpoint, &values, updates);
            }
            JobEvent::Completed(values) => {
                // A preview must not come after the picture.
                previews.abort_all();
                return finish(app, endpoint, values, filled.facts, updates).await;
            }
            _ => {}
        }
    }
    Err(GenerateError::Internal)
}

/// Shows a picture of an unfinished result; while one is on its way, later ones are left out.
fn preview(
    previews: &mut JoinSet<()>,
    app: &App,
    endpoint: &Endpoint,
    values: &[Value],
    updates: &Updates,
) {
    while previews.try_join_next().is_some() {}
    if !previews.is_empty() {
        return;
    }
    let (found, _) = found::collect(&endpoint.returns, values);
    let Some(picture) = found.into_iter().next_back() else { return };
    let (app, updates) = (app.clone(), updates.clone());
    previews.spawn(async move {
        if let Ok(image) = files::fetch(&app, &picture.place, MAX_PREVIEW_BYTES).await {
            updates.preview(image.value);
        }
    });
}

/// Fetches the pictures at once: apps delete them when they restart.
async fn finish(
    app: &App,
    endpoint: &Endpoint,
    values: Vec<Value>,
    chosen: Vec<Fact>,
    updates: &Updates,
) -> Result<Answer, GenerateError> {
    let (found, mut facts) = found::collect(&endpoint.returns, &values);
    drop(values);
    if found.is_empty() {
        let told: Vec<_> =
            facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value)).collect();
        let detail = match told.is_empty() {
            true => format!("{} answered without a picture", endpoint.title()),
            false => {
                format!("{} answered without a picture, but: {}", endpoint.title(), told.join("; "))
            }
        };
        return Err(GenerateError::BadAnswer { detail: redact::excerpt(&detail) });
    }
    let mut made = Made::new(updates);
    let (mut lost, mut failure) = (0, None);
    for (number, picture) in found.iter().enumerate() {
        if !made.has_room() {
            made.leave_out(found.len() - number);
            break;
        }
        match files::fetch(app, &picture.place, picture::MAX_IMAGE_BYTES).await {
            Ok(Held { value: image, share: _held }) => made.image(image).await?,
            Err(error) => {
                lost += 1;
                failure = Some(error);
            }
        }
    }
    if let Some(error) = failure {
        if made.is_empty() {
            return Err(error);
        }
        updates.notice(format!("{lost} of {} pictures could not be fetched: {error}", found.len()));
    }
    // The app knows best which seed it used.
    let untold = |fact: &Fact| facts.iter().all(|told| told.name != fact.name);
    let chosen: Vec<_> = chosen.into_iter().filter(untold).collect();
    facts.extend(chosen);
    Ok(made.answer(facts))
}

/// The prompt's own name in a form is `prompt`, whatever the app calls it.
fn named_prompt(mut error: GenerateError, form: &Form) -> GenerateError {
    if let GenerateError::InputRejected { fields, .. } = &mut error {
        for field in fields {
            if form.prompt_parameter.as_ref() == Some(&field.field) {
                field.field = "prompt".to_owned();
            }
        }
    }
    error
}
