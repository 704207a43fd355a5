//! Finds the endpoint's prompt among its text boxes, and the files that go with it.

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

/// The textbox that is the prompt: by its name or label, else the first without such a name, an
/// empty one before one that is not.
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
    boxes()
        .find(|one| words(one).iter().any(|word| word == "prompt"))
        .or_else(|| others().find(|one| has_any(one, &PROMPT_WORDS)))
        .or_else(|| others().find(|one| !is_filled(one)))
        .or_else(|| others().next())
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
