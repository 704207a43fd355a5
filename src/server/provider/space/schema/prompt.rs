//! Finds the endpoint's prompt among its text boxes, and the files that go with it.

use super::{field::accepted, likelihood, shown};
use crate::{
    generation::{Field, FieldKind},
    server::provider::space::{
        endpoint::{Endpoint, Parameter},
        wire::text,
    },
};

/// The textbox that is the prompt: the one that most likely asks for it, and of equals the first.
/// An app without a textbox may take it as code.
pub fn prompt_parameter(endpoint: &Endpoint) -> Option<&Parameter> {
    let boxes = || {
        shown(endpoint)
            .filter(|one| likelihood::takes_text(one))
            .filter(|one| text(&one.props, "type").is_none_or(|kind| kind == "text"))
    };
    let submitted = only(boxes().filter(|one| endpoint.submitted.contains(&one.id)));
    let is_submitted = |one: &Parameter| submitted.is_some_and(|other| other.id == one.id);
    let rated = boxes().filter_map(|one| Some((likelihood::of(one, is_submitted(one))?, one)));
    // The last of several maxima is returned, so they are reversed.
    let likeliest = rated.collect::<Vec<_>>().into_iter().rev().max_by_key(|(points, _)| *points);
    let code = || shown(endpoint).find(|one| one.component == "code" && likelihood::names_it(one));
    likeliest.map(|(_, one)| one).or_else(code)
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
    use serde_json::{Value, json};

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
    fn a_box_for_something_else_is_not_the_prompt() {
        let plain = || json!({});
        let asks = |key: &str, words: &str| json!({ key: words });
        for (parts, label) in [
            (vec![("Negative prompt", plain()), ("Prompt", plain())], "Prompt"),
            (vec![("System prompt", json!({"lines": 5})), ("Message", plain())], "Message"),
            (vec![("Trigger word", plain()), ("Idea", plain())], "Idea"),
            (vec![("Style prompt", plain()), ("Prompt", plain())], "Prompt"),
            (vec![("Style", asks("info", "Added to the prompt")), ("Text", plain())], "Text"),
            (vec![("Your name", plain()), ("Words", plain())], "Words"),
            (vec![("API key", json!({"lines": 3})), ("Words", plain())], "Words"),
            (vec![("LoRA path", plain()), ("Picture", plain())], "Picture"),
            (vec![("Image URL", asks("placeholder", "https://")), ("Do", plain())], "Do"),
            (vec![("One line", plain()), ("Several", json!({"lines": 3}))], "Several"),
            (vec![("A", plain()), ("B", asks("info", "What should be in the picture?"))], "B"),
            (vec![("What to avoid", plain()), ("B", plain())], "B"),
            (vec![("✏️ Prompt:", plain()), ("Prompt of the frame", plain())], "✏️ Prompt:"),
            (vec![("反向提示词", plain()), ("提示词", plain())], "提示词"),
            (
                vec![("模型名称", plain()), ("画面", asks("placeholder", "描述你想要的画面"))],
                "画面",
            ),
            (vec![("不想出现的内容", plain()), ("内容", plain())], "内容"),
            (vec![("Prompt negativo", plain()), ("Descrição", plain())], "Descrição"),
            (vec![("Nome", plain()), ("Texto", plain())], "Texto"),
            (vec![("Chave da API", plain()), ("Ideia", plain())], "Ideia"),
            (vec![("ネガティブプロンプト", plain()), ("プロンプト", plain())], "プロンプト"),
            (vec![("除外したいもの", plain()), ("呪文", plain())], "呪文"),
            (vec![("ファイル名", plain()), ("言葉", plain())], "言葉"),
        ] {
            assert_eq!(prompt(&parts, None).as_deref(), Some(label), "{parts:?}");
        }
        // Something that is called so, if there is nothing else, but never these.
        assert_eq!(prompt(&[("Name", plain())], None).as_deref(), Some("Name"));
        for label in ["Negative prompt", "System prompt", "API key", "Image URL", "路径"] {
            assert_eq!(prompt(&[(label, plain())], None), None, "{label}");
        }
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
