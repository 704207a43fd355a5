//! The status of one generation for a page: after each event, and in between the time that it
//! usually still takes.

use std::time::Duration;

use futures::{Stream, StreamExt, future::BoxFuture, stream};
use tokio::time::{Instant, sleep_until};

use crate::{
    app::{sentence, with_usual},
    generation::{Event, NumberedEvent, RunTimes, Stage, StatusTracker, StatusUpdate, Wait},
    language::Language,
    server::{clock::now_ms, generations::Generations},
};

/// How often the remaining time is updated. Screen readers do not announce it.
const REFRESH_INTERVAL: Duration = Duration::from_secs(5);

/// Returns how long a model usually takes, by its reference.
pub type AskRunTimes = Box<dyn Fn(String) -> BoxFuture<'static, RunTimes> + Send>;

/// Asks what was learned from earlier generations.
pub fn ask(generations: &Generations) -> AskRunTimes {
    let generations = generations.clone();
    Box::new(move |model| {
        let generations = generations.clone();
        Box::pin(async move {
            match model.parse() {
                Ok(model) => generations.usual(&model).await,
                Err(_) => RunTimes::default(),
            }
        })
    })
}

/// The status after each of `events`, and in between. `usual` belongs to the first model; the usual
/// time of a replacement is requested with `ask_usual`.
pub fn status_updates(
    events: impl Stream<Item = NumberedEvent> + Send + 'static,
    usual: RunTimes,
    ask_usual: AskRunTimes,
    language: Language,
) -> impl Stream<Item = StatusUpdate> + Send {
    let telling = StatusStream {
        events: events.boxed(),
        usual,
        ask_usual,
        language,
        tracker: StatusTracker::default(),
        last: StatusUpdate::default(),
        wait: Wait::default(),
        again: None,
    };
    stream::unfold(telling, |mut telling| async move {
        let told = telling.next().await?;
        Some((told, telling))
    })
}

struct StatusStream {
    events: stream::BoxStream<'static, NumberedEvent>,
    usual: RunTimes,
    ask_usual: AskRunTimes,
    language: Language,
    tracker: StatusTracker,
    /// The last status, without the remaining time.
    last: StatusUpdate,
    wait: Wait,
    /// When the remaining time is updated next.
    again: Option<Instant>,
}

