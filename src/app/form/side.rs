//! Fits a side of the picture to the values of a field.

use crate::generation::{Field, FieldKind};

/// The value of the field that is nearest to `pixels`.
pub fn fit(field: &Field, pixels: f64) -> i128 {
    if let FieldKind::Choice { options, .. } = &field.kind {
        let sides = options.iter().filter_map(|option| option.value.as_number());
        let nearest = sides.min_by(|a, b| (a - pixels).abs().total_cmp(&(b - pixels).abs()));
        return nearest.unwrap_or(pixels).round() as i128;
    }
    let (min, max, step) = match &field.kind {
        FieldKind::Integer { min, max, step } => (*min, *max, *step),
        FieldKind::Number { min, max, .. } => {
            (min.map(|min| min.ceil() as i128), max.map(|max| max as i128), None)
        }
        _ => (None, None, None),
    };
    let step = step.unwrap_or(8).max(8);
    let nearest = (pixels / step as f64).round() as i128 * step;
    nearest.max(min.unwrap_or(step)).min(max.unwrap_or(8192))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::InputValue;

    #[test]
    fn a_side_keeps_to_step_and_bounds() {
        let kind = FieldKind::Integer { min: Some(256), max: Some(1280), step: Some(64) };
        let field = Field::new("width", kind);
        assert_eq!(fit(&field, 1000.0), 1024);
        assert_eq!(fit(&field, 5000.0), 1280);
        assert_eq!(fit(&field, 1.0), 256);
        let options = [128, 512, 768].map(|side| InputValue::Integer(side).into()).to_vec();
        assert_eq!(
            fit(&Field::new("width", FieldKind::Choice { options, custom: false }), 600.0),
            512
        );
    }
}
