//! Finds the endpoint's prompt among its text boxes, and the files that go with it.

use serde_json::Value;

use super::{field::accepted, shown};
use crate::{
    generation::{Field, FieldKind},
    server::provider::space::{
        endpoint::{Endpoint, Parameter},
        wire::text,
    },
};

/// Names of the prompt's box, in the languages of many apps.
const PROMPT_WORDS: [&str; 8] =
    ["prompt", "提示", "プロンプト", "프롬프트", "описание", "промпт", "描述", "咒语"];

/// Parts of what a box says, as its label or inside while it is empty, that asks for a prompt.
const ASKING: [&str; 16] = [
    "prompt",
    "describe",
    "imagine",
    "what do you want",
    "what would you like",
    "what should",
    "what to ",
    "scene",
    "your idea",
    "descreva",
    "imagina",
    "beschreib",
    "décri",
    "提示",
    "描述",
    "想象",
];

/// Names of arguments that mostly hold a prompt.
const USUAL_NAMES: [&str; 5] = ["text", "query", "message", "instruction", "input_text"];

/// Words in names of boxes for short texts of other kinds.
const SHORT_TEXTS: [&str; 20] = [
    "artist", "author", "email", "file", "filename", "folder", "id", "key", "language", "link",
    "model", "name", "note", "notes", "path", "style", "tags", "title", "token", "url",
];

/// Parts of names of boxes with other text for the model, beside or against the prompt.
const BESIDE_PROMPT: [&str; 22] = [
    "negative",
    "negativ",
    "négati",
    "neg_",
    "neg prompt",
    "system",
    "pre prompt",
    "pre-prompt",
    "pre_prompt",
    "post prompt",
    "post-prompt",
    "post_prompt",
    "prefix",
    "suffix",
    "反向",
    "负",
    "負",
    "反面",
    "ネガティブ",
    "부정",
    "негатив",
    "系统",
];

/// The textbox that is the prompt: by its name or label, else by what it says, the first or the
/// only one that the app's page treats as one, and an empty one before one that is not. An app
/// without a textbox may take it as code.
pub fn prompt_parameter(endpoint: &Endpoint) -> Option<&Parameter> {
    let boxes = || {
        shown(endpoint)
            .filter(|one| {
                let kind = one.component.as_str();
                matches!(kind, "textbox" | "textarea" | "text" | "multimodaltextbox")
            })
            .filter(|one| text(&one.props, "type").is_none_or(|kind| kind == "text"))
    };
    let words = |one: &Parameter| [one.name.to_lowercase(), one.label.to_lowercase()];
    let has_any = |one: &Parameter, known: &[&str]| {
        words(one).iter().any(|word| known.iter().any(|known| word.contains(known)))
    };
    let is_filled =
        |one: &Parameter| text(&one.props, "value").is_some_and(|text| !text.is_empty());
    let others = || boxes().filter(|one| !has_any(one, &BESIDE_PROMPT));
    let empty = || others().filter(|one| !is_filled(one));
    let asks = |one: &&Parameter| {
        let said = ["label", "placeholder"].iter().filter_map(|name| text(&one.props, name));
        said.map(|said| said.to_lowercase())
            .any(|said| ASKING.iter().any(|asking| said.contains(asking)))
    };
    let is_short = |one: &Parameter| {
        let mut parts = one.label.split(|letter: char| !letter.is_alphanumeric());
        parts.any(|part| SHORT_TEXTS.contains(&part.to_lowercase().as_str()))
    };
    let has_lines = |one: &&Parameter| {
        one.props.get("lines").and_then(Value::as_u64).is_some_and(|lines| lines > 1)
    };
    let is_code = |one: &&Parameter| one.component == "code" && has_any(one, &PROMPT_WORDS);
    boxes()
        .find(|one| words(one).iter().any(|word| word == "prompt"))
        .or_else(|| others().find(|one| has_any(one, &PROMPT_WORDS)))
        .or_else(|| empty().find(asks))
        .or_else(|| only(empty().filter(|one| endpoint.submitted.contains(&one.id))))
        .or_else(|| only(empty().filter(has_lines)))
        .or_else(|| empty().find(|one| USUAL_NAMES.contains(&one.name.as_str())))
        .or_else(|| empty().find(|one| !is_short(one)))
        .or_else(|| empty().next())
        .or_else(|| others().next())
        .or_else(|| shown(endpoint).find(is_code))
}

