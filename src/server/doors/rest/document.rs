//! The description of all of this for machines: OpenAPI 3.1, made from the code.

#![expect(unused_qualifications, reason = "derived code names a type by its path")]

use axum::{Json, response::IntoResponse};
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::{
        self,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

const ABOUT: &str = "Make pictures from words with the models of this Easel. Start a generation with \
    createGeneration, then ask getGeneration until its status is succeeded; its images have addresses.";

/// What starts a generation.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes JSON that is read by the model's own schema")]
pub struct NewGeneration {
    /// A model reference from GET /v1/models, such as hf:owner/name; without one the first on offer.
    model: Option<String>,
    /// What the picture shows, in up to 4000 characters.
    prompt: String,
    /// How many pictures, 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    n: Option<u32>,
    /// Width and height in pixels, such as 1024x768.
    size: Option<String>,
    /// The same number gives the same picture again.
    seed: Option<u64>,
    /// What the picture must not show.
    negative_prompt: Option<String>,
    /// The model's own inputs by name; GET /v1/models/{id} tells which it has.
    #[schema(value_type = Option<Object>)]
    inputs: Option<Value>,
    /// Pictures to work on: addresses, data: addresses, or ids of files.
    images: Option<Vec<String>>,
}

/// A picture to keep.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes a form")]
pub struct NewFile {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Not looked at.
    purpose: Option<String>,
}

/// A kept picture.
#[derive(Serialize, ToSchema)]
pub struct KeptFile {
    pub id: String,
    pub object: &'static str,
    pub bytes: u64,
    pub created_at: i64,
    pub filename: String,
    pub purpose: &'static str,
}

/// Something that went to the bin.
#[derive(Serialize, ToSchema)]
pub struct Removed {
    pub id: String,
    pub object: &'static str,
    pub deleted: bool,
}

/// Why there is no answer.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what errors are written as")]
pub struct Failure {
    error: FailureDetails,
    /// The generation that it is about.
    id: Option<String>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what errors are written as")]
pub struct FailureDetails {
    /// What happened, and what to do.
    message: String,
    r#type: String,
    code: String,
    /// The field that is wrong.
    param: Option<String>,
    /// With `billed`: whether the provider may have charged for it, "no" or "maybe".
    #[schema(value_type = Object)]
    easel: Value,
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Easel", description = ABOUT),
    components(schemas(Failure, FailureDetails)),
    security(("key" = [])),
    modifiers(&Keys),
)]
struct Document;

/// A key goes along with every request.
struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(bearer));
    }
}

/// What there is to say beside the routes.
pub fn document() -> openapi::OpenApi {
    Document::openapi()
}

/// `GET /openapi.json`
pub fn page(document: openapi::OpenApi) -> impl IntoResponse + Clone {
    Json(document)
}
