//! What the names in a request mean, whoever wrote them.

use crate::generation::{Field, FieldKind, InputSchema, Role};

/// What a field of a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// About the request itself, and read elsewhere.
    Request,
    Size,
    Picture,
    Role(Role),
    /// The type of the pictures.
    Format,
    /// Defined by OpenAI, and without any effect here.
    Nothing,
    /// Perhaps a field of the model.
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

/// Whether a value under this name is given to the model as it is, where the model was named with it:
/// sizes and pictures are made fit first, whoever names them.
pub fn is_for_model(name: &str) -> bool {
    !matches!(meaning(name), Meaning::Size | Meaning::Picture | Meaning::Role(_))
}

/// Whether OpenAI's clients send it whatever the model.
pub fn is_openai(name: &str) -> bool {
    matches!(name, "quality" | "style" | "background" | "output_format")
}

/// Where the model makes several pictures itself, and so many.
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

/// Those that are needed come first; else in the order of the model.
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
