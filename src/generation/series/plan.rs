//! What a series varies from column to column and from row to row.

use serde::{Deserialize, Serialize};

use crate::generation::{Draft, contract::INPUT};

use super::{
    alternatives::alternatives,
    values::{MAX_VALUES, listed},
};

/// The most models in a comparison.
pub const MAX_MODELS: usize = 6;

/// The most generations in a series.
pub const MAX_CELLS: usize = 100;

/// The most pictures, with different seeds, that a form can request.
const MAX_SEEDS: u64 = 8;

/// What a series varies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What varies from column to column.
    pub across: Side,
    /// What varies from row to row.
    pub down: Option<Side>,
}

/// What varies along one side of a grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Side {
    /// The model.
    Models(Vec<ModelChoice>),
    /// The prompt.
    Prompts(Vec<String>),
    /// The values of an input.
    Input {
        /// The model's name for the input.
        name: String,
        /// The label that the person sees.
        label: String,
        /// As text, without duplicates.
        values: Vec<String>,
    },
    /// This many consecutive seeds.
    Seeds(u32),
}

/// A model that the person chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelChoice {
    /// A model reference as text.
    pub reference: String,
    /// The model's name for people.
    pub title: String,
}

/// What distinguishes one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Varied<'p> {
    /// The model.
    Model(&'p ModelChoice),
    /// The prompt.
    Prompt(&'p str),
    /// One value of an input.
    Input {
        /// The model's name for the input.
        name: &'p str,
        /// The label that the person sees.
        label: &'p str,
        /// The value, as text.
        value: &'p str,
    },
    /// The offset of its seed, from 0.
    Seed(u32),
}

/// Why the form describes no series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanError {
    /// It describes a single picture.
    Single,
    /// More than [`MAX_MODELS`].
    TooManyModels,
    /// It describes this many pictures, which is more than [`MAX_CELLS`].
    TooMany(usize),
    /// More than two properties vary.
    TooManySides,
    /// An input has no values, or varies on both sides.
    NoValues,
}

impl Side {
    /// The number of columns or rows.
    pub fn count(&self) -> usize {
        match self {
            Self::Models(models) => models.len(),
            Self::Prompts(prompts) => prompts.len(),
            Self::Input { values, .. } => values.len(),
            Self::Seeds(count) => *count as usize,
        }
    }

    /// What distinguishes the cells at `index`.
    pub fn at(&self, index: usize) -> Option<Varied<'_>> {
        match self {
            Self::Models(models) => models.get(index).map(Varied::Model),
            Self::Prompts(prompts) => prompts.get(index).map(|prompt| Varied::Prompt(prompt)),
            Self::Input { name, label, values } => {
                values.get(index).map(|value| Varied::Input { name, label, value })
            }
            Self::Seeds(count) => {
                u32::try_from(index).ok().filter(|index| index < count).map(Varied::Seed)
            }
        }
    }
}

