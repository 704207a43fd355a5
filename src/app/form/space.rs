//! What a Gradio app says of itself: its release, its endpoints, what they take and give.

use leptos::prelude::*;

use crate::generation::{AppDetails, EndpointDetails, ParameterDetails};

/// Folded away under the model; only there for Gradio apps that answered.
#[component]
pub fn SpaceDetails(app: AppDetails) -> impl IntoView {
    let AppDetails { title, version, space, endpoints, chosen } = app;
    let options = endpoints.iter().enumerate().map(|(index, endpoint)| {
        let value = endpoint.reference.to_string();
        view! { <option value=value selected=index == chosen>{endpoint.name.clone()}</option> }
    });
    let options = options.collect_view();
    let endpoint = endpoints.into_iter().nth(chosen);
    let duplicate = space.map(|space| {
        view! {
            <button
                type="button"
                class="button"
                id="duplicate"
                name="duplicate"
                value=space
            >
                "Duplicate this Space"
            </button>
        }
    });
    view! {
        <details class="space-details" id="space-details">
            <summary>{title}" · Gradio "{version}</summary>
            <div class="field">
                <label class="field__label" for="endpoint">"Endpoint"</label>
                <select id="endpoint" class="field__control">{options}</select>
            </div>
            {endpoint.map(|endpoint| view! { <Endpoint endpoint/> })}
            {duplicate}
        </details>
    }
}

#[component]
fn Endpoint(endpoint: EndpointDetails) -> impl IntoView {
    let EndpointDetails { parameters, returns, .. } = endpoint;
    view! {
        <List name="Inputs" items=parameters/>
        <List name="Outputs" items=returns/>
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
