//! What narrows the wall down: the person's collections, and what is said where nothing is found.

use leptos::prelude::*;

use crate::{app::GalleryQuery, generation::Collection, language::text};

/// The id of the list with names of collections, for the selection bar.
pub const COLLECTIONS: &str = "collections";

/// The person's collections as links, and their names for the selection bar.
#[component]
pub fn Collections(query: GalleryQuery, collections: Vec<Collection>) -> impl IntoView {
    let names =
        collections.iter().map(|name| view! { <option value=name.as_str().to_owned()></option> });
    let names = names.collect_view();
    let chosen = query.filter().collection;
    let is_any = !collections.is_empty();
    let link = |name: &str, words: String, is_chosen: bool| {
        let collection = if is_chosen { String::new() } else { name.to_owned() };
        let address =
            GalleryQuery { collection, before: None, until: None, ..query.clone() }.address();
        view! {
            <a class="chip chip--quiet" href=address aria-current=is_chosen.then_some("true")>
                {words}
            </a>
        }
    };
    let links = collections
        .iter()
        .map(|name| link(name.as_str(), name.as_str().to_owned(), chosen.as_ref() == Some(name)));
    let links = links.collect_view();
    view! {
        {is_any.then(|| view! {
            <nav class="wall__collections" aria-label=text!("wall-collections")>{links}</nav>
        })}
        <datalist id=COLLECTIONS>{names}</datalist>
    }
}

/// Where no picture is found.
#[component]
pub fn Nothing(search: String) -> impl IntoView {
    let words = match search.trim() {
        "" => text!("wall-none"),
        search => text!("wall-none-for", search = search),
    };
    view! {
        <p class="wall__none">
            {words}" "
            <a class="chip" href="/">{text!("wall-clear")}</a>
        </p>
    }
}
