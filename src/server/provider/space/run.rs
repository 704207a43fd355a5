//! One attempt at an app: fill in, upload, submit, receive, download.

mod polling;
mod reporter;
mod step;

use std::collections::HashMap;

use serde_json::Value;

use self::{polling::Polling, reporter::Reporter, step::Step};
use super::{
    app::App,
    download,
    endpoint::Endpoint,
    job::Session,
    masks,
    page::Page,
    schema::{self, Form},
    shown::ShownOutputs,
    values,
};
use crate::{
    language::notice,
    server::{
        fault::Fault,
        provider::{Answer, Job, Updates},
        redact,
    },
};

/// Runs `job` at `endpoint` of `app` the way the app's own page does: in one session, from the
/// functions of the opening to the last one that follows the endpoint.
///
/// # Errors
///
/// The app's error, where its prompt is called `prompt`.
pub async fn run(
    app: &App,
    endpoint: &Endpoint,
    job: &Job,
    updates: &Updates,
) -> Result<Answer, Fault> {
    app.greet().await;
    let session = Session::of(app, endpoint).await;
    let (mut page, endpoint) = Page::open(app, endpoint, &session).await;
    let form = schema::form(&endpoint);
    let mut filled = values::fill(&endpoint, &form, job, rand::random())?;
    values::add_files(app, &endpoint, job, &mut filled.values).await?;
    let values = endpoint.values(filled.values).map_err(|error| named_prompt(error, &form))?;
    let mut given = HashMap::new();
    for (parameter, value) in endpoint.parameters.iter().zip(values) {
        // Only parameters that others depend on are needed again.
        if endpoint.changes.iter().any(|change| change.touches(parameter.id)) {
            given.insert(parameter.id, value.clone());
        }
        page.set(parameter.id, value);
    }

    let is_set = |id: i64| {
        let mut parameters = endpoint.parameters.iter();
        parameters.find(|one| one.id == id).is_some_and(|one| {
            filled.set.contains(&one.name) && one.default.as_ref() != given.get(&id)
        })
    };
    let mut reporter = Reporter::new(updates);
    let unfollowed =
        page.follow(app, &endpoint, &session, is_set, |event| reporter.report(event)).await;
    for (id, error) in unfollowed {
        let parameter = endpoint.parameters.iter().find(|one| one.id == id);
        let label = parameter.map_or("an input", |one| one.label.as_str());
        let error = error.to_string();
        updates.notice(notice!("run-preparation-failed", input = label, error = error));
    }

    let given = endpoint.parameters.iter().map(|parameter| parameter.id).collect();
    let mut shown = ShownOutputs::new(&endpoint.returns, given);
    let first = endpoint.call();
    let (mut ended, mut failure) = (HashMap::new(), None);
    for call in std::iter::once(&first).chain(&endpoint.then) {
        if !call.is_next(&ended) {
            continue;
        }
        // What earlier steps said outlives a step that shows nothing itself, such as one that only
        // makes a button ready again. Otherwise it was a status on the way to what failed.
        let has_answered = !shown.is_empty() && !shown.is_written_by(&call.outputs);
        let data = page.data(app, call);
        let step = Step { app, call, session: &session, updates };
        let ran = step.run(data, &mut shown, &mut reporter).await;
        ended.insert(call.fn_index, ran.is_ok());
        match ran {
            Ok(values) => page.take(call, &values),
            Err(error) => {
                // The page continues with the functions that follow a failure.
                let goes_on = is_of_app(&error);
                failure.get_or_insert((has_answered, error));
                if !goes_on {
                    break;
                }
            }
        }
    }
    if failure.is_none() {
        let polling = Polling { app, endpoint: &endpoint, session: &session, updates };
        if let Err(error) = polling.run(&mut page, &mut shown, &mut reporter).await {
            failure = Some((false, error));
        }
    }
    let Some((has_answered, error)) = failure else {
        return download::download(app, shown.result(), filled.facts, updates).await;
    };
    // What was made before the failure may have been paid for, and is worth more than what was to
    // follow.
    if !error.is_ours() && (shown.has_made_some() || has_answered) {
        match download::download(app, shown.result(), filled.facts, updates).await {
            Ok(answer) if has_answered || has_files(&answer) => {
                updates.notice(notice!("run-failed-early", error = error.to_string()));
                return Ok(answer);
            }
            Err(lost @ (Fault::CannotKeep { .. } | Fault::Storage { .. })) => return Err(lost),
            // Nothing but text, or files that were gone.
            Ok(_) | Err(_) => {}
        }
    }
    Err(with_empty_files(named_prompt(error, &form), &endpoint, job))
}

/// Whether an answer has a picture or another file, and not only text and numbers.
fn has_files(answer: &Answer) -> bool {
    matches!(answer, Answer::Images { images, files, .. } if !(images.is_empty() && files.is_empty()))
}

/// The app itself reports that it failed; nothing was lost on the network.
fn is_of_app(error: &Fault) -> bool {
    matches!(error, Fault::Said { .. } | Fault::ModelFailed { .. } | Fault::Quota { .. })
}

/// Where an app gives no reason, a missing picture is a likely one.
fn with_empty_files(error: Fault, endpoint: &Endpoint, job: &Job) -> Fault {
    let Fault::ModelFailed { detail } = error else { return error };
    let takes_file = |component: &str| {
        matches!(component, "image" | "imageeditor" | "gallery" | "audio" | "video" | "file")
    };
    let given = &job.request.inputs;
    let empty = endpoint.parameters.iter().filter(|one| one.visible && takes_file(&one.component));
    let empty = empty.filter(|one| one.default.as_ref().is_none_or(Value::is_null));
    let empty = empty.filter(|one| !masks::is_canvas(one));
    let mut editors = endpoint.parameters.iter().filter(|one| masks::Editor::of(one).is_some());
    let labels: Vec<_> =
        empty.filter(|one| !given.contains_key(&one.name)).map(|one| one.label.as_str()).collect();
    let hint = if !labels.is_empty() {
        format!("; perhaps it needs what was left empty: {}", labels.join(", "))
    } else if editors.any(|one| !given.contains_key(&masks::name(one))) {
        "; perhaps it needs a mask, which can be painted over the picture in Settings".to_owned()
    } else {
        String::new()
    };
    Fault::ModelFailed { detail: redact::excerpt(&format!("{detail}{hint}")) }
}

/// The prompt's name in a form is `prompt`, whatever the app calls it.
fn named_prompt(mut error: Fault, form: &Form) -> Fault {
    if let Fault::InputRejected { fields, .. } = &mut error {
        for field in fields {
            if form.prompt_parameter.as_ref() == Some(&field.field) {
                field.field = "prompt".to_owned();
            }
        }
    }
    error
}
