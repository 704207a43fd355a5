//! How many statements the database gets for what is asked of it often.

use std::{
    fmt::Debug,
    sync::{
        Arc, Once,
        atomic::{AtomicUsize, Ordering},
    },
};

use easel::{
    generation::GalleryFilter,
    server::store::{End, ResultFile},
};
use tracing::{
    Instrument, Subscriber,
    field::{Field, Visit},
    info_span,
};
use tracing_subscriber::{Layer, layer::Context, prelude::*, registry::LookupSpan};

use crate::place::{Place, session};

/// The name of the span in which statements are counted.
const COUNTED: &str = "counted";

/// Counts what the driver logs within each span of that name, for tests that run at once.
struct Count;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Count {
    fn on_new_span(
        &self,
        attributes: &tracing::span::Attributes<'_>,
        id: &tracing::Id,
        context: Context<'_, S>,
    ) {
        if attributes.metadata().name() == COUNTED {
            let span = context.span(id).unwrap();
            span.extensions_mut().insert(Arc::new(AtomicUsize::new(0)));
        }
    }

    fn on_event(&self, event: &tracing::Event<'_>, context: Context<'_, S>) {
        let mut summary = Summary::default();
        event.record(&mut summary);
        // What a new connection begins with is no answer to anything.
        if event.metadata().target() != "sqlx::query" || summary.0.starts_with("PRAGMA") {
            return;
        }
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(count) = span.extensions().get::<Arc<AtomicUsize>>() {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// The beginning of a statement.
#[derive(Default)]
struct Summary(String);

impl Visit for Summary {
    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "summary" {
            value.clone_into(&mut self.0);
        }
    }
}

/// How many statements `work` takes.
async fn statements(work: impl Future) -> usize {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing_subscriber::registry().with(Count).init());
    let span = info_span!("counted");
    work.instrument(span.clone()).await;
    let count = span.with_subscriber(|(id, subscriber)| {
        let registry = subscriber.downcast_ref::<tracing_subscriber::Registry>().unwrap();
        let span = registry.span(id).unwrap();
        span.extensions().get::<Arc<AtomicUsize>>().unwrap().load(Ordering::Relaxed)
    });
    count.unwrap()
}

#[tokio::test]
async fn what_is_asked_often_takes_few_statements() {
    let place = Place::new().await;
    let records = &place.records;
    let running = place.running("me", 1).await.item.id;
    let done = place.running("me", 2).await.item.id;
    let file =
        ResultFile { position: 0, name: "a.txt".to_owned(), digest: "a".repeat(64), bytes: 1 };
    let end = End::Done {
        images: (0..3).map(crate::lifecycle::image).collect(),
        files: vec![file],
        outputs: Vec::new(),
        facts: vec![],
    };
    records.finish(&done, &end, 3).await.unwrap();
    let a = session("a");
    let all = GalleryFilter::default();
    let search = GalleryFilter { search: Some("fox".to_owned()), ..all.clone() };

    // One for the row; one for the pictures and one for the files of what is done.
    assert_eq!(statements(records.get(&running)).await, 1);
    assert_eq!(statements(records.get(&done)).await, 3);
    assert_eq!(statements(records.get_of(&a, &done)).await, 3);
    // A page of rows, and the pictures of all of them.
    assert_eq!(statements(records.list(&a, &all, None, 60)).await, 2);
    assert_eq!(statements(records.list(&a, &search, None, 60)).await, 2);
    // Every open tab asks this of everything that changes.
    assert_eq!(statements(records.tile(&done)).await, 1);
}
