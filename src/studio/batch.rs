//! The generations that one press of Generate started; they share a card.

use super::words::{Text, text_with};
use crate::{
    browser,
    generation::{
        Draft, GenerationId,
        contract::{CardData, FormState},
    },
};

/// The most pictures of one press.
pub const MAX_COUNT: usize = 8;

/// One or several generations of one draft, with different seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    pub prompt: String,
    /// The model's title.
    pub model: String,
    /// The requested size, in pixels.
    pub width: u32,
    pub height: u32,
    pub members: Vec<Member>,
}

/// One generation of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub id: GenerationId,
    /// `None` for a generation that started in another tab or before a reload.
    pub draft: Option<Draft>,
}

impl Batch {
    pub fn new(draft: Draft, count: usize, form: &FormState) -> Self {
        let (width, height) = size_of(&draft, form);
        let members = drafts(&draft, count.clamp(1, MAX_COUNT), form.seed.as_deref())
            .into_iter()
            .map(|draft| Member { id: browser::new_generation_id(), draft: Some(draft) })
            .collect();
        Self { prompt: draft.prompt, model: form.title.clone(), width, height, members }
    }

    /// Runs the draft of an earlier generation `count` times.
    pub fn again(draft: Draft, shown: CardData, count: usize, seed: Option<&str>) -> Self {
        let drafts = drafts(&draft, count.clamp(1, MAX_COUNT), seed).into_iter();
        let members = drafts
            .map(|draft| Member { id: browser::new_generation_id(), draft: Some(draft) })
            .collect();
        Self { members, ..Self::from(shown) }
    }

    /// The name of the card.
    pub fn name(&self) -> String {
        picture_name(&self.prompt, &self.model)
    }

    /// The key of the card: the id of its first generation.
    pub fn key(&self) -> GenerationId {
        self.members[0].id.clone()
    }
}

impl From<CardData> for Batch {
    fn from(shown: CardData) -> Self {
        let CardData { id, prompt, model, width, height, .. } = shown;
        let members = vec![Member { id, draft: None }];
        Self { prompt, model, width, height, members }
    }
}

/// The name of a picture: its prompt, or its model if the prompt is blank.
pub fn picture_name(prompt: &str, model: &str) -> String {
    match prompt.trim() {
        "" => text_with(Text::MadeWith, &[model]),
        prompt => prompt.to_owned(),
    }
}

/// Copies the draft `count` times. A seed that the person set increases by one each time; without
/// one, the provider chooses a new seed each time.
fn drafts(draft: &Draft, count: usize, seed: Option<&str>) -> Vec<Draft> {
    let varied = |index: usize| {
        let mut draft = draft.clone();
        for (name, value) in &mut draft.inputs {
            if Some(name.as_str()) == seed
                && let Ok(first) = value.trim().parse::<u64>()
            {
                *value = first.saturating_add(index as u64).to_string();
            }
        }
        draft
    };
    (0..count).map(varied).collect()
}

/// The size of the future picture, as far as the draft sets it; square otherwise.
pub fn size_of(draft: &Draft, form: &FormState) -> (u32, u32) {
    let Some(size) = &form.size else { return (1024, 1024) };
    let side = |name: &str| {
        let (_, value) = draft.inputs.iter().rev().find(|(input, _)| input == name)?;
        value.trim().parse().ok().filter(|side| (1..=8192).contains(side))
    };
    let (width, height) = size.default.unwrap_or((1024, 1024));
    (side(&size.width).unwrap_or(width), side(&size.height).unwrap_or(height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::contract::SizeInputs;

    fn draft(inputs: &[(&str, &str)]) -> Draft {
        let inputs = inputs.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Draft { inputs: inputs.collect(), ..Draft::default() }
    }

    #[test]
    fn a_seed_that_was_set_differs_within_a_batch() {
        let seeds = |draft: Draft| {
            let drafts = drafts(&draft, 3, Some("seed"));
            drafts.into_iter().map(|draft| draft.inputs[0].1.clone()).collect::<Vec<_>>()
        };
        assert_eq!(seeds(draft(&[("seed", "7")])), ["7", "8", "9"]);
        assert_eq!(seeds(draft(&[("seed", "")])), ["", "", ""]);
        assert_eq!(seeds(draft(&[("steps", "4")])), ["4", "4", "4"]);
    }

    #[test]
    fn the_box_has_the_size_that_was_asked_for() {
        let size =
            SizeInputs { width: "w".to_owned(), height: "h".to_owned(), default: Some((512, 768)) };
        let form = FormState { size: Some(size), ..FormState::default() };
        assert_eq!(size_of(&draft(&[("w", "640")]), &form), (640, 768));
        assert_eq!(size_of(&draft(&[("w", "0"), ("h", "x")]), &form), (512, 768));
        assert_eq!(size_of(&draft(&[("w", "640")]), &FormState::default()), (1024, 1024));
    }

    #[test]
    fn a_picture_without_a_prompt_is_called_by_its_model() {
        assert_eq!(picture_name("  ", "FLUX.1"), "Made with FLUX.1");
        assert_eq!(picture_name(" a fox ", "FLUX.1"), "a fox");
    }
}
