//! What the buttons and keys of the viewer do.

use leptos::{prelude::*, task::spawn_local};
use web_sys::MouseEvent;

use super::Window;
use crate::{
    api, browser,
    generation::{
        GenerationId,
        contract::{FieldAct, GalleryAct, SeedUse, ViewerAct},
    },
    studio::{toasts, wall},
};

/// How many pictures “More like this” makes.
const MORE: usize = 4;

impl Window {
    /// Does what a button with this name says.
    pub(super) fn do_named(self, name: &str, event: &MouseEvent) {
        if let Some(act) = GalleryAct::of_word(name) {
            self.change(act);
        } else if ViewerAct::of_word(name) == Some(ViewerAct::Zoom) {
            self.hand.zoom(Some(event));
        } else if let Some(act) = ViewerAct::of_word(name) {
            self.act(act);
        }
    }

    /// Does what a key says; false when it says nothing.
    pub(super) fn do_key(self, key: &str) -> bool {
        let (has_ended, is_starred) = self.shown.with_untracked(|shown| {
            shown.as_ref().map_or((false, false), |shown| (shown.has_ended, shown.is_starred))
        });
        match key {
            "s" | "S" if is_starred => self.change(GalleryAct::Unstar),
            "s" | "S" => self.change(GalleryAct::Star),
            "e" | "E" => self.act(ViewerAct::EditAndRun),
            "r" | "R" => self.act(ViewerAct::SameSeed),
            "Delete" if has_ended => self.change(GalleryAct::Delete),
            "d" | "D" => self.download(),
            _ => return false,
        }
        true
    }

    fn download(self) {
        let has_picture = self
            .shown
            .with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.digest.is_some()));
        if let Some(picture) = self.on_show().filter(|_| has_picture) {
            let address = format!("/api/generations/{}/download/{}", picture.id, picture.position);
            // It is saved, so the page stays.
            let _ = window().location().set_href(&address);
        }
    }

    fn act(self, act: ViewerAct) {
        let studio = self.studio;
        let Some(id) = self.on_show().map(|picture| picture.id) else { return };
        let Some(shown) = self.shown.get_untracked() else { return };
        match act {
            ViewerAct::MoreLikeThis => self.run_again(id, SeedUse::New, MORE),
            ViewerAct::SameSeed => self.run_again(id, SeedUse::Same, 1),
            ViewerAct::EditAndRun => {
                studio.viewed.set(None);
                studio.edit(id, None);
            }
            ViewerAct::UseSeed => {
                let input = studio.form.with_untracked(|form| form.seed.clone());
                match input.zip(shown.seed) {
                    Some((input, seed)) => {
                        studio.change_fields(FieldAct::Set(vec![(input, seed)]));
                        studio.say("The next picture has this seed.".to_owned());
                    }
                    None => studio.say("The chosen model takes no seed.".to_owned()),
                }
            }
            ViewerAct::UseAsInput => {
                if let Some(digest) = shown.digest {
                    studio.viewed.set(None);
                    studio.use_picture(&digest);
                }
            }
            ViewerAct::CopyPrompt => self.copy(shown.prompt, "Prompt copied"),
            ViewerAct::CopyLink => {
                if let Some(link) = shown.link {
                    self.copy(browser::absolute(&link), "Link copied");
                }
            }
            ViewerAct::Zoom => self.hand.zoom(None),
        }
    }

    fn run_again(self, id: GenerationId, seed: SeedUse, count: usize) {
        self.studio.viewed.set(None);
        self.studio.run_again(id, seed, count);
        browser::focus_id("prompt");
    }

    fn copy(self, text: String, done: &'static str) {
        let studio = self.studio;
        spawn_local(async move {
            let words = match browser::copy(&text).await {
                true => done,
                false => "The browser does not let this page copy.",
            };
            studio.say(words.to_owned());
        });
    }

    /// Changes the generation, and shows what became of it.
    fn change(self, act: GalleryAct) {
        let studio = self.studio;
        let Some(picture) = self.on_show() else { return };
        spawn_local(async move {
            let ids = vec![picture.id.clone()];
            if let Err(error) = api::act(ids.clone(), act).await {
                return studio.report(error);
            }
            if act == GalleryAct::Delete {
                studio.viewed.set(None);
                // The tile loses the focus to Undo, not the other way round.
                leptos::task::tick().await;
                toasts::show(studio, wall::deleted(1), Some(ids));
            }
            // The page need not wait for its stream, which may be away.
            studio.change.update(|change| *change = change.next(Some(picture.id)));
        });
    }
}
