//! Tests how every kind of field converts its texts.

mod emptied;

use proptest::{collection, prelude::*};

use super::*;
use crate::generation::{ChoiceOption, InputSchema, ModelReference, PromptUse};

const DIGEST: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn text(text: &str) -> InputValue {
    InputValue::Text(text.to_owned())
}

fn texts(items: &[&str]) -> InputValue {
    InputValue::List(items.iter().copied().map(text).collect())
}

fn stored() -> InputValue {
    InputValue::File(FileReference::Stored(DIGEST.to_owned()))
}

fn url(address: &str) -> InputValue {
    InputValue::File(FileReference::Url(address.to_owned()))
}

fn text_kind(secret: bool) -> FieldKind {
    FieldKind::Text { multiline: false, min_length: None, max_length: Some(20), secret }
}

fn integer_kind() -> FieldKind {
    FieldKind::Integer { min: Some(-5), max: None, step: None }
}

fn number_kind() -> FieldKind {
    FieldKind::Number { min: None, max: Some(10.0), step: None }
}

fn choice_kind() -> FieldKind {
    let values = [InputValue::Integer(1), InputValue::Number(1.5), text("auto"), text("")];
    let options = values.map(|value| ChoiceOption { label: value.to_string(), value });
    FieldKind::Choice { options: options.into(), custom: false }
}

fn file_kind() -> FieldKind {
    FieldKind::File { accept: "image/*".to_owned() }
}

fn files_kind() -> FieldKind {
    FieldKind::Files { accept: "image/*".to_owned(), max: Some(2) }
}

fn model(fields: Vec<Field>) -> Model {
    Model {
        reference: ModelReference::demo(),
        title: String::new(),
        description: None,
        page: None,
        prompt: PromptUse::Required,
        schema: InputSchema { fields },
        example: None,
        notices: Vec::new(),
    }
}

fn draft(inputs: &[(&str, &str)]) -> Draft {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    Draft {
        model: "demo".to_owned(),
        prompt: "a fox".to_owned(),
        inputs: inputs.iter().map(owned).collect(),
    }
}

/// The result of the field `it` for `given`: its value, nothing, or an error.
fn checked(field: Field, given: &[&str]) -> Result<Option<InputValue>, String> {
    let pairs: Vec<_> = given.iter().map(|text| ("it", *text)).collect();
    match draft(&pairs).check(&model(vec![field])) {
        Ok((mut request, mut secrets)) => {
            Ok(request.inputs.remove("it").or_else(|| secrets.remove("it")))
        }
        Err(errors) => {
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert_eq!(errors[0].field, "it");
            Err(errors[0].message.clone())
        }
    }
}

#[test]
fn each_kind_gives_its_texts_their_type() {
    let integers =
        |items: &[i128]| InputValue::List(items.iter().copied().map(InputValue::Integer).collect());
    let a_to_b = [InputValue::Number(0.5), InputValue::Integer(2)].to_vec();
    let json = |text: &str| InputValue::Json(text.to_owned());
    let address = "https://a.example/b.png?c#d";
    for (kind, given, value) in [
        (text_kind(false), &[" as it is "][..], text(" as it is ")),
        (text_kind(false), &["one", "two"], text("two")),
        (text_kind(true), &["key"], text("key")),
        (integer_kind(), &[" 7 "], InputValue::Integer(7)),
        (
            integer_kind(),
            &["18446744073709551617"],
            InputValue::Integer(18_446_744_073_709_551_617),
        ),
        (integer_kind(), &["1e3"], InputValue::Integer(1000)),
        (integer_kind(), &["2.0"], InputValue::Integer(2)),
        (number_kind(), &["3"], InputValue::Number(3.0)),
        (number_kind(), &["-1.5e1"], InputValue::Number(-15.0)),
        (FieldKind::Boolean, &["false", "true"], InputValue::Boolean(true)),
        (FieldKind::Boolean, &["on"], InputValue::Boolean(true)),
        (choice_kind(), &["1"], InputValue::Integer(1)),
        (choice_kind(), &["1.5"], InputValue::Number(1.5)),
        (choice_kind(), &["auto"], text("auto")),
        (
            file_kind(),
            &["stored:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"],
            stored(),
        ),
        (file_kind(), &[address], url(address)),
        (file_kind(), &["", "http://a.example/"], url("http://a.example/")),
        (files_kind(), &[address], InputValue::List(vec![url(address)])),
        (files_kind(), &["", address, address], InputValue::List(vec![url(address); 2])),
        (FieldKind::List { numbers: false }, &["one\r\n\n two "], texts(&["one", "two"])),
        (FieldKind::List { numbers: false }, &["one", "", "two"], texts(&["one", "two"])),
        (FieldKind::List { numbers: true }, &["1\n2"], integers(&[1, 2])),
        (FieldKind::List { numbers: true }, &["0.5", "2"], InputValue::List(a_to_b)),
        (FieldKind::Json, &["{\"a\": [1]}"], json("{\"a\": [1]}")),
    ] {
        let found = checked(Field::new("it", kind.clone()), given);
        assert_eq!(found, Ok(Some(value)), "{kind:?} {given:?}");
    }
}