/// The only one of several.
fn only<'p>(mut some: impl Iterator<Item = &'p Parameter>) -> Option<&'p Parameter> {
    some.next().filter(|_| some.next().is_none())
}

/// The name of the input for the files that go with the text of `parameter`.
pub fn attachments_name(parameter: &Parameter) -> String {
    format!("{}.files", parameter.name)
}

/// The field for the files of a text box that takes files too.
pub fn attachments(parameter: &Parameter) -> Option<Field> {
    if parameter.component != "multimodaltextbox" {
        return None;
    }
    let accept = accepted(&parameter.props);
    let max = match text(&parameter.props, "file_count").as_deref() {
        Some("multiple" | "directory") => None,
        _ => Some(1),
    };
    let field = Field::new(attachments_name(parameter), FieldKind::Files { accept, max });
    // A box without a label is called "Prompt".
    let label = match parameter.label == parameter.name {
        true => "Prompt",
        false => parameter.label.as_str(),
    };
    Some(Field { label: format!("{label}: files"), ..field })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::server::provider::space::{endpoints::endpoints, wire::AppConfig};

    /// The label of the prompt among these components; Enter in `submitted` begins the function.
    fn prompt(parts: &[(&str, Value)], submitted: Option<usize>) -> Option<String> {
        let components = parts.iter().enumerate().map(|(id, (label, props))| {
            let mut props = props.clone();
            props["label"] = json!(label);
            let kind = props.get("kind").cloned().unwrap_or(json!("textbox"));
            json!({"id": id, "type": kind, "props": props})
        });
        let mut components: Vec<_> = components.collect();
        components.push(json!({"id": 99, "type": "image", "props": {}}));
        let inputs: Vec<_> = (0..parts.len()).collect();
        let enter = submitted.map(|id| json!([id, "submit"]));
        let config = json!({
            "components": components,
            "dependencies": [
                {"id": 0, "inputs": inputs, "outputs": [99], "targets": [[50, "click"]]},
                {"id": 1, "inputs": inputs, "outputs": [99], "targets": [enter]},
            ],
        });
        let made = endpoints(&AppConfig::parse(&config).unwrap(), None);
        prompt_parameter(&made[0]).map(|one| one.label.clone())
    }

    #[test]
    fn the_prompt_is_found_among_several_boxes() {
        let plain = || json!({});
        for (parts, submitted, label) in [
            (vec![("Words", plain()), ("Prompt", plain())], None, "Prompt"),
            (
                vec![("Artist", plain()), ("What do you want to see?", plain()), ("Not", plain())],
                None,
                "What do you want to see?",
            ),
            (
                vec![("Run", plain()), ("Words", json!({"placeholder": "Describe your image…"}))],
                None,
                "Words",
            ),
            (vec![("Colour", plain()), ("Say it", plain())], Some(1), "Say it"),
            (vec![("Colour", plain()), ("Tale", json!({"lines": 4}))], None, "Tale"),
            (vec![("Name of the run", plain()), ("Tale", plain())], None, "Tale"),
            (vec![("Negative prompt", plain()), ("Tale", plain())], None, "Tale"),
            (vec![("Suffix", plain()), ("A", json!({"value": "x"})), ("B", plain())], None, "B"),
            // Nothing tells them apart.
            (vec![("A", plain()), ("B", plain())], None, "A"),
            (vec![("Prompt", json!({"kind": "code"}))], None, "Prompt"),
        ] {
            assert_eq!(prompt(&parts, submitted).as_deref(), Some(label), "{parts:?}");
        }
        assert_eq!(prompt(&[("Script", json!({"kind": "code"}))], None), None);
    }
}
