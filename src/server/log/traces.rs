//! Traces for an OpenTelemetry collector, OTLP over HTTP: a span for each request, for each
//! generation with a link to the request that began it, and within it for the provider's work. Only
//! a build with the feature `otlp` can send them, because the crates are seldom wanted; the
//! variables of the [standard](https://opentelemetry.io/docs/specs/otel/protocol/exporter/)
//! configure the target, the sampling and the name.

use http::HeaderMap;
use tracing::Span;

/// Either variable enables traces.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// Whether traces are configured.
fn are_wanted() -> bool {
    ENDPOINTS.iter().any(|name| std::env::var(name).is_ok_and(|value| !value.is_empty()))
}

#[cfg(feature = "otlp")]
pub use sending::{Traces, join};

#[cfg(feature = "otlp")]
mod sending {
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_http::HeaderExtractor;
    use opentelemetry_otlp::SpanExporter;
    use opentelemetry_sdk::{
        Resource,
        propagation::TraceContextPropagator,
        trace::{SdkTracer, SdkTracerProvider},
    };
    use tracing::{Subscriber, level_filters::LevelFilter};
    use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
    use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

    use super::{HeaderMap, Span, are_wanted};

    /// Sends the traces. Call [`end`](Self::end), or the last spans are lost.
    #[derive(Debug, Default)]
    pub struct Traces(Option<SdkTracerProvider>);

    impl Traces {
        /// Sends traces to the collector that the environment names, if it names one.
        pub fn from_environment() -> Self {
            if !are_wanted() {
                return Self::default();
            }
            // The exporter has no cryptography of its own.
            let _ = rustls::crypto::ring::default_provider().install_default();
            match SpanExporter::builder().with_http().build() {
                Ok(exporter) => {
                    let builder = SdkTracerProvider::builder().with_batch_exporter(exporter);
                    Self(Some(builder.with_resource(resource()).build()))
                }
                Err(error) => {
                    eprintln!("easel: no traces are sent: {error}");
                    Self::default()
                }
            }
        }

        /// Sends the spans of Easel; those of its libraries are not sent.
        pub fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
        where
            S: Subscriber + for<'span> LookupSpan<'span>,
        {
            let tracer: SdkTracer = self.0.as_ref()?.tracer("easel");
            // Log lines belong to no trace.
            let own = filter_fn(|what| what.is_span() && what.target().starts_with("easel"));
            let own = own.with_max_level_hint(LevelFilter::DEBUG);
            Some(OpenTelemetryLayer::new(tracer).with_filter(own))
        }

        /// Sends the remaining spans; this takes a few seconds at most.
        pub fn end(self) {
            if let Some(error) = self.0.and_then(|provider| provider.shutdown().err()) {
                eprintln!("easel: the last traces are lost: {error}");
            }
        }
    }

    fn resource() -> Resource {
        let builder = Resource::builder();
        match std::env::var_os("OTEL_SERVICE_NAME") {
            Some(_) => builder.build(),
            None => builder.with_service_name("easel").build(),
        }
    }

    /// Makes a request's span part of the trace that its caller names in `traceparent`, according
    /// to [W3C Trace Context](https://www.w3.org/TR/trace-context/).
    pub fn join(span: &Span, headers: &HeaderMap) {
        use opentelemetry::propagation::TextMapPropagator;

        if headers.contains_key("traceparent") {
            let caller = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
            // It fails for a span that is not recorded.
            let _ = span.set_parent(caller);
        }
    }
}

#[cfg(not(feature = "otlp"))]
pub use not_sending::{Traces, join};

#[cfg(not(feature = "otlp"))]
mod not_sending {
    use tracing_subscriber::layer::Identity;

    use super::{ENDPOINTS, HeaderMap, Span, are_wanted};

    /// Sends nothing.
    #[derive(Debug, Default)]
    pub struct Traces;

    impl Traces {
        /// Warns that this build cannot send traces, if they are configured.
        pub fn from_environment() -> Self {
            if are_wanted() {
                eprintln!(
                    "easel: {} is set, but this build sends no traces; .example.env says which does",
                    ENDPOINTS[1]
                );
            }
            Self
        }

        pub fn layer(&self) -> Identity {
            Identity::new()
        }

        pub fn end(self) {}
    }

    pub fn join(_span: &Span, _headers: &HeaderMap) {}
}
