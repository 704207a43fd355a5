//! Common proportions for models that take a width and a height.

use leptos::prelude::*;

use super::form::Form;
use crate::generation::{Field, FieldKind, InputValue, Role};

/// Width to height.
const PRESETS: [(u32, u32); 5] = [(1, 1), (4, 3), (3, 4), (16, 9), (9, 16)];

/// The area that a preset aims at where the model has no size of its own, in pixels.
const AREA: f64 = 1024.0 * 1024.0;

/// Preset buttons and one to swap the sides.
#[component]
pub fn Size(form: Form) -> impl IntoView {
    let fields = Memo::new(move |_| {
        let schema = &form.model.read().schema;
        schema.with_role(Role::Width).cloned().zip(schema.with_role(Role::Height).cloned())
    });
    move || fields.get().map(|(width, height)| view! { <Presets form width height/> })
}

#[component]
fn Presets(form: Form, width: Field, height: Field) -> impl IntoView {
    let sides = StoredValue::new((width, height));
    let choose = move |ratio: f64| {
        sides.with_value(|(width, height)| {
            let area = area_of(width, height);
            form.set(&width.name, Some(fit(width, (area * ratio).sqrt())));
            form.set(&height.name, Some(fit(height, (area / ratio).sqrt())));
        });
    };
    let swap = move |_| {
        sides.with_value(|(width, height)| {
            let (old_width, old_height) = untrack(|| (form.shown(width), form.shown(height)));
            form.set(&width.name, old_height);
            form.set(&height.name, old_width);
        });
    };
    let presets = PRESETS.map(|(width, height)| {
        let ratio = f64::from(width) / f64::from(height);
        view! {
            <button type="button" class="button button--chip" on:click=move |_| choose(ratio)>
                {width}":"{height}
            </button>
        }
    });
    view! {
        <div class="size" role="group" aria-label="Proportions">
            {presets.collect_view()}
            <button
                type="button"
                class="button button--chip"
                aria-label="Swap sides"
                title="Swap sides"
                on:click=swap
            >
                "⇄"
            </button>
        </div>
    }
}

/// The area of the model's own default size.
fn area_of(width: &Field, height: &Field) -> f64 {
    let side = |field: &Field| field.default.as_ref().and_then(InputValue::as_number);
    side(width).zip(side(height)).map_or(AREA, |(width, height)| width * height)
}

/// The nearest value that the field takes.
fn fit(field: &Field, pixels: f64) -> InputValue {
    let (min, max, step) = match &field.kind {
        FieldKind::Integer { min, max, step } => (*min, *max, *step),
        _ => (None, None, None),
    };
    let step = step.unwrap_or(8).max(8);
    let nearest = (pixels / step as f64).round() as i128 * step;
    InputValue::Integer(nearest.clamp(min.unwrap_or(step), max.unwrap_or(8192)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_keeps_to_step_and_bounds() {
        let kind = FieldKind::Integer { min: Some(256), max: Some(1280), step: Some(64) };
        let field = Field::new("width", kind);
        assert_eq!(fit(&field, 1000.0), InputValue::Integer(1024));
        assert_eq!(fit(&field, 5000.0), InputValue::Integer(1280));
        assert_eq!(fit(&field, 1.0), InputValue::Integer(256));
    }
}
