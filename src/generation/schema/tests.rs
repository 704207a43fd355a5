//! Which values a field accepts, and its errors for others.

use super::*;
use crate::generation::{FieldError, Inputs};

fn check(field: Field, value: InputValue) -> Option<String> {
    let schema = InputSchema { fields: vec![field] };
    let inputs = Inputs::from([(schema.fields[0].name.clone(), value)]);
    schema.check(&inputs).into_iter().next().map(|error| error.message)
}

fn steps() -> Field {
    Field::new(
        "num_inference_steps",
        FieldKind::Integer { min: Some(1), max: Some(50), step: None },
    )
}

#[test]
fn common_names_get_the_common_label() {
    assert_eq!(steps().label, "Steps");
    assert_eq!(Field::new("go_fast", FieldKind::Boolean).label, "Go fast");
}

#[test]
fn bounds_are_inclusive() {
    assert_eq!(check(steps(), InputValue::Integer(50)), None);
    assert_eq!(check(steps(), InputValue::Number(1.0)), None);
    assert_eq!(
        check(steps(), InputValue::Integer(51)).as_deref(),
        Some("Steps must be from 1 to 50.")
    );
    assert_eq!(
        check(steps(), InputValue::Number(1.5)).as_deref(),
        Some("Steps must be a whole number.")
    );
}

#[test]
fn a_seed_beyond_i64_is_accepted() {
    let seed = Field::new("seed", FieldKind::Integer { min: Some(0), max: None, step: None });
    assert_eq!(check(seed, InputValue::Integer(14_715_652_618_304_795_000)), None);
}

#[test]
fn non_finite_numbers_are_refused() {
    let guidance =
        || Field::new("guidance", FieldKind::Number { min: None, max: None, step: None });
    for number in [f64::NAN, f64::INFINITY] {
        assert!(check(guidance(), InputValue::Number(number)).is_some());
    }
}

#[test]
fn non_finite_numbers_are_refused_in_lists_too() {
    let list = || Field::new("sigmas", FieldKind::List { numbers: true });
    let of = |number| InputValue::List(vec![InputValue::Number(0.5), number]);
    assert_eq!(check(list(), of(InputValue::Integer(1))), None);
    for number in [f64::NAN, f64::NEG_INFINITY] {
        assert!(check(list(), of(InputValue::Number(number))).is_some());
    }
}

#[test]
fn a_json_field_takes_json_alone() {
    let extra = || Field::new("extra", FieldKind::Json);
    assert_eq!(check(extra(), InputValue::Json("{\"a\": [1]}".into())), None);
    for value in [
        InputValue::Json("{".into()),
        InputValue::Text("{}".into()),
        InputValue::Number(f64::NAN),
        InputValue::List(vec![InputValue::List(Vec::new())]),
    ] {
        assert_eq!(check(extra(), value).as_deref(), Some("Extra is not valid JSON."));
    }
}

#[test]
fn a_choice_keeps_the_type_of_its_options() {
    let outputs = || {
        let options = [1, 2].map(|number| InputValue::Integer(number).into()).to_vec();
        Field::new("num_outputs", FieldKind::Choice { options, custom: false })
    };
    assert_eq!(check(outputs(), InputValue::Integer(2)), None);
    assert!(check(outputs(), InputValue::Text("2".into())).is_some());
}

#[test]
fn a_choice_with_own_values_takes_any_text() {
    let lora = |custom| {
        let options = vec![ChoiceOption::new("Fox plush", InputValue::Text("a1".into()))];
        Field::new("lora", FieldKind::Choice { options, custom })
    };
    assert_eq!(check(lora(true), InputValue::Text("my-own-id".into())), None);
    assert!(check(lora(false), InputValue::Text("my-own-id".into())).is_some());
    assert!(check(lora(false), InputValue::Text("Fox plush".into())).is_some());
}

#[test]
fn several_choices_are_a_list_of_listed_values() {
    let tags = |max| {
        let options = [1, 2, 3].map(|number| InputValue::Integer(number).into()).to_vec();
        Field::new("tags", FieldKind::Choices { options, custom: false, max })
    };
    let list = |numbers: &[i128]| {
        InputValue::List(numbers.iter().copied().map(InputValue::Integer).collect())
    };
    assert_eq!(check(tags(None), list(&[1, 3])), None);
    assert_eq!(check(tags(None), list(&[])), None);
    assert!(check(tags(None), list(&[4])).is_some());
    assert_eq!(
        check(tags(Some(1)), list(&[1, 2])).as_deref(),
        Some("Tags takes at most 1 choices.")
    );
}

#[test]
fn days_and_colours_are_checked() {
    let text = |text: &str| InputValue::Text(text.to_owned());
    let day = |time| Field::new("day", FieldKind::DateTime { time });
    for (time, good) in
        [(false, "2026-11-28"), (true, "2026-11-28 22:53:00"), (true, "2026-11-28T22:53")]
    {
        assert_eq!(check(day(time), text(good)), None, "{good}");
    }
    for (time, bad) in [(false, "tomorrow"), (true, "2026-11-28"), (false, "2026-11-")] {
        assert!(check(day(time), text(bad)).is_some(), "{bad}");
    }
    let colour = || Field::new("ink", FieldKind::Colour);
    for good in ["#a30", "#aa3300", "rgba(1, 2, 3, 0.5)", "teal"] {
        assert_eq!(check(colour(), text(good)), None, "{good}");
    }
    for bad in ["", "\"><script>", "url;"] {
        assert!(check(colour(), text(bad)).is_some(), "{bad}");
    }
}

#[test]
fn a_required_switch_that_nobody_touched_is_off() {
    let field = Field { required: true, ..Field::new("go_fast", FieldKind::Boolean) };
    let schema = InputSchema { fields: vec![field] };
    assert_eq!(schema.check(&Inputs::new()), []);
}

#[test]
fn a_missing_required_field_and_an_unknown_one_are_both_told() {
    let image = Field {
        required: true,
        ..Field::new("image", FieldKind::File { accept: "image/*".into() })
    };
    let schema = InputSchema { fields: vec![image] };
    let inputs = Inputs::from([("imgae".to_owned(), InputValue::Boolean(true))]);
    assert_eq!(
        schema.check(&inputs),
        [
            FieldError::new("image", "Image is required."),
            FieldError::new("imgae", "The model has no input “imgae”."),
        ]
    );
}
