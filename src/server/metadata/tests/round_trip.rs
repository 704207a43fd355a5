//! Tests that everything written into a picture is read from it again.

use proptest::{collection::btree_map, prelude::*};

use super::*;

/// Letters of many kinds, and those that formats and parsers treat specially. Characters that
/// control a terminal or change the direction of text are removed from all texts, and so are not
/// among them.
const TEXT: &str = "[ -~\n\täß狐🦊“”]{0,120}";

fn value() -> impl Strategy<Value = InputValue> {
    let one = prop_oneof![
        TEXT.prop_map(InputValue::Text),
        any::<i64>().prop_map(|number| InputValue::Integer(number.into())),
        any::<f64>()
            .prop_filter("no number", |number| number.is_finite())
            .prop_map(InputValue::Number),
        any::<bool>().prop_map(InputValue::Boolean),
    ];
    one.prop_recursive(1, 4, 4, |inner| {
        proptest::collection::vec(inner, 0..4).prop_map(InputValue::List)
    })
}

proptest! {
    #[test]
    fn a_request_comes_back_as_it_was(
        prompt in TEXT,
        inputs in btree_map("x[a-z_]{1,12}", value(), 0..6),
    ) {
        let mut record = record(&prompt, "replicate:owner/name", &[]);
        record.item.request.inputs = inputs;
        record.item.facts.clear();
        let request = &record.item.request;
        for format in FORMATS {
            let (bytes, stored) = picture(format);
            let recipe = extract(&embed(bytes, &record, &stored)).unwrap();
            prop_assert_eq!(&recipe.prompt, &request.prompt);
            prop_assert_eq!(recipe.model.as_ref(), Some(&request.model));
            for (name, value) in &request.inputs {
                if !is_secret(name) {
                    prop_assert_eq!(recipe.inputs.get(name), Some(value));
                }
            }
        }
    }
}
