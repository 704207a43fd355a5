//! The inputs of a text-to-image request under neutral names, before a wire renames them.

use std::sync::LazyLock;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{
    generation::{
        Field, FieldError, FieldKind, GenerationId, InputSchema, InputValue, Inputs, Role,
    },
    language::text,
    server::{fault::Fault, provider::worded::Worded},
};

/// The input for parameters beyond the common ones.
const EXTRA: &str = "extra";
const EXTRA_EXAMPLE: &str = r#"{"scheduler": "DDIMScheduler"}"#;
/// The input for the picture to edit.
pub const PICTURE: &str = "image";
/// Parameters that Easel itself writes into a request.
const RESERVED: [&str; 5] = ["model", "prompt", "inputs", "input", "version"];

/// The inputs that the person set, and the seed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    pub steps: Option<u32>,
    pub guidance: Option<f64>,
    pub negative_prompt: Option<String>,
    pub seed: u64,
    /// False when Easel chose the seed; then nobody needs to hear that a provider takes none.
    pub seed_was_set: bool,
    /// Sent unchanged, overriding everything else.
    pub extra: Map<String, Value>,
    /// The picture to edit, as a URL or a `data:` URL.
    pub picture: Option<String>,
}

/// Made once, because every run reads it.
static SCHEMA: LazyLock<InputSchema> = LazyLock::new(describe);

/// The schema of a model that edits pictures.
pub fn schema_with_picture(is_required: bool) -> InputSchema {
    let kind = FieldKind::File { accept: "image/*".to_owned() };
    let mut picture = Field::new(PICTURE, kind)
        .labelled(|| text!("inputs-image"))
        .explained(|| text!("inputs-image-help"));
    picture.required = is_required;
    let InputSchema { fields } = schema().clone();
    InputSchema { fields: [vec![picture], fields].concat() }
}

/// All fields are optional and have no defaults: nothing is sent that the person did not set. The
/// names are those of the task's specification; the bounds are generous, because the model knows
/// better.
pub fn schema() -> &'static InputSchema {
    &SCHEMA
}

fn describe() -> InputSchema {
    let pixels = FieldKind::Integer { min: Some(64), max: Some(4096), step: Some(8) };
    let seed = FieldKind::Integer { min: Some(0), max: Some(u64::MAX.into()), step: None };
    InputSchema {
        fields: vec![
            Field::new("width", pixels.clone()),
            Field::new("height", pixels),
            Field::new(
                "num_inference_steps",
                FieldKind::Integer { min: Some(1), max: Some(150), step: Some(1) },
            )
            .explained(|| text!("inputs-steps-help")),
            Field::new(
                "guidance_scale",
                FieldKind::Number { min: Some(0.0), max: Some(30.0), step: Some(0.1) },
            )
            .explained(|| text!("inputs-guidance-help")),
            Field::new(
                "negative_prompt",
                FieldKind::Text {
                    multiline: true,
                    min_length: None,
                    max_length: Some(4000),
                    secret: false,
                },
            )
            .explained(|| text!("inputs-negative-help")),
            Field::new("seed", seed).explained(|| text!("inputs-seed-help")),
            Field::new(EXTRA, FieldKind::Json)
                .labelled(|| text!("inputs-more"))
                .explained(|| text!("inputs-more-help", example = EXTRA_EXAMPLE))
                .advanced(),
        ],
    }
}

impl Params {
    /// Reads checked `inputs`. Without a seed one is derived from the generation's id: a new one
    /// for each generation, so that no cache answers, and the same for each of its attempts.
    ///
    /// # Errors
    ///
    /// [`Fault::InputRejected`] when the extra inputs are not a JSON object, or hold parameters
    /// that Easel writes itself.
    pub fn new(inputs: &Inputs, id: &GenerationId) -> Result<Self, Fault> {
        let schema = schema();
        let value = |role: Role| inputs.get(&schema.with_role(role)?.name);
        let whole = |role| value(role).and_then(InputValue::as_integer);
        let small = |role| whole(role).and_then(|number| u32::try_from(number).ok());
        let seed = whole(Role::Seed).and_then(|seed| u64::try_from(seed).ok());
        Ok(Self {
            width: small(Role::Width),
            height: small(Role::Height),
            steps: small(Role::Steps),
            guidance: value(Role::Guidance).and_then(InputValue::as_number),
            negative_prompt: value(Role::NegativePrompt)
                .and_then(InputValue::as_text)
                .filter(|text| !text.trim().is_empty())
                .map(str::to_owned),
            seed: seed.unwrap_or_else(|| seed_of(id)),
            seed_was_set: seed.is_some(),
            extra: inputs.get(EXTRA).map(extra).transpose()?.unwrap_or_default(),
            picture: None,
        })
    }
}

fn extra(value: &InputValue) -> Result<Map<String, Value>, Fault> {
    let refuse = |message: String| Fault::InputRejected {
        fields: vec![FieldError::new(EXTRA, message)],
        detail: String::new(),
    };
    let text = value.to_string();
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    let Ok(mut object) = serde_json::from_str::<Map<String, Value>>(&text) else {
        return Err(refuse("More inputs must be a JSON object.".to_owned()));
    };
    if let Some(name) = RESERVED.iter().find(|name| object.contains_key(**name)) {
        return Err(refuse(format!("More inputs may not hold “{name}”.")));
    }
    // Back ends of this wire reject nulls.
    object.retain(|_, value| !value.is_null());
    Ok(object)
}

/// From 0 to 2^31 - 1, which every back end accepts.
fn seed_of(id: &GenerationId) -> u64 {
    let hash = Sha256::digest(id.as_str());
    u64::from(u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(last: u8) -> GenerationId {
        GenerationId::from_parts(1, [last; 10])
    }

    fn params(inputs: &Inputs, last: u8) -> Params {
        Params::new(inputs, &id(last)).unwrap()
    }

    #[test]
    fn nothing_is_set_but_a_seed() {
        let params_of = |last| params(&Inputs::new(), last);
        let nothing = Params { seed: params_of(1).seed, ..Params::default() };
        assert_eq!(params_of(1), nothing);
        assert_ne!(params_of(1).seed, params_of(2).seed);
    }

    #[test]
    fn extra_inputs_are_an_object_without_what_easel_writes() {
        let with = |text: &str| {
            let inputs = Inputs::from([(EXTRA.to_owned(), InputValue::Json(text.to_owned()))]);
            Params::new(&inputs, &id(1)).map(|params| Value::from(params.extra).to_string())
        };
        assert_eq!(with(r#"{"n":2,"x":null}"#).unwrap(), r#"{"n":2}"#);
        assert_eq!(with("").unwrap(), "{}");
        for wrong in ["[1]", "7", r#"{"prompt":"x"}"#, r#"{"version":"x"}"#] {
            let error = with(wrong).unwrap_err();
            assert!(matches!(error, Fault::InputRejected { .. }), "{wrong}");
        }
    }

    #[test]
    fn a_seed_beyond_2_to_the_53_is_kept() {
        let seed = 14_715_652_618_304_795_001;
        let inputs = Inputs::from([("seed".to_owned(), InputValue::Integer(seed))]);
        assert!(schema().check(&inputs).is_empty());
        assert_eq!(i128::from(params(&inputs, 1).seed), seed);
    }

    #[test]
    fn every_field_has_its_role() {
        for (field, role) in schema().fields.iter().zip([
            Role::Width,
            Role::Height,
            Role::Steps,
            Role::Guidance,
            Role::NegativePrompt,
            Role::Seed,
        ]) {
            assert_eq!((field.role, field.default.is_none()), (Some(role), true));
        }
    }
}