impl Plan {
    /// Reads the form's fields: `models`, `across` and `down` with their values, `lines`, and the
    /// number of pictures.
    ///
    /// # Errors
    ///
    /// Why the fields describe no series.
    pub fn of_fields(fields: &[(String, String)]) -> Result<Self, PlanError> {
        let all = |name: &'static str| {
            fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
        };
        let last = |name: &'static str| all(name).next_back().unwrap_or_default();
        let mut sides = Vec::new();
        let models = models(all("models"), all("titles"));
        if models.len() > MAX_MODELS {
            return Err(PlanError::TooManyModels);
        }
        if models.len() > 1 {
            sides.push(Side::Models(models));
        }
        for (name, values) in [("across", "across-values"), ("down", "down-values")] {
            let Some(input) = last(name).strip_prefix(INPUT) else { continue };
            // The form puts the label after the input's name, on a second line.
            let (input, label) = input.split_once('\n').unwrap_or((input, input));
            let values = listed(last(values));
            let is_twice =
                sides.iter().any(|side| matches!(side, Side::Input { name, .. } if name == input));
            if values.is_empty() || is_twice {
                return Err(PlanError::NoValues);
            }
            let (name, label) = (input.to_owned(), label.trim().to_owned());
            sides.push(Side::Input { name, label, values });
        }
        let prompts = prompts(last("prompt"), !last("lines").is_empty());
        if prompts.len() > 1 {
            sides.push(Side::Prompts(prompts));
        }
        let seeds = last("count").parse().unwrap_or(1).clamp(1, MAX_SEEDS);
        if seeds > 1 {
            sides.push(Side::Seeds(seeds as u32));
        }
        let count = sides.iter().map(Side::count).product();
        let mut sides = sides.into_iter();
        let (Some(across), down) = (sides.next(), sides.next()) else {
            return Err(PlanError::Single);
        };
        match count {
            0 | 1 => Err(PlanError::Single),
            _ if sides.next().is_some() => Err(PlanError::TooManySides),
            count if count > MAX_CELLS => Err(PlanError::TooMany(count)),
            _ => Ok(Self { across, down }),
        }
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.across.count()
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.down.as_ref().map_or(1, Side::count)
    }

    /// The number of generations.
    pub fn cells(&self) -> usize {
        self.columns() * self.rows()
    }

    /// What distinguishes the cell at `position`. Positions count row by row.
    pub fn varied(&self, position: usize) -> Vec<Varied<'_>> {
        let columns = self.columns().max(1);
        let down = self.down.as_ref().and_then(|down| down.at(position / columns));
        self.across.at(position % columns).into_iter().chain(down).collect()
    }

    /// Whether only the model varies.
    pub fn is_comparison(&self) -> bool {
        matches!((&self.across, &self.down), (Side::Models(_), None))
    }

    /// The draft of the cell at `position`: `base` with this cell's variation. `seed` is the name
    /// of the seed input and the first seed.
    pub fn draft(&self, base: &Draft, position: usize, seed: Option<(&str, u64)>) -> Draft {
        let mut draft = base.clone();
        let mut set = |name: &str, value: String| {
            draft.inputs.retain(|(input, _)| input != name);
            draft.inputs.push((name.to_owned(), value));
        };
        if let Some((name, seed)) = seed {
            let further = self.varied(position).into_iter().find_map(|varied| match varied {
                Varied::Seed(index) => Some(index),
                _ => None,
            });
            set(name, seed.saturating_add(further.unwrap_or(0).into()).to_string());
        }
        for varied in self.varied(position) {
            match varied {
                Varied::Input { name, value, .. } => set(name, value.to_owned()),
                Varied::Model(_) | Varied::Prompt(_) | Varied::Seed(_) => {}
            }
        }
        for varied in self.varied(position) {
            match varied {
                Varied::Model(model) => draft.model.clone_from(&model.reference),
                Varied::Prompt(prompt) => prompt.clone_into(&mut draft.prompt),
                Varied::Input { .. } | Varied::Seed(_) => {}
            }
        }
        draft
    }
}

/// The chosen models, without duplicates.
fn models<'f>(
    references: impl Iterator<Item = &'f str>,
    titles: impl Iterator<Item = &'f str>,
) -> Vec<ModelChoice> {
    let titles: Vec<_> = titles.take(MAX_VALUES).collect();
    let mut models: Vec<ModelChoice> = Vec::new();
    for (index, reference) in references.take(MAX_VALUES).enumerate() {
        let is_known = models.iter().any(|model| model.reference == reference);
        if !reference.is_empty() && !is_known {
            let title = titles.get(index).map_or(reference, |title| title.trim());
            let title = title.chars().take(120).collect();
            models.push(ModelChoice { reference: reference.to_owned(), title });
        }
    }
    models
}

