//! What page and server say to each other beside [`generate`](crate::api::generate): the parts of
//! the page that the server draws, and what a person does to kept generations.
//!
//! Between HTML that the server drew and a component only standard HTML and ARIA speak: `name`,
//! `value`, `checked`, `form`, `href`, ids and what they describe. Everything else is a typed value
//! beside the HTML, in [`State`].

use serde::{Deserialize, Serialize};

use super::{ConnectionState, Draft, FieldError, GenerationId};

/// Before the name of a model's input, in the form: an app may call an input `prompt` or `model`.
pub const INPUT: &str = "input:";

/// The cookie in which a browser tells how far its clock is ahead of UTC, in minutes: days begin by
/// it.
pub const OFFSET_COOKIE: &str = "easel_offset";

/// Something that the server draws for a page that is there already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// What the page needs to know when it comes to life: the form for what stands in it, and the
    /// generations that run, or that this tab had on show.
    Start { draft: Draft, shown: Vec<GenerationId> },
    /// The inputs of the draft's model, with those values of the draft that it takes.
    Form { draft: Draft, fill: Fill },
    /// The form as an earlier generation had it.
    FormOf { generation: GenerationId, seed: SeedUse },
    /// The form as the uploaded picture was made, whatever program made it; what it does not say
    /// stays as in the draft.
    FormOfPicture { draft: Draft, digest: String },
    /// The draft of an earlier generation, to run it again.
    DraftOf { generation: GenerationId, seed: SeedUse },
    /// A page of models.
    Models(ModelsQuery),
    /// A page of the gallery: its filters and its ends as an address holds them, in the query. The
    /// offset is that of [`OFFSET_COOKIE`].
    Tiles { query: String, offset_minutes: i32 },
    /// The tile of one generation; empty when it is not in the gallery.
    Tile(GenerationId),
    /// One picture of a generation, with all that is known of it. The offset is that of
    /// [`OFFSET_COOKIE`].
    Viewer { id: GenerationId, position: u32, offset_minutes: i32 },
    /// What a generation has made so far beside pictures.
    Outputs(GenerationId),
    /// The connections to all providers; one of them is asked about its key first.
    Connections { check: String },
    /// The dialog that duplicates a Space, with what stands in it, by the names of its fields.
    SpaceCopy(Vec<(String, String)>),
    /// The painter for the mask that this input is.
    Painter { draft: Draft, input: String },
    /// Makes the copy, or says how far it is, when that is something else than `seen`.
    SpaceCopyMade { fields: Vec<(String, String)>, seen: Option<String> },
}

/// What is filled into a form beside the values of the draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fill {
    Keep,
    /// What the model's maker shows off with.
    Example,
    /// Nothing: every input is left to the provider again.
    Reset,
    /// The seed of the last picture, to be kept.
    LastSeed,
    /// What is wrong, beside the inputs.
    Errors(Vec<FieldError>),
}

/// Which seed a generation runs with again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeedUse {
    /// As the person set it, or not.
    AsItWas,
    /// The one that the person set or the provider chose.
    Same,
    New,
}

/// Which models are asked for; an empty query browses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelsQuery {
    pub query: String,
    pub cursor: Option<String>,
    /// The references that are listed already, in order: the rows that come are numbered after
    /// them.
    pub seen: Vec<String>,
    /// What this browser ran last, newest first: on each line a reference and a title, with a tab
    /// between them.
    pub recent: String,
}

/// The id of the option at `index` in the list of models.
pub fn model_option_id(index: usize) -> String {
    "model-option-".to_owned() + &index.to_string()
}

/// HTML that only the server's `app` makes, with all text escaped, and that only
/// [`studio::drawn`](crate::studio) puts into the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Html(pub String);

/// A part of the page, and what it means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    pub html: Html,
    pub state: State,
}

