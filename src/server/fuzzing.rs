//! Entry points for fuzzing: every parser of outside data by name, as a function of bytes. Used
//! only by `tests/mutations.rs` and by `fuzz/`.

use postcard::from_bytes;

use super::{
    budget::Work,
    doors, metadata, picture,
    provider::{hf, openai, replicate, space},
    store,
};
use crate::generation::{
    Draft, GenerationId, ImageType, InputSchema, InputValue, Model, ModelReference, PromptUse,
    Request,
    contract::{GalleryAct, Part},
};

/// A parser that must terminate on any bytes, without a panic and with little memory.
pub type Door = fn(&[u8]);

/// All of them; the name is that of the fuzz target and of the folder with its seeds.
pub const DOORS: [(&str, Door); 25] = [
    ("server_functions", server_functions),
    ("page_parts", page_parts),
    ("api_requests", api_requests),
    ("input_values", input_values),
    ("references", references),
    ("pictures", pictures),
    ("photos", photos),
    ("svg", picture::svg_fuzzing::drawings),
    ("metadata_read", metadata_read),
    ("metadata_clean", metadata_clean),
    ("gradio_frames", space::fuzzing::frames),
    ("gradio_messages", space::fuzzing::messages),
    ("gradio_apps", space::fuzzing::apps),
    ("gradio_outputs", space::fuzzing::outputs),
    ("gradio_edits", space::fuzzing::edits),
    ("gradio_errors", space::fuzzing::errors),
    ("hf_answers", hf::fuzzing::answers),
    ("hf_errors", hf::fuzzing::errors),
    ("hf_hub", hf::fuzzing::hub),
    ("openai_answers", openai::fuzzing::answers),
    ("replicate_predictions", replicate::fuzzing::predictions),
    ("replicate_models", replicate::fuzzing::models),
    ("replicate_errors", replicate::fuzzing::errors),
    ("replicate_signatures", replicate::fuzzing::signatures),
    ("import_rows", store::import_fuzzing::rows),
];

const IMAGE_TYPES: [ImageType; 5] =
    [ImageType::Png, ImageType::Jpeg, ImageType::Webp, ImageType::Gif, ImageType::Avif];

/// Calls the entry point of this name.
///
/// # Panics
///
/// When there is none of this name.
pub fn open(name: &str, data: &[u8]) {
    let door = DOORS.iter().find(|(known, _)| *known == name);
    let (_, door) = door.unwrap_or_else(|| panic!("there is no door {name}"));
    door(data);
}

/// The body of `generate`, and, with its first part, that of `cancel`.
fn server_functions(data: &[u8]) {
    if let Ok((_, Some(draft))) = from_bytes::<(GenerationId, Option<Draft>)>(data) {
        for (prompt, schema) in [
            (PromptUse::Required, InputSchema::default()),
            (PromptUse::Optional, hf::fuzzing::schema()),
        ] {
            if let Ok((request, _)) = draft.check(&model(prompt, schema)) {
                let _ = serde_json::to_string(&request);
                let _ = Draft::of(&request);
            }
        }
    }
    let _ = from_bytes::<(GenerationId,)>(data);
}

fn model(prompt: PromptUse, schema: InputSchema) -> Model {
    Model {
        reference: ModelReference::demo(),
        title: String::new(),
        description: None,
        page: None,
        prompt,
        schema,
        example: None,
        notices: Vec::new(),
    }
}

/// What is asked for when a part of the page is drawn, and what is done to generations.
fn page_parts(data: &[u8]) {
    if let Ok((part,)) = from_bytes::<(Part,)>(data) {
        let _ = postcard::to_allocvec(&part);
    }
    let _ = from_bytes::<(Vec<GenerationId>, GalleryAct, String)>(data);
    if let Ok(request) = from_bytes::<Request>(data) {
        looked_at(request);
    }
}

/// What other tools ask of a model that has fields of all kinds.
fn api_requests(data: &[u8]) {
    doors::fuzzing::requests(data, &model(PromptUse::Optional, hf::fuzzing::schema()));
}

fn input_values(data: &[u8]) {
    if let Ok(value) = from_bytes::<InputValue>(data) {
        let _ = (value.to_string(), value.as_integer(), value.as_number());
        let _ = serde_json::to_string(&value);
    }
}

/// The steps that every request passes before anything is sent.
fn looked_at(request: Request) {
    let _ = request.validate(PromptUse::Required, &InputSchema::default());
    let _ = request.validate(PromptUse::Optional, &hf::fuzzing::schema());
    let _ = serde_json::to_string(&request);
}

fn references(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = text.parse::<GenerationId>();
    let Ok(reference) = text.parse::<ModelReference>() else { return };
    let _ = (reference.provider(), reference.to_string());
    hf::fuzzing::reference(reference.named());
    space::fuzzing::reference(reference.named());
    replicate::fuzzing::reference(reference.named());
}

fn pictures(data: &[u8]) {
    let _ = picture::recognise(data.to_vec());
    let _ = (picture::is_svg(data), picture::is_heic(data), picture::file_name(data));
    for content_type in IMAGE_TYPES {
        let _ = metadata::is_cut(data, content_type);
        let _ = metadata::is_private(data, content_type);
    }
}

fn photos(data: &[u8]) {
    let work = Work { most_bytes: 1 << 20, ..picture::photo::TURNING };
    for content_type in IMAGE_TYPES {
        let _ = picture::photo::ready(data, content_type, work);
    }
}

fn metadata_read(data: &[u8]) {
    let _ = metadata::extract(data);
}

fn metadata_clean(data: &[u8]) {
    for content_type in IMAGE_TYPES {
        let _ = metadata::clean(data, content_type);
    }
}
