//! Maps one component to a form control: its kind, bounds, choices and default.

use serde_json::{Number, Value};

use super::{custom, likelihood::is_negative};
use crate::{
    generation::{ChoiceOption, Field, FieldKind, InputValue, Role},
    server::provider::space::{endpoint::Parameter, found, wire::text},
};

const MAX_CHOICES: usize = 1_000;

/// The control for a parameter; `None` for components that are no form controls.
pub fn field(parameter: &Parameter) -> Option<Field> {
    let props = &parameter.props;
    let number = |key: &str| props.get(key).and_then(Value::as_f64);
    let role = Role::of_name(&parameter.name).or_else(|| Role::of_name(&parameter.label));
    let role = role.or_else(|| is_negative(parameter).then_some(Role::NegativePrompt));
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
        "api" if parameter.schema.get("enum").is_some() => {
            FieldKind::Choice { options: choices(parameter), custom: false }
        }
        _ => custom::kind(parameter)?,
    };
    let mut field = Field::new(&parameter.name, kind);
    field.role = role;
    field.label = role.map_or_else(|| parameter.label.clone(), |role| role.label().to_owned());
    if role.is_none() {
        field.wordings = parameter.wordings.to_vec();
    }
    field.help = text(props, "info").map(|help| found::without_tags(&help));
    field.default = parameter.default.as_ref().and_then(|value| input_value(&field.kind, value));
    // The app's own page can leave each of them empty, and sends null for it.
    field.required = false;
    // A function without a page has no empty controls: what has no default must be given.
    if parameter.component == "api" && parameter.default.is_none() {
        field.required = true;
    }
    field.emptied = emptied(parameter, &field);
    Some(field)
}

/// What the app's page sends for an emptied control. A slider cannot be emptied; an open seed is
/// chosen; and how many pictures there will be is never left open, because each may cost something.
fn emptied(parameter: &Parameter, field: &Field) -> Option<InputValue> {
    if field.role == Some(Role::Seed) || field.is_count() || parameter.component == "slider" {
        return None;
    }
    match field.kind {
        // A dropdown whose choices are not known yet.
        FieldKind::Text { .. } if parameter.component == "dropdown" => Some(InputValue::null()),
        FieldKind::Text { secret: false, .. } => Some(InputValue::Text(String::new())),
        FieldKind::List { .. } | FieldKind::Choices { .. } => Some(InputValue::List(Vec::new())),
        FieldKind::Integer { .. }
        | FieldKind::Number { .. }
        | FieldKind::Choice { .. }
        | FieldKind::DateTime { .. }
        | FieldKind::Colour
        | FieldKind::Json => Some(InputValue::null()),
        FieldKind::Text { secret: true, .. }
        | FieldKind::Boolean
        | FieldKind::File { .. }
        | FieldKind::Files { .. } => None,
    }
}

/// Whole numbers where step, bounds and default are whole. The step of a plain number box says
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

/// The options of a choice. From 4.0 on, each is `[name, value]`.
fn choices(parameter: &Parameter) -> Vec<ChoiceOption> {
    let listed = parameter.props.get("choices").or_else(|| parameter.schema.get("enum"));
    let listed = listed.and_then(Value::as_array).into_iter().flatten();
    listed
        .take(MAX_CHOICES)
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

/// The kinds of files that a component takes, in HTML's `accept` syntax.
pub fn accepted(props: &Value) -> String {
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

/// A whole number, digit by digit.
fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

fn scalar(value: &Value) -> Option<InputValue> {
    match value {
        Value::String(text) => Some(InputValue::Text(text.clone())),
        Value::Bool(flag) => Some(InputValue::Boolean(*flag)),
        Value::Number(number) => Some(match whole(number) {
            Some(integer) => InputValue::Integer(integer),
            None => InputValue::Number(number.as_f64()?),
        }),
        _ => None,
    }
}

/// A default as the form shows it; one that cannot be shown is sent all the same.
fn input_value(kind: &FieldKind, value: &Value) -> Option<InputValue> {
    match kind {
        FieldKind::Text { .. } | FieldKind::DateTime { .. } | FieldKind::Colour => {
            Some(InputValue::Text(value.as_str()?.to_owned()))
        }
        FieldKind::Integer { .. } => {
            let exact = value.as_number().and_then(whole);
            let float = || value.as_f64().filter(|number| number.fract() == 0.0);
            Some(InputValue::Integer(exact.or_else(|| Some(float()? as i128))?))
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