/// What a component has to know of what was drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum State {
    Nothing,
    Start {
        form: Box<FormState>,
        shown: Vec<Shown>,
    },
    Form(Box<FormState>),
    /// A draft, and how its card begins.
    Draft {
        draft: Draft,
        shown: Shown,
    },
    Models(ModelsState),
    /// Where the next page of the gallery begins; `None` at the end.
    Tiles(Option<String>),
    /// The picture itself, or why there is none; what stands beside it is in [`Drawn::html`].
    Viewer(Html),
    Copy(CopyState),
    /// The address of the script that brings the painter to life.
    Painter(String),
    /// How the providers with a key do: the worst of them.
    Connections(ConnectionState),
}

/// What the composer knows of the form of the chosen model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormState {
    /// The model reference.
    pub model: String,
    /// What the model is called by people.
    pub title: String,
    /// To be filled in, where it is not what the person typed.
    pub prompt: Option<String>,
    /// A missing or impossible prompt, in a sentence.
    pub prompt_error: Option<String>,
    pub placeholder: String,
    pub needs_prompt: bool,
    /// What the person should know before anything runs.
    pub notices: Vec<String>,
    /// Each input with the text of its default, by the name without [`INPUT`].
    pub defaults: Vec<(String, String)>,
    /// The names of width and height, with the provider's own size in pixels where it is known.
    pub size: Option<SizeInputs>,
    /// The name of the seed.
    pub seed: Option<String>,
    /// The inputs that take pictures, without masks.
    pub pictures: Vec<String>,
    /// The inputs that are masks, each with that of the picture which it lies over.
    pub masks: Vec<(String, String)>,
    /// The inputs whose text is never drawn, nor sent to be drawn.
    pub secrets: Vec<String>,
    /// The id of the first control with something wrong.
    pub first_error: Option<String>,
    /// The provider has not answered yet: ask again.
    pub is_pending: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeInputs {
    pub width: String,
    pub height: String,
    pub default: Option<(u32, u32)>,
}

/// A generation as a card needs it at first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    pub id: GenerationId,
    pub prompt: String,
    /// What its model is called.
    pub model: String,
    /// The size that was asked for, in pixels.
    pub width: u32,
    pub height: u32,
    /// It can be asked for with `generate` alone.
    pub is_over: bool,
}

/// The rows of a page of models.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelsState {
    /// Their references, in the order of the rows.
    pub references: Vec<String>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// What is said below the list, such as how many there are, and the button for more.
    pub foot: Html,
}

/// One picture of a generation: what the viewer has an address for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureAddress {
    pub id: GenerationId,
    /// From 0.
    pub position: u32,
}

impl PictureAddress {
    /// The page that shows it. People count from 1.
    pub fn path(&self) -> String {
        match self.position {
            0 => "/p/".to_owned() + self.id.as_str(),
            position => ["/p/", self.id.as_str(), "?n=", &(position + 1).to_string()].concat(),
        }
    }

    /// The picture that an address names, by its path and its query with the question mark.
    pub fn of(path: &str, query: &str) -> Option<Self> {
        let id = path.strip_prefix("/p/")?.parse().ok()?;
        let number =
            query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix("n="));
        let number: u32 = number.and_then(|number| number.parse().ok()).unwrap_or(1);
        Some(Self { id, position: number.saturating_sub(1) })
    }
}

/// What a button of the viewer does, beside [`GalleryAct`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewerAct {
    MoreLikeThis,
    EditAndRun,
    SameSeed,
    UseSeed,
    UseAsInput,
    CopyPrompt,
    CopyLink,
    Zoom,
    /// Cancels what runs.
    Cancel,
}

impl ViewerAct {
    const ALL: [(Self, &'static str); 9] = [
        (Self::MoreLikeThis, "more"),
        (Self::EditAndRun, "edit"),
        (Self::SameSeed, "same-seed"),
        (Self::UseSeed, "use-seed"),
        (Self::UseAsInput, "use"),
        (Self::CopyPrompt, "copy-prompt"),
        (Self::CopyLink, "copy-link"),
        (Self::Zoom, "zoom"),
        (Self::Cancel, "cancel"),
    ];

    /// The name of its button.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(act, _)| *act == self).map_or("", |(_, word)| word)
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(act, _)| *act)
    }
}

