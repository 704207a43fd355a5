//! One generation, large, with all that is known of it and all that can be done with it. Rendered
//! on the server; the buttons say in their attributes what they do.

use std::time::{Duration, UNIX_EPOCH};

use leptos::prelude::*;

use super::gallery::{name_of, state_words};
use crate::{
    generation::{
        FileReference, GalleryItem, GenerationId, InputValue, RecordState, Request, Role,
        StoredImage,
    },
    server::metadata::is_secret,
    studio::Packed,
};

/// What the viewer shows.
#[derive(Clone, Debug)]
pub struct Seen {
    pub item: GalleryItem,
    /// Which of its pictures, from 0.
    pub position: usize,
    /// What the model calls its seed, where that is known.
    pub seed_name: Option<String>,
    /// The token of its link, and whether that shows the inputs.
    pub share: Option<(String, bool)>,
}

/// The content of the dialog.
#[component]
pub fn Viewer(seen: Seen) -> impl IntoView {
    let Seen { item, position, seed_name, share } = seen;
    let image = item.images.get(position).cloned();
    let count = item.images.len();
    let id = item.id.to_string();
    let sharing = (count > 0).then(|| view! { <Sharing id=item.id.clone() share/> });
    view! {
        <article
            class="viewer__content"
            data-id=id
            data-position=position
            data-count=count
        >
            <div class="viewer__stage">
                <Stage item=item.clone() image=image.clone() position/>
                <button
                    type="button"
                    class="button button--icon viewer__step"
                    data-action="previous"
                    aria-label="Previous"
                >
                    "‹"
                </button>
                <button
                    type="button"
                    class="button button--icon viewer__step viewer__step--next"
                    data-action="next"
                    aria-label="Next"
                >
                    "›"
                </button>
            </div>
            <div class="viewer__side">
                <form method="dialog" class="viewer__close">
                    <button class="button">"Close"</button>
                </form>
                <p class="viewer__prompt">{item.request.prompt.clone()}</p>
                <Actions item=item.clone() image=image.clone() seed_name/>
                <p class="viewer__words" aria-live="polite"></p>
                {sharing}
                <Facts item image/>
            </div>
        </article>
    }
}

