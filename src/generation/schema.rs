//! What a model accepts: an ordered list of fields, the same for every provider.

use serde::{Deserialize, Serialize};

use super::{FieldError, InputValue, Inputs, Mistake};

/// The inputs of a model beside its prompt, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InputSchema {
    pub fields: Vec<Field>,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The provider's own name, the key in a request's inputs.
    pub name: String,
    pub label: String,
    pub kind: FieldKind,
    /// What the form shows at first, and what the provider uses when nothing is sent.
    pub default: Option<InputValue>,
    pub required: bool,
    /// Plain text; it may hold addresses but never markup.
    pub help: Option<String>,
    /// Set where the page can do better than a plain control.
    pub role: Option<Role>,
    /// Folded away at first.
    pub advanced: bool,
}

/// The kind of control, with its bounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FieldKind {
    Text {
        multiline: bool,
        /// In Unicode scalar values, as `max_length`.
        min_length: Option<u32>,
        max_length: Option<u32>,
        /// Never kept, never echoed.
        secret: bool,
    },
    Integer {
        min: Option<i128>,
        max: Option<i128>,
        step: Option<i128>,
    },
    Number {
        min: Option<f64>,
        max: Option<f64>,
        step: Option<f64>,
    },
    Boolean,
    /// One of the options, or with `custom` a text of one's own.
    Choice {
        options: Vec<ChoiceOption>,
        custom: bool,
    },
    /// Any of the options as a list, with `custom` texts of one's own too.
    Choices {
        options: Vec<ChoiceOption>,
        custom: bool,
        max: Option<u32>,
    },
    /// A day as `2026-11-28`, with `time` as `2026-11-28 22:53:00`.
    DateTime {
        time: bool,
    },
    /// A colour as CSS writes it, such as `#aa3300`.
    Colour,
    /// A file of the types in `accept`, which is as in HTML: `image/*`, `.zip,.tar`, or `*/*`.
    File {
        accept: String,
    },
    Files {
        accept: String,
        max: Option<u32>,
    },
    /// Several texts or numbers.
    List {
        numbers: bool,
    },
    /// Anything else, typed as JSON.
    Json,
}

/// An option of a choice: what a person reads, and the value of the type that the provider wants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceOption {
    pub label: String,
    pub value: InputValue,
}

/// What an input means, whatever the provider calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    Width,
    Height,
    Steps,
    Guidance,
    NegativePrompt,
    Seed,
}

impl ChoiceOption {
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
        }
    }

    /// Whether its value must never be kept or shown.
    pub fn is_secret(&self) -> bool {
        matches!(self.kind, FieldKind::Text { secret: true, .. })
    }

    #[must_use]
    pub fn with_default(mut self, default: InputValue) -> Self {
        self.default = Some(default);
        self
    }

    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
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
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub fn with_role(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == Some(role))
    }

    /// Everything that is wrong with `inputs`, in the order of the form.
    pub fn check(&self, inputs: &Inputs) -> Vec<FieldError> {
        let mut errors: Vec<_> = self
            .fields
            .iter()
            .filter_map(|field| {
                let mistake = match inputs.get(&field.name) {
                    Some(value) => check_value(field, value)?,
                    // A switch that nobody touched is off.
                    None if field.required
                        && field.default.is_none()
                        && field.kind != FieldKind::Boolean =>
                    {
                        Mistake::Missing
                    }
                    None => return None,
                };
                Some(FieldError::of(&field.name, &field.label, mistake))
            })
            .collect();
        let unknown = inputs.keys().filter(|name| self.field(name).is_none());
        errors.extend(unknown.map(|name| FieldError::of(name, name, Mistake::Unknown)));
        errors
    }
}

