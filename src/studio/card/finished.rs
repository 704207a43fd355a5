//! A finished picture with its buttons. The card handles their clicks.

use leptos::prelude::*;

use crate::{
    generation::{GenerationId, contract::PictureAddress},
    studio::{
        icon::Icon,
        picture::Picture,
        words::{Text, text},
    },
};

#[component]
pub fn Finished(
    id: GenerationId,
    picture: Picture,
    name: String,
    position: usize,
) -> impl IntoView {
    let Picture { address, width, height, digest } = picture;
    let page = PictureAddress { id: id.clone(), position: position as u32 }.path();
    let download = ["/api/generations/", id.as_str(), "/download/", &position.to_string()].concat();
    view! {
        <div class="generation__picture">
            <a class="generation__open" href=page>
                <img
                    class="generation__image"
                    src=address
                    alt=name
                    width=width.to_string()
                    height=height.to_string()
                />
            </a>
            <div class="generation__actions">
                {act_button("more", Text::MoreLikeThis, "grid", "")}
                {act_button("edit", Text::Edit, "edit", "")}
                <button type="button" name="use" value=digest aria-label=text(Text::UseAsInput) title=text(Text::UseAsInput)>
                    <Icon name="add"/>
                </button>
                <a href=download download="" aria-label=text(Text::Download) title=text(Text::Download)>
                    <Icon name="download"/>
                </a>
            </div>
        </div>
    }
}

/// A button with only an icon; `name` is its act.
pub fn act_button(
    name: &'static str,
    label: Text,
    icon: &'static str,
    class: &'static str,
) -> impl IntoView + use<> {
    view! {
        <button type="button" class=class name=name aria-label=text(label) title=text(label)>
            <Icon name=icon/>
        </button>
    }
}

/// A button with a text; `name` is its act.
pub fn chip(name: &'static str, word: Text) -> impl IntoView + use<> {
    view! {
        <button type="button" class="chip" name=name>
            {text(word)}
        </button>
    }
}
