//! What is counted of this process, for Prometheus.

use std::{sync::OnceLock, time::Duration};

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

const GENERATIONS: &str = "easel_attempts_total";
const SECONDS: &str = "easel_attempt_seconds";
const REQUESTS: &str = "easel_api_requests_total";
const RUNNING: &str = "easel_generations_running";
const WAITING: &str = "easel_generations_waiting";

/// From a picture that is there at once to one that takes a quarter of an hour.
const BUCKETS: [f64; 9] = [0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0];

/// Set when the first server of this process begins to count.
static COUNTS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Begins to count; what was counted before is lost.
pub fn begin() {
    COUNTS.get_or_init(|| {
        let matcher = Matcher::Full(SECONDS.to_owned());
        let builder = PrometheusBuilder::new().set_buckets_for_metric(matcher, &BUCKETS).ok()?;
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok()?;
        describe_counter!(GENERATIONS, "Attempts that ended, by provider and outcome");
        describe_histogram!(SECONDS, "How long attempts took, with their wait in the queue");
        describe_counter!(REQUESTS, "Requests of other tools, by door and status");
        describe_gauge!(RUNNING, "Generations that are at work in this process");
        describe_gauge!(WAITING, "Generations that wait for their turn in this process");
        Some(handle)
    });
}

/// An attempt ended.
pub fn attempt(provider: &'static str, outcome: &'static str, took: Duration) {
    counter!(GENERATIONS, "provider" => provider, "outcome" => outcome).increment(1);
    histogram!(SECONDS, "provider" => provider).record(took.as_secs_f64());
}

/// A tool was answered.
pub fn request(door: &'static str, status: u16) {
    counter!(REQUESTS, "door" => door, "status" => status.to_string()).increment(1);
}

/// All of it as Prometheus reads it, with what goes on at this moment.
pub fn text(running: usize, waiting: usize) -> Option<String> {
    gauge!(RUNNING).set(running as f64);
    gauge!(WAITING).set(waiting as f64);
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
        attempt("demo", "done", Duration::from_secs(3));
        request("openai", 200);
        let text = text(2, 5).unwrap();
        for line in [
            "easel_attempts_total{provider=\"demo\",outcome=\"done\"} ",
            "easel_attempt_seconds_bucket{provider=\"demo\",le=\"5\"} ",
            "easel_api_requests_total{door=\"openai\",status=\"200\"} ",
            "easel_generations_running 2",
            "easel_generations_waiting 5",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
    }
}
