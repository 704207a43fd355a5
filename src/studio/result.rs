//! The picture: a box of its final size from the first moment, the preview in it, then the
//! original bytes.

use std::cell::RefCell;

use leptos::{prelude::*, task::spawn_local};
use web_sys::Element;

use super::{
    follow,
    form::Form,
    heart::{Heart, Picture},
    page::{draw, find, get, set, within},
};
use crate::generation::Fact;

/// Shows what there is for as long as the page lives.
pub fn show(heart: &'static Heart, form: &'static Form) {
    follow(move || {
        let is_generating = heart.signals.is_generating.get();
        let pictures = heart.signals.img.read();
        if let Some(place) = find("#result") {
            place.set_inner_html("");
            if is_generating {
                unfinished(&place, form);
            } else if pictures.is_empty() {
                nothing(&place, heart);
            } else {
                for (index, picture) in pictures.iter().enumerate() {
                    finished(&place, heart, picture, index, pictures.len());
                }
            }
        }
    });
    follow(move || {
        let current = heart.current();
        if let (Some(number), Some((id, _))) = (current.progress.preview, &current.asked)
            && let Some(preview) = find(".result__preview")
        {
            set(&preview, "src", &format!("/api/generations/{id}/previews/{number}"));
        }
    });
}

/// Shows what comes beside pictures: a generator's next yield takes the place of the one before.
pub fn show_outputs(heart: &'static Heart) {
    let shown = RefCell::new((false, Vec::new()));
    follow(move || {
        // The result is drawn anew when it ends.
        let is_generating = heart.signals.is_generating.get();
        let current = heart.current();
        let outputs = &current.progress.outputs;
        let is_shown = *shown.borrow() == (is_generating, outputs.clone());
        let Some((id, _)) = current.asked.as_ref().filter(|_| !is_shown) else { return };
        shown.replace((is_generating, outputs.clone()));
        if outputs.is_empty() {
            return;
        }
        let address = format!("/gallery/{id}/outputs");
        spawn_local(async move {
            let Ok(html) = get(&address).await else { return };
            let Some(place) = find("#result") else { return };
            for before in [".outputs", ".result__empty"] {
                if let Some(before) = within(&place, before) {
                    before.remove();
                }
            }
            let _ = place.insert_adjacent_html("beforeend", &html);
        });
    });
}

fn unfinished(place: &Element, form: &Form) -> Option<()> {
    draw(place, "unfinished");
    let canvas = within(place, "canvas")?;
    let (width, height) = form.size();
    set(&canvas, "width", &width.to_string());
    set(&canvas, "height", &height.to_string());
    None
}

/// A model that makes no pictures has told something else.
fn nothing(place: &Element, heart: &Heart) -> Option<()> {
    draw(place, "nothing");
    let facts = &untrack(|| heart.current()).facts;
    if !facts.is_empty() {
        within(place, ".result__empty")?.remove();
    }
    show_facts(&within(place, ".facts")?, facts)
}

fn finished(
    place: &Element,
    heart: &Heart,
    picture: &Picture,
    index: usize,
    count: usize,
) -> Option<()> {
    draw(place, "finished");
    let figure = place.last_element_child()?;
    let Picture { address, width, height, digest, name, prompt, download } = picture;
    let name = match count {
        1 => name.clone(),
        _ => format!("{name} ({} of {count})", index + 1),
    };
    let image = within(&figure, "img")?;
    set(&image, "width", &width.to_string());
    set(&image, "height", &height.to_string());
    set(&image, "alt", &name);
    set(&image, "src", address);
    set(&within(&figure, "[download]")?, "href", download);
    set(&within(&figure, "[data-action=copy]")?, "data-text", prompt);
    set(&within(&figure, "[data-action=use-picture]")?, "data-digest", digest);
    let facts = within(&figure, ".facts")?;
    show_facts(&facts, &[Fact { name: "Size".to_owned(), value: format!("{width} × {height}") }]);
    show_facts(&facts, &untrack(|| heart.current()).facts)
}

/// What the provider told; an address is a link, and one of ours a file to download.
fn show_facts(place: &Element, facts: &[Fact]) -> Option<()> {
    for fact in facts {
        draw(place, "fact");
        let row = place.last_element_child()?;
        within(&row, "dt")?.set_text_content(Some(&fact.name));
        let value = within(&row, "a")?;
        let words = fact.file_name().unwrap_or(&fact.value);
        value.set_text_content(Some(words));
        if fact.file_name().is_some() {
            set(&value, "download", "");
            set(&value, "href", &fact.value);
        } else if words.starts_with("https://") {
            set(&value, "href", words);
        }
    }
    None
}