impl StatusStream {
    async fn next(&mut self) -> Option<StatusUpdate> {
        let again = async {
            match self.again {
                Some(again) => sleep_until(again).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            event = self.events.next() => {
                let event = event?;
                if let Event::Instead { model, .. } = &event.event {
                    self.usual = (self.ask_usual)(model.clone()).await;
                }
                let (wait, language) = (&mut self.wait, self.language);
                let at_ms = event.at_ms;
                self.last = self.tracker.update(event, |progress| {
                    wait.take_in(progress, at_ms);
                    sentence(progress, language)
                });
            }
            () = again => {}
        }
        let told = self.with_usual();
        self.again = (told.words != self.last.words).then(|| Instant::now() + REFRESH_INTERVAL);
        Some(told)
    }

    fn with_usual(&self) -> StatusUpdate {
        let mut told = self.last.clone();
        let is_open = self.wait.is_open && told.stage == Stage::Working;
        let span = self.usual.of_start(self.wait.is_cold).filter(|_| is_open);
        if let Some((span, since_ms)) = span.zip(self.wait.since_ms) {
            let now_ms = u64::try_from(now_ms()).unwrap_or_default();
            let elapsed = Duration::from_millis(now_ms.saturating_sub(since_ms));
            told.words = with_usual(&told.words, &span, elapsed, self.language);
            // Raising the count makes the page redraw the area of other outputs, where the late-run
            // options are shown.
            told.yields += u32::from(span.is_late(elapsed));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;
    use tokio_stream::wrappers::UnboundedReceiverStream;

    use super::*;
    use crate::generation::{Event, RunTime};

    fn usual() -> RunTimes {
        let time = |was_cold, took_ms| RunTime { took_ms, was_cold };
        let warm = [38_000; 3].map(|ms| time(false, ms));
        let cold = [180_000; 3].map(|ms| time(true, ms));
        RunTimes::of(&[warm, cold].concat())
    }

    fn nothing_known() -> AskRunTimes {
        Box::new(|_| Box::pin(async { RunTimes::default() }))
    }

    fn event(number: u64, ago_ms: u64, event: Event) -> NumberedEvent {
        let now_ms = u64::try_from(now_ms()).unwrap();
        NumberedEvent { number, at_ms: now_ms - ago_ms, event }
    }

    /// The text after `events`.
    async fn words(events: impl IntoIterator<Item = NumberedEvent>) -> String {
        let events: Vec<_> = events.into_iter().collect();
        let count = events.len();
        let events = stream::iter(events).chain(stream::pending());
        let told = status_updates(events, usual(), nothing_known(), Language::English).take(count);
        told.collect::<Vec<_>>().await.pop().unwrap().words
    }

    #[tokio::test]
    async fn the_time_that_is_left_is_what_is_usual_from_when_the_provider_has_it() {
        let accepted = || Event::Accepted { attempt: 1 };
        let step = Event::Progress {
            step: Some(9.0),
            total: Some(20.0),
            unit: None,
            fraction: None,
            label: None,
        };
        let begun = "Starting · usually 38 s, about 40 s left";
        assert_eq!(words([event(1, 0, accepted())]).await, begun);
        assert_eq!(
            words([event(1, 20_500, accepted()), event(2, 0, step)]).await,
            "Painting · step 9 of 20 · usually 38 s, about 20 s left"
        );
        // It may end at any moment now; after that it is overdue.
        let (soon, late) = ("Starting · usually 38 s", "Starting · longer than the usual 38 s");
        assert_eq!(words([event(1, 45_000, accepted())]).await, soon);
        assert_eq!(words([event(1, 80_000, accepted())]).await, late);
        // Easel's own queue does not count as the model's time.
        let queued =
            Event::Queued { place: Some(1), size: None, eta_seconds: None, upstream: false };
        let events =
            [event(1, 90_000, accepted()), event(2, 89_000, queued), event(3, 0, accepted())];
        assert_eq!(words(events).await, begun);
    }

    #[tokio::test]
    async fn a_model_that_has_to_be_started_is_known_to_take_longer() {
        let waking = Event::Waking { stage: "building".into() };
        let events = [event(1, 0, Event::Accepted { attempt: 1 }), event(2, 0, waking)];
        let told = words(events).await;
        assert_eq!(told, "Waking the model · building · usually 3 min, about 3 min left");
    }

    #[tokio::test]
    async fn what_can_be_done_is_shown_after_twice_the_usual_time() {
        let told = async |ago_ms| {
            let events = stream::iter([event(1, ago_ms, Event::Accepted { attempt: 1 })]);
            let told = status_updates(events, usual(), nothing_known(), Language::English);
            told.collect::<Vec<_>>().await[0].yields
        };
        assert_eq!((told(70_000).await, told(77_000).await), (0, 1));
    }

    #[tokio::test]
    async fn another_model_has_a_time_of_its_own() {
        let instead = Event::Instead { model: "hf:a/b".to_owned(), was_late: true };
        let events = [event(1, 90_000, Event::Accepted { attempt: 1 }), event(2, 0, instead)];
        let other = RunTimes::of(&[RunTime { took_ms: 9_000, was_cold: false }; 3]);
        let ask: AskRunTimes = Box::new(move |model| {
            assert_eq!(model, "hf:a/b");
            Box::pin(async move { other })
        });
        let events = stream::iter(events).chain(stream::pending());
        let told = status_updates(events, usual(), ask, Language::English).take(2);
        let told = told.collect::<Vec<_>>().await.pop().unwrap();
        let words =
            "Starting · with hf:a/b, as the first took too long · usually 9 s, about 10 s left";
        assert_eq!((told.words.as_str(), told.yields), (words, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_told_again_while_nothing_happens_and_no_more_at_the_end() {
        let (sender, events) = mpsc::unbounded_channel();
        let events = UnboundedReceiverStream::new(events);
        let mut told =
            Box::pin(status_updates(events, usual(), nothing_known(), Language::English));
        sender.send(event(7, 80_000, Event::Accepted { attempt: 1 })).unwrap();
        let first = told.next().await.unwrap();
        let begun = Instant::now();
        let again = told.next().await.unwrap();
        assert_eq!(begun.elapsed().as_secs(), REFRESH_INTERVAL.as_secs());
        assert_eq!((again.number, &again.words), (first.number, &first.words));
        sender.send(event(8, 0, Event::Done)).unwrap();
        assert_eq!(told.next().await.unwrap().words, "Done");
        drop(sender);
        assert_eq!(told.next().await, None);
    }

    #[tokio::test]
    async fn who_knows_nothing_says_nothing() {
        let events = stream::iter([event(1, 0, Event::Accepted { attempt: 1 })]);
        let told: Vec<_> =
            status_updates(events, RunTimes::default(), nothing_known(), Language::English)
                .collect()
                .await;
        assert_eq!(told[0].words, "Starting");
    }
}
