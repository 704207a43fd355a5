//! One generation, large, with all that is known of it and all that can be done with it. Rendered
//! on the server; the buttons say in their attributes what they do.

use leptos::prelude::*;

use super::{facts::Facts, gallery::state_words, outputs::Outputs};
use crate::generation::{GalleryItem, GenerationId, RecordState, StoredImage};

/// What the viewer shows.
#[derive(Clone, Debug)]
pub struct Seen {
    pub item: GalleryItem,
    /// Which of its pictures, from 0.
    pub position: usize,
    /// Whether the model is known to take a seed.
    pub takes_seed: bool,
    /// The token of its link, and whether that shows the inputs.
    pub share: Option<(String, bool)>,
}

/// The content of the dialog.
#[component]
pub fn Viewer(seen: Seen) -> impl IntoView {
    let Seen { item, position, takes_seed, share } = seen;
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
                <Actions item=item.clone() image=image.clone() takes_seed/>
                <p class="viewer__words" aria-live="polite"></p>
                {sharing}
                <Outputs outputs=item.outputs.clone() id=item.id.clone()/>
                <Facts item image/>
            </div>
        </article>
    }
}

#[component]
fn Stage(item: GalleryItem, image: Option<StoredImage>, position: usize) -> impl IntoView {
    let name = item.request.picture_name();
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
        None if item.state == RecordState::Done && !item.outputs.is_empty() => ().into_any(),
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
fn Actions(item: GalleryItem, image: Option<StoredImage>, takes_seed: bool) -> impl IntoView {
    let id = item.id.clone();
    let to = |what: &str| format!("/gallery/{id}/{what}");
    let form = |seed: &str| format!("/form?generation={id}{seed}");
    let has_seed = item.set_seed().is_some() || takes_seed && item.told_seed().is_some();
    let again = has_seed.then(|| {
        view! {
            <button type="button" class="button" data-action="again" data-form=form("&seed=same")>
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
            <a
                class="button"
                href=format!("/api/generations/{id}/download/{}?clean", image.position)
                download=""
                title="Nothing but the picture: no prompt, no inputs, no place, no time"
            >
                "Clean copy"
            </a>
            <button type="button" class="button" data-action="use-picture" data-digest=image.digest>
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
                data-form=form("")
            >
                "Reuse inputs"
            </button>
            {again}
            <button type="button" class="button" data-action="again" data-form=form("&seed=new")>
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

fn is_deletable(state: RecordState) -> bool {
    state.is_ended() || state == RecordState::Loading
}