fn check_value(field: &Field, value: &InputValue) -> Option<Mistake> {
    match &field.kind {
        FieldKind::Text { min_length, max_length, .. } => {
            let Some(text) = value.as_text() else { return Some(Mistake::NotText) };
            let length = text.chars().count();
            if field.required && text.trim().is_empty() {
                return Some(Mistake::Missing);
            }
            if let Some(min) = min_length.filter(|min| length < *min as usize) {
                return Some(Mistake::TooShort(min));
            }
            let max = max_length.filter(|max| length > *max as usize)?;
            Some(Mistake::TooLong(max))
        }
        FieldKind::Integer { min, max, .. } => {
            let Some(number) = value.as_integer() else {
                return Some(Mistake::NotWhole);
            };
            out_of_bounds(number, *min, *max)
        }
        FieldKind::Number { min, max, .. } => {
            let Some(number) = value.as_number().filter(|number| number.is_finite()) else {
                return Some(Mistake::NotNumber);
            };
            out_of_bounds(number, *min, *max)
        }
        FieldKind::Boolean => match value {
            InputValue::Boolean(_) => None,
            _ => Some(Mistake::NotSwitch),
        },
        FieldKind::Choice { options, custom } => {
            let listed = field.default.as_ref() == Some(value)
                || options.iter().any(|option| option.value == *value)
                || *custom && value.as_text().is_some();
            if listed { None } else { Some(Mistake::NotChoice) }
        }
        FieldKind::Choices { options, custom, max } => match value {
            InputValue::List(items) => {
                let is_listed = |item: &InputValue| {
                    options.iter().any(|option| option.value == *item)
                        || *custom && item.as_text().is_some()
                };
                if !items.iter().all(is_listed) && field.default.as_ref() != Some(value) {
                    return Some(Mistake::NotChoices);
                }
                let max = max.filter(|max| items.len() > *max as usize)?;
                Some(Mistake::TooManyChoices(max))
            }
            _ => Some(Mistake::NotChoices),
        },
        FieldKind::DateTime { time } => match value.as_text() {
            Some(text) if is_date(text, *time) => None,
            _ if *time => Some(Mistake::NotMoment),
            _ => Some(Mistake::NotDay),
        },
        FieldKind::Colour => match value.as_text() {
            Some(text) if is_colour(text) => None,
            _ => Some(Mistake::NotColour),
        },
        FieldKind::File { .. } => match value {
            InputValue::File(_) => None,
            _ => Some(Mistake::NotFile),
        },
        FieldKind::Files { max, .. } => match value {
            InputValue::List(items)
                if items.iter().all(|item| matches!(item, InputValue::File(_))) =>
            {
                let max = max.filter(|max| items.len() > *max as usize)?;
                Some(Mistake::TooManyFiles(max))
            }
            _ => Some(Mistake::NotFiles),
        },
        FieldKind::List { numbers } => match value {
            InputValue::List(items)
                if items.iter().all(|item| match numbers {
                    true => item.as_number().is_some_and(f64::is_finite),
                    false => item.as_text().is_some(),
                }) =>
            {
                None
            }
            _ => Some(Mistake::NotList),
        },
        FieldKind::Json => match value {
            InputValue::Json(text)
                if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() =>
            {
                None
            }
            _ => Some(Mistake::NotJson),
        },
    }
}

