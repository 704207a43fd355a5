//! The picture: a box of its final size from the first moment, the preview in it, then the
//! original bytes.

use leptos::{prelude::*, task::spawn_local};

use super::{
    browser,
    form::Form,
    heart::{Heart, Picture},
};
use crate::generation::Fact;

/// The region that holds the result.
#[component]
pub fn Results(heart: Heart, form: Form) -> impl IntoView {
    let is_empty = move || heart.img.read().is_empty() && !heart.is_generating.get();
    let finished = move || {
        let pictures = if heart.is_generating.get() { Vec::new() } else { heart.img.get() };
        let count = pictures.len();
        let figures = pictures.into_iter().enumerate();
        figures
            .map(|(index, picture)| view! { <Finished heart form picture index count/> })
            .collect_view()
    };
    view! {
        <section class="result" aria-label="Result">
            <Show when=move || heart.is_generating.get()>
                <Unfinished heart form/>
            </Show>
            {finished}
            {move || is_empty().then(|| view! { <NoPicture heart/> })}
        </section>
    }
}

/// A model that makes no pictures has told something else.
#[component]
fn NoPicture(heart: Heart) -> impl IntoView {
    let facts = heart.current.get().map(|current| current.facts).unwrap_or_default();
    if facts.is_empty() {
        view! { <p class="result__empty">"Your picture will appear here."</p> }.into_any()
    } else {
        view! { <Facts facts/> }.into_any()
    }
}

/// What the provider told; an address is a link, and one of ours a file to download.
#[component]
fn Facts(facts: Vec<Fact>) -> impl IntoView {
    let value = |fact: &Fact| {
        let address = fact.value.clone();
        match fact.file_name().map(str::to_owned) {
            Some(name) => view! { <a href=address download="">{name}</a> }.into_any(),
            None if address.starts_with("https://") => {
                let words = address.clone();
                view! { <a href=address rel="noreferrer">{words}</a> }.into_any()
            }
            None => address.into_any(),
        }
    };
    let facts = facts
        .into_iter()
        .map(|fact| {
            let value = value(&fact);
            view! { <div><dt>{fact.name}</dt><dd>{value}</dd></div> }
        })
        .collect_view();
    view! { <dl class="facts">{facts}</dl> }
}

/// An empty canvas has the proportions of the picture to come.
#[component]
fn Unfinished(heart: Heart, form: Form) -> impl IntoView {
    let (width, height) = form.size();
    let preview = move || {
        let number = heart.progress.read().preview?;
        let id = heart.current.read().as_ref()?.id.clone();
        let address = format!("/api/generations/{id}/previews/{number}");
        Some(view! { <img class="result__preview" alt="" src=address/> })
    };
    view! {
        <div class="result__frame" aria-busy="true">
            <canvas class="result__image" width=width height=height aria-hidden="true"></canvas>
            {preview}
        </div>
    }
}

#[component]
fn Finished(
    heart: Heart,
    form: Form,
    picture: Picture,
    index: usize,
    count: usize,
) -> impl IntoView {
    let current = heart.current.get_untracked();
    // The server's copy tells how it was made; the picture here is the original.
    let download =
        current.as_ref().map(|current| format!("/api/generations/{}/download/{index}", current.id));
    let mut name =
        current.as_ref().map(|current| current.request.picture_name()).unwrap_or_default();
    if count > 1 {
        name += &format!(" ({} of {count})", index + 1);
    }
    let (prompt, facts) =
        current.map(|current| (current.request.prompt, current.facts)).unwrap_or_default();
    let digest = StoredValue::new(picture.digest.clone());
    let copied = RwSignal::new(false);
    let copy_prompt = move |_| {
        let prompt = prompt.clone();
        spawn_local(async move { copied.set(browser::copy(&prompt).await) });
    };
    let size = Fact::new("Size", format!("{} × {}", picture.width, picture.height));
    let facts = std::iter::once(size).chain(facts).collect();
    view! {
        <figure class="result__figure">
            <div class="result__frame">
                <img
                    class="result__image"
                    src=picture.address
                    alt=name
                    width=picture.width
                    height=picture.height
                />
            </div>
            <figcaption class="result__caption">
                <Facts facts/>
                <div class="result__actions">
                    <a class="button" href=download download="">"Download"</a>
                    <button type="button" class="button" on:click=copy_prompt>
                        {move || if copied.get() { "Copied" } else { "Copy prompt" }}
                    </button>
                    <Show when=move || form.picture_field().is_some()>
                        <button
                            type="button"
                            class="button"
                            on:click=move |_| digest.with_value(|digest| form.use_picture(digest))
                        >
                            "Use as input"
                        </button>
                    </Show>
                </div>
            </figcaption>
        </figure>
    }
}
