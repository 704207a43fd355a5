use serde_json::{Map, json};

use super::*;
use crate::generation::{FieldError, FileReference, Inputs};

fn openapi(properties: Value, required: Value, others: Value) -> Value {
    let mut schemas = others;
    schemas["Input"] = json!({"type": "object", "properties": properties, "required": required});
    json!({"components": {"schemas": schemas}})
}

/// The only field of a schema with one property beside the prompt.
fn one(property: Value) -> Field {
    named("thing", property)
}

fn named(name: &str, property: Value) -> Field {
    let (_, schema) = read(&openapi(json!({ name: property }), json!([]), json!({})));
    schema.fields.into_iter().next().unwrap()
}

fn text(multiline: bool) -> FieldKind {
    FieldKind::Text { multiline, min_length: None, max_length: None, secret: false }
}

#[test]
fn what_has_lines_keeps_them() {
    for (name, description, has_lines) in [
        ("workflow_json", "The API version of your workflow, as JSON.", true),
        ("lyrics", "", true),
        ("subjects", "One a line", true),
        ("settings", "Some YAML", true),
        ("style_prompt", "", true),
        ("title", "", false),
        ("aspect", "As in 16:9", false),
    ] {
        let property = json!({"type": "string", "description": description});
        assert_eq!(named(name, property).kind, text(has_lines), "{name}");
    }
}

#[test]
fn a_picture_is_a_file_whatever_its_description_says() {
    let kind = |name: &str, description: &str| {
        let property = json!({"type": "string", "format": "uri", "description": description});
        named(name, property).kind
    };
    for name in [
        "image",
        "init_image",
        "control_image",
        "subject",
        "face",
        "reference",
        "garm_img",
        "mask",
        "faceImage",
        "input_image_url",
        "ref_pose",
    ] {
        for description in ["", "Applied with the LoRA", "How it weights the url", "?"] {
            let picture = FieldKind::File { accept: "image/*".into() };
            assert_eq!(kind(name, description), picture, "{name}: {description}");
        }
    }
    for (name, description) in [
        ("url", ""),
        ("webhook", "Told of the end"),
        ("callbackUrl", ""),
        ("lora_weights", ""),
        ("replicate_weights", ""),
        ("lora", "An image style"),
        ("extra", "LoRA weights, a .tar"),
        ("model_link", ""),
    ] {
        assert_eq!(kind(name, description), text(false), "{name}: {description}");
    }
    let anything = FieldKind::File { accept: "*/*".into() };
    assert_eq!(kind("input_file", "Weights or anything"), anything);
}

#[test]
fn an_emptied_input_is_sent_as_the_schema_allows() {
    let emptied = |mut property: Value| {
        property["description"] = json!("");
        one(property).emptied
    };
    let null = Some(InputValue::null());
    for (property, expected) in [
        (json!({"type": "string", "default": "a"}), Some(InputValue::Text(String::new()))),
        (json!({"type": "string", "minLength": 1, "default": "a"}), None),
        (json!({"type": "integer", "default": 1}), None),
        (json!({"type": "integer", "default": 1, "nullable": true}), null.clone()),
        (json!({"type": ["number", "null"], "default": 1}), null.clone()),
        (json!({"anyOf": [{"type": "number"}, {"type": "null"}], "default": 1}), null),
        (json!({"type": "boolean", "default": true}), None),
    ] {
        assert_eq!(emptied(property.clone()), expected, "{property}");
    }
}

