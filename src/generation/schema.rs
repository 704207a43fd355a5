//! The input schema of a model: an ordered list of fields, the same types for every provider.

mod check;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::InputValue;

/// The inputs of a model beside its prompt, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InputSchema {
    /// Their names are unique.
    pub fields: Vec<Field>,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The provider's name for the input, which is the key in a request's inputs.
    pub name: String,
    /// The text above the control, in the provider's own words.
    pub label: String,
    /// The type of the control, with its bounds.
    pub kind: FieldKind,
    /// The initial value in the form, which the provider uses when none is sent.
    pub default: Option<InputValue>,
    /// The value to send when a person empties it although it has a default. `None` where the
    /// provider uses the default then.
    pub emptied: Option<InputValue>,
    /// Whether a request without it is invalid.
    pub required: bool,
    /// Plain text; may contain URLs but never markup.
    pub help: Option<String>,
    /// The common meaning of the input, where the page offers more than a plain control.
    pub role: Option<Role>,
    /// Whether the control is folded away at first.
    pub advanced: bool,
    /// Set where a file is a mask, which a person can paint in the page.
    pub mask: Option<Mask>,
    /// Label and help in the languages that the provider offers.
    pub wordings: Vec<Wording>,
}

/// The texts of an input in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// A BCP 47 language tag.
    pub language: String,
    /// The text above the control.
    pub label: String,
    /// The text below the control, as plain text.
    pub help: Option<String>,
    /// The labels of the options of a choice, in their order; none where they stay as they are.
    #[serde(default)]
    pub options: Vec<String>,
}

/// A mask: a picture that marks where a model repaints another one. White there and black
/// elsewhere, both opaque.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mask {
    /// The picture input that the mask covers.
    pub over: Option<String>,
    /// Whether black and white are swapped.
    pub is_inverted: bool,
    /// Width and height in pixels of the canvas to paint on when there is no picture.
    pub canvas: Option<(u32, u32)>,
}

/// The kind of control, with its bounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FieldKind {
    /// Text.
    Text {
        /// Whether the control has several lines.
        multiline: bool,
        /// In Unicode scalar values.
        min_length: Option<u32>,
        /// In Unicode scalar values.
        max_length: Option<u32>,
        /// Whether the text is never stored and never shown again.
        secret: bool,
    },
    /// A whole number.
    Integer {
        /// The minimum.
        min: Option<i128>,
        /// The maximum.
        max: Option<i128>,
        /// The distance between valid values, counted from `min`.
        step: Option<i128>,
    },
    /// A number.
    Number {
        /// The minimum.
        min: Option<f64>,
        /// The maximum.
        max: Option<f64>,
        /// The distance between valid values, counted from `min`.
        step: Option<f64>,
    },
    /// On or off.
    Boolean,
    /// One of the options.
    Choice {
        /// In the provider's order.
        options: Vec<ChoiceOption>,
        /// Whether any other text is valid too.
        custom: bool,
    },
    /// Any number of the options, as a list.
    Choices {
        /// In the provider's order.
        options: Vec<ChoiceOption>,
        /// Whether any other text is valid too.
        custom: bool,
        /// The maximum number of choices.
        max: Option<u32>,
    },
    /// A date such as `2026-11-28`.
    DateTime {
        /// Whether it has a time too, as in `2026-11-28 22:53:00`.
        time: bool,
    },
    /// A colour as CSS writes it, such as `#aa3300`.
    Colour,
    /// One file.
    File {
        /// The accepted types in HTML's syntax: `image/*`, `.zip,.tar`, or `*/*`.
        accept: String,
    },
    /// Several files.
    Files {
        /// The accepted types in HTML's syntax.
        accept: String,
        /// The maximum number of files.
        max: Option<u32>,
    },
    /// Several texts, one on each line.
    List {
        /// Whether the items are numbers.
        numbers: bool,
    },
    /// Anything else, typed as JSON.
    Json,
}

/// An option of a choice: a label for people, and a value of the type that the provider wants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// The text for people.
    pub label: String,
    /// The value to send.
    pub value: InputValue,
}