#[component]
fn Stage(item: GalleryItem, image: Option<StoredImage>, position: usize) -> impl IntoView {
    let name = name_of(&item);
    match image {
        Some(image) => {
            let name = match item.images.len() {
                1 => name,
                count => format!("{name} ({} of {count})", position + 1),
            };
            view! {
                <img
                    class="viewer__image"
                    src=format!("/api/images/{}", image.digest)
                    alt=name
                    width=image.width
                    height=image.height
                    draggable="false"
                />
            }
            .into_any()
        }
        None => {
            let next_step = item.error.as_ref().map(|error| error.next_step());
            let detail = item.error.as_ref().and_then(|error| error.detail()).map(str::to_owned);
            view! {
                <div class="viewer__state">
                    <p>{state_words(&item)}</p>
                    {detail.map(|detail| view! { <q class="alert__detail">{detail}</q> })}
                    <p>{next_step}</p>
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn Actions(
    item: GalleryItem,
    image: Option<StoredImage>,
    seed_name: Option<String>,
) -> impl IntoView {
    let id = item.id.clone();
    let to = |what: &str| format!("/gallery/{id}/{what}");
    let packed = |request: Request| Packed((id.clone(), request)).to_text();
    let same = with_seed(&item, seed_name.as_deref());
    let has_seed = seed_of(&same).is_some();
    let new = without_seed(item.request.clone());
    let again = has_seed.then(|| {
        view! {
            <button type="button" class="button" data-action="again" data-request=packed(same)>
                "Run again, same seed"
            </button>
        }
    });
    let run = if has_seed { "Run again, new seed" } else { "Run again" };
    let (star, is_starred) = if item.starred { ("unstar", "true") } else { ("star", "false") };
    let delete = is_deletable(item.state).then(|| {
        view! {
            <button
                type="button"
                class="button"
                data-action="post"
                data-to=to("delete")
                data-id=id.to_string()
                data-closes=""
            >
                "Delete"
            </button>
        }
    });
    let with_image = image.map(|image| {
        view! {
            <a
                class="button"
                href=format!("/api/generations/{id}/download/{}", image.position)
                download=""
            >
                "Download"
            </a>
            <button type="button" class="button" data-action="input" data-digest=image.digest>
                "Use as input"
            </button>
        }
    });
    view! {
        <div class="viewer__actions">
            <button
                type="button"
                class="button"
                data-action="reuse"
                data-request=packed(item.request.clone())
            >
                "Reuse inputs"
            </button>
            {again}
            <button type="button" class="button" data-action="again" data-request=packed(new)>
                {run}
            </button>
            {with_image}
            <button
                type="button"
                class="button"
                data-action="copy"
                data-text=item.request.prompt.clone()
            >
                "Copy prompt"
            </button>
            <button
                type="button"
                class="button"
                data-action="post"
                data-to=to(star)
                data-id=id.to_string()
                aria-pressed=is_starred
            >
                "Star"
            </button>
            {delete}
        </div>
    }
}

#[component]
fn Sharing(id: GenerationId, share: Option<(String, bool)>) -> impl IntoView {
    let button = |what: &str, words: &'static str| {
        let to = format!("/gallery/{id}/{what}");
        view! {
            <button
                type="button"
                class="button button--chip"
                data-action="post"
                data-to=to
                data-id=id.to_string()
            >
                {words}
            </button>
        }
    };
    match share {
        None => view! {
            <div class="viewer__share">
                <p>"Only you can see it."</p>
                {button("share", "Make a link")}
            </div>
        }
        .into_any(),
        Some((token, with_inputs)) => {
            let address = format!("/s/{token}");
            let words = if with_inputs {
                "Anyone with the link sees the picture and its inputs."
            } else {
                "Anyone with the link sees the picture, not its inputs."
            };
            let toggle = if with_inputs {
                button("share", "Hide the inputs")
            } else {
                button("share-inputs", "Show the inputs too")
            };
            view! {
                <div class="viewer__share">
                    <p>{words}" "<a href=address.clone() target="_blank">"Open the link"</a></p>
                    <button
                        type="button"
                        class="button button--chip"
                        data-action="copy"
                        data-link=address
                    >
                        "Copy link"
                    </button>
                    {toggle}
                    {button("unshare", "Take the link back")}
                </div>
            }
            .into_any()
        }
    }
}

/// All that is known: what was asked for, and what came of it.
#[component]
pub fn Facts(item: GalleryItem, image: Option<StoredImage>) -> impl IntoView {
    let seconds = |ms: i64| format!("{:.1} s", ms as f64 / 1000.0);
    let took = item
        .started_ms
        .zip(item.ended_ms)
        .map(|(started, ended)| ("Took".to_owned(), seconds(ended - started)));
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
    told.extend(item.facts.iter().map(|fact| (fact.name.clone(), fact.value.clone())));
    let inputs = item.request.inputs.iter().filter(|(name, _)| {
        // A seed that was set and told stands there once.
        Role::of_name(name) != Some(Role::Seed)
            || item.facts.iter().all(|fact| fact.name != Role::Seed.label())
    });
    told.extend(inputs.map(|(name, value)| (label_of(name), shown(name, value))));
    let rows = told.into_iter().map(|(name, value)| {
        view! { <div><dt>{name}</dt><dd>{value}</dd></div> }
    });
    let (machine, words) = time(item.created_ms);
    view! {
        <dl class="facts viewer__facts">
            <div>
                <dt>"Made"</dt>
                <dd>
                    <time datetime=machine>{words}</time>
                </dd>
            </div>
            {rows.collect_view()}
        </dl>
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

/// For the machine and, until the page says it in local time, for the person.
fn time(unix_ms: i64) -> (String, String) {
    let at = UNIX_EPOCH + Duration::from_millis(unix_ms.unsigned_abs());
    let machine = humantime::format_rfc3339_seconds(at).to_string();
    let words = machine.replace('T', " ").replace('Z', " UTC");
    (machine, words)
}

fn is_deletable(state: RecordState) -> bool {
    state.is_ended() || state == RecordState::Loading
}

fn seed_of(request: &Request) -> Option<&InputValue> {
    let mut inputs = request.inputs.iter();
    inputs.find(|(name, _)| Role::of_name(name) == Some(Role::Seed)).map(|(_, value)| value)
}

/// The request with the seed that the provider chose, where the person set none and it was told.
fn with_seed(item: &GalleryItem, seed_name: Option<&str>) -> Request {
    let mut request = item.request.clone();
    let told = item.facts.iter().find(|fact| fact.name == Role::Seed.label());
    let told = told.and_then(|fact| fact.value.parse().ok());
    if let (None, Some(seed), Some(name)) = (seed_of(&request), told, seed_name) {
        request.inputs.insert(name.to_owned(), InputValue::Integer(seed));
    }
    request
}

fn without_seed(mut request: Request) -> Request {
    request.inputs.retain(|name, _| Role::of_name(name) != Some(Role::Seed));
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::{Fact, ModelReference};

    fn item(inputs: &[(&str, i128)], facts: Vec<Fact>) -> GalleryItem {
        let inputs = inputs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), InputValue::Integer(*value)))
            .collect();
        GalleryItem {
            id: "01912345-6789-7fff-bfff-ffffffffffff".parse().unwrap(),
            request: Request { model: ModelReference::demo(), prompt: "a fox".to_owned(), inputs },
            state: RecordState::Done,
            attempts: 1,
            created_ms: 1_700_000_000_000,
            started_ms: None,
            ended_ms: None,
            facts,
            images: Vec::new(),
            error: None,
            starred: false,
        }
    }

    #[test]
    fn the_same_seed_is_the_one_that_was_told() {
        let chosen = item(&[], vec![Fact::new("Seed", 7)]);
        let request = with_seed(&chosen, Some("seed"));
        assert_eq!(seed_of(&request), Some(&InputValue::Integer(7)));
        assert_eq!(seed_of(&without_seed(request)), None);
        // A model that takes no seed gets none.
        assert_eq!(seed_of(&with_seed(&chosen, None)), None);

        let set = item(&[("seed", 3)], vec![Fact::new("Seed", 7)]);
        assert_eq!(seed_of(&with_seed(&set, Some("seed"))), Some(&InputValue::Integer(3)));
    }

    #[test]
    fn a_time_reads_well_and_says_its_zone() {
        let (machine, words) = time(1_700_000_000_000);
        assert_eq!(machine, "2023-11-14T22:13:20Z");
        assert_eq!(words, "2023-11-14 22:13:20 UTC");
    }

    #[test]
    fn what_is_named_like_a_key_is_not_shown() {
        assert_eq!(shown("hf_token", &InputValue::Text("hf_x".to_owned())), "•••");
        assert_eq!(shown("steps", &InputValue::Integer(4)), "4");
    }
}
