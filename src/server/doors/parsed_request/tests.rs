//! Reads bodies that real clients sent against models with different schemas.

use serde_json::json;

use super::*;
use crate::generation::{Field, InputSchema, InputValue, Mask, PromptUse};

fn whole(name: &str, min: i128, max: i128) -> Field {
    Field::new(name, FieldKind::Integer { min: Some(min), max: Some(max), step: None })
}

fn choice(name: &str, options: &[&str]) -> Field {
    let options = options.iter().map(|text| InputValue::Text((*text).to_owned()).into());
    Field::new(name, FieldKind::Choice { options: options.collect(), custom: false })
}

fn file(name: &str) -> Field {
    Field::new(name, FieldKind::File { accept: "image/*".to_owned() })
}

fn files(name: &str, max: u32) -> Field {
    Field::new(name, FieldKind::Files { accept: "image/*".to_owned(), max: Some(max) })
}

fn model(fields: Vec<Field>) -> Model {
    Model {
        reference: "hf:a/b".parse().unwrap(),
        title: "a/b".to_owned(),
        description: None,
        page: None,
        prompt: PromptUse::Required,
        schema: InputSchema { fields },
        example: None,
        notices: Vec::new(),
    }
}

/// A model like most: sides, steps, guidance, a negative prompt and a seed.
fn usual() -> Model {
    model(vec![
        whole("width", 256, 1536),
        whole("height", 256, 1536),
        whole("num_inference_steps", 1, 50),
        Field::new("guidance_scale", FieldKind::Number { min: None, max: None, step: None }),
        Field::new(
            "negative_prompt",
            FieldKind::Text { multiline: true, min_length: None, max_length: None, secret: false },
        ),
        whole("seed", 0, i128::from(u32::MAX)),
    ])
}

fn read(body: Value, model: &Model) -> Result<ParsedRequest, ApiError> {
    read_with(body, &RequestImages::default(), model)
}

fn read_with(body: Value, given: &RequestImages, model: &Model) -> Result<ParsedRequest, ApiError> {
    let Value::Object(fields) = body else { panic!("an object") };
    let wanted = ParsedRequest::read(&fields, given, model)?;
    wanted.check(model)?;
    Ok(wanted)
}

