//! The view of a series that may be shown. While a comparison hides its names, nothing that reveals
//! which model made which picture leaves this module.

use std::collections::HashMap;

use super::took_words;
use crate::{
    app::{names, wall::state_words},
    error::GenerateError,
    generation::{
        Draft, GalleryItem, GenerationId, RecordState, Role, StoredImage,
        contract::PictureAddress,
        series::{Member, ModelChoice, Plan, Series, Side, Varied, Wins},
    },
    language::text,
};

/// The person who views the series.
#[derive(Clone, Debug, PartialEq)]
pub enum Viewer {
    Owner {
        /// The URL of the share page, and whether that shows the prompt.
        share: Option<(String, bool)>,
        /// The wins of all models.
        wins: Vec<Wins>,
    },
    /// A person with a share link.
    Guest { token: String, with_inputs: bool },
}

/// A series as it may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesView {
    /// The path of its page.
    pub path: String,
    /// `None` for guests who may not see it.
    pub prompt: Option<String>,
    pub plan: Plan,
    pub is_hidden: bool,
    pub is_over: bool,
    /// The number of generations that have ended.
    pub ended: usize,
    pub is_guest: bool,
    pub has_winner: bool,
    pub cells: Vec<Cell>,
    pub share: Option<(String, bool)>,
    /// The wins of its models, once their names are shown.
    pub wins: Vec<Wins>,
    /// The seed, if all generations share one.
    pub seed: Option<String>,
}

/// One picture, or its current state.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub position: u32,
    /// Its name within the series: the model, a letter, or the varied value.
    pub name: String,
    pub picture: Option<CellPicture>,
    /// The text in place of the picture, or below it.
    pub words: String,
    /// Why there is no picture.
    pub error: Option<GenerateError>,
    pub is_running: bool,
    pub is_winner: bool,
    /// The proportions of the future picture.
    pub shape: (u32, u32),
}

/// A finished picture.
#[derive(Clone, Debug, PartialEq)]
pub struct CellPicture {
    pub address: String,
    /// A smaller version.
    pub thumbnail: String,
    pub alt: String,
    pub width: u32,
    pub height: u32,
    /// The page of its generation.
    pub page: Option<String>,
}

impl SeriesView {
    /// The view for `viewer`. `items` are the generations that have begun; `told` has the progress
    /// of the running ones.
    pub fn of(
        series: Series,
        items: Vec<GalleryItem>,
        told: &HashMap<GenerationId, String>,
        viewer: Viewer,
    ) -> Self {
        let (is_hidden, is_over) = (series.is_hidden(), series.is_over());
        let ended = series.members.iter().filter(|member| member.ended.is_some()).count();
        let is_guest = matches!(viewer, Viewer::Guest { .. });
        let with_prompt = !matches!(viewer, Viewer::Guest { with_inputs: false, .. });
        let base = match &viewer {
            Viewer::Owner { .. } => series.id.path(),
            Viewer::Guest { token, .. } => format!("/s/{token}"),
        };
        let items: HashMap<_, _> = items.into_iter().map(|item| (item.id.clone(), item)).collect();
        let looking = Looking { series: &series, is_guest, with_prompt, base: &base };
        let cells = series.members.iter().map(|member| {
            let item = items.get(&member.generation);
            match is_hidden {
                true => looking.hidden(member, item),
                false => looking.open(member, item, told.get(&member.generation)),
            }
        });
        let cells = cells.collect();
        let (share, mut wins) = match viewer {
            Viewer::Owner { share, wins } => (share, wins),
            Viewer::Guest { .. } => (None, Vec::new()),
        };
        let is_there =
            |wins: &Wins| series.members.iter().any(|member| member.draft.model == wins.model);
        wins.retain(|wins| !is_hidden && series.winner.is_some() && is_there(wins));
        let seed = match series.plan.down {
            Some(Side::Seeds(_)) => None,
            _ if matches!(series.plan.across, Side::Seeds(_)) => None,
            _ => series.members.iter().find_map(|member| seed_of(&member.draft)),
        };
        Self {
            path: series.id.path(),
            prompt: Some(series.prompt).filter(|_| with_prompt),
            plan: if is_hidden { nameless(&series.plan) } else { series.plan },
            is_hidden,
            is_over,
            ended,
            is_guest,
            has_winner: series.winner.is_some(),
            cells,
            share,
            wins,
            seed: seed.filter(|_| with_prompt),
        }
    }

