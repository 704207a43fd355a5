//! An endpoint's parameters as the form that a person fills in.

mod custom;

use serde_json::Value;

use super::{
    endpoint::{Endpoint, Parameter},
    masks,
    wire::text,
};
use crate::generation::{ChoiceOption, Field, FieldKind, InputSchema, InputValue, PromptUse, Role};

/// More fields than this are folded away at first.
const PLAIN_FIELDS: usize = 8;
/// As many inputs as a request may have.
const MOST_FIELDS: usize = 256;
const MOST_CHOICES: usize = 1_000;
/// The texts of a whole form. What is beyond it is sent with its default.
const MOST_BYTES: usize = 1024 * 1024;

/// The form of an endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    pub prompt: PromptUse,
    /// The parameter that takes the prompt; it is left out of the schema.
    pub prompt_parameter: Option<String>,
    pub schema: InputSchema,
}

/// The form for `endpoint`: every component that can be shown. Hidden and unknown ones are sent
/// with their default.
pub fn form(endpoint: &Endpoint) -> Form {
    let prompt = prompt_parameter(endpoint);
    let mut fields: Vec<Field> = Vec::new();
    let mut bytes = 0;
    for parameter in shown(endpoint) {
        let is_prompt = prompt.is_some_and(|prompt| prompt.name == parameter.name);
        let field = if is_prompt { attachments(parameter) } else { field(parameter) };
        let Some(mut field) = field else { continue };
        follows_another(endpoint, parameter, &mut field);
        let is_file = |field: &Field| matches!(field.kind, FieldKind::File { .. });
        // An app does not say which inputs it needs, and mostly its page may leave them empty. One
        // that takes no words has nothing to work on without its first file.
        field.required |= prompt.is_none()
            && is_file(&field)
            && parameter.default.as_ref().is_none_or(Value::is_null)
            && !masks::is_canvas(parameter)
            && !fields.iter().any(is_file);
        if field.role.is_some() && fields.iter().any(|earlier| earlier.role == field.role) {
            field.role = None;
            field.label = parameter.label.clone();
        }
        if fields.len() >= PLAIN_FIELDS {
            field.advanced = true;
        }
        let mask = masks::field(parameter);
        let mask = mask.map(|mask| Field { advanced: field.advanced, ..mask });
        for field in std::iter::once(field).chain(mask) {
            bytes += crate::server::provider::weight(&field);
            if fields.len() < MOST_FIELDS && bytes <= MOST_BYTES {
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

/// A choice that the app fills in anew when another input is changed takes what is not listed yet.
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
        "The app fills it in anew when {} changes; what is not listed can be typed.",
        leader.map_or("another input", |one| one.label.as_str())
    );
    field.help = Some(match field.help.take() {
        Some(help) => format!("{help} · {hint}"),
        None => hint,
    });
}

fn shown(endpoint: &Endpoint) -> impl Iterator<Item = &Parameter> {
    endpoint.parameters.iter().filter(|parameter| parameter.visible)
}

/// What people call the box for the prompt, in the languages of many apps.
const PROMPT_WORDS: [&str; 8] =
    ["prompt", "提示", "プロンプト", "프롬프트", "описание", "промпт", "描述", "咒语"];

/// What stands in the name of a box that is written to the model beside the prompt, or against it.
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

/// The textbox that is the prompt: by its name or label, else the first that is not beside it, one
/// that is empty before one that is not.
fn prompt_parameter(endpoint: &Endpoint) -> Option<&Parameter> {
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

/// The name of the input for the files that go with the words of `parameter`.
pub fn attachments_name(parameter: &Parameter) -> String {
    format!("{}.files", parameter.name)
}

/// A box for words that takes files too has a field for these.
fn attachments(parameter: &Parameter) -> Option<Field> {
    if parameter.component != "multimodaltextbox" {
        return None;
    }
    let accept = accepted(&parameter.props);
    let max = match text(&parameter.props, "file_count").as_deref() {
        Some("multiple" | "directory") => None,
        _ => Some(1),
    };
    let field = Field::new(attachments_name(parameter), FieldKind::Files { accept, max });
    Some(Field { label: format!("{}: files", parameter.label), ..field })
}

/// True for the flag that makes the app choose its own seed.
pub fn randomises_seed(parameter: &Parameter) -> bool {
    parameter.component == "checkbox"
        && [&parameter.name, &parameter.label].iter().any(|words| {
            let words = words.to_lowercase();
            words.contains("random") && (words.contains("seed") || words.starts_with("randomi"))
        })
}

fn field(parameter: &Parameter) -> Option<Field> {
    let props = &parameter.props;
    let number = |key: &str| props.get(key).and_then(Value::as_f64);
    let role = Role::of_name(&parameter.name).or_else(|| Role::of_name(&parameter.label));
    let custom = props.get("allow_custom_value") == Some(&Value::Bool(true));
    let kind = match parameter.component.as_str() {
        "colorpicker" => FieldKind::Colour,
        "datetime" => {
            FieldKind::DateTime { time: props.get("include_time") != Some(&false.into()) }
        }
        "textbox" | "textarea" | "text" | "code" => FieldKind::Text {
            multiline: parameter.component == "code"
                || number("lines").is_some_and(|lines| lines > 1.0),
            min_length: None,
            max_length: props
                .get("max_length")
                .and_then(Value::as_u64)
                .and_then(|n| n.try_into().ok()),
            secret: text(props, "type").is_some_and(|kind| kind == "password"),
        },
        "number" | "slider" => numeric(parameter, role),
        "checkbox" => FieldKind::Boolean,
        "radio" | "dropdown" if props.get("multiselect") != Some(&Value::Bool(true)) => {
            match choices(parameter) {
                options if options.is_empty() => FieldKind::Text {
                    multiline: false,
                    min_length: None,
                    max_length: None,
                    secret: false,
                },
                options => FieldKind::Choice { options, custom },
            }
        }
        "dropdown" | "checkboxgroup" => match choices(parameter) {
            options if options.is_empty() => FieldKind::List { numbers: false },
            options => {
                let max = props.get("max_choices").and_then(Value::as_u64);
                let max = max.and_then(|max| u32::try_from(max).ok());
                FieldKind::Choices { options, custom, max }
            }
        },
        "image" | "imageeditor" | "imagemask" => FieldKind::File { accept: "image/*".to_owned() },
        "gallery" => FieldKind::Files { accept: "image/*".to_owned(), max: None },
        "imageslider" => FieldKind::Files { accept: "image/*".to_owned(), max: Some(2) },
        "audio" => FieldKind::File { accept: "audio/*".to_owned() },
        "video" => FieldKind::File { accept: "video/*".to_owned() },
        "model3d" => FieldKind::File { accept: ".glb,.gltf,.obj,.stl,.ply,.splat".to_owned() },
        "file" | "uploadbutton" => {
            let accept = accepted(props);
            match text(props, "file_count").as_deref() {
                Some("multiple" | "directory") => FieldKind::Files { accept, max: None },
                _ => FieldKind::File { accept },
            }
        }
        "json" | "dataframe" | "highlightedtext" => FieldKind::Json,
        _ => custom::kind(parameter)?,
    };
    let mut field = Field::new(&parameter.name, kind);
    field.role = role;
    field.label = role.map_or_else(|| parameter.label.clone(), |role| role.label().to_owned());
    field.help = text(props, "info").map(|help| super::found::without_tags(&help));
    field.default = parameter.default.as_ref().and_then(|value| input_value(&field.kind, value));
    // The app's own page can leave each of them empty, and sends null for it.
    field.required = false;
    Some(field)
}

/// Whole numbers where step, bounds and default are whole. Of a plain number box the step says
/// nothing, since it is 1 unless set.
fn numeric(parameter: &Parameter, role: Option<Role>) -> FieldKind {
    let props = &parameter.props;
    let number = |key: &str| props.get(key).and_then(Value::as_f64);
    let (min, max, step) = (number("minimum"), number("maximum"), number("step"));
    let whole = |number: Option<f64>| number.is_none_or(|number| number.fract() == 0.0);
    let counted = matches!(role, Some(Role::Width | Role::Height | Role::Steps | Role::Seed));
    let bounded = min.is_some() && max.is_some() && step.is_some();
    let default = parameter.default.as_ref().and_then(Value::as_f64);
    let integer = number("precision") == Some(0.0)
        || (whole(min) && whole(max) && whole(step) && whole(default) && (bounded || counted));
    let step = step.filter(|step| *step > 0.0);
    let to_integer = |number: Option<f64>| number.map(|number| number as i128);
    match integer {
        true => FieldKind::Integer {
            min: to_integer(min),
            max: to_integer(max),
            step: to_integer(step),
        },
        false => {
            FieldKind::Number { min, max, step: step.filter(|_| parameter.component == "slider") }
        }
    }
}

/// What there is to choose from. From 4.0 each is `[name, value]`.
fn choices(parameter: &Parameter) -> Vec<ChoiceOption> {
    let listed = parameter.props.get("choices").or_else(|| parameter.schema.get("enum"));
    let listed = listed.and_then(Value::as_array).into_iter().flatten();
    listed
        .take(MOST_CHOICES)
        .filter_map(|choice| match choice.as_array().map(Vec::as_slice) {
            Some([name, value]) => {
                let value = scalar(value)?;
                let name = scalar(name).map(|name| name.to_string());
                Some(ChoiceOption { label: name.unwrap_or_else(|| value.to_string()), value })
            }
            _ => scalar(choice).map(ChoiceOption::from),
        })
        .collect()
}

fn accepted(props: &Value) -> String {
    let types = props.get("file_types").and_then(Value::as_array).into_iter().flatten();
    let types: Vec<_> = types
        .filter_map(Value::as_str)
        .map(|kind| match kind {
            "image" | "audio" | "video" | "text" => format!("{kind}/*"),
            other => other.to_owned(),
        })
        .collect();
    if types.is_empty() { "*/*".to_owned() } else { types.join(",") }
}

fn scalar(value: &Value) -> Option<InputValue> {
    match value {
        Value::String(text) => Some(InputValue::Text(text.clone())),
        Value::Bool(flag) => Some(InputValue::Boolean(*flag)),
        Value::Number(number) => Some(match number.as_i64() {
            Some(integer) => InputValue::Integer(integer.into()),
            None => InputValue::Number(number.as_f64()?),
        }),
        _ => None,
    }
}

/// A default as the form shows it; what it cannot show is sent all the same.
fn input_value(kind: &FieldKind, value: &Value) -> Option<InputValue> {
    match kind {
        FieldKind::Text { .. } | FieldKind::DateTime { .. } | FieldKind::Colour => {
            Some(InputValue::Text(value.as_str()?.to_owned()))
        }
        FieldKind::Integer { .. } => {
            let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
            Some(InputValue::Integer(number as i128))
        }
        FieldKind::Number { .. } => Some(InputValue::Number(value.as_f64()?)),
        FieldKind::Boolean => Some(InputValue::Boolean(value.as_bool()?)),
        FieldKind::Choice { options, custom } => scalar(value)
            .filter(|value| *custom || options.iter().any(|option| option.value == *value)),
        FieldKind::List { .. } | FieldKind::Choices { .. } => {
            Some(InputValue::List(value.as_array()?.iter().filter_map(scalar).collect()))
        }
        FieldKind::Json => Some(InputValue::Json(value.to_string())).filter(|_| !value.is_null()),
        FieldKind::File { .. } | FieldKind::Files { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::server::provider::space::{endpoints::endpoints, wire::AppConfig};

    /// Which inputs are needed of an app with these components, by kind and props.
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
    fn an_app_that_takes_no_words_needs_its_file() {
        let (sound, picture) = (("audio", json!({})), ("image", json!({})));
        assert_eq!(needed(&[sound.clone(), ("dropdown", json!({"choices": ["a"]}))]), ["audio 0"]);
        assert_eq!(needed(&[picture.clone(), picture.clone()]), ["image 0"]);
        // Where there are words, a picture is mostly one more wish.
        assert!(needed(&[("textbox", json!({})), picture]).is_empty());
        // The app brings one of its own.
        assert!(needed(&[("audio", json!({"value": {"path": "/tmp/a.wav"}}))]).is_empty());
    }
}
