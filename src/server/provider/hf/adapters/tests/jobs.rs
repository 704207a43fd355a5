//! Tests the answers of providers that respond with a job.

use serde_json::json;

use super::*;

fn follow(name: &str, asked: Option<&str>, answer: Value) -> Result<Pending, Fault> {
    let base = "https://router.huggingface.co/x".parse().unwrap();
    let params = params();
    let order = Order {
        base: &base,
        prompt: "a red fox",
        params: &params,
        hub_id: "owner/name",
        provider_id: "fal-ai/flux/dev",
        lora: None,
    };
    find(name).unwrap().follow(&order, JobAnswer { asked, answer: &answer })
}

const STATUS: &str = "fal-ai/flux/requests/R/status?_subdomain=queue&logs=1";

fn queue_event(place: Option<u32>) -> Event {
    Event::Queued { place, size: None, eta_seconds: None, upstream: true }
}

#[test]
fn the_queue_of_fal_is_followed_on_the_router_at_its_own_path() {
    let submitted = json!({"request_id": "R", "status": "IN_QUEUE", "queue_position": 1,
        "response_url": "https://queue.fal.run/fal-ai/flux/requests/R",
        "status_url": "https://evil.example/x", "cancel_url": "https://evil.example/y"});
    let pending = Pending {
        ask: STATUS.to_owned(),
        cancel: Some("fal-ai/flux/requests/R/cancel?_subdomain=queue".to_owned()),
        events: vec![queue_event(Some(2))],
        at_once: false,
    };
    assert_eq!(follow("fal-ai", None, submitted).unwrap(), pending);

    let no_url = json!({"request_id": "R", "status": "IN_QUEUE"});
    let found = follow("fal-ai", None, no_url).unwrap();
    assert_eq!((found.ask.as_str(), found.events), (STATUS, vec![queue_event(None)]));

    let next = follow("fal-ai", Some(STATUS), json!({"status": "IN_QUEUE", "queue_position": 0}));
    assert_eq!(next.unwrap(), Pending { events: vec![queue_event(Some(1))], ..pending.clone() });

    let done = follow("fal-ai", Some(STATUS), json!({"status": "COMPLETED"})).unwrap();
    assert_eq!(
        (done.ask.as_str(), done.at_once),
        ("fal-ai/flux/requests/R?_subdomain=queue", true)
    );
}

#[test]
fn a_progress_bar_in_the_log_of_fal_is_told_as_steps() {
    let answer = json!({"status": "IN_PROGRESS", "logs": [
        {"message": "loading", "timestamp": "t"},
        {"message": " 20%|██        | 4/20 [00:01<00:04,  3.5it/s]"},
        {"message": " 40%|████      | 8/20 [00:03<00:05,  2.5it/s]\r 45%|████▌     | 9/20 \
                     [00:03<00:04,  2.5it/s]"}]});
    let events = follow("fal-ai", Some(STATUS), answer).unwrap().events;
    let [Event::Log { text, .. }, Event::Progress { step, total, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!((text.as_str(), *step, *total), ("loading", Some(9.0), Some(20.0)));
    let bare = follow("fal-ai", Some(STATUS), json!({"status": "IN_PROGRESS"})).unwrap();
    assert_eq!(bare.events, [painting()]);
}

#[test]
fn jobs_are_polled_where_they_were_put() {
    let wavespeed = json!({"code": 200, "message": "success", "data": {"id": "i",
        "status": "created", "outputs": [], "error": "",
        "urls": {"get": "https://api.wavespeed.ai/api/v3/predictions/i/result"}}});
    let pending = follow("wavespeed", None, wavespeed).unwrap();
    assert_eq!(
        (pending.ask.as_str(), pending.events),
        ("api/v3/predictions/i/result", vec![queue_event(None)])
    );

    let zai = json!({"id": "2026-1", "request_id": "r", "task_status": "PROCESSING"});
    let asked = "api/paas/v4/async-result/2026-1";
    assert_eq!(follow("zai-org", None, zai.clone()).unwrap().ask, asked);
    assert_eq!(follow("zai-org", Some(asked), zai).unwrap().ask, asked);
}

#[test]
fn a_job_that_failed_is_an_error_with_its_words() {
    type Expected = fn(&Fault) -> bool;
    let failed: Expected = |error| matches!(error, Fault::ModelFailed { .. });
    let filtered: Expected = |error| matches!(error, Fault::Filtered { .. });
    let bad: Expected = |error| matches!(error, Fault::BadAnswer { .. });
    let timeout: Expected = |error| matches!(error, Fault::Timeout { .. });
    let result = "fal-ai/flux/requests/R?_subdomain=queue";
    for (name, asked, answer, expected, words) in [
        (
            "fal-ai",
            Some(STATUS),
            json!({"status": "ERROR", "error": "worker died"}),
            failed,
            "worker died",
        ),
        ("fal-ai", Some(STATUS), json!({"status": "CANCELED"}), failed, "CANCELED"),
        ("fal-ai", Some(result), json!({"detail": "out of memory"}), failed, "out of memory"),
        ("fal-ai", Some(result), json!({"images": []}), failed, "the provider gave no reason"),
        ("fal-ai", None, json!({"detail": "no such app"}), bad, "no such app"),
        ("wavespeed", None, json!({"code": 1001, "message": "no balance"}), failed, "no balance"),
        (
            "wavespeed",
            Some("x"),
            json!({"code": 200, "data": {"status": "failed", "error": "sensitive content"}}),
            filtered,
            "sensitive content",
        ),
        (
            "wavespeed",
            Some("x"),
            json!({"code": 200, "data": {"status": "completed", "outputs": []}}),
            bad,
            "",
        ),
        (
            "zai-org",
            Some("x"),
            json!({"task_status": "FAIL", "error": {"message": "no"}}),
            failed,
            "no",
        ),
        ("zai-org", None, json!({"id": "../x", "task_status": "PROCESSING"}), bad, ""),
        (
            "replicate",
            None,
            json!({"status": "processing", "output": null, "error": null}),
            timeout,
            "",
        ),
        (
            "replicate",
            None,
            json!({"status": "failed", "error": "NSFW content detected"}),
            filtered,
            "NSFW content detected",
        ),
        ("nscale", None, json!({"error": "odd"}), bad, "odd"),
    ] {
        let error = follow(name, asked, answer.clone()).unwrap_err();
        assert!(expected(&error), "{name} {answer}: {error:?}");
        assert!(error.detail().unwrap().contains(words), "{name} {answer}: {error:?}");
    }
}

#[test]
fn the_path_of_a_job_never_leads_out_of_the_prefix() {
    assert_eq!(path_of("https://queue.fal.run/a/b?c#d").unwrap(), "a/b");
    for address in [
        "https://h",
        "https://h/",
        "/a/b",
        "ftp://h/a",
        "https://h/a/../b",
        "https://h/a//b",
        "https://h/./b",
        "https://h/%2e%2e/b",
        "https://h/a\\b",
        "https://h//evil.example/x",
    ] {
        assert!(path_of(address).is_err(), "{address}");
    }
}