    /// The title of the page.
    pub fn title(&self) -> String {
        match self.prompt.as_deref().map(str::trim) {
            Some("") | None => self.kind(),
            Some(prompt) => prompt.to_owned(),
        }
    }

    pub fn is_comparison(&self) -> bool {
        self.plan.is_comparison()
    }

    /// Whether it has rows and columns, rather than a single line.
    pub fn is_table(&self) -> bool {
        self.plan.down.is_some()
    }

    /// The kind of series, as text.
    pub fn kind(&self) -> String {
        let count = self.cells.len();
        match self.is_comparison() {
            true => text!("series-comparison", count = count),
            false => text!("series-grid", count = count),
        }
    }

    /// The progress, as text.
    pub fn told(&self) -> String {
        let count = self.cells.len();
        let winner = self.cells.iter().find(|cell| cell.is_winner);
        match winner {
            Some(winner) => text!("series-won", name = winner.name.clone()),
            None if !self.is_over => text!("series-progress", ended = self.ended, count = count),
            None if self.is_hidden => text!("series-choose-blind"),
            None => text!("series-over"),
        }
    }

    /// Whether there are at least two pictures, to lay over each other.
    pub fn has_pair(&self) -> bool {
        self.cells.iter().filter(|cell| cell.picture.is_some()).count() > 1
    }

    /// The headings of the columns or rows along `side`.
    pub fn heads(&self, side: &Side) -> Vec<String> {
        let seeds: Vec<_> = match side {
            Side::Seeds(_) => (0..side.count()).map(|index| (index + 1).to_string()).collect(),
            _ => Vec::new(),
        };
        let head = |index| match side.at(index) {
            Some(Varied::Seed(_)) => text!("series-seed", number = seeds[index].as_str()),
            Some(varied) => name_of(varied),
            None => String::new(),
        };
        (0..side.count()).map(head).collect()
    }
}

/// What all cells of the view have in common.
struct Looking<'s> {
    series: &'s Series,
    is_guest: bool,
    with_prompt: bool,
    /// The base path of the picture URLs.
    base: &'s str,
}

