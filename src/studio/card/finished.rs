//! A picture that is done, with what can be done with it. The card hears of every click.

use leptos::prelude::*;

use crate::{
    generation::{GenerationId, contract::PictureAddress},
    studio::{icon::Icon, picture::Picture},
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
            {act_button("more", "More like this", "grid", "")}
            {act_button("edit", "Edit", "edit", "")}
            <button type="button" name="use" value=digest aria-label="Use as input" title="Use as input">
                <Icon name="add"/>
            </button>
            <a href=download download="" aria-label="Download" title="Download">
                <Icon name="download"/>
            </a>
        </div>
    }
}

/// A button that is only an icon, for `name`.
pub fn act_button(
    name: &'static str,
    label: &'static str,
    icon: &'static str,
    class: &'static str,
) -> impl IntoView + use<> {
    view! {
        <button type="button" class=class name=name aria-label=label title=label>
            <Icon name=icon/>
        </button>
    }
}

/// A button with a word, for `name`.
pub fn chip(name: &'static str, word: &'static str) -> impl IntoView + use<> {
    view! {
        <button type="button" class="chip" name=name>
            {word}
        </button>
    }
}