/// The expansion of a prompt, or of each of its lines if it is a list.
fn prompts(prompt: &str, is_list: bool) -> Vec<String> {
    let lines: Vec<&str> = match is_list {
        true => prompt.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
        false => vec![prompt],
    };
    let mut prompts = Vec::new();
    for line in lines {
        for prompt in alternatives(line, MAX_CELLS) {
            if prompts.len() <= MAX_CELLS && !prompts.contains(&prompt) {
                prompts.push(prompt);
            }
        }
    }
    prompts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(fields: &[(&str, &str)]) -> Result<Plan, PlanError> {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Plan::of_fields(&fields)
    }

    #[test]
    fn several_models_are_a_comparison() {
        let models = [("models", "demo"), ("models", "hf:a/b"), ("models", "demo")];
        let titles = [("titles", "Demo"), ("titles", "A B")];
        let made = plan(&[&models[..], &titles, &[("prompt", "a fox")]].concat()).unwrap();
        assert!(made.is_comparison());
        assert_eq!((made.columns(), made.rows()), (2, 1));
        let base = Draft { prompt: "a fox".to_owned(), ..Draft::default() };
        assert_eq!(made.draft(&base, 1, None).model, "hf:a/b");
        let seven: Vec<_> = (0..7).map(|number| format!("hf:a/{number}")).collect();
        let seven: Vec<_> = seven.iter().map(|model| ("models", model.as_str())).collect();
        assert_eq!(plan(&seven), Err(PlanError::TooManyModels));
    }

    #[test]
    fn two_inputs_make_a_grid_row_by_row() {
        let made = plan(&[
            ("across", "input:steps\nSteps"),
            ("across-values", "4, 8, 12"),
            ("down", "input:guidance"),
            ("down-values", "1..2"),
            ("count", "1"),
        ])
        .unwrap();
        assert!(!made.is_comparison());
        assert_eq!((made.columns(), made.rows(), made.cells()), (3, 2, 6));
        let base = Draft { inputs: vec![("steps".into(), "1".into())], ..Draft::default() };
        let inputs = made.draft(&base, 4, Some(("seed", 7))).inputs;
        let pairs: Vec<_> = inputs.iter().map(|(name, value)| [name.as_str(), value]).collect();
        assert_eq!(pairs, [["seed", "7"], ["steps", "8"], ["guidance", "2"]]);
    }

    #[test]
    fn prompts_and_seeds_vary_too() {
        let made = plan(&[("prompt", "a {red|blue} fox"), ("count", "3")]).unwrap();
        let base = Draft { prompt: "a {red|blue} fox".to_owned(), ..Draft::default() };
        let draft = made.draft(&base, 3, Some(("seed", 10)));
        assert_eq!((draft.prompt.as_str(), draft.inputs[0].1.as_str()), ("a blue fox", "11"));
        let list = plan(&[("prompt", "a fox\n\na {red|blue} cat"), ("lines", "on")]).unwrap();
        let prompts = ["a fox", "a red cat", "a blue cat"].map(str::to_owned);
        assert_eq!(list.across, Side::Prompts(prompts.into()));
    }

    #[test]
    fn what_is_no_series_says_why() {
        let (many, few) = (("across-values", "1..60"), ("down-values", "1,2"));
        let (across, down) = (("across", "input:steps"), ("down", "input:guidance"));
        for (fields, error) in [
            (&[("prompt", "a fox")][..], PlanError::Single),
            (&[("models", "demo")], PlanError::Single),
            (&[across], PlanError::NoValues),
            (&[across, many, ("down", "input:steps"), few], PlanError::NoValues),
            (&[across, many, down, few], PlanError::TooMany(120)),
            (
                &[across, ("across-values", "1..9"), down, few, ("count", "2")],
                PlanError::TooManySides,
            ),
            (&[("prompt", "{a|b}{a|b}{a|b}{a|b}{a|b}{a|b}{a|b}")], PlanError::TooMany(101)),
        ] {
            assert_eq!(plan(fields), Err(error), "{fields:?}");
        }
    }
}