impl Looking<'_> {
    /// A cell of a blind comparison: a letter for a name, and all pictures only once everything has
    /// ended, so that the time of arrival reveals nothing. All cells have the requested
    /// proportions.
    fn hidden(&self, member: &Member, item: Option<&GalleryItem>) -> Cell {
        let is_over = self.series.is_over();
        let name = text!("series-letter", letter = letter(member.position));
        let image = item.and_then(|item| item.images.first()).filter(|_| is_over);
        let picture = image.map(|image| self.own(member, image, &name));
        let words = match (&picture, is_over) {
            (Some(_), _) => String::new(),
            (None, true) => text!("series-no-picture"),
            (None, false) => text!("series-hidden"),
        };
        Cell {
            position: member.position,
            name,
            picture,
            words,
            error: None,
            // Even which generation has ended would be a hint.
            is_running: !is_over,
            is_winner: false,
            shape: shape_of(&self.series.members[0].draft),
        }
    }

    fn open(&self, member: &Member, item: Option<&GalleryItem>, told: Option<&String>) -> Cell {
        let name = self.name(member);
        let is_running = item.map_or(member.ended.is_none(), |item| !item.state.is_ended());
        let image = item.and_then(|item| item.images.first());
        let picture = image.map(|image| match self.is_guest {
            true => self.own(member, image, &name),
            false => CellPicture {
                address: format!("/api/images/{}", image.digest),
                thumbnail: format!("/api/thumbnails/{}", image.digest),
                page: Some(PictureAddress { id: member.generation.clone(), position: 0 }.path()),
                ..self.own(member, image, &name)
            },
        });
        let error = item.and_then(|item| item.error.clone()).or_else(|| member.error.clone());
        let words = match (item, member.ended) {
            (Some(item), _) if item.state == RecordState::Done => {
                let took = item.ended_ms.map(|ended_ms| took_words(ended_ms - item.created_ms));
                took.unwrap_or_default()
            }
            (Some(item), _) if !item.state.is_ended() => {
                told.cloned().unwrap_or_else(|| state_words(item))
            }
            (Some(item), _) => state_words(item),
            (None, None) => text!("series-waiting"),
            (None, Some(RecordState::Cancelled)) => text!("status-cancelled"),
            (None, Some(_)) if error.is_some() => text!("status-failed"),
            (None, Some(_)) => text!("series-deleted"),
        };
        Cell {
            position: member.position,
            name,
            picture,
            words,
            // A guest does not see errors that concern the owner's keys.
            error: error.filter(|error| !self.is_guest && *error != GenerateError::Cancelled),
            is_running,
            is_winner: self.series.winner == Some(member.position),
            shape: shape_of(&member.draft),
        }
    }

    /// A picture under a URL that contains its position only.
    fn own(&self, member: &Member, image: &StoredImage, name: &str) -> CellPicture {
        let word = if self.is_guest { "image" } else { "picture" };
        let address = format!("{}/{word}/{}", self.base, member.position);
        let alt = match self.series.prompt.trim() {
            "" => name.to_owned(),
            _ if !self.with_prompt => name.to_owned(),
            prompt => text!("series-alt", prompt = prompt, name = name),
        };
        let (width, height) = (image.width, image.height);
        CellPicture { thumbnail: address.clone(), address, alt, width, height, page: None }
    }

    fn name(&self, member: &Member) -> String {
        let varied = self.series.plan.varied(member.position as usize);
        let names = varied.into_iter().map(|varied| match varied {
            Varied::Seed(_) => text!(
                "card-seed",
                seed = seed_of(&member.draft).unwrap_or_else(|| (member.position + 1).to_string())
            ),
            Varied::Prompt(_) if !self.with_prompt => (member.position + 1).to_string(),
            varied => name_of(varied),
        });
        names.collect::<Vec<_>>().join(" · ")
    }
}

fn name_of(varied: Varied<'_>) -> String {
    match varied {
        Varied::Model(model) => model.title.clone(),
        Varied::Prompt(prompt) => prompt.to_owned(),
        Varied::Input { name, label, value } => {
            let role = Role::of_name(name).filter(|role| role.label() == label);
            let label = role.map_or_else(|| label.to_owned(), names::role);
            text!("series-input", label = label, value = value)
        }
        Varied::Seed(index) => text!("series-seed", number = index + 1),
    }
}

/// The plan of a comparison with letters instead of models.
fn nameless(plan: &Plan) -> Plan {
    let letters = (0..plan.cells()).filter_map(|position| u32::try_from(position).ok());
    let chosen = |position| ModelChoice { reference: String::new(), title: letter(position) };
    Plan { across: Side::Models(letters.map(chosen).collect()), down: None }
}

/// The name of a hidden cell: A, B, … F.
fn letter(position: u32) -> String {
    char::from_u32('A' as u32 + position).unwrap_or('?').to_string()
}

/// The seed that the person set.
fn seed_of(draft: &Draft) -> Option<String> {
    let is_seed = |name: &str| Role::of_name(name) == Some(Role::Seed);
    let (_, seed) = draft.inputs.iter().find(|(name, _)| is_seed(name))?;
    Some(seed.clone())
}

/// The requested proportions.
fn shape_of(draft: &Draft) -> (u32, u32) {
    let side = |role: Role| {
        let (_, side) = draft.inputs.iter().find(|(name, _)| Role::of_name(name) == Some(role))?;
        side.trim().parse().ok().filter(|side| (1..=8192).contains(side))
    };
    side(Role::Width).zip(side(Role::Height)).unwrap_or((1, 1))
}

#[cfg(test)]
mod tests;
