//! The size of the picture: common aspect ratios, and both sides in pixels.

use leptos::prelude::*;

use super::{
    control::{Control, FilledField},
    controls::Choice,
    number::bounds,
    side::fit,
    values,
};
use crate::{
    app::names,
    generation::{Field, FieldKind, InputValue, contract::FieldAct},
    language::{decimal, text},
    studio::error_id,
};

/// The aspect ratios, width to height.
const SHAPES: [(u32, u32); 5] = [(1, 1), (4, 3), (3, 4), (16, 9), (9, 16)];

/// The area of a picture where the model has no default size, in pixels.
const AREA: f64 = 1024.0 * 1024.0;

/// The longer side of an aspect ratio's icon, in pixels.
const DRAWN: f64 = 20.0;

/// The sides for an aspect ratio that the model takes, with the area of its default size.
fn sides(width: &Field, height: &Field, shape: (u32, u32)) -> (i128, i128) {
    let side = |field: &Field| field.default.as_ref().and_then(InputValue::as_number);
    let own = side(width).zip(side(height));
    let area = own.map_or(AREA, |(width, height)| width * height);
    let ratio = f64::from(shape.0) / f64::from(shape.1);
    (fit(width, (area * ratio).sqrt()), fit(height, (area / ratio).sqrt()))
}

/// The aspect ratios, both sides, a button that swaps them, and the number of megapixels.
#[component]
pub fn Shape(width: FilledField, height: FilledField) -> impl IntoView {
    let [now_width, now_height] = [&width, &height].map(|side| side.text().trim().parse().ok());
    let now: Option<(i128, i128)> = now_width.zip(now_height);
    let set = |sides: (i128, i128)| {
        FieldAct::Set(vec![
            (width.field.name.clone(), sides.0.to_string()),
            (height.field.name.clone(), sides.1.to_string()),
        ])
    };
    let shapes = SHAPES.map(|shape| {
        let sides = sides(&width.field, &height.field, shape);
        let words = format!("{}:{}", shape.0, shape.1);
        let is_chosen = now == Some(sides);
        view! {
            <button
                type="button"
                class="shapes__one"
                id=format!("shape-{}-{}", shape.0, shape.1)
                aria-pressed=is_chosen.to_string()
                value=set(sides).to_value()
            >
                <i class="shapes__drawn" style=drawn(shape)></i>
                {words}
            </button>
        }
    });
    let swap = now.map(|(across, down)| {
        let sides = (fit(&width.field, down as f64), fit(&height.field, across as f64));
        view! {
            <button
                type="button"
                class="chip chip--icon"
                id="swap"
                aria-label=text!("settings-swap")
                title=text!("settings-swap")
                value=set(sides).to_value()
            >
                <svg class="icon" aria-hidden="true"><use href="/icons.svg#swap"></use></svg>
            </button>
        }
    });
    let megapixels = now.map(|(across, down)| megapixels(across, down));
    let errors = [&width, &height].map(|side| {
        let words = side.error.clone();
        view! { <p class="field__error" id=error_id(&side.id)>{words}</p> }
    });
    view! {
        <fieldset class="field shape">
            <legend class="field__label">{text!("settings-shape")}</legend>
            <div class="shapes" role="group" aria-label=text!("settings-shape")>{shapes.collect_view()}</div>
            <div class="sides">
                <Side side=width short=text!("settings-width-short")/>
                {swap}
                <Side side=height short=text!("settings-height-short")/>
                <small class="sides__area">{megapixels}</small>
            </div>
            {errors.collect_view()}
        </fieldset>
    }
}

/// The control of one side: a number box, or a choice.
#[component]
fn Side(side: FilledField, short: String) -> impl IntoView {
    let control = side.control();
    let FilledField { field, .. } = side;
    let id = control.id.clone();
    let input = match &field.kind {
        FieldKind::Choice { .. } => {
            let options = values::options_of(&field);
            let has_blank = field.default.is_none();
            view! { <Choice control options has_blank/> }.into_any()
        }
        kind => {
            let [min, max, step] = bounds(kind);
            let Control { name, id, is_invalid, is_required, error_id, text } = control;
            view! {
                <input
                    type="number"
                    id=id
                    class="sides__box"
                    min=min
                    max=max
                    step=step
                    aria-describedby=error_id
                    name=name
                    form="request"
                    required=is_required
                    aria-invalid=is_invalid.then_some("true")
                    value=text
                />
            }
            .into_any()
        }
    };
    view! {
        <span class="sides__one">
            <span aria-hidden="true">{short}</span>
            <label class="visually-hidden" for=id>{names::field(&field)}</label>
            {input}
        </span>
    }
}

/// The style of an aspect ratio's icon.
fn drawn((width, height): (u32, u32)) -> String {
    let (width, height) = (f64::from(width), f64::from(height));
    let scale = DRAWN / width.max(height);
    format!("width:{:.0}px;height:{:.0}px", width * scale, height * scale)
}

/// The area of a picture: `1.05 MP` for 1024 × 1024.
fn megapixels(width: i128, height: i128) -> String {
    let pixels = width.max(0).saturating_mul(height.max(0)) as f64;
    text!("number-megapixels", number = decimal(pixels / 1e6, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(name: &str, default: i128) -> Field {
        let kind = FieldKind::Integer { min: Some(256), max: Some(1280), step: Some(64) };
        Field::new(name, kind).with_default(InputValue::Integer(default))
    }

    #[test]
    fn a_shape_has_the_area_of_the_models_own_size() {
        let (width, height) = (side("width", 512), side("height", 512));
        assert_eq!(sides(&width, &height, (1, 1)), (512, 512));
        assert_eq!(sides(&width, &height, (16, 9)), (704, 384));
    }

    #[test]
    fn a_shape_is_drawn_as_it_is() {
        assert_eq!(drawn((16, 9)), "width:20px;height:11px");
        assert_eq!(megapixels(1024, 1024), "1.05 MP");
        assert_eq!(megapixels(-1, 1024), "0.00 MP");
    }
}
