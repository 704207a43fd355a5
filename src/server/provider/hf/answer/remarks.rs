//! Reads the facts and notices beside the pictures of an answer.

use serde_json::Value;

use super::Outputs;
use crate::{
    generation::{Fact, FactKey},
    server::redact,
};

/// The limit for forwarded warnings.
const MAX_WARNINGS: usize = 10;

/// Seed, rewritten prompt, filter flags and warnings.
pub fn remarks(json: &Value, prompt: &str, outputs: &mut Outputs) {
    let first = json.pointer("/data/0").or_else(|| json.pointer("/images/0"));
    let anywhere = |key: &str| json.get(key).or_else(|| first?.get(key));

    let seed = anywhere("seed").or_else(|| anywhere("random_seed"));
    if let Some(seed) = seed.and_then(number_text) {
        outputs.facts.push(Fact::new(FactKey::Seed, seed));
    }
    let rewritten = anywhere("revised_prompt").or_else(|| json.get("prompt"));
    if let Some(rewritten) = rewritten.and_then(Value::as_str)
        && !rewritten.trim().is_empty()
        && rewritten.trim() != prompt.trim()
    {
        outputs.facts.push(Fact::new(FactKey::RewrittenPrompt, rewritten));
    }
    let flagged = ["/has_nsfw_concepts", "/has_nsfw_contents", "/data/has_nsfw_contents"]
        .iter()
        .filter_map(|place| json.pointer(place)?.as_array())
        .flatten()
        .any(|flag| flag.as_bool() == Some(true));
    if flagged {
        outputs.facts.push(Fact::new(FactKey::NotSafe, "flagged by the provider"));
        outputs.notices.push(
            "The provider's filter flagged this picture; it may have been blacked out.".to_owned(),
        );
    }
    let warnings = json.get("warnings").and_then(Value::as_array);
    let warnings = warnings.into_iter().flatten().filter_map(Value::as_str);
    for warning in warnings.take(MAX_WARNINGS) {
        outputs.notices.push(redact::excerpt(warning));
    }
}

/// A whole number as its digits, so that none are lost on the way to the browser.
fn number_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(text.clone()).filter(|text| !text.is_empty())
        }
        _ => None,
    }
}
