//! The OpenAPI 3.1 description of the APIs, generated from the code.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        self,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{
    openai,
    schemas::{Failure, FailureDetails},
};

const ABOUT: &str = "Make pictures from prompts with the models of this Easel. Start a generation \
    with createGeneration, then call getGeneration until its status is succeeded; its images have \
    addresses.";

#[derive(OpenApi)]
#[openapi(
    info(title = "Easel", description = ABOUT),
    paths(openai::one_model),
    components(schemas(Failure, FailureDetails)),
    security(("key" = [])),
    modifiers(&Keys),
)]
struct Document;

/// Declares that every request needs a key.
struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(bearer));
    }
}

/// The general part of the description, without the routes.
pub fn document() -> openapi::OpenApi {
    Document::openapi()
}
