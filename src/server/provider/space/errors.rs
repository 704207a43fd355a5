//! Maps an app's errors to [`Fault`].

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use url::Url;

use super::{found::message as plain, wire::Version};
use crate::{
    error::SPACE_LOGINS,
    generation::{FieldError, ProviderKind},
    server::{fault::Fault, json, picture, provider::too_large, redact},
};

/// The fault for an HTTP response other than success. `retry_after` is in seconds.
pub fn of_status(status: u16, retry_after: Option<u32>, body: &[u8], url: &Url) -> Fault {
    let json: Option<Value> = json::parse(body).ok();
    let detail = json.as_ref().and_then(|json| json.get("detail"));
    if let (401, Some(detail)) = (status, detail) {
        return of_words(status, retry_after, Some(detail), of_login(detail), url);
    }
    let words = detail
        .or_else(|| json.as_ref()?.get("error"))
        .and_then(Value::as_str)
        .map_or_else(|| picture::first_words(body), redact::excerpt);
    of_words(status, retry_after, detail, words, url)
}

/// The same for a server that may not be an app at all, or whose body is not text: its text is not
/// shown.
pub fn of_stranger(status: u16, retry_after: Option<u32>, body: &[u8], url: &Url) -> Fault {
    let json: Option<Value> = json::parse(body).ok();
    let detail = json.as_ref().and_then(|json| json.get("detail"));
    let words =
        if status == 401 { detail.map(of_login).unwrap_or_default() } else { String::new() };
    of_words(status, retry_after, detail.map(|_| &Value::Null), words, url)
}

/// What an app says to those who are not signed in (`auth_message`, from 5.0), as plain text. Only
/// this member is taken: Gradio alone writes it, and it is meant for everybody.
fn of_login(detail: &Value) -> String {
    let message = detail.get("auth_message").and_then(Value::as_str).unwrap_or_default();
    redact::excerpt(&plain(message))
}

fn of_words(
    status: u16,
    retry_after: Option<u32>,
    detail: Option<&Value>,
    words: String,
    url: &Url,
) -> Fault {
    let host = url.host_str().unwrap_or_default().to_owned();
    match status {
        401 if detail.is_some() => Fault::MissingKey {
            provider: ProviderKind::Space,
            variable: SPACE_LOGINS.to_owned(),
            detail: words,
        },
        // The Hub and its proxy respond alike for private and for missing Spaces.
        401 | 403 | 404 => Fault::ModelNotFound {
            model: host,
            detail: format!(
                "it answered {status} for {}: it is misspelt, or private. A private Space is reached \
                 by its name, owner/name, with a token that may read it",
                url.path()
            ),
        },
        413 => rejected(Vec::new(), too_large(&host, &words)),
        422 => of_validation(detail, words),
        429 => Fault::TooManyRequests { retry_after_seconds: retry_after, detail: words },
        502..=504 => Fault::Busy { host, detail: words },
        _ if words.is_empty() => Fault::ModelFailed { detail: format!("{host} answered {status}") },
        _ => Fault::ModelFailed { detail: format!("{host} answered {status}: {words}") },
    }
}

/// A 422: either the app's validators, field by field, or a body that it does not understand.
fn of_validation(detail: Option<&Value>, words: String) -> Fault {
    let items = detail.and_then(Value::as_array).into_iter().flatten();
    let fields: Vec<_> = items
        .filter(|item| item.get("__type__").is_some_and(|kind| kind == "validate"))
        .filter(|item| item.get("is_valid") != Some(&Value::Bool(true)))
        .map(|item| {
            let word = |key| item.get(key).and_then(Value::as_str).unwrap_or_default();
            FieldError::new(word("parameter_name"), redact::excerpt(&plain(word("message"))))
        })
        .collect();
    if fields.is_empty() { rejected(fields, words) } else { rejected(fields, String::new()) }
}

fn rejected(fields: Vec<FieldError>, detail: String) -> Fault {
    Fault::InputRejected { fields, detail }
}

/// The error in the `output` of a failed job.
pub fn of_output(output: &Value, title: Option<&str>, version: Version) -> Fault {
    let title = output.get("title").and_then(Value::as_str).or(title).unwrap_or_default();
    let Some(message) = output.get("error").and_then(Value::as_str) else {
        return Fault::ModelFailed {
            detail: "the app gave no reason (its owner can set show_error=True)".to_owned(),
        };
    };
    let message = if version < Version(5, 0, 0) { unquoted(message) } else { message };
    if let Some(error) = of_zero_gpu(title, &plain(message)) {
        return error;
    }
    let words = redact::excerpt(&titled(title, message));
    if words.is_empty() {
        return Fault::ModelFailed { detail: "the app failed without saying why".to_owned() };
    }
    // The app's own text is more than "the model failed"; but a machine that is too small is not
    // the fault of the inputs.
    match is_out_of_memory(&words) {
        true => Fault::ModelFailed { detail: words },
        false => Fault::Said { message: words },
    }
}

