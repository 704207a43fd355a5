//! The text that AUTOMATIC1111's web UI, and many after it, put into a file:
//!
//! ```text
//! a fox in the snow
//! Negative prompt: blurry
//! Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model: name
//! ```

use std::sync::LazyLock;

use regex::Regex;

use super::own::{public_inputs, public_model};
use crate::{
    generation::{InputValue, Inputs, Recipe, Role, StoredImage},
    server::{redact::redact, store::Record},
};

/// One `Name: value` of the last line; a value with commas is a JSON string.
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)"#)
        .expect("the pattern is a constant")
});

/// Pairs that are read; the web UIs write a few dozen.
const MAX_PAIRS: usize = 500;

const NEGATIVE: &str = "Negative prompt:";

pub(super) fn write(record: &Record, image: &StoredImage) -> String {
    let inputs = public_inputs(record);
    let mut text = record.item.request.prompt.clone();
    if let Some(negative) = of_role(&inputs, Role::NegativePrompt) {
        text += &format!("\n{NEGATIVE} {negative}");
    }
    let mut pairs = Vec::new();
    for (role, name) in
        [(Role::Steps, "Steps"), (Role::Guidance, "CFG scale"), (Role::Seed, "Seed")]
    {
        pairs.extend(of_role(&inputs, role).map(|value| (name, value)));
        if role == Role::Steps {
            pairs.extend(sampler(&inputs).map(|value| ("Sampler", value)));
        }
    }
    pairs.push(("Size", format!("{}x{}", image.width, image.height)));
    pairs.extend(public_model(&record.item.request.model).map(|model| {
        let model = model.to_string();
        let name = model.split_once(':').map_or(model.as_str(), |(_, name)| name);
        ("Model", name.to_owned())
    }));
    pairs.push(("Version", format!("easel {}", env!("CARGO_PKG_VERSION"))));
    let pairs: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{name}: {}", quoted(value))).collect();
    redact(&format!("{text}\n{}", pairs.join(", ")))
}

pub(super) fn read(text: &str) -> Option<Recipe> {
    let text = text.trim();
    let (body, last) = text.rsplit_once('\n').unwrap_or(("", text));
    // A prompt alone has no such line; the web UIs ask for three pairs too.
    let pairs: Vec<(String, String)> = PAIR
        .captures_iter(last)
        .take(MAX_PAIRS)
        .map(|pair| (pair[1].trim().to_ascii_lowercase(), unquoted(pair[2].trim())))
        .collect();
    if pairs.len() < 3 {
        return None;
    }
    let body = body.trim();
    let (prompt, negative) = match body.strip_prefix(NEGATIVE) {
        Some(negative) => ("", Some(negative)),
        None => match body.split_once(&format!("\n{NEGATIVE}")) {
            Some((prompt, negative)) => (prompt, Some(negative)),
            None => (body, None),
        },
    };

    let mut common = Vec::new();
    if let Some(negative) = negative.map(str::trim).filter(|negative| !negative.is_empty()) {
        common.push((Role::NegativePrompt, InputValue::Text(negative.to_owned())));
    }
    for (name, value) in &pairs {
        match name.as_str() {
            "steps" => common.extend(integer(value).map(|steps| (Role::Steps, steps))),
            "seed" => common.extend(integer(value).map(|seed| (Role::Seed, seed))),
            "cfg scale" => common.extend(number(value).map(|cfg| (Role::Guidance, cfg))),
            "size" => {
                if let Some((width, height)) = value.split_once('x') {
                    common.extend(integer(width).map(|width| (Role::Width, width)));
                    common.extend(integer(height).map(|height| (Role::Height, height)));
                }
            }
            _ => {}
        }
    }
    // Anyone may write pairs; without one that is known this is not such a text.
    let known = pairs.iter().any(|(name, _)| name == "steps" || name == "seed" || name == "size");
    known.then(|| Recipe {
        model: None,
        prompt: prompt.trim().to_owned(),
        inputs: Inputs::new(),
        common,
    })
}

fn of_role(inputs: &Inputs, role: Role) -> Option<String> {
    let (_, value) = inputs.iter().find(|(name, _)| Role::of_name(name) == Some(role))?;
    Some(value.to_string()).filter(|value| !value.trim().is_empty())
}

fn sampler(inputs: &Inputs) -> Option<String> {
    ["sampler", "scheduler", "sampler_name"]
        .iter()
        .find_map(|name| inputs.get(*name)?.as_text().map(str::to_owned))
}

fn integer(text: &str) -> Option<InputValue> {
    text.trim().parse().ok().map(InputValue::Integer)
}

fn number(text: &str) -> Option<InputValue> {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite())?;
    Some(InputValue::Number(number))
}

fn quoted(value: &str) -> String {
    if value.contains([',', '\n', ':']) {
        serde_json::Value::from(value).to_string()
    } else {
        value.to_owned()
    }
}

fn unquoted(value: &str) -> String {
    if value.starts_with('"') {
        serde_json::from_str(value).unwrap_or_else(|_| value.to_owned())
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As AUTOMATIC1111's web UI 1.10 writes it.
    const THEIRS: &str = "a fox, (snow:1.2)\nsecond line\nNegative prompt: blurry, \"low\" quality\n\
        worst\nSteps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 3141592653, \
        Size: 832x1216, Model hash: abc, Lora hashes: \"a: 1, b: 2\", Version: v1.10.1";

    #[test]
    fn their_text_is_read() {
        let recipe = read(THEIRS).unwrap();
        assert_eq!(recipe.prompt, "a fox, (snow:1.2)\nsecond line");
        assert_eq!(recipe.model, None);
        assert_eq!(
            recipe.common,
            [
                (
                    Role::NegativePrompt,
                    InputValue::Text("blurry, \"low\" quality\nworst".to_owned())
                ),
                (Role::Steps, InputValue::Integer(28)),
                (Role::Guidance, InputValue::Number(6.5)),
                (Role::Seed, InputValue::Integer(3_141_592_653)),
                (Role::Width, InputValue::Integer(832)),
                (Role::Height, InputValue::Integer(1216)),
            ]
        );
    }

    #[test]
    fn no_prompt_and_no_negative_prompt_are_fine() {
        let last = "Steps: 20, Seed: 1, Size: 8x8";
        assert_eq!(read(last).unwrap().prompt, "");
        let negative_only = read(&format!("{NEGATIVE} x\n{last}")).unwrap();
        assert_eq!(negative_only.prompt, "");
        assert_eq!(
            negative_only.common[0],
            (Role::NegativePrompt, InputValue::Text("x".to_owned()))
        );
    }

    #[test]
    fn other_texts_are_not_parameters() {
        for text in ["", "a fox", "a: 1, b: 2, c: 3", "made with: love\nat: home, by: me, in: 2024"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
