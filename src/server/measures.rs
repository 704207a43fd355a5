//! The metrics of this process, for Prometheus.

use std::{sync::OnceLock, time::Duration};

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use parking_lot::RwLock;

const ATTEMPTS: &str = "easel_attempts_total";
const RETRIES: &str = "easel_retries_total";
const ERRORS: &str = "easel_errors_total";
const WAIT_SECONDS: &str = "easel_queue_wait_seconds";
const SECONDS: &str = "easel_attempt_seconds";
const REQUESTS: &str = "easel_api_requests_total";
const MESSAGES: &str = "easel_webhook_tries_total";
const RUNNING: &str = "easel_generations_running";
const WAITING: &str = "easel_generations_waiting";
const KEPT_BYTES: &str = "easel_kept_bytes";
const SESSIONS: &str = "easel_sessions";
const BYTES_IN: &str = "easel_provider_bytes_total";
const BYTES_OUT: &str = "easel_http_response_bytes_total";
const BYTES_TAKEN: &str = "easel_http_request_bytes_total";

/// The label of models that are not on offer, because there may be any number of them.
const OTHER: &str = "other";

/// From a picture that is there immediately to one that takes a quarter of an hour.
const BUCKETS: [f64; 9] = [0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0];

/// Set when the first server of this process begins to count.
static COUNTS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// The models on offer, which have labels of their own.
static MODELS: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// The present values of the gauges.
#[derive(Clone, Copy, Debug, Default)]
pub struct Now {
    pub running: usize,
    pub waiting: usize,
    /// Of pictures and files, for everybody.
    pub kept_bytes: u64,
    /// Browsers and keys that have made something.
    pub sessions: u64,
}

/// Sets the models with labels of their own.
pub fn tell_apart(models: impl Iterator<Item = String>) {
    *MODELS.write() = models.collect();
}

/// Begins to count; earlier counts are lost.
pub fn begin() {
    COUNTS.get_or_init(|| {
        let buckets = |builder: PrometheusBuilder, name: &str| {
            builder.set_buckets_for_metric(Matcher::Full(name.to_owned()), &BUCKETS).ok()
        };
        let builder = buckets(PrometheusBuilder::new(), SECONDS)?;
        let recorder = buckets(builder, WAIT_SECONDS)?.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok()?;
        describe_counter!(ATTEMPTS, "Attempts that ended, by provider, model and outcome");
        describe_counter!(RETRIES, "Attempts after the first one of a generation, by provider");
        describe_counter!(ERRORS, "Attempts without a picture, by provider and reason");
        describe_histogram!(SECONDS, "How long a provider took for an attempt");
        describe_histogram!(WAIT_SECONDS, "How long attempts waited for their turn");
        describe_counter!(REQUESTS, "Requests of other tools, by door and status");
        describe_counter!(MESSAGES, "Tries to send a webhook, by what became of the message");
        describe_counter!(BYTES_IN, "Bytes that were read from providers");
        describe_counter!(BYTES_TAKEN, "Bytes of requests whose length was given");
        describe_counter!(BYTES_OUT, "Bytes of answers whose length was known");
        describe_gauge!(RUNNING, "Generations that are at work in this process");
        describe_gauge!(WAITING, "Generations that wait for their turn in this process");
        describe_gauge!(KEPT_BYTES, "Bytes of pictures and files that are kept");
        describe_gauge!(SESSIONS, "Galleries that something was made in");
        Some(handle)
    });
}

/// An attempt ended; `reason` is the error if it made nothing.
pub fn attempt(
    (provider, model): (&'static str, &str),
    outcome: &'static str,
    reason: Option<String>,
    number: u32,
) {
    let is_known = MODELS.read().iter().any(|known| known == model);
    let model = if is_known { model } else { OTHER }.to_owned();
    counter!(ATTEMPTS, "provider" => provider, "model" => model, "outcome" => outcome).increment(1);
    if number > 1 {
        counter!(RETRIES, "provider" => provider).increment(1);
    }
    if let Some(reason) = reason {
        counter!(ERRORS, "provider" => provider, "reason" => reason).increment(1);
    }
}

/// An attempt's turn came after this time.
pub fn waited(provider: &'static str, wait: Duration) {
    histogram!(WAIT_SECONDS, "provider" => provider).record(wait.as_secs_f64());
}

/// A provider responded, successfully or not, after this time.
pub fn asked(provider: &'static str, took: Duration) {
    histogram!(SECONDS, "provider" => provider).record(took.as_secs_f64());
}

/// This many bytes were read from a provider.
pub fn read(bytes: usize) {
    counter!(BYTES_IN).increment(bytes as u64);
}

/// A request and its response, as far as their lengths are known.
pub fn exchanged(taken: u64, sent: u64) {
    counter!(BYTES_TAKEN).increment(taken);
    counter!(BYTES_OUT).increment(sent);
}

/// An API request was answered.
pub fn request(door: &'static str, status: u16) {
    counter!(REQUESTS, "door" => door, "status" => status.to_string()).increment(1);
}

/// A webhook message was tried, and is in this state now.
pub fn message(state: &'static str) {
    counter!(MESSAGES, "state" => state).increment(1);
}

/// All metrics in Prometheus' format, with the present values.
pub fn text(now: Now) -> Option<String> {
    gauge!(RUNNING).set(now.running as f64);
    gauge!(WAITING).set(now.waiting as f64);
    gauge!(KEPT_BYTES).set(now.kept_bytes as f64);
    gauge!(SESSIONS).set(now.sessions as f64);
    let handle = COUNTS.get()?.as_ref()?;
    handle.run_upkeep();
    Some(handle.render())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told() {
        begin();
        tell_apart(["demo".to_owned()].into_iter());
        attempt(("demo", "demo"), "done", None, 1);
        attempt(("hf", "hf:any/one"), "failed", Some("Busy".to_owned()), 2);
        asked("demo", Duration::from_secs(3));
        waited("demo", Duration::from_secs(1));
        request("openai", 200);
        message("delivered");
        let now = Now { running: 2, waiting: 5, kept_bytes: 7, sessions: 3 };
        let text = text(now).unwrap();
        for line in [
            "easel_attempts_total{provider=\"demo\",model=\"demo\",outcome=\"done\"} ",
            "easel_attempts_total{provider=\"hf\",model=\"other\",outcome=\"failed\"} ",
            "easel_errors_total{provider=\"hf\",reason=\"Busy\"} ",
            "easel_retries_total{provider=\"hf\"} ",
            "easel_attempt_seconds_bucket{provider=\"demo\",le=\"5\"} ",
            "easel_queue_wait_seconds_bucket{provider=\"demo\",le=\"2\"} ",
            "easel_api_requests_total{door=\"openai\",status=\"200\"} ",
            "easel_webhook_tries_total{state=\"delivered\"} ",
            "easel_generations_running 2",
            "easel_generations_waiting 5",
            "easel_kept_bytes 7",
            "easel_sessions 3",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
    }
}
