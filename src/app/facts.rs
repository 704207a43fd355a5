//! All that is known of a generation, as a list.

use std::time::{Duration, UNIX_EPOCH};

use leptos::prelude::*;

use super::wall::state_words;
use crate::{
    generation::{Fact, FileReference, GalleryItem, InputValue, Role, StoredImage},
    server::metadata::is_secret,
};

/// What was asked for, and what came of it. For a guest with a share link, files are under its
/// `token`.
#[component]
pub fn Facts(
    item: GalleryItem,
    image: Option<StoredImage>,
    #[prop(optional)] token: Option<String>,
) -> impl IntoView {
    let took = item
        .started_ms
        .zip(item.ended_ms)
        .map(|(started, ended)| ("Took".to_owned(), seconds_between(started, ended)));
    let size = image.map(|image| {
        let kilobytes = image.bytes.div_ceil(1000);
        let kind = image.content_type.extension().to_uppercase();
        let size = format!("{} × {} · {kind} · {kilobytes} kB", image.width, image.height);
        ("Size".to_owned(), size)
    });
    let mut told: Vec<(String, String)> = vec![
        ("Model".to_owned(), item.request.model.to_string()),
        ("Provider".to_owned(), item.request.model.provider().title().to_owned()),
        ("State".to_owned(), state_words(&item)),
        ("Attempts".to_owned(), item.attempts.to_string()),
    ];
    told.extend(took);
    told.extend(size);
    let inputs = item.request.inputs.iter().filter(|(name, _)| {
        // A seed that was set and told stands there once.
        Role::of_name(name) != Some(Role::Seed)
            || item.facts.iter().all(|fact| fact.name != Role::Seed.label())
    });
    let inputs = inputs.map(|(name, value)| (label_of(name), shown(name, value)));
    let row = |name: String, value: AnyView| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let words = |(name, value): (String, String)| row(name, value.into_any());
    let home = format!("/api/generations/{}/", item.id);
    let facts = item.facts.iter().map(|fact| {
        let address = match &token {
            Some(token) => fact.value.replacen(&home, &format!("/s/{token}/"), 1),
            None => fact.value.clone(),
        };
        row(fact.name.clone(), told_value(fact, address))
    });
    let (machine, made) = time(item.created_ms);
    view! {
        <dl class="facts viewer__facts">
            <div>
                <dt>"Made"</dt>
                <dd>
                    <time datetime=machine>{made}</time>
                </dd>
            </div>
            {told.into_iter().map(words).collect_view()}
            {facts.collect_view()}
            {inputs.map(words).collect_view()}
        </dl>
    }
}

/// A file is a download, another address a link; anything else is words.
fn told_value(fact: &Fact, address: String) -> AnyView {
    match fact.file_name().map(str::to_owned) {
        Some(name) => view! { <a href=address download="">{name}</a> }.into_any(),
        None if address.starts_with("https://") => {
            let words = address.clone();
            view! { <a href=address rel="noreferrer">{words}</a> }.into_any()
        }
        None => address.into_any(),
    }
}

fn label_of(name: &str) -> String {
    Role::of_name(name).map_or_else(|| name.to_owned(), |role| role.label().to_owned())
}

fn shown(name: &str, value: &InputValue) -> String {
    match value {
        _ if is_secret(name) => "•••".to_owned(),
        InputValue::File(FileReference::Stored(_)) => "a picture kept here".to_owned(),
        value => value.to_string(),
    }
}

/// None at all, where the clock was put back in between.
fn seconds_between(start_ms: i64, end_ms: i64) -> String {
    format!("{:.1} s", end_ms.saturating_sub(start_ms).max(0) as f64 / 1000.0)
}

/// For the machine and, until the page says it in local time, for the person.
fn time(unix_ms: i64) -> (String, String) {
    let at = UNIX_EPOCH + Duration::from_millis(unix_ms.unsigned_abs());
    let machine = humantime::format_rfc3339_seconds(at).to_string();
    let words = machine.replace('T', " ").replace('Z', " UTC");
    (machine, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_well_and_says_its_zone() {
        let (machine, words) = time(1_700_000_000_000);
        assert_eq!(machine, "2023-11-14T22:13:20Z");
        assert_eq!(words, "2023-11-14 22:13:20 UTC");
    }

    #[test]
    fn nothing_takes_less_than_no_time() {
        assert_eq!(seconds_between(1000, 2500), "1.5 s");
        assert_eq!(seconds_between(2500, 1000), "0.0 s");
    }

    #[test]
    fn what_is_named_like_a_key_is_not_shown() {
        assert_eq!(shown("hf_token", &InputValue::Text("hf_x".to_owned())), "•••");
        assert_eq!(shown("steps", &InputValue::Integer(4)), "4");
    }
}
