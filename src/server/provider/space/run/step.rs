//! One step of a run: from its data to its final values, with previews on the way.

use serde_json::Value;
use tokio::{task::JoinSet, time::timeout_at};

use super::Reporter;
use crate::server::{
    fault::Fault,
    provider::{
        Updates,
        space::{
            app::App,
            endpoint::Call,
            files,
            job::{Job, Session},
            message::JobEvent,
            shown::ShownOutputs,
        },
    },
};

/// A preview stays in memory while the job runs.
const MAX_PREVIEW_BYTES: usize = 4 * 1024 * 1024;

/// One function of the app, in the session of the run.
pub struct Step<'s> {
    pub app: &'s App,
    pub call: &'s Call,
    pub session: &'s Session,
    pub updates: &'s Updates,
}

impl Step<'_> {
    /// Runs the function to its end and returns its values, which `shown` holds by then.
    pub async fn run(
        &self,
        data: Vec<Value>,
        shown: &mut ShownOutputs<'_>,
        reporter: &mut Reporter<'_>,
    ) -> Result<Vec<Value>, Fault> {
        let mut running = Job::start(self.app.clone(), self.call, self.session, data).await?;
        let mut previews = Previews::default();
        loop {
            let event = match reporter.deadline() {
                Some(deadline) => match timeout_at(deadline, running.next()).await {
                    Ok(event) => event,
                    Err(_) => {
                        reporter.report_words();
                        continue;
                    }
                },
                None => running.next().await,
            };
            let event = event.ok_or(Fault::Internal)??;
            reporter.report(&event);
            match event {
                JobEvent::Output(values) => {
                    shown.take(&self.call.outputs, &values);
                    drop(values);
                    reporter.words(shown.words());
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

/// Previews of an unfinished result; while one is downloading, later ones are skipped.
#[derive(Default)]
struct Previews(JoinSet<()>);

impl Previews {
    fn show(&mut self, app: &App, shown: &ShownOutputs<'_>, updates: &Updates) {
        while self.0.try_join_next().is_some() {}
        if !self.0.is_empty() {
            return;
        }
        let Some(picture) = shown.preview() else { return };
        let (app, updates, place) = (app.clone(), updates.clone(), picture.place.clone());
        self.0.spawn(async move {
            if let Ok(image) = files::fetch_image(&app, &place, MAX_PREVIEW_BYTES).await {
                updates.preview(image.value);
            }
        });
    }
}
