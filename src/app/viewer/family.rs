//! The generations that a generation derives from, and those derived from it, as a small tree.

use leptos::prelude::*;

use crate::{
    app::names,
    generation::{GalleryItem, contract::PictureAddress},
    language::text,
    server::store::Lineage,
};

/// The tree around `item`; empty if it has no relatives.
#[component]
pub fn Family(item: GalleryItem, lineage: Lineage) -> impl IntoView {
    let Lineage { from, into } = lineage;
    if from.is_empty() && into.is_empty() {
        return ().into_any();
    }
    let children = (!into.is_empty()).then(|| {
        let each = into.into_iter().map(|item| view! { <li><Relative item is_here=false/></li> });
        view! { <ul>{each.collect_view()}</ul> }
    });
    let here = view! { <li><Relative item is_here=true/>{children}</li> }.into_any();
    let tree = from.into_iter().rev().fold(here, |below, item| {
        view! { <li><Relative item is_here=false/><ul>{below}</ul></li> }.into_any()
    });
    view! {
        <link rel="stylesheet" href="/family.css"/>
        <section class="family" aria-label=text!("viewer-family")>
            <h3>{text!("viewer-family")}</h3>
            <ul>{tree}</ul>
        </section>
    }
    .into_any()
}

/// One relative: its first picture, its prompt and its model.
#[component]
fn Relative(item: GalleryItem, is_here: bool) -> impl IntoView {
    let address = PictureAddress { id: item.id.clone(), position: 0 }.path();
    let picture = item.images.first().map(|image| {
        view! {
            <img
                src=format!("/api/thumbnails/{}", image.digest)
                alt=""
                width=image.width
                height=image.height
                loading="lazy"
            />
        }
    });
    view! {
        <a class="family__one" href=address aria-current=is_here.then_some("true")>
            {picture}
            <span dir="auto">{names::picture(&item.request)}" "<small>{item.request.model.title().to_owned()}</small></span>
        </a>
    }
}
