//! Counts the statements that reach the database.

use std::{
    fmt::Debug,
    sync::{
        Arc, Once,
        atomic::{AtomicUsize, Ordering},
    },
};

use tracing::{
    Instrument, Subscriber,
    field::{Field, Visit},
    info_span,
};
use tracing_subscriber::{Layer, layer::Context, prelude::*, registry::LookupSpan};

/// The name of the span in which statements are counted.
const COUNTED: &str = "counted";

/// Counts the driver's log events per span of that name, because tests run in parallel.
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
        // The setup of a new connection does not count.
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

/// The number of statements that `work` causes.
pub async fn statements(work: impl Future) -> usize {
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
