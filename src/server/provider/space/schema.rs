//! Maps an endpoint's parameters to our form.

mod custom;
mod field;
mod likelihood;
mod prompt;

use serde_json::Value;

pub use self::prompt::attachments_name;
use self::{
    field::field,
    prompt::{attachments, prompt_parameter},
};
use super::{
    endpoint::{Endpoint, Parameter},
    masks,
};
use crate::generation::{Field, FieldKind, InputSchema, PromptUse};

/// More fields than this are folded at first.
const PLAIN_FIELDS: usize = 8;
/// The most inputs that a request may have.
const MAX_FIELDS: usize = 256;
/// The limit for the texts of a whole form. Fields beyond it are sent with their defaults.
const MAX_BYTES: usize = 1024 * 1024;

/// The form of an endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    pub prompt: PromptUse,
    /// The parameter that takes the prompt; it is left out of the schema.
    pub prompt_parameter: Option<String>,
    pub schema: InputSchema,
}

/// The form for `endpoint`, with every component that can be shown. Hidden and unknown ones are
/// sent with their defaults.
pub fn form(endpoint: &Endpoint) -> Form {
    let prompt = prompt_parameter(endpoint);
    let mut fields: Vec<Field> = Vec::new();
    let mut bytes = 0;
    for parameter in endpoint.parameters.iter() {
        let revealed_by = revealed_by(endpoint, parameter);
        if !parameter.visible && revealed_by.is_none() {
            continue;
        }
        let is_prompt = prompt.is_some_and(|prompt| prompt.name == parameter.name);
        let field = if is_prompt { attachments(parameter) } else { field(parameter) };
        let Some(mut field) = field else { continue };
        follows_another(endpoint, parameter, &mut field);
        if let Some(leader) = revealed_by {
            field.advanced = true;
            add_hint(&mut field, format!("The app shows it when {leader} changes."));
        }
        let is_file = |field: &Field| matches!(field.kind, FieldKind::File { .. });
        // An app does not say which inputs it needs, and its page mostly may leave them empty. An
        // endpoint without a prompt has nothing to work on without its first file.
        field.required |= prompt.is_none()
            && is_file(&field)
            && parameter.default.as_ref().is_none_or(Value::is_null)
            && !masks::is_canvas(parameter)
            && !fields.iter().any(is_file);
        if field.role.is_some() && fields.iter().any(|earlier| earlier.role == field.role) {
            field.role = None;
            field.label = parameter.label.clone();
            field.wordings = parameter.wordings.to_vec();
        }
        if fields.len() >= PLAIN_FIELDS {
            field.advanced = true;
        }
        let mask = masks::field(parameter);
        let mask = mask.map(|mask| Field { advanced: field.advanced, ..mask });
        for field in std::iter::once(field).chain(mask) {
            bytes += crate::server::provider::weight(&field);
            if fields.len() < MAX_FIELDS && bytes <= MAX_BYTES {
                fields.push(field);
            }
        }
    }
    let has_own_text = |parameter: &Parameter| {
        let default = parameter.default.as_ref();
        let text = default.and_then(|value| value.as_str().or_else(|| value.get("text")?.as_str()));
        text.is_some_and(|text| !text.is_empty())
    };
    Form {
        prompt: match prompt {
            None => PromptUse::None,
            Some(parameter) if has_own_text(parameter) => PromptUse::Optional,
            Some(_) => PromptUse::Required,
        },
        prompt_parameter: prompt.map(|parameter| parameter.name.clone()),
        schema: InputSchema { fields },
    }
}

/// A choice that the app fills in again when another input changes accepts values that are not
/// listed yet.
fn follows_another(endpoint: &Endpoint, parameter: &Parameter, field: &mut Field) {
    let (FieldKind::Choice { custom, .. } | FieldKind::Choices { custom, .. }) = &mut field.kind
    else {
        return;
    };
    let leads = endpoint
        .changes
        .iter()
        .find(|change| change.id != parameter.id && change.writes(parameter.id));
    let Some(leads) = leads else { return };
    *custom = true;
    let leader = endpoint.parameters.iter().find(|one| one.id == leads.id);
    let hint = format!(
        "The app fills it in again when {} changes; values that are not listed can be typed.",
        leader.map_or("another input", |one| one.label.as_str())
    );
    add_hint(field, hint);
}

fn add_hint(field: &mut Field, hint: String) {
    field.help = Some(match field.help.take() {
        Some(help) => format!("{help} · {hint}"),
        None => hint,
    });
}