/// What an input means, whatever the provider names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// The width of the picture, in pixels.
    Width,
    /// The height of the picture, in pixels.
    Height,
    /// The number of denoising steps.
    Steps,
    /// How closely the picture follows the prompt.
    Guidance,
    /// What the picture should not show.
    NegativePrompt,
    /// The seed of the noise.
    Seed,
}

/// The names that models use for the number of pictures per run.
const COUNTS: [&str; 6] = [
    "num_outputs",
    "num_images",
    "number_of_images",
    "num_images_per_prompt",
    "num_images_per_call",
    "batch_size",
];

impl ChoiceOption {
    /// An option with its own label.
    pub fn new(label: impl Into<String>, value: InputValue) -> Self {
        Self { label: label.into(), value }
    }
}

/// An option whose label is its value.
impl From<InputValue> for ChoiceOption {
    fn from(value: InputValue) -> Self {
        Self { label: value.to_string(), value }
    }
}

impl Role {
    /// The label that a field with this role has in every form.
    pub fn label(self) -> &'static str {
        match self {
            Self::Width => "Width",
            Self::Height => "Height",
            Self::Steps => "Steps",
            Self::Guidance => "Guidance",
            Self::NegativePrompt => "Negative prompt",
            Self::Seed => "Seed",
        }
    }

    /// The role of an input with this name, for names that models commonly use.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().replace([' ', '-'], "_").as_str() {
            "width" => Some(Self::Width),
            "height" => Some(Self::Height),
            "steps" | "num_inference_steps" | "inference_steps" | "num_steps" => Some(Self::Steps),
            "guidance" | "guidance_scale" | "cfg" | "cfg_scale" => Some(Self::Guidance),
            "negative_prompt" => Some(Self::NegativePrompt),
            "seed" => Some(Self::Seed),
            _ => None,
        }
    }
}

impl Field {
    /// An optional field with no default, labelled and given its role by its name.
    pub fn new(name: impl Into<String>, kind: FieldKind) -> Self {
        let name = name.into();
        let role = Role::of_name(&name);
        let label = role.map_or_else(|| title_case(&name), |role| role.label().to_owned());
        Self {
            name,
            label,
            kind,
            default: None,
            emptied: None,
            required: false,
            help: None,
            role,
            advanced: false,
            mask: None,
            wordings: Vec::new(),
        }
    }

    /// The texts in `language`, or in another regional variant of it.
    pub fn wording(&self, language: &str) -> Option<&Wording> {
        let main = |language: &str| language.split('-').next().map(str::to_ascii_lowercase);
        let exact = |one: &&Wording| one.language.eq_ignore_ascii_case(language);
        let like = |one: &&Wording| main(&one.language) == main(language);
        self.wordings.iter().find(exact).or_else(|| self.wordings.iter().find(like))
    }

    /// Whether the field sets how many pictures one run makes.
    pub fn is_count(&self) -> bool {
        COUNTS.contains(&self.name.to_ascii_lowercase().as_str())
            && matches!(self.kind, FieldKind::Integer { .. } | FieldKind::Choice { .. })
    }

    /// Whether its value must never be stored or shown.
    pub fn is_secret(&self) -> bool {
        matches!(self.kind, FieldKind::Text { secret: true, .. })
    }

    #[must_use]
    /// Sets the initial value.
    pub fn with_default(mut self, default: InputValue) -> Self {
        self.default = Some(default);
        self
    }

    #[must_use]
    /// Sets the help text, which is plain text.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    /// Makes the field a mask.
    pub fn with_mask(mut self, mask: Mask) -> Self {
        self.mask = Some(mask);
        self
    }

    #[must_use]
    /// Folds the control away at first.
    pub fn advanced(mut self) -> Self {
        self.advanced = true;
        self
    }
}

/// `num_inference_steps` → `Num inference steps`.
fn title_case(name: &str) -> String {
    let words = name.trim().replace(['_', '-'], " ");
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => words,
    }
}

impl InputSchema {
    /// The field that sets how many pictures one run makes.
    pub fn count_field(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.is_count())
    }

    /// The field with this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field with this role.
    pub fn with_role(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == Some(role))
    }
}
