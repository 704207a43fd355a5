//! A card: the generations of one press of Generate, from the first moment in boxes of their final
//! size.

use std::cell::RefCell;

use leptos::prelude::*;

use super::{
    batch::{Batch, Member},
    drawn::DrawnPart,
    fresh::{follow, fresh_when, live},
    generator::Generator,
    icon::Icon,
    picture::Picture,
    status, use_studio,
};
use crate::{
    api, browser,
    error::GenerateError,
    generation::{
        Role,
        contract::{Html, Part, SeedUse},
        retry::State,
    },
};

/// All of one batch, under its prompt.
#[component]
pub fn Card(batch: Batch) -> impl IntoView {
    let Batch { prompt, model, width, height, members, may_bill } = batch.clone();
    let name = batch.name();
    let about = RwSignal::new(String::new());
    let count = members.len();
    let members = members.into_iter().enumerate().map(|(index, member)| {
        let place = Place {
            name: member_name(&name, index, count),
            width,
            height,
            may_bill,
            about: (count == 1).then_some(about),
        };
        view! { <Generation member place/> }
    });
    view! {
        <article class="card" aria-label=name.clone() class:card--several={count > 1}>
            <div class="card__members">{members.collect_view()}</div>
            <p class="card__prompt" title=prompt.clone()>{name.clone()}</p>
            <p class="card__about">{model}" · "{width.to_string()}" × "{height.to_string()}{about}</p>
        </article>
    }
}

/// How one picture of several is called.
fn member_name(name: &str, index: usize, count: usize) -> String {
    match count {
        1 => name.to_owned(),
        _ => format!("{name} ({} of {count})", index + 1),
    }
}

/// Where a generation is shown.
#[derive(Clone)]
struct Place {
    name: String,
    width: u32,
    height: u32,
    may_bill: bool,
    /// Takes what is known of a single result.
    about: Option<RwSignal<String>>,
}

/// Carries out one generation and shows it.
#[component]
fn Generation(member: Member, place: Place) -> impl IntoView {
    let studio = use_studio();
    let generator = Generator::new(studio, member.clone());
    let Generator { img, retry, retry_count: _, is_generating, current, .. } = generator;
    generator.keep_going();
    follow(move || untrack(|| generator.begin()));

    let sentence = move || {
        current.with(|current| {
            status::sentence(&current.machine, &current.progress, current.error.as_ref())
        })
    };
    let time = move || {
        let now_ms = studio.now_ms.get();
        if let Some(wait) = retry.get()
            && current.with(|current| current.machine.state() != State::Following)
        {
            let left = ((wait.until_ms - now_ms) / 1000.0).ceil().max(0.0) as u32;
            return format!("{left} s left");
        }
        let elapsed = current.with(|current| current.clock.elapsed_ms(now_ms));
        elapsed.map(|ms| format!("{} s", (ms / 1000.0) as u32)).unwrap_or_default()
    };
    let fraction = move || {
        let fraction = current.with(|current| current.progress.fraction());
        fraction.map(|fraction| ((fraction * 1000.0) as u32).to_string())
    };
    let id = member.id.clone();
    let has_preview =
        move || is_generating.get() && current.with(|current| current.progress.preview.is_some());
    let preview = move || {
        let number = current.with(|current| current.progress.preview)?;
        is_generating.get().then(|| format!("/api/generations/{id}/previews/{number}"))
    };
    if let Some(about) = place.about {
        follow(move || about.set(current.with(facts_line)));
    }
    let is_cancelling = move || current.with(|current| current.machine.is_cancelling());
    let is_lost = move || current.with(|current| current.machine.state() == State::Lost);
    let has_failed = move || current.with(|current| current.error.is_some());

    // A generator's next yield takes the place of the one before.
    let outputs = RwSignal::new(None::<Html>);
    let drawn = RefCell::new(Vec::new());
    follow(move || {
        let new = current.with(|current| current.progress.outputs.clone());
        let Some(id) = generator.id().filter(|_| *drawn.borrow() != new) else { return };
        drawn.replace(new);
        leptos::task::spawn_local(async move {
            if let Ok(drawn) = api::draw(Part::Outputs(id)).await {
                let _ = outputs.try_set(Some(drawn.html));
            }
        });
    });

    let Place { name, width, height, .. } = place.clone();
    let again = member.draft.clone();
    view! {
        <figure
            class="generation"
            style:--width=width.to_string()
            style:--height=height.to_string()
            aria-busy=live(move || is_generating.get().then_some("true"))
        >
            <div class="generation__box" class:generation__box--lost=is_lost>
                <img
                    class="generation__preview"
                    alt=""
                    hidden=live(move || !has_preview())
                    src=preview
                />
                {fresh_when(move || Some(pictures(&name, &member, &img.get())))}
                <div class="generation__outputs" hidden=live(move || outputs.with(Option::is_none))>
                    <DrawnPart html=outputs>""</DrawnPart>
                </div>
                <div class="plate" hidden=move || !is_generating.get()>
                    <p class="plate__line">{sentence}</p>
                    <p class="plate__time">{time}</p>
                    <progress class="plate__bar" max="1000" aria-label="Progress" value=fraction></progress>
                </div>
                <button
                    type="button"
                    class="generation__cancel"
                    aria-label="Cancel"
                    title="Cancel"
                    hidden=live(move || !is_generating.get())
                    disabled=is_cancelling
                    on:click=move |_| generator.dispatch(crate::generation::retry::Msg::CancelPressed)
                >
                    <Icon name="close"/>
                </button>
                <button
                    type="button"
                    class="chip generation__retry"
                    hidden=live(move || !is_lost())
                    on:click=move |_| generator.dispatch(crate::generation::retry::Msg::Online)
                >
                    "Retry now"
                </button>
                <Failure generator place=place.clone() hidden=Signal::derive(move || !has_failed()) again/>
            </div>
        </figure>
    }
}

