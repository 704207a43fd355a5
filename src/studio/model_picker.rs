//! Which model runs the request: one of those on offer, or one that was searched for.

use leptos::prelude::*;

use super::{Offer, finder::Finder, form::Form};

/// A native list of the models on offer; its options carry the model reference.
#[component]
pub fn ModelPicker(form: Form, offers: Vec<Offer>) -> impl IntoView {
    let offers = RwSignal::new(offers);
    // A model from elsewhere, such as the one of a reloaded generation, joins the list.
    Effect::new(move |_| {
        let reference = form.reference.get();
        if offers.read_untracked().iter().all(|offer| offer.reference != reference) {
            let title = reference.target().to_owned();
            offers.update(|offers| offers.push(Offer { reference, title }));
        }
    });
    let options = move || {
        let offers = offers.get();
        offers.into_iter().map(|offer| view! { <ModelOption form offer/> }).collect_view()
    };
    // Its notices are told with the status.
    let description = move || form.model.read().description.clone();
    view! {
        <div class="field">
            <label class="field__label" for="model">"Model"</label>
            <select
                id="model"
                class="field__control"
                on:change:target=move |event| form.choose(&event.target().value())
            >
                {options}
            </select>
            <p class="field__help">{description}</p>
            <p class="field__error">{move || form.model_error.get()}</p>
        </div>
        <Finder form/>
    }
}

#[component]
fn ModelOption(form: Form, offer: Offer) -> impl IntoView {
    let Offer { reference, title } = offer;
    let value = reference.to_string();
    let provider = reference.provider().title();
    let words = if title == provider { title } else { format!("{title} · {provider}") };
    let is_chosen = move || form.reference.get() == reference;
    view! { <option value=value prop:selected=is_chosen>{words}</option> }
}
