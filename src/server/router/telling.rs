//! What a page is told of one generation: each thing that happens, and while nothing does, how long it
//! usually takes from here.

use std::time::Duration;

use futures::{Stream, StreamExt, stream};
use tokio::time::{Instant, sleep_until};

use crate::{
    app::{sentence, with_usual},
    generation::{NumberedEvent, Phase, Progress, Stage, Teller, Told, Usual},
    language::Language,
    server::service::now_ms,
};

/// How often the time that is left is told. A screen reader is not told of it.
const AGAIN: Duration = Duration::from_secs(5);

/// What is told after each of `events`, and in between.
pub fn telling(
    events: impl Stream<Item = NumberedEvent> + Send + 'static,
    usual: Usual,
    language: Language,
) -> impl Stream<Item = Told> + Send {
    let telling = Telling {
        events: events.boxed(),
        usual,
        language,
        teller: Teller::default(),
        last: Told::default(),
        wait: Wait::default(),
        again: None,
    };
    stream::unfold(telling, |mut telling| async move {
        let told = telling.next().await?;
        Some((told, telling))
    })
}

struct Telling {
    events: stream::BoxStream<'static, NumberedEvent>,
    usual: Usual,
    language: Language,
    teller: Teller,
    /// What was told last, without the time that is left.
    last: Told,
    wait: Wait,
    /// When the time that is left is told again.
    again: Option<Instant>,
}

/// What a person waits for.
#[derive(Debug, Default)]
struct Wait {
    /// Since when the provider has it, in Unix milliseconds of the server; `None` in Easel's own queue.
    since_ms: Option<u64>,
    /// The model had to be started.
    is_cold: bool,
    /// The provider says nothing better of it.
    is_open: bool,
}

impl Wait {
    fn take_in(&mut self, progress: &Progress, at_ms: u64) {
        self.is_cold |= matches!(progress.phase, Phase::Waking { .. } | Phase::Loading { .. });
        self.is_open = matches!(
            progress.phase,
            Phase::Starting | Phase::Waking { .. } | Phase::Running { .. }
        );
        self.since_ms = match progress.phase {
            Phase::Queued { upstream: false, .. } => None,
            _ => self.since_ms.or(Some(at_ms)),
        };
    }
}

impl Telling {
    async fn next(&mut self) -> Option<Told> {
        let again = async {
            match self.again {
                Some(again) => sleep_until(again).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            event = self.events.next() => {
                let (wait, language, event) = (&mut self.wait, self.language, event?);
                let at_ms = event.at_ms;
                self.last = self.teller.tell(event, |progress| {
                    wait.take_in(progress, at_ms);
                    sentence(progress, language)
                });
            }
            () = again => {}
        }
        let told = self.with_usual();
        self.again = (told.words != self.last.words).then(|| Instant::now() + AGAIN);
        Some(told)
    }

    fn with_usual(&self) -> Told {
        let mut told = self.last.clone();
        let is_open = self.wait.is_open && told.stage == Stage::Working;
        let span = self.usual.of_start(self.wait.is_cold).filter(|_| is_open);
        if let Some((span, since_ms)) = span.zip(self.wait.since_ms) {
            let now_ms = u64::try_from(now_ms()).unwrap_or_default();
            let elapsed = Duration::from_millis(now_ms.saturating_sub(since_ms));
            told.words = with_usual(&told.words, &span, elapsed, self.language);
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

    fn usual() -> Usual {
        let time = |was_cold, took_ms| RunTime { took_ms, was_cold };
        let warm = [38_000; 3].map(|ms| time(false, ms));
        let cold = [180_000; 3].map(|ms| time(true, ms));
        Usual::of(&[warm, cold].concat())
    }

    fn event(number: u64, ago_ms: u64, event: Event) -> NumberedEvent {
        let now_ms = u64::try_from(now_ms()).unwrap();
        NumberedEvent { number, at_ms: now_ms - ago_ms, event }
    }

    /// What is told after `events`.
    async fn words(events: impl IntoIterator<Item = NumberedEvent>) -> String {
        let events: Vec<_> = events.into_iter().collect();
        let count = events.len();
        let events = stream::iter(events).chain(stream::pending());
        let told = telling(events, usual(), Language::English).take(count);
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
        // It may end at any moment now, and then it should have ended.
        let (soon, late) = ("Starting · usually 38 s", "Starting · longer than the usual 38 s");
        assert_eq!(words([event(1, 45_000, accepted())]).await, soon);
        assert_eq!(words([event(1, 80_000, accepted())]).await, late);
        // Easel's own queue is not the model's time.
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

    #[tokio::test(start_paused = true)]
    async fn it_is_told_again_while_nothing_happens_and_no_more_at_the_end() {
        let (sender, events) = mpsc::unbounded_channel();
        let events = UnboundedReceiverStream::new(events);
        let mut told = Box::pin(telling(events, usual(), Language::English));
        sender.send(event(7, 80_000, Event::Accepted { attempt: 1 })).unwrap();
        let first = told.next().await.unwrap();
        let begun = Instant::now();
        let again = told.next().await.unwrap();
        assert_eq!(begun.elapsed().as_secs(), AGAIN.as_secs());
        assert_eq!((again.number, &again.words), (first.number, &first.words));
        sender.send(event(8, 0, Event::Done)).unwrap();
        assert_eq!(told.next().await.unwrap().words, "Done");
        drop(sender);
        assert_eq!(told.next().await, None);
    }

    #[tokio::test]
    async fn who_knows_nothing_says_nothing() {
        let events = stream::iter([event(1, 0, Event::Accepted { attempt: 1 })]);
        let told: Vec<_> = telling(events, Usual::default(), Language::English).collect().await;
        assert_eq!(told[0].words, "Starting");
    }
}