/// Why there is no picture, and what to do.
#[component]
fn Failure(
    generator: Generator,
    place: Place,
    hidden: Signal<bool>,
    again: Option<crate::generation::Draft>,
) -> impl IntoView {
    let studio = use_studio();
    let html = RwSignal::new(None::<Html>);
    let is_cancelled =
        move || generator.current.with(|current| current.error == Some(GenerateError::Cancelled));
    follow(move || {
        let Some(error) = generator.current.with(|current| current.error.clone()) else { return };
        let generation = generator.id();
        leptos::task::spawn_local(async move {
            if let Ok(drawn) = api::draw(Part::Failure { error, generation }).await {
                let _ = html.try_set(Some(drawn.html));
            }
        });
    });
    let _ = place.may_bill;
    let retry = again.clone();
    view! {
        <div class="failure" hidden=hidden class:failure--cancelled=is_cancelled>
            <div class="failure__words" role=move || (!hidden.get() && !is_cancelled()).then_some("alert")>
                <DrawnPart html=html>
                    <p></p>
                </DrawnPart>
            </div>
            <div class="failure__actions">
                <button
                    type="button"
                    class="chip"
                    on:click=move |_| {
                        if let Some(id) = generator.id() {
                            studio.try_again(&id, retry.clone());
                        }
                    }
                >
                    {move || if is_cancelled() { "Run again" } else { "Try again" }}
                </button>
                <button
                    type="button"
                    class="chip"
                    on:click=move |_| {
                        if let Some(id) = generator.id() {
                            studio.edit(id, again.clone());
                        }
                    }
                >
                    "Edit"
                </button>
            </div>
        </div>
    }
}

/// The pictures of a result, each with what can be done with it.
fn pictures(name: &str, member: &Member, pictures: &[Picture]) -> impl IntoView + use<> {
    let count = pictures.len();
    let member = member.clone();
    let name = name.to_owned();
    pictures
        .iter()
        .enumerate()
        .map(|(position, picture)| {
            let name = member_name(&name, position, count);
            view! { <Finished member=member.clone() picture=picture.clone() name position/> }
        })
        .collect_view()
}

#[component]
fn Finished(member: Member, picture: Picture, name: String, position: usize) -> impl IntoView {
    let studio = use_studio();
    let Picture { address, width, height, digest } = picture;
    let Member { id, .. } = member;
    let download = format!("/api/generations/{id}/download/{position}");
    let (viewed, more, edited, used) = (id.clone(), id.clone(), id.clone(), digest);
    let page = format!("/p/{id}");
    view! {
        <a
            class="generation__open"
            href=page
            on:click=move |event| {
                if browser::is_plain(&event) {
                    event.prevent_default();
                    studio.view(viewed.clone(), position as u32);
                }
            }
        >
            <img
                class="generation__image"
                src=address
                alt=name
                width=width.to_string()
                height=height.to_string()
            />
        </a>
        <div class="generation__actions">
            <button
                type="button"
                aria-label="More like this"
                title="More like this"
                on:click=move |_| studio.run_again(more.clone(), SeedUse::New, MORE)
            >
                <Icon name="grid"/>
            </button>
            <button
                type="button"
                aria-label="Edit"
                title="Edit"
                on:click=move |_| studio.edit(edited.clone(), None)
            >
                <Icon name="edit"/>
            </button>
            <button
                type="button"
                aria-label="Use as input"
                title="Use as input"
                on:click=move |_| studio.use_picture(&used)
            >
                <Icon name="add"/>
            </button>
            <a href=download download="" aria-label="Download" title="Download">
                <Icon name="download"/>
            </a>
        </div>
    }
}

/// What is said of a result beside its size: the seed and how long it took.
fn facts_line(current: &super::generator::Current) -> String {
    let mut line = String::new();
    let seed = current.facts.iter().find(|fact| fact.name == Role::Seed.label());
    if let Some(seed) = seed {
        line += " · seed ";
        line += &seed.value;
    }
    if let Some(took) = current.clock.took_ms().filter(|_| current.machine.state() == State::Over) {
        line += " · ";
        line += &status::seconds(took);
    }
    line
}

/// How many pictures “More like this” makes.
const MORE: usize = 4;
