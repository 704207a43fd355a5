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
    generation::{Fact, Image},
    server::{
        provider::{Answer, Job, Updates},
        redact,
    },
};

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
    let mut previews = JoinSet::new();
    while let Some(event) = running.next().await {
        let event = event.map_err(|error| named_prompt(error, &form))?;
        if let Some(event) = events::event(&event) {
            updates.send(event);
        }
        match event {
            JobEvent::Output(values) => {
                preview(&mut previews, app, endpoint, &values, updates);
            }
            JobEvent::Completed(values) => {
                // A preview must not come after the picture.
                previews.abort_all();
                return finish(app, endpoint, &values, filled.facts, updates).await;
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
    let (found, _) = found::collect(&endpoint.returns, values);
    let Some(picture) = found.into_iter().next_back().filter(|_| previews.is_empty()) else {
        return;
    };
    let (app, updates) = (app.clone(), updates.clone());
    previews.spawn(async move {
        if let Ok(image) = files::fetch(&app, &picture.place).await {
            updates.preview(image);
        }
    });
}

/// Fetches the pictures at once: apps delete them when they restart.
async fn finish(
    app: &App,
    endpoint: &Endpoint,
    values: &[Value],
    chosen: Vec<Fact>,
    updates: &Updates,
) -> Result<Answer, GenerateError> {
    let (found, mut facts) = found::collect(&endpoint.returns, values);
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
    let mut images: Vec<Image> = Vec::with_capacity(found.len());
    let mut failure = None;
    for picture in &found {
        match files::fetch(app, &picture.place).await {
            Ok(image) => images.push(image),
            Err(error) => failure = Some(error),
        }
    }
    if let Some(error) = failure {
        if images.is_empty() {
            return Err(error);
        }
        let lost = found.len() - images.len();
        updates.notice(format!("{lost} of {} pictures could not be fetched: {error}", found.len()));
    }
    // The app knows best which seed it used.
    let untold = |fact: &Fact| facts.iter().all(|told| told.name != fact.name);
    let chosen: Vec<_> = chosen.into_iter().filter(untold).collect();
    facts.extend(chosen);
    Ok(Answer::Images { images, files: Vec::new(), facts })
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
