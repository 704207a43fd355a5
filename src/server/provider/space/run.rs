//! One attempt at an app: fill in, upload, submit, listen, fetch.

use std::{collections::HashMap, time::Duration};

use serde_json::Value;
use tokio::{
    task::JoinSet,
    time::{Instant, timeout_at},
};

use super::{
    app::App,
    endpoint::{Call, Endpoint},
    events::Narrator,
    harvest,
    job::Session,
    masks,
    message::JobEvent,
    page::Page,
    schema::{self, Form},
    shown::Shown,
    values,
};
use crate::{
    generation::{Event, Output},
    server::{
        fault::Fault,
        provider::{Answer, Job, Updates},
        redact,
    },
};

/// More of an app's own lines are not passed on.
const MAX_LINES: usize = 500;
/// A preview is kept in memory while the job goes on.
const MAX_PREVIEW_BYTES: usize = 4 * 1024 * 1024;
/// What a generator says is told no more often.
const WORDS_PAUSE: Duration = Duration::from_millis(300);

/// Carries out `job` at `endpoint` of `app`, as the app's own page does it: in one session, from
/// what runs when the page is opened to the last step that follows the endpoint.
///
/// # Errors
///
/// What the app says, with its prompt called `prompt`.
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
        // Only what others may follow is looked at again.
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
    page.follow(app, &endpoint, &session, is_set).await;

    let mut shown = Shown::new(&endpoint.returns);
    let mut teller = Teller::new(updates);
    let first = endpoint.call();
    for (number, call) in std::iter::once(&first).chain(&endpoint.then).enumerate() {
        let data = page.data(app, call);
        let step = Step { app, call, session: &session, updates };
        match step.run(data, &mut shown, &mut teller).await {
            Ok(values) => page.take(call, &values),
            // What was made before the app gave up may have been paid for.
            Err(error) if is_of_app(&error) && shown.has_made_some() => {
                updates.notice(format!(
                    "The app failed before its end, and what it had made until then is kept. It \
                     says: {error}"
                ));
                break;
            }
            Err(error) if number == 0 || shown.is_empty() => {
                let error = with_empty_files(named_prompt(error, &form), &endpoint, job);
                return Err(error);
            }
            // What was made is worth more than what was to follow it.
            Err(error) => {
                updates.notice(format!("A later step of the app failed: {error}"));
                break;
            }
        }
    }
    harvest::bring_home(app, shown.result(), filled.facts, updates).await
}

/// The app itself says that it failed; nothing was lost on the way.
fn is_of_app(error: &Fault) -> bool {
    matches!(error, Fault::Said { .. } | Fault::ModelFailed { .. } | Fault::Quota { .. })
}

/// One function of the app, in the session of the run.
struct Step<'s> {
    app: &'s App,
    call: &'s Call,
    session: &'s Session,
    updates: &'s Updates,
}

impl Step<'_> {
    /// Runs it to its end and answers its values, which are shown by then.
    async fn run(
        &self,
        data: Vec<Value>,
        shown: &mut Shown<'_>,
        teller: &mut Teller<'_>,
    ) -> Result<Vec<Value>, Fault> {
        let mut running =
            super::job::Job::start(self.app.clone(), self.call, self.session, data).await?;
        let mut previews = Previews::default();
        loop {
            let event = match teller.deadline() {
                Some(deadline) => match timeout_at(deadline, running.next()).await {
                    Ok(event) => event,
                    Err(_) => {
                        teller.tell_words();
                        continue;
                    }
                },
                None => running.next().await,
            };
            let event = event.ok_or(Fault::Internal)??;
            teller.tell(&event);
            match event {
                JobEvent::Output(values) => {
                    shown.take(&self.call.outputs, &values);
                    drop(values);
                    teller.words(shown.words());
                    previews.show(self.app, shown, self.updates);
                }
                JobEvent::Completed(values) => {
                    shown.take(&self.call.outputs, &values);
                    // A preview must not come after the picture.
                    previews.0.abort_all();
                    return Ok(values);
                }
                _ => {}
            }
        }
    }
}

/// Where an app gives no reason, a picture that it was not given is a likely one.
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

/// Passes on what happens, as often as it is of use.
struct Teller<'u> {
    updates: &'u Updates,
    narrator: Narrator,
    lines: usize,
    /// Words that were not told yet.
    untold: Option<Vec<Output>>,
    told: Vec<Output>,
    told_at: Option<Instant>,
}

impl<'u> Teller<'u> {
    fn new(updates: &'u Updates) -> Self {
        let narrator = Narrator::default();
        Self { updates, narrator, lines: 0, untold: None, told: Vec::new(), told_at: None }
    }

    fn tell(&mut self, event: &JobEvent) {
        self.lines += usize::from(matches!(event, JobEvent::Log { .. }));
        let is_told = self.lines <= MAX_LINES || !matches!(event, JobEvent::Log { .. });
        if let Some(event) = self.narrator.event(event).filter(|_| is_told) {
            self.updates.send(event);
        }
    }

    /// What a generator says now: told at once after a pause, else when that is over.
    fn words(&mut self, words: Vec<Output>) {
        self.untold = (words != self.told).then_some(words);
        if self.deadline().is_some_and(|deadline| deadline <= Instant::now()) {
            self.tell_words();
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.untold.as_ref()?;
        Some(self.told_at.map_or_else(Instant::now, |at| at + WORDS_PAUSE))
    }

    fn tell_words(&mut self) {
        if let Some(outputs) = self.untold.take() {
            self.told.clone_from(&outputs);
            self.told_at = Some(Instant::now());
            self.updates.send(Event::Outputs { outputs });
        }
    }
}

/// Pictures of an unfinished result; while one is on its way, later ones are left out.
#[derive(Default)]
struct Previews(JoinSet<()>);

impl Previews {
    fn show(&mut self, app: &App, shown: &Shown<'_>, updates: &Updates) {
        while self.0.try_join_next().is_some() {}
        if !self.0.is_empty() {
            return;
        }
        let Some(picture) = shown.preview() else { return };
        let (app, updates, place) = (app.clone(), updates.clone(), picture.place.clone());
        self.0.spawn(async move {
            if let Ok(image) = super::files::fetch_image(&app, &place, MAX_PREVIEW_BYTES).await {
                updates.preview(image.value);
            }
        });
    }
}

/// The prompt's own name in a form is `prompt`, whatever the app calls it.
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
