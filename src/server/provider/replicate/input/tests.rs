use serde_json::json;

use super::*;
use crate::generation::{Field, Inputs};

fn schema() -> InputSchema {
    let integer = FieldKind::Integer { min: None, max: Some(1000), step: None };
    let options = [1, 2].map(|number| InputValue::Integer(number).into()).to_vec();
    InputSchema {
        fields: vec![
            Field::new("seed", integer.clone()),
            Field::new("steps", integer).with_default(InputValue::Integer(28)),
            Field::new("megapixels", FieldKind::Choice { options, custom: false }),
            Field { required: true, ..Field::new("go_fast", FieldKind::Boolean) },
            Field::new("image", FieldKind::File { accept: "image/*".into() }),
            Field::new("extra", FieldKind::Json),
        ],
    }
}

fn build(prompt: &str, inputs: Inputs) -> Value {
    let request =
        Request { model: "replicate:a/b".parse().unwrap(), prompt: prompt.into(), inputs };
    let addresses = Addresses::from([("d1".to_owned(), "data:image/png;base64,AA==".to_owned())]);
    Value::Object(payload(&request, PromptUse::Optional, &schema(), &addresses, 7).unwrap())
}

#[test]
fn only_what_was_set_is_sent_and_a_seed() {
    assert_eq!(build("fox", Inputs::new()), json!({"prompt": "fox", "seed": 7, "go_fast": false}));
}

#[test]
fn empty_inputs_are_left_out_and_types_are_kept() {
    let inputs = Inputs::from([
        ("seed".into(), InputValue::Number(12.0)),
        ("megapixels".into(), InputValue::Integer(2)),
        ("go_fast".into(), InputValue::Boolean(true)),
        ("image".into(), InputValue::File(FileReference::Stored("d1".into()))),
        ("extra".into(), InputValue::Json(" ".into())),
    ]);
    assert_eq!(
        build(" ", inputs),
        json!({"seed": 12, "megapixels": 2, "go_fast": true, "image": "data:image/png;base64,AA=="})
    );
}

#[test]
fn what_was_emptied_is_sent_empty_where_the_model_takes_it() {
    let text =
        FieldKind::Text { multiline: false, min_length: None, max_length: None, secret: false };
    let blurry = Field::new("negative", text).with_default(InputValue::Text("blur".into()));
    let number = FieldKind::Number { min: None, max: None, step: None };
    let shift = Field::new("shift", number).with_default(InputValue::Number(1.0));
    let (none, empty) = (InputValue::null(), InputValue::Text(String::new()));
    let schema = InputSchema {
        fields: vec![
            Field { emptied: Some(empty.clone()), ..blurry.clone() },
            Field { emptied: Some(none.clone()), ..shift },
            Field { name: "left".into(), ..blurry },
        ],
    };
    let inputs = Inputs::from([
        ("negative".into(), empty.clone()),
        ("shift".into(), none),
        ("left".into(), empty),
    ]);
    let model = "replicate:a/b".parse().unwrap();
    let request = Request { model, prompt: "fox".into(), inputs };
    assert!(schema.check(&request.inputs).is_empty());
    let sent = payload(&request, PromptUse::Required, &schema, &Addresses::new(), 7).unwrap();
    assert_eq!(
        Value::Object(sent.clone()),
        json!({"prompt": "fox", "negative": "", "shift": null})
    );
    let echo = json!({"prompt": "fox", "negative": ""});
    assert!(is_echo(&sent, echo.as_object().unwrap()));
}

#[test]
fn a_seed_follows_from_the_id_and_keeps_the_bounds() {
    let id = GenerationId::from_parts(1, [9; 10]);
    assert_eq!(seed_of(&id, 1), seed_of(&id, 1));
    assert_ne!(seed_of(&id, 1), seed_of(&id, 2));
    assert_eq!(within(1_000_001, Some(1), Some(10)), 2);
}

#[test]
fn an_echo_is_recognised_whatever_was_added_or_moved() {
    let object = |value: Value| value.as_object().cloned().unwrap();
    let sent = object(json!({"seed": 3, "guidance": 3.0, "image": "data:image/png;base64,AA=="}));
    let echo = object(json!({"image": "https://x/y.png", "guidance": 3, "seed": 3, "width": 64}));
    assert!(is_echo(&sent, &echo));
    assert!(!is_echo(&sent, &object(json!({"seed": 4, "guidance": 3, "image": "https://x"}))));
    assert!(!is_echo(&sent, &object(json!({"seed": 3}))));
}
