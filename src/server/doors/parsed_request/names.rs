//! The meaning of a request's field names, in the spellings of all clients.

use crate::generation::{Field, FieldKind, InputSchema, Role};

/// The meaning of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// About the request itself, and handled elsewhere.
    Request,
    Size,
    Picture,
    Role(Role),
    /// The format of the pictures.
    Format,
    /// Defined by OpenAI, without any effect here.
    Nothing,
    /// Possibly a field of the model.
    Unknown,
}

/// The fields of a model that take pictures.
#[derive(Debug, Default)]
pub struct PictureFields<'a> {
    pub pictures: Vec<&'a Field>,
    pub mask: Option<&'a Field>,
}

pub fn meaning(name: &str) -> Meaning {
    match name {
        "model" | "prompt" | "n" | "response_format" | "stream" | "partial_images" => {
            Meaning::Request
        }
        "size" | "width" | "height" => Meaning::Size,
        "image" | "images" | "ref_images" | "image_url" | "image_urls" | "init_images" | "mask"
        | "init_image" | "input_image" | "mask_image" => Meaning::Picture,
        "output_format" => Meaning::Format,
        "moderation" | "user" | "safety_identifier" | "output_compression" | "input_fidelity"
        | "complexity" | "frame_count" | "frame_duration_ms" | "svg" | "markup" | "drop_params" => {
            Meaning::Nothing
        }
        "step" | "sampling_steps" => Meaning::Role(Role::Steps),
        name => Role::of_name(name).map_or(Meaning::Unknown, Meaning::Role),
    }
}

/// Whether a value under this name is passed to the model unchanged, where the model has a field of
/// this name: sizes are fitted to it first.
pub fn is_for_model(name: &str) -> bool {
    !matches!(meaning(name), Meaning::Size | Meaning::Role(_))
}

/// Whether OpenAI's clients send it whatever the model.
pub fn is_openai(name: &str) -> bool {
    matches!(name, "quality" | "style" | "background" | "output_format")
}

/// The field for the number of pictures, if the model can make `count` in one run.
pub fn count_field(schema: &InputSchema, count: u32) -> Option<&Field> {
    schema.fields.iter().find(|field| {
        let is_enough = match field.kind {
            FieldKind::Integer { min, max, .. } => {
                max.is_none_or(|max| i128::from(count) <= max)
                    && min.is_none_or(|min| i128::from(count) >= min)
            }
            _ => false,
        };
        is_enough && field.is_count()
    })
}

/// Required fields first; otherwise in the model's order.
pub fn picture_fields(schema: &InputSchema) -> PictureFields<'_> {
    let takes_pictures = |field: &&Field| match &field.kind {
        FieldKind::File { accept } | FieldKind::Files { accept, .. } => {
            accept.contains("image/") || accept.contains("*/*")
        }
        _ => false,
    };
    let (masks, mut pictures): (Vec<_>, Vec<_>) =
        schema.fields.iter().filter(takes_pictures).partition(|field| field.mask.is_some());
    pictures.sort_by_key(|field| !field.required);
    PictureFields { pictures, mask: masks.first().copied() }
}
