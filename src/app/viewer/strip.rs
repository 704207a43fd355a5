//! The film strip below the details.

use leptos::prelude::*;

use super::ViewerProps;
use crate::{app::names, generation::contract::PictureAddress, language::text};

/// The neighbours in the gallery, newest first.
#[component]
pub fn Strip(seen: ViewerProps) -> impl IntoView {
    let ViewerProps { item, newer, older, .. } = seen;
    let here = item.id.clone();
    let all = newer.into_iter().rev().chain([item]).chain(older);
    let pictures = all.filter_map(|item| {
        let image = item.images.first()?;
        let address = PictureAddress { id: item.id.clone(), position: 0 }.path();
        let is_here = (item.id == here).then_some("true");
        Some(view! {
            <a class="strip__open" href=address aria-current=is_here>
                <img
                    src=format!("/api/thumbnails/{}", image.digest)
                    alt=names::picture(&item.request)
                    width=image.width
                    height=image.height
                    loading="lazy"
                />
            </a>
        })
    });
    view! { <nav class="strip" aria-label=text!("viewer-neighbours")>{pictures.collect_view()}</nav> }
}