#[test]
fn what_has_no_such_type_is_reported_at_its_field() {
    for (kind, given, complaint) in [
        (
            text_kind(false),
            &["much longer than 20 characters"][..],
            "It takes at most 20 characters.",
        ),
        (integer_kind(), &["x"], "It must be a whole number."),
        (integer_kind(), &["1.5"], "It must be a whole number."),
        // Above this, a number with a decimal point does not identify a whole number.
        (integer_kind(), &["9007199254740993.0"], "It must be a whole number."),
        (integer_kind(), &["-6"], "It must be at least -5."),
        (number_kind(), &["1,5"], "It must be a number."),
        (number_kind(), &["NaN"], "It must be a number."),
        (number_kind(), &["inf"], "It must be a number."),
        (number_kind(), &["1e999"], "It must be a number."),
        (number_kind(), &["11"], "It must be at most 10."),
        (FieldKind::Boolean, &["perhaps"], "It must be on or off."),
        (choice_kind(), &["1.0"], "It must be one of the choices."),
        (file_kind(), &["stored:0123"], "It must be a file or an address."),
        (file_kind(), &["stored:../../etc/passwd"], "It must be a file or an address."),
        (file_kind(), &["file:///etc/passwd"], "It must be a file or an address."),
        (file_kind(), &["data:image/png;base64,AAAA"], "It must be a file or an address."),
        (file_kind(), &["a.png"], "It must be a file or an address."),
        (files_kind(), &["https://a.example/", "b"], "It must be files or addresses."),
        (files_kind(), &["https://a.example/"; 3], "It takes at most 2 files."),
        (FieldKind::List { numbers: true }, &["1\nx"], "It must be a list."),
        (FieldKind::List { numbers: true }, &["1", "NaN"], "It must be a list."),
        (FieldKind::Json, &["{"], "It is not valid JSON."),
    ] {
        let found = checked(Field::new("it", kind.clone()), given);
        assert_eq!(found, Err(complaint.to_owned()), "{kind:?} {given:?}");
    }
}

#[test]
fn the_default_is_left_to_the_provider_however_it_is_written() {
    let list =
        |items: &[f64]| InputValue::List(items.iter().copied().map(InputValue::Number).collect());
    let json = |text: &str| InputValue::Json(text.to_owned());
    for (kind, default, given) in [
        (text_kind(false), text("blurry"), &["blurry"][..]),
        (integer_kind(), InputValue::Integer(20), &["20"]),
        (integer_kind(), InputValue::Number(20.0), &["2e1"]),
        (number_kind(), InputValue::Integer(3), &["3.0"]),
        (number_kind(), InputValue::Number(0.1), &["0.10"]),
        (FieldKind::Boolean, InputValue::Boolean(true), &["false", "true"]),
        (FieldKind::Boolean, InputValue::Boolean(false), &["false"]),
        (choice_kind(), InputValue::Number(1.5), &["1.5"]),
        (choice_kind(), text("not in the list"), &["not in the list"]),
        (file_kind(), url("https://a.example/"), &["https://a.example/"]),
        (files_kind(), InputValue::List(vec![url("https://a.example/")]), &["https://a.example/"]),
        (FieldKind::List { numbers: false }, texts(&["one", "two"]), &["one\ntwo\n"]),
        (FieldKind::List { numbers: false }, texts(&["one", "two"]), &["one", "two"]),
        (FieldKind::List { numbers: true }, list(&[1.0, 0.5]), &["1\n.5"]),
        (FieldKind::Json, json("{\"a\":1,\"b\":2}"), &["{ \"b\": 2, \"a\": 1 }"]),
        (FieldKind::Json, InputValue::Integer(7), &["7"]),
    ] {
        let field = Field::new("it", kind.clone()).with_default(default);
        assert_eq!(checked(field, given), Ok(None), "{kind:?} {given:?}");
    }
}

#[test]
fn what_differs_from_the_default_is_sent() {
    let on = || Field::new("it", FieldKind::Boolean).with_default(InputValue::Boolean(true));
    assert_eq!(checked(on(), &["false"]), Ok(Some(InputValue::Boolean(false))));
    let auto = || Field::new("it", choice_kind()).with_default(text("auto"));
    assert_eq!(checked(auto(), &[""]), Ok(Some(text(""))), "the empty text is one of the choices");
    let seed = || Field::new("it", integer_kind()).with_default(InputValue::Integer(1 << 60));
    let next = (1_i128 << 60) + 1;
    assert_eq!(checked(seed(), &[&next.to_string()]), Ok(Some(InputValue::Integer(next))));
}

#[test]
fn an_empty_text_is_not_sent_and_reported_where_something_is_required() {
    for kind in [
        text_kind(false),
        integer_kind(),
        number_kind(),
        FieldKind::Boolean,
        choice_kind(),
        file_kind(),
        files_kind(),
        FieldKind::List { numbers: false },
        FieldKind::Json,
    ] {
        assert_eq!(checked(Field::new("it", kind.clone()), &[""]), Ok(None), "{kind:?}");
        let needed = Field { required: true, ..Field::new("it", kind.clone()) };
        let expected = match kind {
            // A switch that nobody touched is off.
            FieldKind::Boolean => Ok(None),
            _ => Err("It is required.".to_owned()),
        };
        assert_eq!(checked(needed, &[""]), expected, "{kind:?}");
    }
}

