//! The details of a Gradio app: its version, its endpoints, their parameters and return values.

use leptos::prelude::*;

use crate::{
    generation::{AppDetails, EndpointDetails, ParameterDetails, contract::FieldAct},
    language::text,
    studio::ENDPOINT,
};

/// A folded section below the model, for Gradio apps that answered.
#[component]
pub fn SpaceDetails(app: AppDetails) -> impl IntoView {
    let AppDetails { version, space, endpoints, chosen, .. } = app;
    let count = endpoints.len();
    let options = endpoints.iter().enumerate().map(|(index, endpoint)| {
        let value = endpoint.reference.to_string();
        view! { <option value=value selected=index == chosen>{endpoint.name.clone()}</option> }
    });
    let options = options.collect_view();
    let endpoint = endpoints.into_iter().nth(chosen);
    let maker = space.as_deref().and_then(|space| space.split_once('/'));
    let provenance = match maker {
        Some((owner, _)) => text!("space-by", owner = owner, version = version),
        None => text!("space-app", version = version),
    };
    let duplicate = space.map(|space| {
        let act = FieldAct::Duplicate(space).to_value();
        view! { <button type="button" class="chip" value=act>{text!("space-duplicate")}</button> }
    });
    view! {
        <link rel="stylesheet" href="/space.css"/>
        <details class="space-details" id="space-details">
            <summary>{provenance}" · "<span>{text!("space-details")}</span></summary>
            {(count > 1).then(|| view! {
                <div class="field">
                    <label class="field__label" for=ENDPOINT>{text!("space-endpoint")}</label>
                    <select id=ENDPOINT class="field__control">{options}</select>
                </div>
            })}
            {endpoint.map(|endpoint| view! { <Endpoint endpoint/> })}
            {duplicate}
        </details>
    }
}

#[component]
fn Endpoint(endpoint: EndpointDetails) -> impl IntoView {
    let EndpointDetails { parameters, returns, .. } = endpoint;
    view! {
        <Table name=text!("space-inputs") items=parameters/>
        <Table name=text!("space-outputs") items=returns/>
    }
}

/// The longest default to show, in Unicode scalar values.
const MAX_DEFAULT: usize = 60;

/// The label, component and default of each item.
#[component]
fn Table(name: String, items: Vec<ParameterDetails>) -> impl IntoView {
    let row = |item: ParameterDetails| {
        let mut default = item.default.unwrap_or_default();
        if default.chars().count() > MAX_DEFAULT {
            default = default.chars().take(MAX_DEFAULT).collect::<String>() + "…";
        }
        view! {
            <tr>
                <th scope="row">{item.label}</th>
                <td>{item.component}</td>
                <td>{default}</td>
            </tr>
        }
    };
    view! {
        <table class="space-details__table">
            <caption>{name}</caption>
            <thead class="visually-hidden">
                <tr>
                    <th scope="col">{text!("space-column-name")}</th>
                    <th scope="col">{text!("space-column-type")}</th>
                    <th scope="col">{text!("space-column-default")}</th>
                </tr>
            </thead>
            <tbody>{items.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
