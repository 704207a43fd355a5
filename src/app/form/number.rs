//! A number box, and a slider if the field has both bounds.

use leptos::prelude::*;

use super::control::Control;
use crate::{generation::FieldKind, studio::SLIDER};

#[component]
pub fn NumberBox(control: Control, kind: FieldKind) -> impl IntoView {
    let [min, max, step] = bounds(&kind);
    let slider = min.clone().zip(max.clone()).map(|(min, max)| {
        let style = format!("--at:{}%", share(&min, &max, &control.text));
        view! {
            <input
                id=format!("{}{SLIDER}", control.id)
                type="range"
                class="field__slider"
                aria-hidden="true"
                tabindex="-1"
                min=min
                max=max
                step=step.clone()
                value=control.text.clone()
                style=style
            />
        }
    });
    view! {
        <input
            type="number"
            id=control.id
            class="field__control field__control--number"
            min=min
            max=max
            step=step
            aria-describedby=control.error_id
            name=control.name
            form="request"
            required=control.is_required
            aria-invalid=control.is_invalid.then_some("true")
            value=control.text
        />
        {slider}
    }
}

/// The slider's position in percent; 50 without a value, as browsers draw it.
fn share(min: &str, max: &str, text: &str) -> u32 {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let share = number(min).zip(number(max)).zip(number(text));
    let share = share.map(|((min, max), now)| (now - min) / (max - min) * 100.0);
    share.filter(|share| share.is_finite()).unwrap_or(50.0).clamp(0.0, 100.0) as u32
}

/// Minimum, maximum and step as HTML attributes.
pub fn bounds(kind: &FieldKind) -> [Option<String>; 3] {
    match kind {
        FieldKind::Integer { min, max, step } => {
            [min.map(|n| n.to_string()), max.map(|n| n.to_string()), step.map(|n| n.to_string())]
        }
        FieldKind::Number { min, max, step } => [
            min.map(|n| n.to_string()),
            max.map(|n| n.to_string()),
            Some(step.map_or_else(|| "any".to_owned(), |n| n.to_string())),
        ],
        _ => [None, None, None],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_track_is_filled_up_to_the_number() {
        for (text, percent) in [("0", 0), ("3.5", 35), ("99", 100), ("-1", 0), ("", 50)] {
            assert_eq!(share("0", "10", text), percent, "{text}");
        }
        assert_eq!(share("1", "1", "1"), 50);
    }
}
