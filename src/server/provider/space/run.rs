//! One attempt at an app: fill in, upload, submit, listen, fetch.

use std::time::Duration;

use tokio::{
    task::JoinSet,
    time::{Instant, timeout_at},
};

use super::{
    client::{App, Endpoint, JobEvent},
    events, harvest,
    schema::{self, Form},
    shown::Shown,
    values,
};
use crate::{
    error::GenerateError,
    generation::{Event, Output},
    server::provider::{Answer, Job, Updates},
};

/// More of an app's own lines are not passed on.
const MAX_LINES: usize = 500;
/// A preview is kept in memory while the job goes on.
const MAX_PREVIEW_BYTES: usize = 4 * 1024 * 1024;
/// What a generator says is told no more often.
const WORDS_PAUSE: Duration = Duration::from_millis(300);

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
    let mut shown = Shown::new(&endpoint.returns);
    let (mut teller, mut previews) = (Teller::new(updates), Previews::default());
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
        let event = event.ok_or(GenerateError::Internal)?;
        let event = event.map_err(|error| named_prompt(error, &form))?;
        teller.tell(&event);
        match event {
            JobEvent::Output(values) => {
                shown.take(&values);
                drop(values);
                teller.words(shown.words());
                previews.show(app, &shown, updates);
            }
            JobEvent::Completed(values) => {
                shown.take(&values);
                drop(values);
                // A preview must not come after the picture.
                previews.0.abort_all();
                return harvest::bring_home(app, shown.result(), filled.facts, updates).await;
            }
            _ => {}
        }
    }
}

/// Passes on what happens, as often as it is of use.
struct Teller<'u> {
    updates: &'u Updates,
    lines: usize,
    /// Words that were not told yet.
    untold: Option<Vec<Output>>,
    told: Vec<Output>,
    told_at: Option<Instant>,
}

impl<'u> Teller<'u> {
    fn new(updates: &'u Updates) -> Self {
        Self { updates, lines: 0, untold: None, told: Vec::new(), told_at: None }
    }

    fn tell(&mut self, event: &JobEvent) {
        self.lines += usize::from(matches!(event, JobEvent::Log { .. }));
        let is_told = self.lines <= MAX_LINES || !matches!(event, JobEvent::Log { .. });
        if let Some(event) = events::event(event).filter(|_| is_told) {
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
