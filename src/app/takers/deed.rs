//! What a model does to a picture, guessed from its name, description and inputs.

use crate::{
    generation::{Model, PromptUse},
    language::text,
};

/// The effect on a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Changes it as the prompt says.
    Edit,
    Upscale,
    /// Removes its background.
    CutOut,
    /// Describes it in words.
    Describe,
    Other,
}

/// Parts of names and descriptions that reveal an effect.
const WORDS: [(Deed, &[&str]); 4] = [
    (
        Deed::Upscale,
        &["upscal", "esrgan", "super-resolution", "super resolution", "enhance", "swinir"],
    ),
    (Deed::CutOut, &["background", "rembg", "birefnet", "matting", "cutout", "segment"]),
    (
        Deed::Describe,
        &["caption", "describe", "interrogat", "image to text", "image-to-text", "blip", "vqa"],
    ),
    (
        Deed::Edit,
        &["edit", "kontext", "inpaint", "img2img", "image-to-image", "image to image", "pix2pix"],
    ),
];

impl Deed {
    /// All effects, in display order.
    pub const ALL: [Self; 5] =
        [Self::Edit, Self::Upscale, Self::CutOut, Self::Describe, Self::Other];

    /// The effect of `model`, which takes a picture. A model that also takes a prompt edits.
    pub fn of(model: &Model) -> Self {
        let description = model.description.as_deref().unwrap_or_default();
        let told = format!("{} {} {description}", model.reference, model.title).to_lowercase();
        let found = WORDS.iter().find(|(_, words)| words.iter().any(|word| told.contains(word)));
        match (found, model.prompt) {
            (Some((deed, _)), _) => *deed,
            (None, PromptUse::None) => Self::Other,
            (None, _) => Self::Edit,
        }
    }

    /// The search query for such models.
    pub fn search(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Upscale => "upscale",
            Self::CutOut => "remove background",
            Self::Describe => "caption",
            Self::Other => "image",
        }
    }

    pub fn name(self) -> String {
        match self {
            Self::Edit => text!("takers-edit"),
            Self::Upscale => text!("takers-upscale"),
            Self::CutOut => text!("takers-cut-out"),
            Self::Describe => text!("takers-describe"),
            Self::Other => text!("takers-other"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::InputSchema;

    #[test]
    fn a_model_does_what_it_says() {
        let model = |reference: &str, description: &str, prompt| Model {
            reference: reference.parse().unwrap(),
            title: reference.to_owned(),
            description: Some(description.to_owned()),
            page: None,
            prompt,
            schema: InputSchema::default(),
            example: None,
            notices: Vec::new(),
        };
        use PromptUse::{None as NoPrompt, Optional, Required};
        for (reference, description, prompt, deed) in [
            ("replicate:nightmareai/real-esrgan", "", NoPrompt, Deed::Upscale),
            ("replicate:lucataco/remove-bg", "Removes the background", NoPrompt, Deed::CutOut),
            ("replicate:salesforce/blip", "Bootstrapping", Optional, Deed::Describe),
            ("hf:black-forest-labs/FLUX.1-Kontext-dev", "", Required, Deed::Edit),
            ("replicate:a/b", "Paints.", Required, Deed::Edit),
            ("replicate:a/b", "Turns faces.", NoPrompt, Deed::Other),
        ] {
            assert_eq!(Deed::of(&model(reference, description, prompt)), deed, "{reference}");
        }
    }
}
