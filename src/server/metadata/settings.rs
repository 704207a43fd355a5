//! Collects the settings of a picture while a tool's format is read.

use serde_json::{Map, Value};

use crate::generation::{InputValue, Inputs, Recipe, Role};

/// How many unmapped settings are reported by name; the web UIs write a few dozen.
const MAX_UNMAPPED: usize = 64;
const MAX_NAME_LETTERS: usize = 60;

/// The settings read so far.
#[derive(Debug, Default, PartialEq)]
pub struct Settings {
    pub prompt: String,
    common: Vec<(Role, InputValue)>,
    unmapped: Vec<String>,
}

/// The meaning of a name in a JSON object.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    Prompt,
    Of(Role),
    /// Width and height in one value.
    Size,
    /// About the file, not the picture.
    Nothing,
}

impl Settings {
    pub fn of_prompt(prompt: &str) -> Self {
        Self { prompt: prompt.trim().to_owned(), ..Self::default() }
    }

    /// Takes the first value of a role; one that cannot be parsed is reported by name.
    pub fn take(&mut self, role: Role, name: &str, value: &str) {
        let value = value.trim();
        let read = match role {
            Role::NegativePrompt => {
                if value.is_empty() {
                    return;
                }
                Some(InputValue::Text(value.to_owned()))
            }
            Role::Guidance => number(value).map(InputValue::Number),
            Role::Width | Role::Height | Role::Steps | Role::Seed => integer(value),
        };
        match read {
            Some(_) if self.has(role) => {}
            Some(read) => self.common.push((role, read)),
            None => self.leave(name),
        }
    }

    pub fn has(&self, role: Role) -> bool {
        self.common.iter().any(|(other, _)| *other == role)
    }

    /// Takes `832x1216`, `(832, 1216)` or the like.
    pub fn size(&mut self, name: &str, value: &str) {
        let sides = value.split(|letter: char| !letter.is_ascii_digit() && letter != '.');
        let sides: Vec<_> = sides.filter(|side| !side.is_empty()).collect();
        match sides[..] {
            [width, height] if integer(width).is_some() && integer(height).is_some() => {
                self.take(Role::Width, name, width);
                self.take(Role::Height, name, height);
            }
            _ => self.leave(name),
        }
    }

    /// Records the name of a setting without a role, in readable form.
    pub fn leave(&mut self, name: &str) {
        let name = name.trim().replace('_', " ");
        let mut letters = name.chars().take(MAX_NAME_LETTERS);
        let Some(first) = letters.next() else { return };
        let name: String = first.to_uppercase().chain(letters).collect();
        if self.unmapped.len() < MAX_UNMAPPED && !self.unmapped.contains(&name) {
            self.unmapped.push(name);
        }
    }

    /// Takes the members of a JSON object; `meaning` maps their names.
    pub fn take_all(
        &mut self,
        members: &Map<String, Value>,
        meaning: impl Fn(&str) -> Option<Meaning>,
    ) {
        for (name, value) in members {
            let Some(text) = text_of(value) else {
                if meaning(name).is_none() && !is_empty(value) {
                    self.leave(name);
                }
                continue;
            };
            match meaning(name) {
                Some(Meaning::Prompt) => self.prompt = text.trim().to_owned(),
                Some(Meaning::Of(role)) => self.take(role, name, &text),
                Some(Meaning::Size) => self.size(name, &text),
                Some(Meaning::Nothing) => {}
                None if text.trim().is_empty() => {}
                None => self.leave(name),
            }
        }
    }

    /// Whether nothing was read that a form takes.
    pub fn is_empty(&self) -> bool {
        self.prompt.is_empty() && self.common.is_empty()
    }

    /// The recipe of a file of `tool`; `None` when it is empty.
    pub fn recipe(self, tool: &str) -> Option<Recipe> {
        let tool = Some(tool.to_owned()).filter(|tool| !tool.is_empty());
        (!self.is_empty()).then_some(Recipe {
            model: None,
            prompt: self.prompt,
            inputs: Inputs::new(),
            common: self.common,
            tool,
            unmapped: self.unmapped,
        })
    }
}

/// The usual names of the common settings.
pub fn usual(name: &str) -> Option<Meaning> {
    match name {
        "prompt" | "positive_prompt" => Some(Meaning::Prompt),
        "negativeprompt" | "negativePrompt" => Some(Meaning::Of(Role::NegativePrompt)),
        "cfgscale" | "cfgScale" => Some(Meaning::Of(Role::Guidance)),
        "size" | "resolution" => Some(Meaning::Size),
        name => Role::of_name(name).map(Meaning::Of),
    }
}

/// A text, number or boolean as text; `None` for other values.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        _ => None,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        value => value.is_null(),
    }
}

fn integer(text: &str) -> Option<InputValue> {
    let whole = || number(text).filter(|number| number.fract() == 0.0 && number.abs() < 1e15);
    let integer = text.parse().ok().or_else(|| whole().map(|number| number as i128))?;
    Some(InputValue::Integer(integer))
}

fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}