/// How far a copy of a Space is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CopyState {
    Working {
        stage: String,
    },
    /// It runs under this reference.
    Done {
        model: String,
    },
    Failed,
}

/// What a person does to generations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GalleryAct {
    /// Cancels one that runs, at its provider.
    Cancel,
    Star,
    Unstar,
    /// Puts it into a collection, or takes it out.
    Collect,
    Delete,
    /// Takes a deletion back.
    Restore,
    /// Makes a link to its pictures.
    Share,
    /// Makes a link to its pictures and inputs.
    ShareInputs,
    Unshare,
}

impl GalleryAct {
    const ALL: [(Self, &'static str); 9] = [
        (Self::Cancel, "stop"),
        (Self::Star, "star"),
        (Self::Unstar, "unstar"),
        (Self::Collect, "collect"),
        (Self::Delete, "delete"),
        (Self::Restore, "restore"),
        (Self::Share, "share"),
        (Self::ShareInputs, "share-inputs"),
        (Self::Unshare, "unshare"),
    ];

    /// The name of its button; the value is the id of the generation.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(act, _)| *act == self).map_or("", |(_, word)| word)
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(act, _)| *act)
    }
}

/// What a button among the fields of a form does to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldAct {
    /// Fills in the example of the model's maker.
    Example,
    /// Keeps the seed of the last picture.
    LastSeed,
    /// Asks again what the model takes.
    Again,
    /// Opens the dialog that duplicates this Space.
    Duplicate(String),
    /// Opens the painter for the mask that this input is.
    Paint(String),
    /// Leaves an input to the provider again.
    Reset(String),
    /// Sets inputs, by name.
    Set(Vec<(String, String)>),
    /// Takes one value of an input away, such as one of several files.
    Remove(String, String),
}

/// Between the words of a [`FieldAct`]: names and values hold no control characters.
const SEPARATOR: char = '\u{1f}';

impl Draft {
    /// What the fields of the form hold, by their names.
    pub fn of_fields(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut draft = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "model" => draft.model = value,
                // The button of an example brings a prompt of its own, after that of the box.
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

    /// Takes the masks out whose picture is another one than `before`: each was painted over its
    /// own. `masks` is as in [`FormState`].
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
    /// The `value` of its button.
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

    /// The act of a button; `None` for buttons that do something else.
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

    /// What it makes of a draft.
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

impl ConnectionState {
    /// The class of the dot that shows it.
    pub fn dot(self) -> &'static str {
        match self {
            Self::Ready => "dot--ok",
            Self::Failed => "dot--warn",
            Self::Unchecked => "dot--free",
            Self::NotConfigured => "dot--none",
        }
    }
}

impl From<String> for Html {
    fn from(html: String) -> Self {
        Self(html)
    }
}

impl Drawn {
    /// HTML that needs no words beside it.
    pub fn plain(html: impl Into<Html>) -> Self {
        Self { html: html.into(), state: State::Nothing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_a_word_of_its_own() {
        for (act, word) in GalleryAct::ALL {
            assert_eq!((GalleryAct::of_word(word), act.word()), (Some(act), word));
        }
        assert_eq!(GalleryAct::of_word("burn"), None);
        for (act, word) in ViewerAct::ALL {
            assert_eq!((ViewerAct::of_word(word), act.word()), (Some(act), word));
            assert_eq!(GalleryAct::of_word(word), None);
        }
    }

    #[test]
    fn a_picture_has_an_address_that_leads_back() {
        let id = GenerationId::from_parts(1, [2; 10]);
        for position in [0, 1, 7] {
            let picture = PictureAddress { id: id.clone(), position };
            let path = picture.path();
            let (path, query) = path.split_once('?').unwrap_or((&path, ""));
            assert_eq!(PictureAddress::of(path, query), Some(picture));
        }
        let odd = PictureAddress::of(&format!("/p/{id}"), "?a=b&n=0");
        assert_eq!(odd.map(|picture| picture.position), Some(0));
        assert_eq!(PictureAddress::of("/p/fox", ""), None);
        assert_eq!(PictureAddress::of("/", ""), None);
    }

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
