//! What a person does to generations, by the words of its buttons.

use serde::{Deserialize, Serialize};

/// What a person does to generations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GalleryAct {
    /// Cancels one that runs, at its provider.
    Cancel,
    /// Marks it as one of the best.
    Star,
    /// Takes the mark back.
    Unstar,
    /// Puts it into a collection, or takes it out.
    Collect,
    /// Puts it into the bin.
    Delete,
    /// Takes a deletion back.
    Restore,
    /// Makes a link to its pictures.
    Share,
    /// Makes a link to its pictures and inputs.
    ShareInputs,
    /// Ends its link.
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

    /// The act whose button has this name.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(act, _)| *act)
    }
}

/// What a button of the viewer does, beside [`GalleryAct`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewerAct {
    /// Runs it a few times more, each time with another seed.
    MoreLikeThis,
    /// Fills the composer with its inputs.
    EditAndRun,
    /// Runs it once more with the seed that it had.
    SameSeed,
    /// Puts its seed into the composer.
    UseSeed,
    /// Gives the picture to a model that takes pictures.
    UseAsInput,
    /// Puts the prompt on the clipboard.
    CopyPrompt,
    /// Puts the address of the picture on the clipboard.
    CopyLink,
    /// Shows it at full size, or whole again.
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