/// The label of the visible input whose change may show `parameter`, which is hidden at first.
fn revealed_by<'e>(endpoint: &'e Endpoint, parameter: &Parameter) -> Option<&'e str> {
    let mut changes = endpoint.changes.iter().filter(|_| !parameter.visible);
    changes.find_map(|change| {
        let mut leaders = shown(endpoint).filter(|one| one.id == change.id);
        leaders.next().filter(|_| change.writes(parameter.id)).map(|one| one.label.as_str())
    })
}

fn shown(endpoint: &Endpoint) -> impl Iterator<Item = &Parameter> {
    endpoint.parameters.iter().filter(|parameter| parameter.visible)
}

/// True for the flag that makes the app choose its own seed.
pub fn randomises_seed(parameter: &Parameter) -> bool {
    parameter.component == "checkbox"
        && [&parameter.name, &parameter.label].iter().any(|words| {
            let words = words.to_lowercase();
            words.contains("random") && (words.contains("seed") || words.starts_with("randomi"))
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::server::provider::space::{endpoints::endpoints, wire::AppConfig};

    /// The required inputs of an app with these components, by kind and props.
    fn needed(parts: &[(&str, Value)]) -> Vec<String> {
        let components = parts.iter().enumerate().map(|(id, (kind, props))| {
            let mut props = props.clone();
            props["label"] = json!(format!("{kind} {id}"));
            json!({"id": id, "type": kind, "props": props})
        });
        let mut components: Vec<_> = components.collect();
        components.push(json!({"id": 9, "type": "textbox", "props": {"label": "out"}}));
        let inputs: Vec<_> = (0..parts.len()).collect();
        let config = json!({
            "version": "5.0",
            "dependencies": [{"id": 0, "api_name": "run", "inputs": inputs, "outputs": [9], "backend_fn": true}],
            "components": components,
        });
        let endpoint = endpoints(&AppConfig::parse(&config).unwrap(), None).remove(0);
        let fields = form(&endpoint).schema.fields.into_iter();
        fields.filter(|field| field.required).map(|field| field.label).collect()
    }

    #[test]
    fn an_input_that_appears_after_a_choice_is_in_the_form() {
        let part = |id: u32, kind: &str, visible: bool| {
            let props = json!({"label": format!("{kind} {id}"), "visible": visible, "choices": ["a", "b"],
                "value": "a"});
            json!({"id": id, "type": kind, "props": props})
        };
        let fields = |inputs: Value| {
            let config = json!({
                "version": "5.0",
                "dependencies": [
                    {"id": 0, "api_name": "run", "inputs": inputs, "outputs": [9], "targets": [[8, "click"]]},
                    {"id": 1, "inputs": [1], "outputs": [2, 3], "targets": [[1, "change"]]},
                ],
                "components": [part(0, "textbox", true), part(1, "radio", true), part(2, "slider", false),
                    part(3, "dropdown", false), part(4, "textbox", false), part(9, "image", true)],
            });
            let endpoint = endpoints(&AppConfig::parse(&config).unwrap(), None).remove(0);
            let fields = form(&endpoint).schema.fields.into_iter();
            fields.map(|field| (field.label, field.advanced)).collect::<Vec<_>>()
        };
        let told = |label: &str, advanced| (label.to_owned(), advanced);
        let appearing = [told("slider 2", true), told("dropdown 3", true)];
        let wanted = [[told("radio 1", false)].as_slice(), &appearing].concat();
        assert_eq!(fields(json!([0, 1, 2, 3, 4])), wanted);
        // The choice only shows other inputs.
        let mut found = fields(json!([0, 2, 3, 4]));
        found.sort();
        let mut wanted = wanted;
        wanted.sort();
        assert_eq!(found, wanted);
    }

    #[test]
    fn an_app_that_takes_no_words_needs_its_file() {
        let (sound, picture) = (("audio", json!({})), ("image", json!({})));
        assert_eq!(needed(&[sound.clone(), ("dropdown", json!({"choices": ["a"]}))]), ["audio 0"]);
        assert_eq!(needed(&[picture.clone(), picture.clone()]), ["image 0"]);
        // Beside a prompt, a picture is mostly optional.
        assert!(needed(&[("textbox", json!({})), picture]).is_empty());
        // The app provides one of its own.
        assert!(needed(&[("audio", json!({"value": {"path": "/tmp/a.wav"}}))]).is_empty());
    }
}
