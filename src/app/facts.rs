//! All details of a generation, as a list.

use leptos::prelude::*;

use super::{GalleryQuery, money, names, viewer::Log};
use crate::{
    generation::{
        Fact, FactKey, FileReference, GalleryItem, InputValue, ModelReference, ProviderKind, Role,
        StoredImage, Target,
        contract::{GalleryAct, ViewerAct},
    },
    language::{decimal, text},
    server::{metadata::is_secret, money::Cost},
};

/// The request and its result. For a guest with a share link, file URLs contain its `token`.
#[component]
pub fn Facts(
    item: GalleryItem,
    image: Option<StoredImage>,
    #[prop(optional)] token: Option<String>,
    /// Whether it is the person's own, rather than one that was shared with them.
    #[prop(optional)]
    is_own: bool,
    /// Whether to show the actions of a person who may change it.
    #[prop(optional)]
    has_actions: bool,
    /// The cost, for the owner only.
    #[prop(default = None)]
    cost: Option<Cost>,
    /// What the model printed, for the owner only.
    #[prop(optional)]
    log: Vec<String>,
) -> impl IntoView {
    let (model, provider) = model_words(&item);
    let row = |name: String, value: AnyView| view! { <div><dt dir="auto">{name}</dt><dd dir="auto">{value}</dd></div> };
    let mut rows =
        vec![row(text!("facts-model"), view! { {model}<br/><small>{provider}</small> }.into_any())];
    if let Some(image) = &image {
        let kind = image.content_type.extension().to_uppercase();
        let size = format!("{} × {}", image.width, image.height);
        let more = text!("facts-kind", kind = kind, size = names::weight(image.bytes));
        let value = view! { {size}" "<small>{more}</small> }.into_any();
        rows.push(row(text!("facts-size"), value));
    }
    if let Some(seed) = seed_of(&item) {
        let value = seed.clone();
        let used = has_actions.then(|| {
            let name = ViewerAct::UseSeed.word();
            view! {
                " "
                <button type="button" class="link" id="viewer-seed" name=name value=value>
                    {text!("facts-use-seed")}
                </button>
            }
        });
        rows.push(row(names::role(Role::Seed), view! { {seed}{used} }.into_any()));
    }
    let inputs = item.request.inputs.iter();
    let inputs = inputs.filter(|(name, value)| says_more(name, value, image.as_ref()));
    rows.extend(inputs.map(|(name, value)| row(label_of(name), shown(name, value).into_any())));
    rows.extend(took(&item).map(|(took, loading)| {
        let loading = loading.map(|loading| {
            view! { " "<small>{text!("facts-loading", time = loading)}</small> }
        });
        row(text!("facts-took"), view! { {took}{loading} }.into_any())
    }));
    rows.extend(cost.map(|cost| row(text!("facts-cost"), money::cost(&cost).into_any())));
    let home = format!("/api/generations/{}/", item.id);
    let told = item
        .facts
        .iter()
        .filter(|fact| !matches!(fact.key, FactKey::Seed | FactKey::InferenceProvider));
    rows.extend(told.map(|fact| {
        let told = names::told(fact);
        let address = match &token {
            Some(token) => told.replacen(&home, &format!("/s/{token}/"), 1),
            None => told,
        };
        row(names::fact(&fact.key), told_value(fact, address))
    }));
    if let Some(collection) = item.collection.as_ref().filter(|_| is_own) {
        let name = collection.as_str().to_owned();
        let address =
            GalleryQuery { collection: name.clone(), ..GalleryQuery::default() }.address();
        let take_out = has_actions.then(|| {
            let act = GalleryAct::Collect.word();
            view! {
                " "
                <button type="button" class="link" id="viewer-collection" name=act>
                    {text!("facts-take-out")}
                </button>
            }
        });
        let value = view! { <a class="link" href=address>{name}</a>{take_out} };
        rows.push(row(text!("facts-collection"), value.into_any()));
    }
    let attempts = is_own.then(|| {
        let (machine, made) = names::moment(item.created_ms);
        let rows = [
            (text!("facts-attempts"), item.attempts.to_string().into_any()),
            (text!("facts-made"), view! { <time datetime=machine>{made}</time> }.into_any()),
            (text!("facts-reference"), item.request.model.to_string().into_any()),
            (text!("facts-id"), item.id.to_string().into_any()),
        ];
        let rows = rows.map(|(name, value)| row(name, value));
        view! {
            <details class="viewer__log" id="viewer-log">
                <summary>{text!("facts-log")}</summary>
                <dl class="facts viewer__facts">{rows.into_iter().collect_view()}</dl>
                <Log lines=log/>
            </details>
        }
    });
    view! {
        <link rel="stylesheet" href="/said.css"/>
        <dl class="facts viewer__facts">{rows.collect_view()}</dl>
        {attempts}
    }
}

