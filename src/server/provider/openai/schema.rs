//! The input schema of a model behind OpenAI's images API. No server publishes it, so the fields
//! are those of the API, without defaults: nothing is sent that the person did not set.

use std::sync::LazyLock;

use crate::{
    generation::{
        ChoiceOption, Field, FieldKind, InputSchema, InputValue, Mask, Model, ModelReference,
        PromptUse,
    },
    language::text,
    server::provider::{openai::reference::Target, worded::Worded},
};

/// The input for parameters beyond the common ones.
pub const EXTRA: &str = "extra";
const EXTRA_EXAMPLE: &str = r#"{"moderation": "low"}"#;
/// How many unfinished pictures the server sends.
pub const PREVIEWS: &str = "partial_images";

const MAX_PICTURES: u32 = 16;

/// Made once, because every start of a run reads it: of other servers, and of OpenAI.
static SCHEMAS: LazyLock<[InputSchema; 2]> = LazyLock::new(|| [false, true].map(inputs));

/// The model as the page shows it.
pub fn describe(reference: &ModelReference, target: &Target) -> Model {
    Model {
        reference: reference.clone(),
        title: target.title(),
        description: None,
        page: None,
        prompt: PromptUse::Required,
        schema: schema(target.is_openai()),
        example: None,
        notices: Vec::new(),
    }
}

/// OpenAI itself rejects unknown fields; other servers take more.
fn schema(is_openai: bool) -> InputSchema {
    SCHEMAS[usize::from(is_openai)].clone()
}

fn inputs(is_openai: bool) -> InputSchema {
    let pixels = FieldKind::Integer { min: Some(64), max: Some(8192), step: Some(8) };
    let mut fields = vec![Field::new("width", pixels.clone()), Field::new("height", pixels)];
    if !is_openai {
        fields.extend(of_others());
    }
    fields.extend([
        choice("quality", &["low", "medium", "high", "standard", "hd"])
            .labelled(|| text!("inputs-quality")),
        choice("background", &["transparent", "opaque"])
            .labelled(|| text!("inputs-background"))
            .advanced(),
        choice("output_format", &["png", "jpeg", "webp"])
            .labelled(|| text!("inputs-output-format"))
            .advanced(),
        Field::new(
            "image",
            FieldKind::Files { accept: "image/*".to_owned(), max: Some(MAX_PICTURES) },
        )
        .labelled(|| text!("inputs-images"))
        .explained(|| text!("inputs-images-help")),
        Field::new("mask", FieldKind::File { accept: "image/*".to_owned() })
            .labelled(|| text!("inputs-mask"))
            .explained(|| text!("inputs-mask-help"))
            .with_mask(Mask { over: Some("image".to_owned()), ..Mask::default() }),
        Field::new(PREVIEWS, FieldKind::Integer { min: Some(1), max: Some(3), step: Some(1) })
            .labelled(|| text!("inputs-previews"))
            .explained(|| text!("inputs-previews-help"))
            .advanced(),
        Field::new(EXTRA, FieldKind::Json)
            .labelled(|| text!("inputs-more"))
            .explained(|| text!("inputs-more-help", example = EXTRA_EXAMPLE))
            .advanced(),
    ]);
    InputSchema { fields }
}

/// The fields of other servers, under their most common names.
fn of_others() -> [Field; 4] {
    let whole = |min, max| FieldKind::Integer { min: Some(min), max: Some(max), step: Some(1) };
    let text = FieldKind::Text {
        multiline: true,
        min_length: None,
        max_length: Some(4000),
        secret: false,
    };
    let number = FieldKind::Number { min: Some(0.0), max: Some(30.0), step: Some(0.1) };
    [
        Field::new("negative_prompt", text),
        Field::new("steps", whole(1, 150)),
        Field::new("guidance_scale", number),
        Field::new("seed", whole(0, i64::MAX.into())).explained(|| text!("inputs-seed-maybe")),
    ]
}

fn choice(name: &str, values: &[&str]) -> Field {
    let options = values.iter().map(|value| {
        let value = InputValue::Text((*value).to_owned());
        ChoiceOption::from(value)
    });
    Field::new(name, FieldKind::Choice { options: options.collect(), custom: true })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::Role;

    #[test]
    fn openai_is_offered_what_it_defines_alone() {
        let of = |is_openai| {
            let schema = schema(is_openai);
            [Role::Width, Role::Height, Role::Seed, Role::Steps, Role::NegativePrompt]
                .map(|role| schema.with_role(role).is_some())
        };
        assert_eq!(of(true), [true, true, false, false, false]);
        assert_eq!(of(false), [true; 5]);
    }

    #[test]
    fn nothing_is_sent_that_nobody_set() {
        assert!(schema(false).fields.iter().all(|field| field.default.is_none()));
        assert!(schema(false).fields.iter().all(|field| !field.required));
    }
}