/// `2026-11-28`, with a time `2026-11-28 22:53:00`, where a browser writes a T and may leave out the
/// seconds.
fn is_date(text: &str, with_time: bool) -> bool {
    let digits = |text: &str| {
        text.split(['-', ':', ' ', 'T'])
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let parts = text.split(['-', ':', ' ', 'T']).count();
    digits(text)
        && text.len() <= 19
        && if with_time { (5..=6).contains(&parts) } else { parts == 3 }
}

fn is_colour(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"#(),.% ".contains(&byte);
    (3..=64).contains(&text.len()) && text.bytes().all(is_plain)
}

fn out_of_bounds<N: PartialOrd + std::fmt::Display>(
    number: N,
    min: Option<N>,
    max: Option<N>,
) -> Option<Mistake> {
    let below = min.as_ref().is_some_and(|min| number < *min);
    let above = max.as_ref().is_some_and(|max| number > *max);
    if !below && !above {
        return None;
    }
    Some(match (min, max) {
        (Some(min), Some(max)) => Mistake::OutOf(min.to_string(), max.to_string()),
        (Some(min), None) => Mistake::Below(min.to_string()),
        (None, Some(max)) => Mistake::Above(max.to_string()),
        (None, None) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(field: Field, value: InputValue) -> Option<String> {
        let schema = InputSchema { fields: vec![field] };
        let inputs = Inputs::from([(schema.fields[0].name.clone(), value)]);
        schema.check(&inputs).into_iter().next().map(|error| error.message)
    }

    fn steps() -> Field {
        Field::new(
            "num_inference_steps",
            FieldKind::Integer { min: Some(1), max: Some(50), step: None },
        )
    }

    #[test]
    fn common_names_get_the_common_label() {
        assert_eq!(steps().label, "Steps");
        assert_eq!(Field::new("go_fast", FieldKind::Boolean).label, "Go fast");
    }

    #[test]
    fn bounds_are_inclusive() {
        assert_eq!(check(steps(), InputValue::Integer(50)), None);
        assert_eq!(check(steps(), InputValue::Number(1.0)), None);
        assert_eq!(
            check(steps(), InputValue::Integer(51)).as_deref(),
            Some("Steps must be from 1 to 50.")
        );
        assert_eq!(
            check(steps(), InputValue::Number(1.5)).as_deref(),
            Some("Steps must be a whole number.")
        );
    }

    #[test]
    fn a_seed_beyond_i64_is_accepted() {
        let seed = Field::new("seed", FieldKind::Integer { min: Some(0), max: None, step: None });
        assert_eq!(check(seed, InputValue::Integer(14_715_652_618_304_795_000)), None);
    }

    #[test]
    fn non_finite_numbers_are_refused() {
        let guidance =
            || Field::new("guidance", FieldKind::Number { min: None, max: None, step: None });
        for number in [f64::NAN, f64::INFINITY] {
            assert!(check(guidance(), InputValue::Number(number)).is_some());
        }
    }

    #[test]
    fn non_finite_numbers_are_refused_in_lists_too() {
        let list = || Field::new("sigmas", FieldKind::List { numbers: true });
        let of = |number| InputValue::List(vec![InputValue::Number(0.5), number]);
        assert_eq!(check(list(), of(InputValue::Integer(1))), None);
        for number in [f64::NAN, f64::NEG_INFINITY] {
            assert!(check(list(), of(InputValue::Number(number))).is_some());
        }
    }

    #[test]
    fn a_json_field_takes_json_alone() {
        let extra = || Field::new("extra", FieldKind::Json);
        assert_eq!(check(extra(), InputValue::Json("{\"a\": [1]}".into())), None);
        for value in [
            InputValue::Json("{".into()),
            InputValue::Text("{}".into()),
            InputValue::Number(f64::NAN),
            InputValue::List(vec![InputValue::List(Vec::new())]),
        ] {
            assert_eq!(check(extra(), value).as_deref(), Some("Extra is not valid JSON."));
        }
    }

    #[test]
    fn a_choice_keeps_the_type_of_its_options() {
        let outputs = || {
            let options = [1, 2].map(|number| InputValue::Integer(number).into()).to_vec();
            Field::new("num_outputs", FieldKind::Choice { options, custom: false })
        };
        assert_eq!(check(outputs(), InputValue::Integer(2)), None);
        assert!(check(outputs(), InputValue::Text("2".into())).is_some());
    }

    #[test]
    fn a_choice_with_own_values_takes_any_text() {
        let lora = |custom| {
            let options = vec![ChoiceOption::new("Fox plush", InputValue::Text("a1".into()))];
            Field::new("lora", FieldKind::Choice { options, custom })
        };
        assert_eq!(check(lora(true), InputValue::Text("my-own-id".into())), None);
        assert!(check(lora(false), InputValue::Text("my-own-id".into())).is_some());
        assert!(check(lora(false), InputValue::Text("Fox plush".into())).is_some());
    }

    #[test]
    fn several_choices_are_a_list_of_listed_values() {
        let tags = |max| {
            let options = [1, 2, 3].map(|number| InputValue::Integer(number).into()).to_vec();
            Field::new("tags", FieldKind::Choices { options, custom: false, max })
        };
        let list = |numbers: &[i128]| {
            InputValue::List(numbers.iter().copied().map(InputValue::Integer).collect())
        };
        assert_eq!(check(tags(None), list(&[1, 3])), None);
        assert_eq!(check(tags(None), list(&[])), None);
        assert!(check(tags(None), list(&[4])).is_some());
        assert_eq!(
            check(tags(Some(1)), list(&[1, 2])).as_deref(),
            Some("Tags takes at most 1 choices.")
        );
    }

    #[test]
    fn days_and_colours_are_checked() {
        let text = |text: &str| InputValue::Text(text.to_owned());
        let day = |time| Field::new("day", FieldKind::DateTime { time });
        for (time, good) in
            [(false, "2026-11-28"), (true, "2026-11-28 22:53:00"), (true, "2026-11-28T22:53")]
        {
            assert_eq!(check(day(time), text(good)), None, "{good}");
        }
        for (time, bad) in [(false, "tomorrow"), (true, "2026-11-28"), (false, "2026-11-")] {
            assert!(check(day(time), text(bad)).is_some(), "{bad}");
        }
        let colour = || Field::new("ink", FieldKind::Colour);
        for good in ["#a30", "#aa3300", "rgba(1, 2, 3, 0.5)", "teal"] {
            assert_eq!(check(colour(), text(good)), None, "{good}");
        }
        for bad in ["", "\"><script>", "url;"] {
            assert!(check(colour(), text(bad)).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_required_switch_that_nobody_touched_is_off() {
        let field = Field { required: true, ..Field::new("go_fast", FieldKind::Boolean) };
        let schema = InputSchema { fields: vec![field] };
        assert_eq!(schema.check(&Inputs::new()), []);
    }

    #[test]
    fn a_missing_required_field_and_an_unknown_one_are_both_told() {
        let image = Field {
            required: true,
            ..Field::new("image", FieldKind::File { accept: "image/*".into() })
        };
        let schema = InputSchema { fields: vec![image] };
        let inputs = Inputs::from([("imgae".to_owned(), InputValue::Boolean(true))]);
        assert_eq!(
            schema.check(&inputs),
            [
                FieldError::new("image", "Image is needed."),
                FieldError::new("imgae", "The model takes no input “imgae”."),
            ]
        );
    }
}
