//! The placeholder for a future picture: its progress and its preview.

use leptos::prelude::*;

use crate::{
    generation::{GenerationId, retry::State},
    studio::{
        fresh::live,
        generator::{Current, Generator},
        use_studio,
        words::{Text, text, text_with},
    },
};

/// The path of a preview.
pub fn preview_address(id: &GenerationId, number: u32) -> String {
    ["/api/generations/", id.as_str(), "/previews/", &number.to_string()].concat()
}

/// The progress of a running generation. The viewer may show it longer than the card exists, so
/// reads of disposed signals show nothing.
#[component]
pub fn Plate(generator: Generator) -> impl IntoView {
    let studio = use_studio();
    let Generator { retry, is_generating, current, .. } = generator;
    let is_working = move || is_generating.try_get().unwrap_or(false);
    let time = move || {
        let now_ms = studio.now_ms.get();
        let following = current.try_with(|current| current.machine.state() == State::Following);
        let waits = following == Some(false) && retry.try_get().unwrap_or(0.0) > 0.0;
        let ms = current.try_with(|current| match waits {
            true => Some(current.until_ms - now_ms + 999.0),
            false => current.clock.elapsed_ms(now_ms),
        });
        let Some(ms) = ms.flatten() else { return String::new() };
        let seconds = (ms.max(0.0) / 1000.0) as u32;
        text_with(if waits { Text::Left } else { Text::Elapsed }, &[&seconds.to_string()])
    };
    let fraction = move || {
        let fraction = current.try_with(|current| current.told.fraction).flatten();
        fraction.map(|fraction| fraction.to_string())
    };
    let preview = move || {
        let number = current.try_with(|current| current.told.preview).flatten()?;
        Some(preview_address(&generator.id()?, number))
    };
    view! {
        <div class="plate" hidden=live(move || !is_working())>
            <img
                class="generation__preview"
                alt=""
                hidden=live(move || preview().is_none())
                src=live(preview)
            />
            <div class="plate__words">
                <p class="plate__line">
                    {live(move || current.try_with(Current::sentence).unwrap_or_default())}
                </p>
                <p class="plate__time">{live(time)}</p>
                <progress class="plate__bar" max="1000" aria-label=text(Text::Progress) value=live(fraction)>
                </progress>
            </div>
        </div>
    }
}
