//! Tests what becomes of a default that a person has emptied.

use super::*;

#[test]
fn an_emptied_default_is_sent_as_the_field_says() {
    let null = InputValue::null;
    let emptied = |kind: FieldKind, default: InputValue, emptied: InputValue| {
        let field = Field { emptied: Some(emptied), ..Field::new("it", kind) };
        (checked(field.clone().with_default(default), &[""]), checked(field, &[""]))
    };
    let own = FieldKind::Choice { options: Vec::new(), custom: true };
    for (kind, default, value) in [
        (text_kind(false), text("blurry"), text("")),
        (integer_kind(), InputValue::Integer(20), null()),
        (number_kind(), InputValue::Number(0.5), null()),
        (own, text("wild"), null()),
        (FieldKind::List { numbers: false }, texts(&["one"]), InputValue::List(Vec::new())),
        (FieldKind::Json, InputValue::Json("[1]".to_owned()), null()),
    ] {
        let (with_default, without) = emptied(kind.clone(), default, value.clone());
        assert_eq!(with_default, Ok(Some(value)), "{kind:?}");
        // What is empty from the start was not emptied.
        assert_eq!(without, Ok(None), "{kind:?}");
    }
    let plain = Field::new("it", integer_kind()).with_default(InputValue::Integer(20));
    assert_eq!(checked(plain.clone(), &[""]), Ok(None), "the provider knows no empty value");
    let needed = Field { required: true, emptied: Some(null()), ..plain };
    assert!(checked(needed, &[""]).is_err());
}

#[test]
fn an_emptied_input_is_emptied_again_when_its_inputs_are_reused() {
    let field = Field { emptied: Some(InputValue::null()), ..Field::new("it", number_kind()) };
    let model = model(vec![field.with_default(InputValue::Number(0.5))]);
    let (request, _) = draft(&[("it", "")]).check(&model).unwrap();
    assert_eq!(request.inputs, Inputs::from([("it".to_owned(), InputValue::null())]));
    assert_eq!(Draft::of(&request).inputs, [("it".to_owned(), String::new())]);
    assert_eq!(Draft::of(&request).check(&model), Ok((request, Inputs::new())));
}
