//! Resolves model names: many clients can send only names of OpenAI's models.

use crate::{
    generation::{ModelReference, ProviderKind},
    server::{api_keys::ApiCaller, doors::api_error::ApiError, state::AppState},
};

/// Prefixes of OpenAI names that clients send whatever their user chose.
const OPENAI_NAMES: [&str; 4] = ["dall-e", "gpt-image", "chatgpt-image", "gpt-4o-image"];

/// How many names the error message lists.
const MAX_NAMED: usize = 8;

/// The model that `name` means, if `caller` may run it.
///
/// # Errors
///
/// When there is no such model, or the key may not run it.
pub fn meant(
    state: &AppState,
    caller: &ApiCaller,
    name: Option<&str>,
) -> Result<ModelReference, ApiError> {
    let offered: Vec<_> = state.offered().map(|offer| offer.reference).collect();
    let model = find(name.unwrap_or(""), &offered, &state.config.engine.aliases);
    let model = model.ok_or_else(|| unknown(name.unwrap_or(""), &offered))?;
    let model = state.registry.normalised(model);
    state.visitors.check(caller.caller, &model)?;
    match &caller.scope.models {
        Some(models) if !models.iter().any(|allowed| allowed == model.as_str()) => {
            let message = format!("This key may not run {model}. It is for {}.", models.join(", "));
            Err(ApiError::forbidden("insufficient_scope", message).about("model"))
        }
        _ => Ok(model),
    }
}

/// Whether `name` was OpenAI's, whose clients read an address where they asked for nothing.
pub fn answers_with_address(name: Option<&str>) -> bool {
    matches!(name, Some("dall-e-2" | "dall-e-3"))
}

fn find(
    name: &str,
    offered: &[ModelReference],
    aliases: &[(String, ModelReference)],
) -> Option<ModelReference> {
    let name = name.trim();
    if let Some((_, model)) = aliases.iter().find(|(alias, _)| alias == name) {
        return Some(model.clone());
    }
    if let Ok(model) = name.parse() {
        return Some(model);
    }
    let is_openai = OPENAI_NAMES.iter().any(|known| name.starts_with(known));
    if name.is_empty() || name == "default" || is_openai {
        return Some(offered.first().cloned().unwrap_or_else(ModelReference::demo));
    }
    let mut with_target = offered.iter().filter(|model| model.named() == name);
    if let (Some(model), None) = (with_target.next(), with_target.next()) {
        return Some(model.clone());
    }
    // A model of the Hub, named as on its page.
    let is_plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte))
    };
    let (owner, model) = name.split_once('/')?;
    let is_name = is_plain(owner) && is_plain(model);
    is_name.then(|| format!("{}:{name}", ProviderKind::Hf.prefix()).parse().ok()).flatten()
}

fn unknown(name: &str, offered: &[ModelReference]) -> ApiError {
    let name: String = name.chars().take(100).collect();
    let names: Vec<_> = offered.iter().take(MAX_NAMED).map(ModelReference::as_str).collect();
    let more = if offered.len() > MAX_NAMED { ", …" } else { "" };
    let message = format!(
        "There is no model “{name}”. On offer here: {}{more}. Any model reference works, such as \
         hf:owner/name.",
        names.join(", ")
    );
    ApiError::no_such("model_not_found", message).about("model")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_models() {
        let model = |text: &str| text.parse::<ModelReference>().unwrap();
        let offered = ["hf:a/first", "demo", "replicate:a/b", "hf:c/d", "replicate:c/d"].map(model);
        let aliases = [
            ("gpt-image-1".to_owned(), model("replicate:x/y")),
            ("draw".to_owned(), model("demo")),
        ];
        for (name, meant) in [
            ("demo", Some("demo")),
            ("hf:a/b@fal-ai", Some("hf:a/b@fal-ai")),
            ("hf:https://x.example/y", Some("hf:https://x.example/y")),
            ("a/b", Some("replicate:a/b")),
            // Two models have this name.
            ("c/d", Some("hf:c/d")),
            ("new/model", Some("hf:new/model")),
            ("draw", Some("demo")),
            ("gpt-image-1", Some("replicate:x/y")),
            ("gpt-image-1-mini", Some("hf:a/first")),
            ("dall-e-2", Some("hf:a/first")),
            ("chatgpt-image-latest", Some("hf:a/first")),
            ("default", Some("hf:a/first")),
            ("", Some("hf:a/first")),
            ("flux", None),
            ("a/b/c", None),
            ("a/b c", None),
            ("hf:", None),
        ] {
            let found = find(name, &offered, &aliases);
            assert_eq!(found.as_ref().map(ModelReference::as_str), meant, "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_told_what_there_is() {
        let error = unknown("flux", &[ModelReference::demo()]);
        assert_eq!((error.status.as_u16(), error.code), (404, "model_not_found"));
        assert!(
            error.message.contains("“flux”") && error.message.contains("demo"),
            "{}",
            error.message
        );
    }
}
