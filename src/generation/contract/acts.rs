//! A person's actions on generations, and the names of their buttons.

use serde::{Deserialize, Serialize};

/// What a person does to a stored generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GalleryAct {
    /// Cancels a running generation, at its provider.
    Cancel,
    /// Marks it as a favourite.
    Star,
    /// Removes the mark.
    Unstar,
    /// Adds it to a collection, or removes it.
    Collect,
    /// Moves it to the bin.
    Delete,
    /// Restores it from the bin.
    Restore,
    /// Creates a link to its pictures.
    Share,
    /// Creates a link to its pictures and inputs.
    ShareInputs,
    /// Revokes its link.
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

    /// The `name` of its button; the button's `value` is the id of the generation.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(act, _)| *act == self).map_or("", |(_, word)| word)
    }

    /// The act whose button has this name.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(act, _)| *act)
    }
}

/// What a button of the viewer does, beside [`GalleryAct`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewerAct {
    /// Runs the request a few more times, each time with a different seed.
    MoreLikeThis,
    /// Fills the composer with the generation's inputs.
    EditAndRun,
    /// Runs the request once more with the same seed.
    SameSeed,
    /// Copies the seed into the composer.
    UseSeed,
    /// Uses the picture as an input of a model that takes pictures.
    UseAsInput,
    /// Copies the prompt to the clipboard.
    CopyPrompt,
    /// Copies the URL of the picture to the clipboard.
    CopyLink,
    /// Switches between full size and fitted to the window.
    Zoom,
    /// Cancels the running generation.
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

    /// The `name` of its button.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(act, _)| *act == self).map_or("", |(_, word)| word)
    }

    /// The act whose button has this name.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(act, _)| *act)
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
}
