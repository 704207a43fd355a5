//! NovelAI: a description for people, and a comment in JSON.

use serde_json::Value;

use super::{member, object};
use crate::{
    generation::{Recipe, Role},
    server::metadata::{
        Texts,
        settings::{Meaning, Settings, usual},
    },
};

/// Its name for the negative prompt.
const NEGATIVE: &str = "uc";

/// The recipe in NovelAI's texts; `None` for those of other tools.
pub fn read(texts: &Texts) -> Option<Recipe> {
    // Programs that save a picture again put its comment where their container has room.
    let others = ["ImageDescription", "Description", "UserComment"];
    let others = others.iter().flat_map(|name| texts.all(name));
    let comments = texts.all("Comment").chain(texts.parameters()).chain(others);
    comments.filter_map(object::parse).find_map(|comment| {
        let has = |name: &str| comment.contains_key(name);
        // Draw Things uses this name too, and `c` for the prompt.
        let is_theirs = (has(NEGATIVE) && !has("c")) || has("v4_prompt");
        is_theirs.then(|| of_comment(&comment, texts.get("Description")))?
    })
}

fn of_comment(
    comment: &serde_json::Map<String, Value>,
    description: Option<&str>,
) -> Option<Recipe> {
    let mut settings = Settings::default();
    settings.take_all(comment, |name| match name {
        NEGATIVE => Some(Meaning::Of(Role::NegativePrompt)),
        "scale" => Some(Meaning::Of(Role::Guidance)),
        "v4_prompt" | "v4_negative_prompt" | "signed_hash" | "request_type" | "n_samples"
        | "version" => Some(Meaning::Nothing),
        name => usual(name),
    });
    if let Some(caption) = comment.get("v4_prompt").and_then(caption) {
        settings.prompt = caption;
    }
    if settings.prompt.is_empty() {
        settings.prompt = description.unwrap_or_default().trim().to_owned();
    }
    if let Some(caption) = comment.get("v4_negative_prompt").and_then(caption) {
        settings.take(Role::NegativePrompt, NEGATIVE, &caption);
    }
    settings.recipe("NovelAI")
}

/// A prompt in parts: for the whole picture, and for each figure in it.
fn caption(prompt: &Value) -> Option<String> {
    let caption = member(prompt, "caption")?;
    let base = member(caption, "base_caption")?.as_str()?;
    let figures = member(caption, "char_captions").and_then(Value::as_array);
    let figures =
        figures.into_iter().flatten().filter_map(|figure| member(figure, "char_caption")?.as_str());
    let parts: Vec<_> = std::iter::once(base)
        .chain(figures)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}
