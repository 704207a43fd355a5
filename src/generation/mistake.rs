//! What is wrong with one input: as a sentence for programs, and as a value for translation.

use serde::{Deserialize, Serialize};

/// What is wrong with one field, in a sentence for the person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name; `prompt` for the prompt; empty for the whole form.
    pub field: String,
    /// A whole English sentence that names the field.
    pub message: String,
    /// The field's label and the mistake; `None` where the message is a provider's own text.
    ///
    /// The server translates it before it responds, so it is never serialized.
    #[serde(skip)]
    pub mistake: Option<(String, Mistake)>,
}

/// The ways in which a value can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// It is required and empty.
    Missing,
    /// A text was expected.
    NotText,
    /// Fewer characters than this many, in Unicode scalar values.
    TooShort(u32),
    /// More characters than this many, in Unicode scalar values.
    TooLong(u32),
    /// A whole number was expected.
    NotWhole,
    /// A number was expected.
    NotNumber,
    /// On or off was expected.
    NotSwitch,
    /// The value is not among the choices.
    NotChoice,
    /// Some of the values are not among the choices.
    NotChoices,
    /// There are more choices than this many.
    TooManyChoices(u32),
    /// A day and a time were expected.
    NotMoment,
    /// A day was expected.
    NotDay,
    /// A colour was expected.
    NotColour,
    /// A file was expected.
    NotFile,
    /// Files were expected.
    NotFiles,
    /// There are more files than this many.
    TooManyFiles(u32),
    /// A list was expected.
    NotList,
    /// JSON was expected.
    NotJson,
    /// Outside these inclusive bounds, as numbers are written.
    OutOf(String, String),
    /// Less than this minimum.
    Below(String),
    /// More than this maximum.
    Above(String),
    /// There is no such input.
    Unknown,
    /// The model requires a prompt.
    PromptMissing,
    /// The prompt's maximum and actual length, in Unicode scalar values.
    PromptTooLong(usize, usize),
}

/// Compares the messages, because `mistake` is lost in transit.
impl PartialEq for FieldError {
    fn eq(&self, other: &Self) -> bool {
        self.field == other.field && self.message == other.message
    }
}

impl Eq for FieldError {}

impl FieldError {
    /// An error in somebody else's text, such as a provider's.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into(), mistake: None }
    }

    /// An error that Easel found; `label` is the field's name for people.
    pub fn of(field: impl Into<String>, label: impl Into<String>, mistake: Mistake) -> Self {
        let label = label.into();
        let message = mistake.sentence(&label);
        Self { field: field.into(), message, mistake: Some((label, mistake)) }
    }
}

impl Mistake {
    fn sentence(&self, label: &str) -> String {
        match self {
            Self::Missing => format!("{label} is required."),
            Self::NotText => format!("{label} must be text."),
            Self::TooShort(min) => format!("{label} needs at least {min} characters."),
            Self::TooLong(max) => format!("{label} takes at most {max} characters."),
            Self::NotWhole => format!("{label} must be a whole number."),
            Self::NotNumber => format!("{label} must be a number."),
            Self::NotSwitch => format!("{label} must be on or off."),
            Self::NotChoice => format!("{label} must be one of the choices."),
            Self::NotChoices => format!("{label} must be some of the choices."),
            Self::TooManyChoices(max) => format!("{label} takes at most {max} choices."),
            Self::NotMoment => {
                format!("{label} must be a date and a time, such as 2026-11-28 22:53:00.")
            }
            Self::NotDay => format!("{label} must be a date, such as 2026-11-28."),
            Self::NotColour => format!("{label} must be a colour, such as #aa3300."),
            Self::NotFile => format!("{label} must be a file or an address."),
            Self::NotFiles => format!("{label} must be files or addresses."),
            Self::TooManyFiles(max) => format!("{label} takes at most {max} files."),
            Self::NotList => format!("{label} must be a list."),
            Self::NotJson => format!("{label} is not valid JSON."),
            Self::OutOf(min, max) => format!("{label} must be from {min} to {max}."),
            Self::Below(min) => format!("{label} must be at least {min}."),
            Self::Above(max) => format!("{label} must be at most {max}."),
            Self::Unknown => format!("The model has no input “{label}”."),
            Self::PromptMissing => "Type what the picture should show.".to_owned(),
            Self::PromptTooLong(max, chars) => {
                format!("The prompt can have at most {max} characters; this one has {chars}.")
            }
        }
    }
}
