//! Fits a requested size to what the model can make.

use crate::{
    generation::{ChoiceOption, Field, FieldKind, InputSchema, InputValue, Role},
    server::doors::api_error::ApiError,
};

/// The largest side that may be requested, in pixels.
const MAX_SIDE: u32 = 8_192;

/// Fields that hold an aspect ratio, or a size as one text.
const SHAPES: [&str; 3] = ["aspect_ratio", "aspectratio", "aspect ratio"];
const SIZES: [&str; 4] = ["size", "image_size", "resolution", "output_size"];

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

/// The inputs nearest to a size, and the resulting size if it differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FittedSize {
    pub inputs: Vec<(String, String)>,
    pub adjusted: Option<String>,
}

impl Size {
    /// Parses `1024x768`; `None` where the model is to choose.
    ///
    /// # Errors
    ///
    /// When it is not a size, or too large.
    pub fn parse(text: &str) -> Result<Option<Self>, ApiError> {
        let text = text.trim();
        if text.is_empty() || text.eq_ignore_ascii_case("auto") {
            return Ok(None);
        }
        Self::read(text).map(Some).ok_or_else(|| {
            let message = format!(
                "“{}” is not a size. Write it as 1024x768, with at most {MAX_SIDE} pixels a side, \
                 or auto.",
                text.chars().take(40).collect::<String>()
            );
            ApiError::field("size", message)
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (width, height) = text.split_once(['x', 'X', '×', '*'])?;
        let side =
            |text: &str| text.trim().parse().ok().filter(|side| (1..=MAX_SIDE).contains(side));
        Some(Self { width: side(width)?, height: side(height)? })
    }

    fn ratio(self) -> f64 {
        f64::from(self.width) / f64::from(self.height)
    }

    fn area(self) -> f64 {
        f64::from(self.width) * f64::from(self.height)
    }

    /// The inputs of the model nearest to this size; `None` where it takes no size at all.
    pub fn fit(self, schema: &InputSchema) -> Option<FittedSize> {
        if let (Some(width), Some(height)) =
            (schema.with_role(Role::Width), schema.with_role(Role::Height))
        {
            return Some(self.sides_within(width, height));
        }
        let named = |names: &[&str]| {
            schema.fields.iter().find(|field| {
                let name = field.name.to_ascii_lowercase();
                names.contains(&name.as_str()) && matches!(field.kind, FieldKind::Choice { .. })
            })
        };
        let by_size = named(&SIZES).and_then(|field| self.among(field, Self::read));
        by_size.or_else(|| named(&SHAPES).and_then(|field| self.among(field, shape)))
    }

    fn sides_within(self, width: &Field, height: &Field) -> FittedSize {
        // Both sides are scaled together, so that both are within their bounds.
        let scale = |side: u32, field: &Field| {
            let (min, max, _) = bounds(field);
            (min / f64::from(side), max / f64::from(side))
        };
        let ((low, high), (low_too, high_too)) =
            (scale(self.width, width), scale(self.height, height));
        let factor = 1.0_f64.max(low).max(low_too).min(high).min(high_too);
        let sides = [(self.width, width), (self.height, height)]
            .map(|(side, field)| (field, nearest(f64::from(side) * factor, field)));
        let [made_width, made_height] = sides.each_ref().map(|(_, side)| *side);
        let is_other = (made_width, made_height) != (i64::from(self.width), i64::from(self.height));
        FittedSize {
            inputs: sides
                .iter()
                .map(|(field, side)| (field.name.clone(), side.to_string()))
                .collect(),
            adjusted: is_other.then(|| format!("{made_width}x{made_height}")),
        }
    }

    /// The option of nearest shape, and among those the one of nearest size.
    fn among(self, field: &Field, read: impl Fn(&str) -> Option<Size>) -> Option<FittedSize> {
        let FieldKind::Choice { options, .. } = &field.kind else { return None };
        let distance = |size: Size| {
            let apart = |one: f64, other: f64| (one / other).ln().abs();
            (apart(size.ratio(), self.ratio()) * 1e6).round() + apart(size.area(), self.area())
        };
        let text = |option: &ChoiceOption| option.value.to_string();
        let readable = options.iter().filter_map(|option| Some((option, read(&text(option))?)));
        let (option, size) =
            readable.min_by(|(_, one), (_, other)| distance(*one).total_cmp(&distance(*other)))?;
        let is_exact = size == self || (text(option).contains(':') && size.ratio() == self.ratio());
        let adjusted = (!is_exact).then(|| text(option));
        Some(FittedSize { inputs: vec![(field.name.clone(), text(option))], adjusted })
    }
}

/// Parses `16:9`.
fn shape(text: &str) -> Option<Size> {
    let (width, height) = text.trim().split_once(':')?;
    let side = |text: &str| text.trim().parse().ok().filter(|side| (1..=1_000).contains(side));
    Some(Size { width: side(width)?, height: side(height)? })
}

/// The smallest and the largest value of a side, and its step.
fn bounds(field: &Field) -> (f64, f64, f64) {
    let number =
        |number: Option<i128>, default: f64| number.map_or(default, |number| number as f64);
    let (min, max, step) = match &field.kind {
        FieldKind::Integer { min, max, step } => {
            (number(*min, 1.0), number(*max, f64::from(MAX_SIDE)), number(*step, 1.0))
        }
        FieldKind::Number { min, max, step } => {
            (min.unwrap_or(1.0), max.unwrap_or(f64::from(MAX_SIDE)), step.unwrap_or(1.0))
        }
        FieldKind::Choice { options, .. } => {
            let sides = options.iter().filter_map(|option| option.value.as_number());
            let sides: Vec<_> = sides.collect();
            let least = sides.iter().copied().fold(f64::INFINITY, f64::min);
            (least.clamp(1.0, f64::from(MAX_SIDE)), sides.iter().copied().fold(1.0, f64::max), 1.0)
        }
        _ => (1.0, f64::from(MAX_SIDE), 1.0),
    };
    (min.max(1.0), max.max(1.0), step.max(1.0))
}

/// The allowed side nearest to `side`.
fn nearest(side: f64, field: &Field) -> i64 {
    if let FieldKind::Choice { options, .. } = &field.kind {
        let sides = options.iter().filter_map(|option| InputValue::as_number(&option.value));
        let next = sides.min_by(|one, other| (one - side).abs().total_cmp(&(other - side).abs()));
        return next.unwrap_or(side).round() as i64;
    }
    let (min, max, step) = bounds(field);
    // Steps count from zero, as models mean them: multiples of 8.
    let stepped = (side / step).round() * step;
    let inside = if stepped > max { (max / step).floor() * step } else { stepped };
    let inside = if inside < min { (min / step).ceil() * step } else { inside };
    inside.clamp(min, max.max(min)).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(name: &str, min: i128, max: i128, step: i128) -> Field {
        let (min, max, step) = (Some(min), Some(max), Some(step));
        Field::new(name, FieldKind::Integer { min, max, step })
    }

    fn choice(name: &str, options: &[&str]) -> Field {
        let options = options.iter().map(|text| InputValue::Text((*text).to_owned()).into());
        Field::new(name, FieldKind::Choice { options: options.collect(), custom: false })
    }

    fn fit(size: &str, fields: Vec<Field>) -> Option<(String, Option<String>)> {
        let size = Size::parse(size).unwrap().unwrap();
        let fitted = size.fit(&InputSchema { fields })?;
        let texts: Vec<_> = fitted.inputs.iter().map(|(_, text)| text.as_str()).collect();
        Some((texts.join(" "), fitted.adjusted))
    }

    #[test]
    fn a_size_is_read_or_left_to_the_model_or_refused() {
        assert_eq!(Size::parse("512X768").unwrap(), Some(Size { width: 512, height: 768 }));
        for auto in ["", "auto", " AUTO "] {
            assert_eq!(Size::parse(auto).unwrap(), None, "{auto}");
        }
        for wrong in ["512", "512x", "x512", "0x512", "512x9000", "large", "-1x5", "1e3x5"] {
            let error = Size::parse(wrong).unwrap_err();
            assert_eq!(error.param.as_deref(), Some("size"), "{wrong}");
        }
    }

    #[test]
    fn sides_keep_their_shape_within_the_bounds() {
        let demo = || vec![side("width", 256, 1536, 8), side("height", 256, 1536, 8)];
        let adjusted = |text: &str| Some(text.to_owned());
        for (size, made, told) in [
            ("512x768", "512 768", None),
            ("1792x1024", "1536 880", adjusted("1536x880")),
            ("100x200", "256 512", adjusted("256x512")),
            ("515x515", "512 512", adjusted("512x512")),
            ("8192x10", "1536 256", adjusted("1536x256")),
        ] {
            assert_eq!(fit(size, demo()), Some((made.to_owned(), told)), "{size}");
        }
    }

    #[test]
    fn a_choice_is_the_nearest_in_shape_and_then_in_size() {
        let shapes = || vec![choice("aspect_ratio", &["1:1", "16:9", "9:16", "custom"])];
        assert_eq!(fit("1024x1024", shapes()), Some(("1:1".to_owned(), None)));
        assert_eq!(fit("1792x1024", shapes()), Some(("16:9".to_owned(), Some("16:9".to_owned()))));
        let sizes = || vec![choice("size", &["512x512", "1024x1024", "1024x1536", "auto"])];
        assert_eq!(fit("1024x1024", sizes()), Some(("1024x1024".to_owned(), None)));
        assert_eq!(
            fit("256x256", sizes()),
            Some(("512x512".to_owned(), Some("512x512".to_owned())))
        );
        assert_eq!(fit("256x256", vec![side("steps", 1, 9, 1)]), None);
        let numbers = |name: &str| {
            let options = [512, 768, 1024].map(|side| InputValue::Integer(side).into());
            Field::new(name, FieldKind::Choice { options: options.into(), custom: false })
        };
        let both = vec![numbers("width"), numbers("height")];
        assert_eq!(
            fit("700x1024", both),
            Some(("768 1024".to_owned(), Some("768x1024".to_owned())))
        );
    }
}
