//! What a Gradio app says of itself: its release, its endpoints, what they take and give.

use leptos::{prelude::*, task::spawn_local};

use super::{form::Form, space_copy::SpaceCopy};
use crate::{
    api,
    generation::{AppDetails, EndpointDetails, ParameterDetails, ProviderKind},
};

/// Folded away under the model; only there for Gradio apps that answered.
#[component]
pub fn SpaceDetails(form: Form) -> impl IntoView {
    let details = RwSignal::new(None::<AppDetails>);
    Effect::new(move |_| {
        let reference = form.reference.get();
        if reference.provider() != ProviderKind::Space {
            details.set(None);
            return;
        }
        spawn_local(async move {
            // Why an app does not answer is told with its form.
            let answer = api::space_details(reference.clone()).await.ok();
            if form.reference.get_untracked() == reference {
                details.set(answer);
            }
        });
    });
    // The panel stays open while the endpoint changes, so it is not made anew for each answer.
    let is_known = Memo::new(move |_| details.read().is_some());
    view! {
        <Show when=move || is_known.get()>
            <details class="space-details">
                <summary>{move || details.get().map(|app| headline(&app))}</summary>
                {move || details.get().map(|app| view! { <Endpoints form app/> })}
                <SpaceCopy form space=Signal::derive(move || details.get()?.space)/>
            </details>
        </Show>
    }
}

fn headline(app: &AppDetails) -> String {
    format!("{} · Gradio {}", app.title, app.version)
}

#[component]
fn Endpoints(form: Form, app: AppDetails) -> impl IntoView {
    let options = app.endpoints.iter().enumerate().map(|(index, endpoint)| {
        let value = endpoint.reference.to_string();
        let is_chosen = index == app.chosen;
        view! { <option value=value selected=is_chosen>{endpoint.name.clone()}</option> }
    });
    let options = options.collect_view();
    let chosen = app.endpoints.into_iter().nth(app.chosen);
    view! {
        <div class="field">
            <label class="field__label" for="endpoint">"Endpoint"</label>
            <select
                id="endpoint"
                class="field__control"
                on:change:target=move |event| form.choose(&event.target().value())
            >
                {options}
            </select>
        </div>
        {chosen.map(|endpoint| view! { <Endpoint endpoint/> })}
    }
}

#[component]
fn Endpoint(endpoint: EndpointDetails) -> impl IntoView {
    let EndpointDetails { parameters, returns, .. } = endpoint;
    view! {
        <List name="Takes" items=parameters/>
        <List name="Gives" items=returns/>
    }
}

#[component]
fn List(name: &'static str, items: Vec<ParameterDetails>) -> impl IntoView {
    let line = |item: ParameterDetails| {
        let default = item.default.map(|default| format!(" = {default}")).unwrap_or_default();
        view! { <li>{item.label}" " <code>{item.component}{default}</code></li> }
    };
    view! {
        <p class="space-details__name">{name}</p>
        <ul class="space-details__list" aria-label=name>{items.into_iter().map(line).collect_view()}</ul>
    }
}
