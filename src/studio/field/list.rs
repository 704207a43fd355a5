//! Several texts or numbers, one on each line.

use leptos::prelude::*;

use super::FieldHandle;
use crate::generation::{FieldKind, InputValue};

#[component]
pub fn List(control: FieldHandle) -> impl IntoView {
    let is_numbers =
        control.field.with_value(|field| matches!(field.kind, FieldKind::List { numbers: true }));
    // What is typed stays as it is while it means the same, so that an empty line can be filled.
    let typed = RwSignal::new(String::new());
    let text = move || {
        let shown = control.field.with_value(|field| control.form.shown(field));
        let typed = typed.get();
        if parse(&typed, is_numbers) == shown { typed } else { lines(shown) }
    };
    view! {
        <textarea
            id=control.id()
            class="field__control"
            rows="3"
            placeholder="One on each line"
            aria-invalid=move || control.invalid()
            aria-describedby=control.error_id()
            prop:value=text
            on:input:target=move |event| {
                typed.set(event.target().value());
                control.set(parse(&event.target().value(), is_numbers));
            }
        ></textarea>
    }
}

fn parse(text: &str, is_numbers: bool) -> Option<InputValue> {
    let items: Vec<_> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| match (is_numbers, line.parse(), line.parse()) {
            (true, Ok(integer), _) => InputValue::Integer(integer),
            (true, _, Ok(number)) => InputValue::Number(number),
            _ => InputValue::Text(line.to_owned()),
        })
        .collect();
    (!items.is_empty()).then_some(InputValue::List(items))
}

fn lines(value: Option<InputValue>) -> String {
    match value {
        Some(InputValue::List(items)) => {
            items.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_one_item_of_its_type() {
        let list = |items| Some(InputValue::List(items));
        let text = |text: &str| InputValue::Text(text.to_owned());
        assert_eq!(parse("a, b\n\n c ", false), list(vec![text("a, b"), text("c")]));
        let numbers = vec![InputValue::Integer(1), InputValue::Number(0.5), text("x")];
        assert_eq!(parse("1\n0.5\nx", true), list(numbers));
        assert_eq!(parse(" \n", false), None);
        assert_eq!(lines(parse("a\nb", false)), "a\nb");
    }
}
