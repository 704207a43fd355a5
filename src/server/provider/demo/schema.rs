//! The demo's input schema, and parsing of requests.

use std::sync::LazyLock;

use super::style::{Style, style_label};
use crate::{
    generation::{Field, FieldKind, InputSchema, InputValue, Request},
    language::text,
    server::provider::worded::Worded,
};

/// The inputs of one painting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Settings {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    pub steps: u32,
    pub seed: u32,
    pub style: Style,
}

/// In pixels.
const SIDES: std::ops::RangeInclusive<u32> = 256..=1536;
const STEPS: std::ops::RangeInclusive<u32> = 1..=50;
const SIDE: u32 = 1024;
const DEFAULT_STEPS: u32 = 20;
/// The choice that leaves the style to the prompt.
const AUTO: &str = "auto";

/// Made once: every start of a run reads it.
static INPUTS: LazyLock<InputSchema> = LazyLock::new(describe);

pub(super) fn inputs() -> InputSchema {
    INPUTS.clone()
}

fn describe() -> InputSchema {
    let whole = |name, min: u32, max: u32, step: i128| {
        let (min, max) = (Some(i128::from(min)), Some(i128::from(max)));
        Field::new(name, FieldKind::Integer { min, max, step: Some(step) })
    };
    let side = |name| {
        whole(name, *SIDES.start(), *SIDES.end(), 8)
            .with_default(InputValue::Integer(i128::from(SIDE)))
    };
    let options = names().map(|name| InputValue::Text(name.to_owned()).into()).collect();
    InputSchema {
        fields: vec![
            side("width"),
            side("height"),
            Field::new("style", FieldKind::Choice { options, custom: false })
                .with_default(InputValue::Text(AUTO.to_owned()))
                .labelled(|| text!("inputs-style"))
                .explained(|| text!("inputs-style-help"))
                .offering(|| names().map(style_label).collect()),
            whole("steps", *STEPS.start(), *STEPS.end(), 1)
                .with_default(InputValue::Integer(i128::from(DEFAULT_STEPS)))
                .explained(|| text!("inputs-steps-demo")),
            whole("seed", 0, u32::MAX, 1).explained(|| text!("inputs-seed-demo")),
        ],
    }
}

/// The choices of style.
fn names() -> impl Iterator<Item = &'static str> {
    [AUTO].into_iter().chain(Style::ALL.map(Style::name))
}

impl Settings {
    /// Reads a request; absent inputs get their defaults, and a missing seed is random.
    pub fn of(request: &Request) -> Self {
        let whole = |name: &str| request.inputs.get(name).and_then(InputValue::as_integer);
        let side = |name| {
            let side = whole(name).and_then(|side| u32::try_from(side).ok()).unwrap_or(SIDE);
            side.clamp(*SIDES.start(), *SIDES.end())
        };
        let steps = whole("steps").and_then(|steps| u32::try_from(steps).ok());
        let style = request.inputs.get("style").and_then(InputValue::as_text);
        Self {
            width: side("width"),
            height: side("height"),
            steps: steps.unwrap_or(DEFAULT_STEPS).clamp(*STEPS.start(), *STEPS.end()),
            seed: whole("seed")
                .and_then(|seed| u32::try_from(seed).ok())
                .unwrap_or_else(rand::random),
            style: style
                .and_then(Style::of_name)
                .unwrap_or_else(|| Style::suiting(&request.prompt)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::{Inputs, ModelReference, PromptUse, Role};

    fn request(prompt: &str, inputs: &[(&str, InputValue)]) -> Request {
        let inputs: Inputs =
            inputs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Request { model: ModelReference::demo(), prompt: prompt.to_owned(), inputs }
    }

    #[test]
    fn the_form_has_the_common_inputs() {
        let schema = inputs();
        for role in [Role::Width, Role::Height, Role::Steps, Role::Seed] {
            assert!(schema.with_role(role).is_some(), "{role:?}");
        }
    }

    #[test]
    fn what_is_absent_gets_its_default() {
        let settings = Settings::of(&request("a quiet lake", &[]));
        assert_eq!((settings.width, settings.height, settings.steps), (1024, 1024, 20));
        assert_eq!(settings.style, Style::Landscape);
    }

    #[test]
    fn every_style_and_bound_of_the_form_is_understood() {
        for style in Style::ALL {
            let request = request(
                "x",
                &[
                    ("width", InputValue::Integer(1536)),
                    ("height", InputValue::Integer(256)),
                    ("steps", InputValue::Integer(50)),
                    ("seed", InputValue::Integer(4_294_967_295)),
                    ("style", InputValue::Text(style.name().to_owned())),
                ],
            );
            assert_eq!(request.validate(PromptUse::Required, &inputs()), Ok(()));
            let expected = Settings { width: 1536, height: 256, steps: 50, seed: u32::MAX, style };
            assert_eq!(Settings::of(&request), expected);
        }
    }

    #[test]
    fn the_words_choose_the_style() {
        for (prompt, style) in [
            ("Misty mountains", Style::Landscape),
            ("a STARRY sky over hills", Style::Night),
            ("tulips, in rain", Style::Garden),
            ("Bauhaus poster", Style::Geometry),
            ("wind", Style::Flow),
        ] {
            assert_eq!(Settings::of(&request(prompt, &[])).style, style, "{prompt}");
        }
    }
}