/// The model's name for people, and the provider that ran it.
fn model_words(item: &GalleryItem) -> (String, String) {
    let model = &item.request.model;
    let told = item.facts.iter().find(|fact| fact.key == FactKey::InferenceProvider);
    let mut provider = match model.provider() {
        ProviderKind::Demo => text!("facts-demo"),
        provider => provider.title().to_owned(),
    };
    if let Some(told) = told {
        provider = format!("{provider} · {}", told.value);
    }
    (model_name(model), provider)
}

/// `FLUX.1-schnell` for `hf:black-forest-labs/FLUX.1-schnell@fal-ai`; a URL stays whole.
fn model_name(model: &ModelReference) -> String {
    match model.target() {
        Target::Only | Target::Address(_) => model.title().to_owned(),
        Target::Name(name) => {
            let name = name.split_once('/').map_or(name, |(_, name)| name);
            let end = name.find(['@', ':', '#']).unwrap_or(name.len());
            let short = name.get(..end).filter(|name| !name.is_empty());
            short.unwrap_or_else(|| model.named()).to_owned()
        }
    }
}

/// The seed that the provider reported, or the person set.
fn seed_of(item: &GalleryItem) -> Option<String> {
    let told = item.facts.iter().find(|fact| fact.key == FactKey::Seed);
    let told = told.map(|fact| fact.value.clone());
    told.or_else(|| item.set_seed().map(ToString::to_string))
}

/// Whether an input deserves a row. Seed and size have their own rows, unless the picture's size
/// differs from the requested one.
fn says_more(name: &str, value: &InputValue, image: Option<&StoredImage>) -> bool {
    let side = match Role::of_name(name) {
        Some(Role::Seed) => return false,
        Some(Role::Width) => image.map(|image| image.width),
        Some(Role::Height) => image.map(|image| image.height),
        _ => return true,
    };
    side.map(i128::from) != value.as_integer()
}

/// Shows a file as a download, another https URL as a link, and anything else as text.
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
    Role::of_name(name).map_or_else(|| name.to_owned(), names::role)
}

fn shown(name: &str, value: &InputValue) -> String {
    match value {
        _ if is_secret(name) => "•••".to_owned(),
        InputValue::File(FileReference::Stored(_)) => text!("facts-file"),
        value => value.to_string(),
    }
}

/// The run time of the last attempt, and, after several attempts, the time before it.
fn took(item: &GalleryItem) -> Option<(String, Option<String>)> {
    let (started, ended) = item.started_ms.zip(item.ended_ms)?;
    let loading = (item.attempts > 1).then(|| seconds_between(item.created_ms, started));
    Some((seconds_between(started, ended), loading))
}

/// Zero if the clock was set back in between.
fn seconds_between(start_ms: i64, end_ms: i64) -> String {
    let seconds = end_ms.saturating_sub(start_ms).max(0) as f64 / 1000.0;
    text!("number-seconds", number = decimal(seconds, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::ImageType;

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

    #[test]
    fn a_model_is_called_by_its_name() {
        for (reference, name) in [
            ("demo", "Demo"),
            ("hf:black-forest-labs/FLUX.1-schnell@fal-ai", "FLUX.1-schnell"),
            ("replicate:a/sdxl:0123", "sdxl"),
            ("space:a/b#/infer", "b"),
            ("space:http://127.0.0.1:7860/#/x", "http://127.0.0.1:7860/#/x"),
        ] {
            assert_eq!(model_name(&reference.parse().unwrap()), name);
        }
    }

    #[test]
    fn a_size_that_came_out_as_asked_is_told_once() {
        let image = StoredImage {
            position: 0,
            digest: String::new(),
            content_type: ImageType::Png,
            width: 640,
            height: 480,
            bytes: 1,
        };
        assert!(!says_more("width", &InputValue::Integer(640), Some(&image)));
        assert!(says_more("height", &InputValue::Integer(640), Some(&image)));
        assert!(says_more("width", &InputValue::Integer(640), None));
        assert!(says_more("steps", &InputValue::Integer(640), Some(&image)));
        assert!(!says_more("seed", &InputValue::Integer(7), Some(&image)));
    }
}
