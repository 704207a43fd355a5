//! The fields of the form, and the buttons among them.

use crate::generation::Draft;

/// Prefixes the name of a model's input in the form, because an app may call an input `prompt` or
/// `model`.
pub const INPUT: &str = "input:";

/// What a button among the fields of a form does to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldAct {
    /// Fills in the example that the model's maker provides.
    Example,
    /// Keeps the seed of the last picture.
    LastSeed,
    /// Requests the model's schema again.
    Again,
    /// Opens the dialog that duplicates this Space.
    Duplicate(String),
    /// Opens the painter for this input, which is a mask.
    Paint(String),
    /// Resets an input to the provider's default.
    Reset(String),
    /// Sets inputs, by name.
    Set(Vec<(String, String)>),
    /// Removes one value of an input, such as one of several files.
    Remove(String, String),
}

/// Separates the parts of a [`FieldAct`]; names and values contain no control characters.
const SEPARATOR: char = '\u{1f}';

impl Draft {
    /// Collects the form's fields, given as (name, value), into a draft.
    pub fn of_fields(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut draft = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "model" => draft.model = value,
                // An example's button brings its own prompt, which follows the prompt box's.
                "prompt" if value.is_empty() => {}
                "prompt" => draft.prompt = value,
                name => {
                    if let Some(name) = name.strip_prefix(INPUT) {
                        draft.inputs.push((name.to_owned(), value));
                    }
                }
            }
        }
        draft
    }

    /// Removes the masks whose picture differs from the one in `before`, because each was painted
    /// over that picture. `masks` has the shape of [`FormState::masks`](super::FormState::masks).
    pub fn without_old_masks(mut self, before: &Self, masks: &[(String, String)]) -> Self {
        fn values<'d>(draft: &'d Draft, input: &'d str) -> impl Iterator<Item = &'d String> {
            let named = draft.inputs.iter().filter(move |(name, _)| name == input);
            named.map(|(_, value)| value).filter(|value| !value.is_empty())
        }
        for (mask, over) in masks {
            let had_picture = values(before, over).next().is_some();
            if had_picture && values(before, over).ne(values(&self, over)) {
                self.inputs.retain(|(name, _)| name != mask);
            }
        }
        self
    }
}

impl FieldAct {
    /// Writes the `value` of its button.
    pub fn to_value(&self) -> String {
        let words: Vec<&str> = match self {
            Self::Example => vec!["example"],
            Self::LastSeed => vec!["last-seed"],
            Self::Again => vec!["again"],
            Self::Duplicate(space) => vec!["duplicate", space],
            Self::Paint(name) => vec!["paint", name],
            Self::Reset(name) => vec!["reset", name],
            Self::Set(inputs) => {
                let words = inputs.iter().flat_map(|(name, value)| [name.as_str(), value]);
                ["set"].into_iter().chain(words).collect()
            }
            Self::Remove(name, value) => vec!["remove", name, value],
        };
        let mut value = String::new();
        for (index, word) in words.into_iter().enumerate() {
            if index > 0 {
                value.push(SEPARATOR);
            }
            value.push_str(word);
        }
        value
    }

    /// Parses the `value` of a button; `None` for a button with another purpose.
    pub fn of_value(value: &str) -> Option<Self> {
        let mut words = value.split(SEPARATOR).map(str::to_owned);
        Some(match words.next()?.as_str() {
            "example" => Self::Example,
            "last-seed" => Self::LastSeed,
            "again" => Self::Again,
            "duplicate" => Self::Duplicate(words.next()?),
            "paint" => Self::Paint(words.next()?),
            "reset" => Self::Reset(words.next()?),
            "set" => {
                let mut inputs = Vec::new();
                while let Some((name, value)) = words.next().zip(words.next()) {
                    inputs.push((name, value));
                }
                Self::Set(inputs)
            }
            "remove" => Self::Remove(words.next()?, words.next()?),
            _ => return None,
        })
    }

    /// Changes the draft as this act says.
    pub fn apply(self, draft: &mut Draft) {
        match self {
            Self::Example | Self::LastSeed | Self::Again | Self::Duplicate(_) | Self::Paint(_) => {}
            Self::Reset(name) => draft.inputs.retain(|(input, _)| *input != name),
            Self::Set(inputs) => {
                draft.inputs.retain(|(input, _)| inputs.iter().all(|(name, _)| name != input));
                draft.inputs.extend(inputs);
            }
            Self::Remove(name, value) => {
                draft.inputs.retain(|(input, there)| *input != name || *there != value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_what_the_fields_hold() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let fields = [
            field("prompt", "a fox"),
            field("model", "demo"),
            field("count", "2"),
            field("input:prompt", "an input of this name"),
            field("prompt", ""),
        ];
        let draft = Draft::of_fields(fields);
        assert_eq!((draft.model.as_str(), draft.prompt.as_str()), ("demo", "a fox"));
        assert_eq!(draft.inputs, [field("prompt", "an input of this name")]);
    }

    #[test]
    fn an_act_on_fields_survives_the_value_of_its_button() {
        let text = |text: &str| text.to_owned();
        for act in [
            FieldAct::Example,
            FieldAct::LastSeed,
            FieldAct::Again,
            FieldAct::Duplicate(text("owner/name")),
            FieldAct::Reset(text("a b")),
            FieldAct::Paint(text("image.mask")),
            FieldAct::Set(vec![(text("width"), text("640")), (text("height"), text(""))]),
            FieldAct::Remove(text("image"), text("https://h/a b?c=d")),
        ] {
            assert_eq!(FieldAct::of_value(&act.to_value()), Some(act));
        }
        assert_eq!(FieldAct::of_value(""), None);
    }

    #[test]
    fn a_mask_goes_with_its_picture() {
        let masks = [("mask".to_owned(), "image".to_owned())];
        let draft = |image: &str| {
            let input = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let inputs = vec![input("mask", "stored:m"), input("image", image), input("image", "")];
            Draft { inputs, ..Draft::default() }
        };
        let keeps_mask = |before: &str, after: &str| {
            let after = draft(after).without_old_masks(&draft(before), &masks);
            after.inputs.iter().any(|(name, _)| name == "mask")
        };
        assert!(keeps_mask("stored:a", "stored:a") && keeps_mask("", "stored:a"));
        assert!(!keeps_mask("stored:a", "stored:b") && !keeps_mask("stored:a", ""));
    }

    #[test]
    fn an_act_changes_the_inputs_that_it_names() {
        let input = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut draft = Draft {
            inputs: vec![input("a", "1"), input("f", "x"), input("f", "y")],
            ..Draft::default()
        };
        FieldAct::Remove("f".to_owned(), "x".to_owned()).apply(&mut draft);
        FieldAct::Set(vec![input("a", "2")]).apply(&mut draft);
        assert_eq!(draft.inputs, [input("f", "y"), input("a", "2")]);
        FieldAct::Reset("f".to_owned()).apply(&mut draft);
        assert_eq!(draft.inputs, [input("a", "2")]);
    }
}
