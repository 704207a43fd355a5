//! The actions on a whole series, and its sharing.

use leptos::prelude::*;

use super::series_view::SeriesView;
use crate::language::text;

/// Buttons to cancel a running series, to reveal hidden names, and to delete a series that has
/// ended.
#[component]
pub fn Acts(seen: SeriesView) -> impl IntoView {
    let SeriesView { path, is_over, is_hidden, .. } = seen.clone();
    let has_pictures = seen.cells.iter().any(|cell| cell.picture.is_some());
    let cancel = (!is_over).then(|| act("cancel", text!("series-cancel")));
    let reveal = (is_over && is_hidden).then(|| act("reveal", text!("series-reveal")));
    let delete = is_over.then(|| act("delete", text!("series-delete")));
    let name = seen.title();
    // The script draws all pictures into one file, if the browser can.
    let export = (has_pictures && !is_hidden).then(|| {
        view! {
            <button type="button" class="chip" id="series-export" data-name=name hidden>
                {text!("series-export")}
            </button>
        }
    });
    view! {
        <form class="series__acts" method="post" action=path>
            {cancel}
            {reveal}
            {export}
            {delete}
        </form>
    }
}

/// The share link, or a button to create one.
#[component]
pub fn Sharing(seen: SeriesView) -> impl IntoView {
    let content = match seen.share.clone() {
        None => view! {
            {act("share", text!("series-share"))}
        }
        .into_any(),
        Some((link, with_inputs)) => {
            let (words, toggle) = match with_inputs {
                true => (text!("series-shared-all"), act("share", text!("series-share-less"))),
                false => (text!("series-shared"), act("share-inputs", text!("series-share-more"))),
            };
            view! {
                <p>
                    {words}" "
                    <a href=link target="_blank">{text!("viewer-open-link")}</a>
                </p>
                {toggle}
                {act("unshare", text!("viewer-unshare"))}
            }
            .into_any()
        }
    };
    view! { <form class="series__acts" id="series-share" method="post" action=seen.path>{content}</form> }
}

fn act(value: &'static str, words: String) -> AnyView {
    view! { <button class="chip" name="act" value=value>{words}</button> }.into_any()
}