#[test]
fn every_shape_of_the_census_has_a_control() {
    let image = || "image/*".to_owned();
    for (name, property, kind) in [
        (
            "width",
            json!({"type": "integer", "minimum": 16.0, "maximum": 512.0}),
            FieldKind::Integer { min: Some(16), max: Some(512), step: None },
        ),
        (
            "strength",
            json!({"type": "number", "ge": 0.0, "le": 1.0}),
            FieldKind::Number { min: Some(0.0), max: Some(1.0), step: None },
        ),
        ("flag", json!({"type": "boolean"}), FieldKind::Boolean),
        ("style", json!({"type": "string"}), text(false)),
        ("caption", json!({"type": "string"}), text(true)),
        ("style", json!({"type": "string", "default": "a\nb"}), text(true)),
        ("image", json!({"type": "string", "format": "uri"}), FieldKind::File { accept: image() }),
        (
            "voice",
            json!({"type": "string", "format": "uri", "x-cog-accept": "audio/wav"}),
            FieldKind::File { accept: "audio/wav".into() },
        ),
        ("lora_url", json!({"type": "string", "format": "uri"}), text(false)),
        (
            "extra",
            json!({"type": "string", "format": "uri", "description": "LoRA weights, a .tar"}),
            text(false),
        ),
        (
            "images",
            json!({"type": "array", "items": {"type": "string", "format": "uri"}}),
            FieldKind::Files { accept: image(), max: None },
        ),
        (
            "tags",
            json!({"type": "array", "items": {"type": "string"}}),
            FieldKind::List { numbers: false },
        ),
        (
            "sizes",
            json!({"type": "array", "items": {"type": "integer"}}),
            FieldKind::List { numbers: true },
        ),
        (
            "key",
            json!({"type": "string", "format": "password", "writeOnly": true, "x-cog-secret": true}),
            FieldKind::Text { multiline: false, min_length: None, max_length: None, secret: true },
        ),
        (
            "name",
            json!({"type": "string", "minLength": 2, "maxLength": 5}),
            FieldKind::Text {
                multiline: false,
                min_length: Some(2),
                max_length: Some(5),
                secret: false,
            },
        ),
        (
            "mode",
            json!({"enum": ["a", "b"], "type": "string"}),
            FieldKind::Choice {
                options: ["a", "b"].map(|one| InputValue::Text(one.into()).into()).to_vec(),
                custom: false,
            },
        ),
        ("any", json!({"anyOf": [{"type": "integer"}, {"type": "string"}]}), FieldKind::Json),
        (
            "maybe",
            json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}),
            FieldKind::Integer { min: None, max: None, step: None },
        ),
        ("options", json!({"type": "object"}), FieldKind::Json),
        ("riddle", json!({}), FieldKind::Json),
        ("maybe", json!({"type": ["string", "null"]}), text(false)),
    ] {
        assert_eq!(named(name, property.clone()).kind, kind, "{name}: {property}");
    }
}

#[test]
fn an_enum_behind_a_reference_keeps_its_types_and_its_default() {
    let megapixels = json!({"enum": [1, 2, 4], "type": "integer", "title": "megapixels", "description": "An enumeration."});
    let property = json!({
        "allOf": [{"$ref": "#/components/schemas/megapixels"}], "default": 2, "x-order": 1,
    });
    let (_, schema) = read(&openapi(
        json!({ "megapixels": property }),
        json!([]),
        json!({ "megapixels": megapixels }),
    ));
    let field = &schema.fields[0];
    let options = [1, 2, 4].map(|number| InputValue::Integer(number).into()).to_vec();
    assert_eq!(field.kind, FieldKind::Choice { options, custom: false });
    assert_eq!(field.default, Some(InputValue::Integer(2)));
    assert_eq!((field.label.as_str(), &field.help), ("Megapixels", &None));
}

#[test]
fn references_in_a_circle_end() {
    let others =
        json!({"a": {"$ref": "#/components/schemas/b"}, "b": {"$ref": "#/components/schemas/a"}});
    let property = json!({"$ref": "#/components/schemas/a"});
    let (_, schema) = read(&openapi(json!({ "x": property }), json!([]), others));
    assert_eq!(schema.fields[0].kind, FieldKind::Json);
}

#[test]
fn the_form_follows_x_order_with_files_first_and_knobs_last() {
    let integer = |order: i32| json!({"type": "integer", "x-order": order});
    let properties = json!({
        "num_inference_steps": integer(1),
        "late": {"type": "integer"},
        "b": integer(3),
        "prompt": {"type": "string", "x-order": 0},
        "image": {"type": "string", "format": "uri", "x-order": 4},
        "a": integer(2),
    });
    let (prompt, schema) = read(&openapi(properties, json!(["prompt"]), json!({})));
    assert_eq!(prompt, PromptUse::Required);
    let names: Vec<_> = schema.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["image", "a", "b", "late", "num_inference_steps"]);
    assert!(schema.fields[4].advanced);
}

