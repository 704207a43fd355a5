//! Common proportions for models that take a width and a height.

use leptos::prelude::*;

use crate::generation::{Field, FieldKind, InputSchema, InputValue, Role, contract::FieldAct};

/// Width to height.
const PROPORTIONS: [(u32, u32); 5] = [(1, 1), (4, 3), (3, 4), (16, 9), (9, 16)];

/// The area that a preset aims at where the model has no size of its own, in pixels.
const AREA: f64 = 1024.0 * 1024.0;

/// The two sides that a model takes.
pub struct Size {
    width: Field,
    height: Field,
}

impl Size {
    /// `None` where the model takes no size.
    pub fn of(schema: &InputSchema) -> Option<Self> {
        let width = schema.with_role(Role::Width)?.clone();
        let height = schema.with_role(Role::Height)?.clone();
        Some(Self { width, height })
    }

    /// The sides with this proportion that the model takes, with the area of its own default.
    fn sides(&self, (width, height): (u32, u32)) -> (i128, i128) {
        let side = |field: &Field| field.default.as_ref().and_then(InputValue::as_number);
        let own = side(&self.width).zip(side(&self.height));
        let area = own.map_or(AREA, |(width, height)| width * height);
        let ratio = f64::from(width) / f64::from(height);
        (fit(&self.width, (area * ratio).sqrt()), fit(&self.height, (area / ratio).sqrt()))
    }
}

/// Common proportions as buttons.
#[component]
pub fn Shape(size: Size) -> impl IntoView {
    let presets = PROPORTIONS.map(|(width, height)| {
        let sides = size.sides((width, height));
        let act = FieldAct::Set(vec![
            (size.width.name.clone(), sides.0.to_string()),
            (size.height.name.clone(), sides.1.to_string()),
        ]);
        view! {
            <button type="button" class="chip" value=act.to_value()>{format!("{width}:{height}")}</button>
        }
    });
    view! { <div class="shapes" role="group" aria-label="Shape">{presets.collect_view()}</div> }
}

/// The nearest value that the field takes.
fn fit(field: &Field, pixels: f64) -> i128 {
    let (min, max, step) = match &field.kind {
        FieldKind::Integer { min, max, step } => (*min, *max, *step),
        _ => (None, None, None),
    };
    let step = step.unwrap_or(8).max(8);
    let nearest = (pixels / step as f64).round() as i128 * step;
    nearest.max(min.unwrap_or(step)).min(max.unwrap_or(8192))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(name: &str, default: i128) -> Field {
        let kind = FieldKind::Integer { min: Some(256), max: Some(1280), step: Some(64) };
        Field::new(name, kind).with_default(InputValue::Integer(default))
    }

    #[test]
    fn a_preset_keeps_to_step_and_bounds() {
        let field = side("width", 1024);
        assert_eq!(fit(&field, 1000.0), 1024);
        assert_eq!(fit(&field, 5000.0), 1280);
        assert_eq!(fit(&field, 1.0), 256);
    }

    #[test]
    fn a_preset_has_the_area_of_the_models_own_size() {
        let schema = InputSchema { fields: vec![side("width", 512), side("height", 512)] };
        let size = Size::of(&schema).unwrap();
        assert_eq!(size.sides((1, 1)), (512, 512));
        assert_eq!(size.sides((16, 9)), (704, 384));
        assert!(Size::of(&InputSchema { fields: vec![side("width", 512)] }).is_none());
    }
}