/// The inputs of the first draft, as one text.
fn inputs(wanted: &ParsedRequest) -> String {
    let inputs = wanted.drafts[0].inputs.iter().map(|(name, text)| format!("{name}={text}"));
    inputs.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_real_clients_send_is_understood() {
    for (client, body, made, ignored) in [
        ("openai-python", json!({"prompt": "x"}), "", ""),
        (
            "openai-python, extra_body",
            json!({"prompt": "x", "seed": 7, "negative_prompt": "blur"}),
            "negative_prompt=blur seed=7",
            "",
        ),
        (
            "ai",
            json!({"model": "hf:a/b", "prompt": "x", "n": 1, "response_format": "b64_json", "size": "512x512"}),
            "width=512 height=512",
            "",
        ),
        (
            "langchain.js",
            json!({"model": "m", "prompt": "x", "n": 1, "size": "1024x1024", "response_format": "url", "style": "vivid", "quality": "standard"}),
            "width=1024 height=1024",
            "style",
        ),
        (
            "librechat",
            json!({"model": "gpt-image-1", "prompt": "x", "n": 1, "background": "auto", "quality": "auto", "size": "auto", "output_format": "png"}),
            "",
            "",
        ),
        (
            "lobehub",
            json!({"model": "m", "prompt": "x", "width": 512, "height": 768, "seed": 5, "steps": 9, "cfg": 3.5, "n": 1}),
            "guidance_scale=3.5 seed=5 num_inference_steps=9 width=512 height=768",
            "",
        ),
        (
            "vllm-omni's curl",
            json!({"prompt": "x", "extra_body": {"num_inference_steps": 20, "guidance_scale": 4}}),
            "guidance_scale=4 num_inference_steps=20",
            "",
        ),
        (
            "together",
            json!({"prompt": "x", "steps": 4, "response_format": "base64"}),
            "num_inference_steps=4",
            "",
        ),
        ("a number as text", json!({"prompt": "x", "seed": "42", "n": "1"}), "seed=42", ""),
        ("no seed", json!({"prompt": "x", "seed": -1, "n": null, "size": null}), "", ""),
        (
            "unknown",
            json!({"prompt": "x", "frobnicate": 1, "user": "me", "moderation": "low"}),
            "",
            "frobnicate",
        ),
    ] {
        let wanted = read(body, &usual()).unwrap_or_else(|error| panic!("{client}: {error:?}"));
        assert_eq!(inputs(&wanted), made, "{client}");
        assert_eq!(wanted.ignored.join(" "), ignored, "{client}");
        assert_eq!(wanted.drafts.len(), 1, "{client}");
    }
}

#[test]
fn what_is_wrong_is_told_at_the_callers_own_word() {
    for (body, param, code) in [
        (json!({"prompt": 5}), "prompt", "invalid_value"),
        (json!({}), "prompt", "invalid_value"),
        (json!({"prompt": "x".repeat(4_001)}), "prompt", "string_above_max_length"),
        (json!({"prompt": "x", "n": 0}), "n", "invalid_value"),
        (json!({"prompt": "x", "n": 11}), "n", "invalid_value"),
        (json!({"prompt": "x", "n": 1.5}), "n", "invalid_value"),
        (json!({"prompt": "x", "size": "large"}), "size", "invalid_value"),
        (json!({"prompt": "x", "size": 512}), "size", "invalid_value"),
        (json!({"prompt": "x", "steps": 51}), "steps", "invalid_value"),
        (
            json!({"prompt": "x", "num_inference_steps": "many"}),
            "num_inference_steps",
            "invalid_value",
        ),
        (json!({"prompt": "x", "output_format": "gif"}), "output_format", "invalid_value"),
    ] {
        let error = read(body.clone(), &usual()).unwrap_err();
        assert_eq!((error.status.as_u16(), error.code), (400, code), "{body}");
        assert_eq!(error.param.as_deref(), Some(param), "{body}");
    }
}

#[test]
fn several_pictures_are_one_generation_where_the_model_can_and_several_with_their_own_seeds_else() {
    let body = || json!({"prompt": "x", "n": 3, "seed": 5});
    let apart = read(body(), &usual()).unwrap();
    let seeds: Vec<_> = apart.drafts.iter().map(|draft| draft.inputs[0].1.as_str()).collect();
    assert_eq!(seeds, ["5", "6", "7"]);
    let together =
        read(body(), &model(vec![whole("num_outputs", 1, 4), whole("seed", 0, 99)])).unwrap();
    assert_eq!(together.drafts.len(), 1);
    assert_eq!(inputs(&together), "seed=5 num_outputs=3");
    let too_many = read(json!({"prompt": "x", "n": 5}), &model(vec![whole("num_outputs", 1, 4)]));
    assert_eq!(too_many.unwrap().drafts.len(), 5);
}

#[test]
fn a_format_is_the_models_own_or_made_on_the_way_out() {
    let own = model(vec![choice("output_format", &["webp", "jpg"])]);
    let jpeg = read(json!({"prompt": "x", "output_format": "jpeg"}), &own).unwrap();
    assert_eq!((inputs(&jpeg).as_str(), jpeg.format), ("output_format=jpg", None));
    let png = read(json!({"prompt": "x", "output_format": "png"}), &own).unwrap();
    assert_eq!((inputs(&png).as_str(), png.format), ("", Some(ImageType::Png)));
    let converted = read(json!({"prompt": "x", "output_format": "jpeg"}), &usual()).unwrap();
    assert_eq!(converted.format, Some(ImageType::Jpeg));
}

#[test]
fn a_word_of_openais_counts_where_the_model_has_that_choice() {
    let own = model(vec![choice("quality", &["low", "high"])]);
    assert_eq!(
        inputs(&read(json!({"prompt": "x", "quality": "high"}), &own).unwrap()),
        "quality=high"
    );
    let other = read(json!({"prompt": "x", "quality": "xhigh"}), &own).unwrap();
    assert_eq!((inputs(&other).as_str(), other.ignored), ("", vec!["quality".to_owned()]));
}

#[test]
fn inputs_name_what_the_model_has_whatever_the_name_means_elsewhere() {
    let app = model(vec![
        choice("model", &["tiny", "large"]),
        choice("style", &["st_07", "st_19"]),
        whole("n", 1, 9),
        whole("steps", 1, 50),
    ]);
    let inner = json!({"model": "large", "style": "st_07", "n": 7, "steps": 20});
    let wanted = read(json!({"prompt": "x", "n": 2, "inputs": inner}), &app).unwrap();
    assert_eq!(wanted.drafts.len(), 2);
    assert_eq!(inputs(&wanted), "model=large n=7 style=st_07 steps=20");
    let wrong = read(json!({"prompt": "x", "inputs": {"style": "st_99"}}), &app).unwrap_err();
    assert_eq!(wrong.param.as_deref(), Some("style"));
    // Inputs that the model lacks have the same meaning as top-level fields.
    let wanted = read(json!({"prompt": "x", "inputs": {"n": 3}}), &usual()).unwrap();
    assert_eq!(wanted.drafts.len(), 3);
}

#[test]
fn pictures_go_into_the_fields_that_take_them() {
    let given = |pictures: &[&str], mask: Option<&str>| RequestImages {
        pictures: pictures.iter().map(|text| (*text).to_owned()).collect(),
        mask: mask.map(str::to_owned),
    };
    let url = |name: &str| format!("https://x.example/{name}.png");
    let (a, b, m) = (url("a"), url("b"), url("m"));
    let edit = model(vec![
        file("style_image"),
        file("mask_image").with_mask(Mask {
            over: Some("image".to_owned()),
            is_inverted: false,
            canvas: None,
        }),
        Field { required: true, ..file("image") },
    ]);
    let both = given(&[&a, &b], Some(&m));
    let made = read_with(json!({"prompt": "x"}), &both, &edit).unwrap();
    assert_eq!(inputs(&made), format!("mask_image={m} image={a} style_image={b}"));
    let many = model(vec![files("images", 2)]);
    let made = read_with(json!({"prompt": "x"}), &given(&[&a, &b], None), &many).unwrap();
    assert_eq!(inputs(&made), format!("images={a} images={b}"));

    for (given, model, param, code) in [
        (given(&[&a], None), usual(), "model", "model_takes_no_image"),
        (given(&[&a, &a, &a], None), many, "image", "invalid_value"),
        (given(&[], Some(&m)), usual(), "mask", "invalid_value"),
    ] {
        let error = read_with(json!({"prompt": "x"}), &given, &model).unwrap_err();
        assert_eq!((error.param.as_deref(), error.code), (Some(param), code));
    }
}

#[test]
fn numbers_can_be_kept_within_bounds() {
    let Value::Object(fields) = json!({"prompt": "x", "steps": 150, "seed": 5}) else { panic!() };
    let mut wanted = ParsedRequest::read(&fields, &RequestImages::default(), &usual()).unwrap();
    wanted.keep_within_bounds(&usual());
    wanted.check(&usual()).unwrap();
    assert_eq!(inputs(&wanted), "seed=5 num_inference_steps=50");
}

#[test]
fn a_request_has_bounds() {
    let many: Map<_, _> = (0..300).map(|i| (format!("a{i}"), Value::Null)).collect();
    assert!(ParsedRequest::read(&many, &RequestImages::default(), &usual()).is_err());
    let long = json!({"prompt": "x", "negative_prompt": "x".repeat(70_000)});
    assert!(read(long, &usual()).is_err());
}
