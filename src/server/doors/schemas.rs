//! Request and response bodies, as the OpenAPI description shows them.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

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
    /// The model's own inputs by name; GET /v1/models/{id} lists them.
    #[schema(value_type = Option<Object>)]
    inputs: Option<Value>,
    /// Pictures to work on: addresses, data: addresses, or ids of files.
    images: Option<Vec<String>>,
    /// An address that gets a message when it has ended, signed as the Standard Webhooks
    /// specification describes; GET /v1/webhook returns the secret.
    webhook: Option<String>,
}

/// A picture to keep.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes a form")]
pub struct NewFile {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Ignored.
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

/// What OpenAI's clients send to make pictures.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes JSON that is read by the model's own schema")]
pub struct NewImages {
    /// A model reference from GET /v1/models, such as hf:owner/name; without one the first on offer.
    model: Option<String>,
    /// What the picture shows, in up to 4000 characters.
    prompt: String,
    /// How many pictures, 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    n: Option<u32>,
    /// Width and height in pixels, such as 1024x768, or auto.
    size: Option<String>,
    /// b64_json, or url for addresses.
    response_format: Option<String>,
    /// png, jpeg or webp.
    output_format: Option<String>,
    /// Events with unfinished pictures, then with the finished ones.
    stream: Option<bool>,
    #[schema(minimum = 0, maximum = 3)]
    partial_images: Option<u32>,
    seed: Option<i64>,
    negative_prompt: Option<String>,
}

/// The same, with pictures to work on. A form with files is accepted too.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes JSON that is read by the model's own schema")]
pub struct NewEdit {
    model: Option<String>,
    prompt: String,
    /// Pictures as addresses, data: addresses, base64 or ids of files.
    image: Vec<String>,
    /// Transparent, or white, where the picture is to be changed.
    mask: Option<String>,
    n: Option<u32>,
    size: Option<String>,
    response_format: Option<String>,
}

/// Finished pictures.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes JSON that is written as it is read")]
pub struct Images {
    created: i64,
    /// The generation.
    id: String,
    model: String,
    size: String,
    output_format: String,
    data: Vec<ImageData>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes JSON that is written as it is read")]
pub struct ImageData {
    b64_json: Option<String>,
    url: Option<String>,
}
