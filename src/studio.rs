//! What a person sees: one island with the prompt, the model and its inputs, the status and the
//! result.

mod browser;
mod connections;
mod events;
mod field;
mod finder;
mod form;
mod gallery;
mod heart;
mod model_picker;
mod offers;
mod packed;
mod parameters;
mod prompt;
mod result;
mod seed;
mod size;
mod space_copy;
mod space_details;
mod status;

use leptos::prelude::*;

use crate::{error::GenerateError, generation::Role};

use self::{
    connections::Connections, form::Form, heart::Heart, model_picker::ModelPicker,
    parameters::Parameters, prompt::Prompt, result::Results, space_details::SpaceDetails,
    status::Status,
};
pub use self::{
    offers::{Offer, Offers},
    packed::Packed,
};

/// The whole studio.
#[island]
pub fn Studio(offers: Packed<Offers>) -> impl IntoView {
    let Offers { offers, chosen, first } = offers.0;
    let form = Form::new(chosen, first);
    let heart = Heart::new();
    heart.take_up(form);
    Effect::new(move |_| gallery::bring_to_life(heart, form));

    // The seed of the last picture is at hand, to be locked.
    Effect::new(move |_| {
        let current = heart.current.get();
        let facts = current.map(|current| current.facts).unwrap_or_default();
        let seed = facts.iter().find(|fact| fact.name == Role::Seed.label());
        if let Some(seed) = seed.and_then(|fact| fact.value.parse().ok()) {
            form.last_seed.set(Some(seed));
        }
    });

    // What a provider did not accept is told beside the input.
    Effect::new(move |_| {
        if let Some(GenerateError::InputRejected { fields, .. }) = heart.error.get() {
            form.errors.set(fields);
        }
    });

    let generate = Callback::new(move |()| {
        if let Some(request) = form.request(heart.input.get_untracked()) {
            heart.generate(request);
        }
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        generate.run(());
    };

    view! {
        <header class="masthead">
            <img class="masthead__mark" src="/favicon.svg" alt="" width="28" height="28"/>
            <h1 class="masthead__name">"Easel"</h1>
            <Connections/>
        </header>
        <main class="studio">
            <form class="controls" aria-label="Request" on:submit=submit novalidate>
                <Prompt heart form on_generate=generate/>
                <ModelPicker form offers/>
                <SpaceDetails form/>
                <Parameters heart form/>
            </form>
            <div class="stage">
                <Status heart form/>
                <Results heart form/>
            </div>
        </main>
    }
}
