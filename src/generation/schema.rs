//! What a model accepts: an ordered list of fields, the same for every provider.

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
    /// The provider's own name, the key in a request's inputs.
    pub name: String,
    /// What stands over the control, in the provider's words.
    pub label: String,
    /// The control, and what it takes.
    pub kind: FieldKind,
    /// What the form shows at first, and what the provider uses when nothing is sent.
    pub default: Option<InputValue>,
    /// Nothing is sent without it.
    pub required: bool,
    /// Plain text; it may hold addresses but never markup.
    pub help: Option<String>,
    /// Set where the page can do better than a plain control.
    pub role: Option<Role>,
    /// Folded away at first.
    pub advanced: bool,
    /// Set where a file is a mask, which can be painted here.
    pub mask: Option<Mask>,
    /// Label and help in the languages that the provider has them in.
    pub wordings: Vec<Wording>,
}

/// What an input is called in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// As in BCP 47.
    pub language: String,
    /// What stands over the control.
    pub label: String,
    /// What stands below it, as plain text.
    pub help: Option<String>,
}

/// A picture that says where another one is to be painted anew: white there and black elsewhere, both
/// opaque.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mask {
    /// The input with the picture that it lies over.
    pub over: Option<String>,
    /// Black and white change places.
    pub is_inverted: bool,
    /// Width and height in pixels of what can be painted on without a picture.
    pub canvas: Option<(u32, u32)>,
}

/// The kind of control, with its bounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FieldKind {
    /// Words.
    Text {
        /// The box has several lines.
        multiline: bool,
        /// In Unicode scalar values.
        min_length: Option<u32>,
        /// In Unicode scalar values.
        max_length: Option<u32>,
        /// Never kept, never echoed.
        secret: bool,
    },
    /// A whole number.
    Integer {
        /// The least that is taken.
        min: Option<i128>,
        /// The most that is taken.
        max: Option<i128>,
        /// Between two values that are taken, from `min` on.
        step: Option<i128>,
    },
    /// A number.
    Number {
        /// The least that is taken.
        min: Option<f64>,
        /// The most that is taken.
        max: Option<f64>,
        /// Between two values that are taken, from `min` on.
        step: Option<f64>,
    },
    /// A switch.
    Boolean,
    /// One of the options.
    Choice {
        /// In the order of the provider.
        options: Vec<ChoiceOption>,
        /// A text of one's own is taken, too.
        custom: bool,
    },
    /// Any of the options, as a list.
    Choices {
        /// In the order of the provider.
        options: Vec<ChoiceOption>,
        /// Texts of one's own are taken, too.
        custom: bool,
        /// How many at most.
        max: Option<u32>,
    },
    /// A day as `2026-11-28`.
    DateTime {
        /// With a time, as `2026-11-28 22:53:00`.
        time: bool,
    },
    /// A colour as CSS writes it, such as `#aa3300`.
    Colour,
    /// One file.
    File {
        /// Its types, as in HTML: `image/*`, `.zip,.tar`, or `*/*`.
        accept: String,
    },
    /// Several files.
    Files {
        /// Their types, as in HTML.
        accept: String,
        /// How many at most.
        max: Option<u32>,
    },
    /// Several texts, one on each line.
    List {
        /// They are numbers.
        numbers: bool,
    },
    /// Anything else, typed as JSON.
    Json,
}

/// An option of a choice: what a person reads, and the value of the type that the provider wants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// What a person reads.
    pub label: String,
    /// What is sent.
    pub value: InputValue,
}

/// What an input means, whatever the provider calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Of the picture, in pixels.
    Width,
    /// Of the picture, in pixels.
    Height,
    /// How many times the noise is taken away.
    Steps,
    /// How closely the words are followed.
    Guidance,
    /// What the picture should not show.
    NegativePrompt,
    /// The number that the noise comes from.
    Seed,
}

/// How models call the number of pictures that they make at once.
const COUNTS: [&str; 6] = [
    "num_outputs",
    "num_images",
    "number_of_images",
    "num_images_per_prompt",
    "num_images_per_call",
    "batch_size",
];

impl ChoiceOption {
    /// An option under a name of its own.
    pub fn new(label: impl Into<String>, value: InputValue) -> Self {
        Self { label: label.into(), value }
    }
}

/// An option that is called as its value reads.
impl From<InputValue> for ChoiceOption {
    fn from(value: InputValue) -> Self {
        Self { label: value.to_string(), value }
    }
}

impl Role {
    /// The name that such a field has in the form of every model.
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

    /// Recognises the names that models commonly use.
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
            required: false,
            help: None,
            role,
            advanced: false,
            mask: None,
            wordings: Vec::new(),
        }
    }

    /// The words in `language`, or in the same one as it is spoken elsewhere.
    pub fn wording(&self, language: &str) -> Option<&Wording> {
        let main = |language: &str| language.split('-').next().map(str::to_ascii_lowercase);
        let exact = |one: &&Wording| one.language.eq_ignore_ascii_case(language);
        let like = |one: &&Wording| main(&one.language) == main(language);
        self.wordings.iter().find(exact).or_else(|| self.wordings.iter().find(like))
    }

    /// Whether it says how many pictures are made at once.
    pub fn is_count(&self) -> bool {
        COUNTS.contains(&self.name.to_ascii_lowercase().as_str())
            && matches!(self.kind, FieldKind::Integer { .. } | FieldKind::Choice { .. })
    }

    /// Whether its value must never be kept or shown.
    pub fn is_secret(&self) -> bool {
        matches!(self.kind, FieldKind::Text { secret: true, .. })
    }

    #[must_use]
    /// With a value that stands in it at first.
    pub fn with_default(mut self, default: InputValue) -> Self {
        self.default = Some(default);
        self
    }

    #[must_use]
    /// With a sentence about it, in plain text.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    /// As a mask.
    pub fn with_mask(mut self, mask: Mask) -> Self {
        self.mask = Some(mask);
        self
    }

    #[must_use]
    /// Folded away at first.
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
    /// The field that says how many pictures are made at once.
    pub fn count_field(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.is_count())
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field that means this.
    pub fn with_role(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == Some(role))
    }
}
