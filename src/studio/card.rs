//! A card shows the generations of one press of Generate, from the start in boxes of their final
//! size.

mod finished;
mod plate;

use std::cell::Cell;

use leptos::prelude::*;
use web_sys::MouseEvent;

use self::finished::{Finished, act_button, chip};
pub use self::plate::{Plate, preview_address};
use super::{
    Studio,
    ask::ask,
    batch::{Batch, Member},
    drawn::drawn,
    fresh::{follow, fresh, list, live, on},
    generator::{Current, Generator},
    picture::Picture,
    status, use_studio,
    words::{Text, text_with},
};
use crate::{
    browser,
    generation::{
        RefusalKind,
        contract::{Part, PictureAddress, SeedUse},
        retry::{Msg, State},
    },
};

/// How many pictures “More like this” makes.
pub const MORE: usize = 4;

/// All generations of one batch, under its prompt.
#[component]
pub fn Card(batch: Batch) -> impl IntoView {
    let (name, label, shown) = (batch.name(), batch.name(), batch.name());
    let Batch { prompt, model, width, height, members } = batch;
    let about = RwSignal::new(String::new());
    let count = members.len();
    let members = list(move || {
        let members = members.iter().enumerate();
        members
            .map(|(index, member)| {
                let (key, member) = (member.id.as_str().to_owned(), member.clone());
                let name = member_name(&name, index, count);
                let about = (count == 1).then_some(about);
                (key, fresh(move || view! { <Generation member name about/> }))
            })
            .collect()
    });
    // The style sheet lays the pictures out by their size and their number.
    let sizes = [width, height, count as u32].map(|size| size.to_string());
    let style = ["--width:", &sizes[0], ";--height:", &sizes[1], ";--count:", &sizes[2]].concat();
    view! {
        <article class="card" aria-label=label style=style>
            <div class="card__members">{members}</div>
            <p class="card__prompt" dir="auto" title=prompt>{shown}</p>
            <p class="card__about">{live(move || about.with(|about| [model.as_str(), about].concat()))}</p>
        </article>
    }
}

/// The name of one picture out of `count`.
fn member_name(name: &str, index: usize, count: usize) -> String {
    match count {
        1 => name.to_owned(),
        _ => text_with(Text::OneOf, &[name, &(index + 1).to_string(), &count.to_string()]),
    }
}

/// What the buttons of a card act on.
#[derive(Clone, Copy)]
struct Hand {
    studio: Studio,
    generator: Generator,
}

/// Runs one generation and shows it.
#[component]
fn Generation(
    member: Member,
    name: String,
    /// Receives the details of a single result.
    about: Option<RwSignal<String>>,
) -> impl IntoView {
    let studio = use_studio();
    let id = member.id.clone();
    let generator = Generator::new(studio, member);
    let Generator { img, retry: _, retry_count: _, is_generating, current, .. } = generator;
    generator.keep_going();
    follow(move || untrack(|| generator.begin()));
    if let Some(about) = about {
        follow(move || {
            let size = img.with(|pictures| pictures.first().map(Picture::size_words));
            let facts = current.with(facts_line);
            about.set(size.unwrap_or_default() + &facts);
        });
    }
    let words = RwSignal::new(String::new());
    let shown = Cell::new(0);
    follow(move || show_words(generator, words, &shown));

    let hand = Hand { studio, generator };
    let is_lost = move || current.with(|current| current.machine.is_lost());
    let refused = move || current.with(|current| current.refusal.as_ref().map(|why| why.kind));
    let has_failed = move || refused().is_some_and(|kind| kind != RefusalKind::Cancelled);
    view! {
        <figure
            class="generation"
            tabindex="-1"
            aria-busy=live(move || Some(if is_generating.get() { "true" } else { "false" }.to_owned()))
            on:click=on(move |event| hand.clicked(&event))
        >
            <div class="generation__box">
                {list(move || {
                    let pictures = img.get();
                    let count = pictures.len();
                    pictures.into_iter().enumerate().map(|(position, picture)| {
                        let (id, name) = (id.clone(), member_name(&name, position, count));
                        (position.to_string(), fresh(move || view! { <Finished id picture name position/> }))
                    }).collect()
                })}
                <Plate generator/>
                {act_button("cancel", Text::Cancel, "close", "generation__cancel")}
                <div
                    class="generation__words"
                    hidden=live(move || words.with(String::is_empty))
                >
                    <div
                        role=live(move || has_failed().then(|| "alert".to_owned()))
                    >
                        {drawn(move || words.get())}
                    </div>
                    <div class="failure__actions" hidden=live(move || refused().is_none())>
                        {chip("again", Text::TryAgain)}
                        {chip("edit", Text::Edit)}
                    </div>
                </div>
                <div class="generation__retry" hidden=live(move || !is_lost())>
                    {chip("now", Text::RetryNow)}
                </div>
            </div>
        </figure>
    }
}

/// Shows everything beside pictures: other outputs, the options in a long wait, or the error. New
/// outputs replace earlier ones; `shown` is the number of those on show.
fn show_words(generator: Generator, words: RwSignal<String>, shown: &Cell<u32>) {
    let (refusal, yields) = generator.current.with(|current| {
        (current.refusal.clone(), current.told.yields + u32::from(current.has_outputs))
    });
    if let Some(refusal) = refusal {
        words.set(status::told(refusal).0);
    } else if shown.replace(yields) != yields
        && let Some(id) = generator.id()
    {
        ask(Part::Outputs(id), move |answer| {
            if let Ok(drawn) = answer {
                let _ = words.try_set(drawn.html.0);
            }
        });
    }
}

impl Hand {
    fn clicked(self, event: &MouseEvent) {
        let Self { studio, generator } = self;
        let Some(Member { id, draft }) = generator.member() else { return };
        let Some(button) = browser::button_of(event) else {
            let link = browser::link_of(event).filter(|_| browser::is_plain(event));
            let picture =
                link.and_then(|link| PictureAddress::of(&link.pathname(), &link.search()));
            if let Some(PictureAddress { id, position }) = picture {
                event.prevent_default();
                studio.view(id, position);
            }
            return;
        };
        match button.name().as_str() {
            "cancel" => {
                // The button disappears, and with it would the focus.
                browser::focus_listener(event);
                generator.dispatch(Msg::CancelPressed);
            }
            "now" => generator.dispatch(Msg::Online),
            "again" => studio.try_again(id, draft),
            // Only this page knows the draft of a generation that never began.
            "edit" => {
                let is_refused = generator.current.with_untracked(|now| now.refusal.is_some());
                studio.edit(id, draft.filter(|_| is_refused));
            }
            "more" => studio.run_again(id, SeedUse::New, MORE),
            "use" => studio.use_picture(&button.value()),
            _ => {}
        }
    }
}

/// The details to show after a picture's size: its seed and its run time.
fn facts_line(current: &Current) -> String {
    let mut line = String::new();
    if let Some(seed) = &current.seed {
        line += " · ";
        line += &text_with(Text::Seed, &[seed]);
    }
    if let Some(took) = current.clock.took_ms().filter(|_| current.machine.state() == State::Over) {
        line += " · ";
        line += &status::seconds(took);
        // After the separator in the final sentence comes the cost.
        if let Some((_, cost)) = current.told.words.split_once('·') {
            line += " ·";
            line += cost;
        }
    }
    line
}