#[test]
fn two_inputs_never_share_a_label() {
    let number = json!({"type": "number"});
    let properties = json!({"guidance": number, "guidance_scale": number});
    let (_, schema) = read(&openapi(properties, json!([]), json!({})));
    let labels: Vec<_> = schema.fields.iter().map(|field| field.label.as_str()).collect();
    assert_eq!(labels, ["Guidance", "Guidance scale"]);
}

#[test]
fn the_prompt_is_required_only_if_the_model_says_so() {
    let prompt = json!({"prompt": {"type": "string"}});
    let with_default = json!({"prompt": {"type": "string", "default": "a fox"}});
    for (properties, required, expected) in [
        (&prompt, json!(["prompt"]), PromptUse::Required),
        (&prompt, json!([]), PromptUse::Optional),
        (&with_default, json!(["prompt"]), PromptUse::Optional),
        (&json!({}), json!([]), PromptUse::None),
    ] {
        assert_eq!(read(&openapi(properties.clone(), required, json!({}))).0, expected);
    }
    assert_eq!(read(&json!(null)).0, PromptUse::Optional);
}

/// Some schema generators produce this for `Input(default=None)`.
#[test]
fn what_the_maker_meant_to_be_left_out_is_not_asked_for() {
    let secret = json!({"type": "string", "format": "password", "x-cog-secret": true});
    let with = |mut property: Value, help: &str| {
        property["description"] = help.into();
        property
    };
    let empty = Some(InputValue::Text(String::new()));
    for (name, property, required, default) in [
        ("seed", json!({"type": "integer"}), false, None),
        ("seed", with(json!({"type": "integer"}), "Leave empty for a random one."), false, None),
        ("api_key", with(secret.clone(), "Your own key. Leave empty to use ours."), true, empty),
        ("api_key", with(secret.clone(), "Your key."), true, None),
        ("scale", with(json!({"type": "number"}), "Optional."), false, None),
        ("mask", json!({"type": "string", "format": "uri", "nullable": true}), false, None),
        ("width", json!({"type": "integer"}), true, None),
    ] {
        let (_, schema) = read(&openapi(json!({ name: property }), json!([name]), json!({})));
        let field = &schema.fields[0];
        assert_eq!((field.required, &field.default), (required, &default), "{name} {property}");
        let complaints = schema.check(&Inputs::new());
        assert_eq!(complaints.is_empty(), !required || default.is_some(), "{name} {property}");
    }
}

#[test]
fn defaults_and_examples_fit_their_fields() {
    let image = FieldKind::File { accept: "image/*".into() };
    let url = FileReference::Url("https://x/y.png".into());
    assert_eq!(value(&image, &json!("https://x/y.png")), Some(InputValue::File(url)));
    assert_eq!(value(&image, &json!("")), None);
    assert_eq!(
        one(json!({"type": "integer", "default": 3.0})).default,
        Some(InputValue::Integer(3))
    );
    assert_eq!(one(json!({"type": "number", "default": 3})).default, Some(InputValue::Number(3.0)));
    assert_eq!(one(json!({"type": "integer", "default": "x"})).default, None);
}

#[test]
fn an_example_keeps_only_what_still_fits_and_differs_from_the_defaults() {
    let number =
        |max: i32, default: i32| json!({"type": "integer", "maximum": max, "default": default});
    let properties =
        json!({"width": number(512, 64), "height": number(512, 64), "steps": number(50, 5)});
    let (_, schema) = read(&openapi(properties, json!([]), json!({})));
    let input = json!({"prompt": "fox", "width": 96, "height": 64, "steps": 500, "gone": 1});
    let expected = Example {
        prompt: Some("fox".into()),
        inputs: Inputs::from([("width".into(), InputValue::Integer(96))]),
    };
    assert_eq!(example(&schema, &input), expected);
}