#[test]
fn a_switch_without_a_default_that_is_off_was_not_set() {
    assert_eq!(checked(Field::new("it", FieldKind::Boolean), &["false"]), Ok(None));
}

#[test]
fn all_that_is_wrong_is_reported_at_once() {
    let fields = vec![Field::new("steps", integer_kind()), Field::new("guidance", number_kind())];
    let inputs = [("unknown", ""), ("guidance", "x"), ("steps", "y")];
    let wrong = Draft { prompt: " ".to_owned(), ..draft(&inputs) };
    let errors = wrong.check(&model(fields)).unwrap_err();
    let names: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(names, ["prompt", "steps", "guidance", "unknown"]);
    assert_eq!(errors[3].message, "The model has no input “unknown”.");
}

#[test]
fn a_model_that_is_none_is_reported_at_its_field() {
    let draft = Draft { model: "nobody:x".to_owned(), ..draft(&[]) };
    let errors = draft.check(&model(Vec::new())).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].field, "model");
    assert!(errors[0].message.contains("nobody:x"), "{errors:?}");
}

#[test]
fn secrets_are_apart_from_the_request() {
    let fields =
        vec![Field::new("api_key", text_kind(true)), Field::new("style", text_kind(false))];
    let (request, secrets) =
        draft(&[("api_key", "of value"), ("style", "ink")]).check(&model(fields)).unwrap();
    assert_eq!(request.inputs, Inputs::from([("style".to_owned(), text("ink"))]));
    assert_eq!(secrets, Inputs::from([("api_key".to_owned(), text("of value"))]));
}

/// A kind of field with a value that a person can set there.
fn set_field() -> impl Strategy<Value = (FieldKind, InputValue)> {
    let line = "[a-zäß狐\"\\\\]{1,12}( [a-z0-9]{1,5})?";
    let digest = "[0-9a-f]{64}".prop_map(FileReference::Stored);
    let address = "https?://[a-z]{1,9}\\.example/[a-z0-9?=&#]{0,9}".prop_map(FileReference::Url);
    let file = prop_oneof![digest, address].prop_map(InputValue::File);
    let finite = prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO;
    let open_text =
        FieldKind::Text { multiline: true, min_length: None, max_length: None, secret: false };
    let number = FieldKind::Number { min: None, max: None, step: None };
    let integer = FieldKind::Integer { min: None, max: None, step: None };
    // A whole floating-point number in a list is parsed as an integer.
    let item = prop_oneof![
        any::<i128>().prop_map(InputValue::Integer),
        any::<i32>().prop_map(|half| InputValue::Number(f64::from(half) + 0.5)),
    ];
    prop_oneof![
        "(?s).{1,40}".prop_map(move |text| (open_text.clone(), InputValue::Text(text))),
        any::<i128>().prop_map(move |value| (integer.clone(), InputValue::Integer(value))),
        finite.prop_map(move |value| (number.clone(), InputValue::Number(value))),
        Just((FieldKind::Boolean, InputValue::Boolean(true))),
        prop_oneof![
            Just(InputValue::Integer(1)),
            Just(InputValue::Number(1.5)),
            Just(text("auto"))
        ]
        .prop_map(|value| (choice_kind(), value)),
        file.clone().prop_map(|value| (file_kind(), value)),
        collection::vec(file, 1..3).prop_map(|files| (files_kind(), InputValue::List(files))),
        collection::vec(line.prop_map(InputValue::Text), 1..5)
            .prop_map(|items| (FieldKind::List { numbers: false }, InputValue::List(items))),
        collection::vec(item, 1..5)
            .prop_map(|items| (FieldKind::List { numbers: true }, InputValue::List(items))),
        collection::vec(any::<i64>(), 0..5).prop_map(|numbers| {
            (FieldKind::Json, InputValue::Json(serde_json::to_string_pretty(&numbers).unwrap()))
        }),
    ]
}

proptest! {
    #[test]
    fn the_draft_of_a_request_makes_the_same_request(
        prompt in "(?s)[a-z狐].{0,60}",
        set in collection::btree_map("(?s).{1,12}", set_field(), 0..8),
    ) {
        let fields = set.iter().map(|(name, (kind, _))| Field::new(name, kind.clone()));
        let model = model(fields.collect());
        let inputs = set.into_iter().map(|(name, (_, value))| (name, value)).collect();
        let request = Request { model: ModelReference::demo(), prompt, inputs };
        let draft = Draft::of(&request);
        let sent = postcard::to_allocvec(&draft).unwrap();
        let received: Draft = postcard::from_bytes(&sent).unwrap();
        prop_assert_eq!(received.check(&model), Ok((request, Inputs::new())));
    }
}
