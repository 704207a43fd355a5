//! The actions on a generation, as buttons that the [`Viewer`](crate::studio::Viewer) island
//! handles.

use leptos::prelude::*;

use crate::{
    generation::{
        GalleryItem, RecordState, StoredImage,
        contract::{GalleryAct, ViewerAct},
    },
    language::text,
    studio::icon::Icon,
};

#[component]
pub fn Actions(
    item: GalleryItem,
    image: Option<StoredImage>,
    /// The URL of its share page.
    link: Option<String>,
    /// Whether the person may make more of it, change it and delete it.
    may_make: bool,
) -> impl IntoView {
    let id = item.id.to_string();
    let has_seed = item.set_seed().is_some() || item.reported_seed().is_some();
    let star = may_make.then(|| view! { <Star id=id.clone() is_starred=item.starred/> });
    let download = image.as_ref().map(|image| {
        let address = format!("/api/generations/{id}/download/{}", image.position);
        view! {
            <a class="viewer__act" id="viewer-download" href=address download="">
                <Icon name="download"/>
                <small>{text!("card-download")}</small>
            </a>
        }
    });
    let share = (may_make && image.is_some() && link.is_none())
        .then(|| act(GalleryAct::Share.word(), &id, "viewer-share", "link", text!("viewer-share")));
    let copy_link = link.map(|link| {
        act(ViewerAct::CopyLink.word(), &link, "viewer-share", "link", text!("viewer-copy-link"))
    });
    let same_seed = (may_make && has_seed).then(|| {
        act(ViewerAct::SameSeed.word(), &id, "viewer-same-seed", "retry", text!("viewer-same-seed"))
    });
    let is_deletable = item.state.is_ended() || item.state == RecordState::Loading;
    let delete = (may_make && is_deletable).then(|| {
        act(GalleryAct::Delete.word(), &id, "viewer-delete", "delete", text!("wall-delete"))
    });
    let has_prompt = !item.request.prompt.trim().is_empty();
    view! {
        {may_make.then(|| view! { <Again id=id.clone()/> })}
        <div class="viewer__acts">
            {star}
            {download}
            {share}
            {copy_link}
            {same_seed}
            {delete}
        </div>
        <div class="viewer__small">
            {has_prompt.then(|| {
                small(ViewerAct::CopyPrompt, &item.request.prompt, "viewer-copy", "copy", text!("viewer-copy-prompt"))
            })}
            {image.filter(|_| may_make).map(|image| {
                let takers = format!("/input/{}", image.digest);
                view! {
                    {small(ViewerAct::UseAsInput, &image.digest, "viewer-use", "add", text!("card-use"))}
                    <a class="chip chip--quiet" id="viewer-takers" href=takers>{text!("takers-link")}</a>
                }
            })}
        </div>
    }
}

/// What makes more of it.
#[component]
fn Again(id: String) -> impl IntoView {
    view! {
        <div class="viewer__main">
            <button
                type="button"
                class="button button--main"
                id="viewer-more"
                name=ViewerAct::MoreLikeThis.word()
                value=id.clone()
            >
                <Icon name="grid"/>
                {text!("card-more")}
            </button>
            <button
                type="button"
                class="chip"
                id="viewer-edit"
                name=ViewerAct::EditAndRun.word()
                value=id.clone()
            >
                <Icon name="edit"/>
                {text!("viewer-edit")}
            </button>
        </div>
    }
}

#[component]
fn Star(id: String, is_starred: bool) -> impl IntoView {
    let star = if is_starred { GalleryAct::Unstar } else { GalleryAct::Star };
    view! {
        <button
            type="button"
            class="viewer__act"
            id="viewer-star"
            name=star.word()
            value=id
            aria-pressed=is_starred.to_string()
        >
            <Icon name="star"/>
            <small>{text!("wall-star")}</small>
        </button>
    }
}

/// Who can see a shared generation.
#[component]
pub fn Sharing(id: String, link: String, with_inputs: bool) -> impl IntoView {
    let (words, toggle) = match with_inputs {
        true => (
            text!("viewer-shared-all"),
            share_act(GalleryAct::Share, &id, "viewer-share-inputs", text!("viewer-share-less")),
        ),
        false => (
            text!("viewer-shared-picture"),
            share_act(
                GalleryAct::ShareInputs,
                &id,
                "viewer-share-inputs",
                text!("viewer-share-more"),
            ),
        ),
    };
    view! {
        <div class="viewer__share">
            <p>
                {words}
                " "
                <a href=link target="_blank">{text!("viewer-open-link")}</a>
            </p>
            {toggle}
            {share_act(GalleryAct::Unshare, &id, "viewer-unshare", text!("viewer-unshare"))}
        </div>
    }
}

fn share_act(act: GalleryAct, id: &str, place: &'static str, words: String) -> AnyView {
    let value = id.to_owned();
    view! {
        <button type="button" class="chip" id=place name=act.word() value=value>{words}</button>
    }
    .into_any()
}

fn act(
    name: &'static str,
    value: &str,
    place: &'static str,
    icon: &'static str,
    words: String,
) -> AnyView {
    let value = value.to_owned();
    view! {
        <button type="button" class="viewer__act" id=place name=name value=value>
            <Icon name=icon/>
            <small>{words}</small>
        </button>
    }
    .into_any()
}

fn small(
    act: ViewerAct,
    value: &str,
    place: &'static str,
    icon: &'static str,
    words: String,
) -> AnyView {
    let value = value.to_owned();
    view! {
        <button type="button" class="chip chip--quiet" id=place name=act.word() value=value>
            <Icon name=icon/>
            {words}
        </button>
    }
    .into_any()
}