#[test]
fn the_schema_of_a_real_cog_server_maps_and_validates() {
    let recorded = include_str!("../../../../../tests/peers/cog/.cog/openapi_schema.json");
    let (prompt, schema) = read(&serde_json::from_str(recorded).unwrap());
    assert_eq!((prompt, schema.fields.len()), (PromptUse::Required, 14));
    let good = Inputs::from([
        ("width".into(), InputValue::Integer(64)),
        ("megapixels".into(), InputValue::Integer(4)),
        ("output_format".into(), InputValue::Text("webp".into())),
    ]);
    assert_eq!(schema.check(&good), []);
    let bad = Inputs::from([
        ("width".into(), InputValue::Integer(4)),
        ("megapixels".into(), InputValue::Text("4".into())),
    ]);
    let fields: Vec<_> =
        schema.check(&bad).into_iter().map(|FieldError { field, .. }| field).collect();
    assert_eq!(fields, ["width", "megapixels"]);
}

#[test]
fn forms_of_recorded_shapes_have_every_input_and_take_its_default() {
    for recorded in [
        include_str!("../../../../../tests/fixtures/replicate/classic.json"),
        include_str!("../../../../../tests/fixtures/replicate/modern.json"),
        include_str!("../../../../../tests/fixtures/replicate/upscaler.json"),
    ] {
        let openapi: Value = serde_json::from_str(recorded).unwrap();
        let properties = openapi.pointer("/components/schemas/Input/properties").unwrap();
        let (_, schema) = read(&openapi);
        let mut defaults = Inputs::new();
        for (name, property) in properties.as_object().unwrap() {
            let Some(field) = schema.field(name) else {
                assert_eq!(name, "prompt");
                continue;
            };
            assert_eq!(field.default.is_some(), property.get("default").is_some(), "{name}");
            defaults.extend(field.default.clone().map(|default| (name.clone(), default)));
        }
        let errors = schema.check(&defaults);
        assert_eq!(errors.iter().find(|error| defaults.contains_key(&error.field)), None);
    }
}

#[test]
fn pieces_of_a_text_are_told_from_lists_of_files() {
    for (output, is_text) in [
        (
            json!({"type": "array", "items": {"type": "string"}, "x-cog-array-type": "iterator", "x-cog-array-display": "concatenate"}),
            true,
        ),
        (
            json!({"type": "array", "items": {"type": "string"}, "x-cog-array-type": "iterator"}),
            true,
        ),
        (
            json!({"type": "array", "items": {"type": "string", "format": "uri"}, "x-cog-array-type": "iterator"}),
            false,
        ),
        (json!({"type": "array", "items": {"type": "string"}}), false),
        (json!({"type": "string"}), false),
    ] {
        let openapi = json!({"components": {"schemas": {"Output": output}}});
        assert_eq!(output_is_text(&openapi), is_text, "{output}");
    }
}

#[test]
fn references_that_lead_in_circles_or_fan_out_end() {
    let all: Vec<_> = (0..100).map(|_| json!({"$ref": "#/components/schemas/Again"})).collect();
    let openapi = json!({"components": {"schemas": {
        "Again": {"allOf": all, "description": "x".repeat(1 << 20)},
        "Input": {"properties": {
            "again": {"$ref": "#/components/schemas/Again"},
            "itself": {"$ref": "#/components/schemas/Input"},
            "width": {"type": "integer"},
        }},
    }}});
    let started = std::time::Instant::now();
    let (_, schema) = read(&openapi);
    assert!(schema.fields.len() <= 3);
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
}

#[test]
fn a_large_schema_that_many_inputs_share_is_cut() {
    let properties: Map<String, Value> = (0..1_000)
        .map(|i| (format!("in{i}"), json!({"$ref": "#/components/schemas/Long"})))
        .collect();
    let openapi = json!({"components": {"schemas": {
        "Long": {"enum": ["x".repeat(10_000)]}, "Input": {"properties": properties},
    }}});
    let (_, schema) = read(&openapi);
    assert!(schema.fields.len() < 60, "{}", schema.fields.len());
}