/// The text of an app under its title, as plain text; a title that only names the kind of message
/// is left out. May be empty.
pub fn titled(title: &str, words: &str) -> String {
    const KINDS: [&str; 6] = ["", "Error", "Info", "Warning", "Success", "Validation Error"];
    let (title, words) = (plain(title), plain(words));
    match (KINDS.contains(&title.as_str()) || words.starts_with(&title), words.is_empty()) {
        (true, _) => words,
        (false, true) => title,
        (false, false) => format!("{}: {words}", title.trim_end_matches([':', '.'])),
    }
}

fn is_out_of_memory(words: &str) -> bool {
    let words = words.to_lowercase();
    ["out of memory", "outofmemory", "cuda error", "no gpu"].iter().any(|one| words.contains(one))
}

/// The fault for a stream that ended for all its jobs.
pub fn of_stream(message: &str) -> Fault {
    let message = redact::excerpt(&plain(message));
    Fault::Unknown { detail: format!("the app dropped the connection: {message}") }
}

/// The fault for a full queue.
pub fn queue_full(url: &Url) -> Fault {
    let host = url.host_str().unwrap_or_default().to_owned();
    Fault::Busy { host, detail: "its queue is full".to_owned() }
}

/// ZeroGPU reports its limits in the title of an error, older releases in the text alone.
fn of_zero_gpu(title: &str, message: &str) -> Option<Fault> {
    static QUOTA: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)exceeded your .*quota|reached its GPU limit")
            .expect("the pattern is constant")
    });
    static RESET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:try again|retry) in (?:(\d+) days?, )?(\d+):(\d\d):(\d\d)")
            .expect("the pattern is constant")
    });
    let zero_gpu = title.to_lowercase();
    let quota = QUOTA.is_match(message)
        || (zero_gpu.contains("zerogpu")
            && ["quota", "runs limit", "credits"].iter().any(|word| zero_gpu.contains(word)));
    let detail = redact::excerpt(message);
    if quota {
        let resets_in_seconds = RESET.captures(message).map(|parts| {
            let part = |i| parts.get(i).map_or(0_u32, |part| part.as_str().parse().unwrap_or(0));
            [(1, 86_400), (2, 3_600), (3, 60), (4, 1)]
                .iter()
                .fold(0_u32, |sum, (i, unit)| sum.saturating_add(part(*i).saturating_mul(*unit)))
        });
        return Some(Fault::Quota { resets_in_seconds, detail });
    }
    if zero_gpu.contains("queue timeout") || message.starts_with("No GPU was available") {
        return Some(Fault::Busy { host: "ZeroGPU".to_owned(), detail });
    }
    None
}

