//! Describes an app for the page.

use super::{
    app::App,
    endpoint::Endpoint,
    reference::{AppAddress, Reference},
};
use crate::{
    generation::{AppDetails, EndpointDetails, ParameterDetails},
    server::redact,
};

/// How many endpoints, and parameters of each, are listed.
const MAX_LISTED: usize = 100;

/// The details of `app`, where `chosen` is the endpoint in use.
pub fn details(app: &App, reference: &Reference, chosen: &Endpoint) -> AppDetails {
    let endpoints = app.view_api();
    AppDetails {
        title: redact::excerpt(&app.title()),
        version: app.version().to_string(),
        space: match &reference.place {
            AppAddress::Space(id) => Some(id.clone()),
            AppAddress::Address(_) => None,
        },
        chosen: endpoints
            .iter()
            .position(|endpoint| endpoint.fn_index == chosen.fn_index)
            .unwrap_or_default(),
        endpoints: endpoints
            .iter()
            .take(MAX_LISTED)
            .filter_map(|endpoint| {
                Some(EndpointDetails {
                    name: endpoint.title(),
                    reference: reference.with_endpoint(&endpoint.title())?,
                    parameters: parameters(endpoint),
                    returns: returns(endpoint),
                })
            })
            .collect(),
    }
}

fn parameters(endpoint: &Endpoint) -> Vec<ParameterDetails> {
    endpoint
        .parameters
        .iter()
        .take(MAX_LISTED)
        .map(|parameter| ParameterDetails {
            label: redact::excerpt(&parameter.label),
            component: parameter.component.clone(),
            default: parameter.default.as_ref().map(|value| redact::excerpt(&value.to_string())),
        })
        .collect()
}

fn returns(endpoint: &Endpoint) -> Vec<ParameterDetails> {
    endpoint
        .returns
        .iter()
        .take(MAX_LISTED)
        .map(|output| ParameterDetails {
            label: redact::excerpt(&output.label),
            component: output.component.clone(),
            default: None,
        })
        .collect()
}