/// Removes one pair of the quotes that releases before 5 put around an error.
fn unquoted(text: &str) -> &str {
    ['\'', '"']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn url() -> Url {
        "https://a-b.hf.space/queue/join".parse().unwrap()
    }

    #[test]
    fn zero_gpu_tells_when_the_quota_is_renewed() {
        for (title, message, seconds) in [
            (
                "ZeroGPU quota exceeded",
                "You have exceeded your free ZeroGPU quota (60s requested vs. 38s left). Try again in 0:09:48. <a href='x'>Subscribe</a>",
                Some(588),
            ),
            (
                "Error",
                "You have exceeded your GPU quota (46s left vs. 60s requested). Please retry in 1 day, 0:06:53",
                Some(86_813),
            ),
            ("ZeroGPU runs limit", "Too many runs", None),
        ] {
            let output = json!({"error": message, "title": title});
            let Fault::Quota { resets_in_seconds, detail } =
                of_output(&output, None, Version(5, 0, 0))
            else {
                panic!("{message}");
            };
            assert_eq!(resets_in_seconds, seconds);
            assert!(!detail.contains('<'), "{detail}");
        }
    }

    #[test]
    fn old_releases_quote_their_errors() {
        let detail = |version, message| match of_output(&json!({"error": message}), None, version) {
            Fault::Said { message } => message,
            other => panic!("{other}"),
        };
        assert_eq!(detail(Version(4, 44, 1), "'deliberate'"), "deliberate");
        assert_eq!(detail(Version(5, 50, 0), "'deliberate'"), "'deliberate'");
    }

    #[test]
    fn what_an_app_says_is_the_headline_unless_the_model_failed() {
        let said = |words: &str| of_output(&json!({"error": words}), None, Version(6, 0, 0));
        let divided = said("Cannot divide by zero");
        assert_eq!(divided.to_string(), "Cannot divide by zero");
        assert!(matches!(divided, Fault::Said { .. }), "{divided:?}");
        let memory = said("CUDA out of memory. Tried to allocate 2 GiB");
        assert!(matches!(memory, Fault::ModelFailed { .. }), "{memory:?}");
        let typed = said("bad input (type: <class 'str'>)");
        assert_eq!(typed.to_string(), "bad input (type: <class 'str'>)");
    }

    #[test]
    fn statuses_mean_what_the_app_says() {
        let busy = of_status(
            503,
            None,
            br#"{"detail":"Queue is full. Max size is 1 and size is 1."}"#,
            &url(),
        );
        assert!(matches!(&busy, Fault::Busy { detail, .. } if detail.starts_with("Queue is full")));
        let slow = of_status(429, Some(7), b"<html><title>Too many</title></html>", &url());
        assert_eq!(
            slow,
            Fault::TooManyRequests { retry_after_seconds: Some(7), detail: "Too many".to_owned() }
        );
        let page = b"<html>\r\n<head><title>413 Request Entity Too Large</title></head></html>";
        let Fault::InputRejected { detail, .. } = of_status(413, None, page, &url()) else {
            panic!("not rejected");
        };
        assert!(detail.contains("smaller picture"), "{detail}");
        assert!(detail.ends_with("413 Request Entity Too Large"), "{detail}");
        let login = of_status(
            401,
            None,
            br#"{"detail":{"error":"Not authenticated","auth_message":null}}"#,
            &url(),
        );
        assert!(matches!(login, Fault::MissingKey { .. }));
        let told = br#"{"detail":{"error":"Not authenticated","auth_message":"<b>Members</b> only: ask <a href='https://a.test'>us</a><script>x</script>"}}"#;
        for login in [of_status(401, None, told, &url()), of_stranger(401, None, told, &url())] {
            let Fault::MissingKey { detail, .. } = login else { panic!("{login:?}") };
            assert!(detail.starts_with("Members only: ask us"), "{detail}");
            assert!(!detail.contains(['<', '>']), "{detail}");
        }
        assert!(matches!(of_status(401, None, b"<html>", &url()), Fault::ModelNotFound { .. }));
    }

    #[test]
    fn titles_headings_links_and_emphasis_are_words() {
        for (title, message, words) in [
            ("Error", "<h3>No credit</h3><p>Wait &amp; see</p>", "No credit: Wait & see"),
            ("Quota", "## Too much!\nWait a day", "Quota: Too much! Wait a day"),
            ("Quota", "", "Quota"),
            ("Quota", "Quota exceeded", "Quota exceeded"),
            (
                "",
                "See [the docs](https://a.test/b) or `help`",
                "See the docs (https://a.test/b) or help",
            ),
            ("", "**Wait** *now*, not 2 * 3 * 4", "Wait now, not 2 * 3 * 4"),
            (
                "",
                "Foo.__init__() got <class 'str'> & *args",
                "Foo.__init__() got <class 'str'> & *args",
            ),
            ("", "<img src=x onerror=alert(1)>no", "no"),
            ("", "<script>alert(1)</script><b>no</b>", "no"),
        ] {
            let output = json!({"error": message, "title": title});
            assert_eq!(of_output(&output, None, Version(6, 0, 0)).to_string(), words);
        }
        for empty in ["", " ", "<p></p>", "<img src='a.png'>"] {
            let failed = of_output(&json!({"error": empty}), None, Version(6, 0, 0));
            assert!(matches!(failed, Fault::ModelFailed { .. }), "{empty}");
        }
    }

    #[test]
    fn a_validator_marks_its_field() {
        let body = br#"{"detail":[{"__type__":"validate","is_valid":false,"message":"must be at least 3","parameter_name":"n"}]}"#;
        let Fault::InputRejected { fields, .. } = of_status(422, None, body, &url()) else {
            panic!("not rejected");
        };
        assert_eq!(fields, [FieldError::new("n", "must be at least 3")]);
    }
}
