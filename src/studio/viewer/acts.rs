//! What the buttons of the viewer do.

use leptos::{prelude::*, task::spawn_local};
use web_sys::MouseEvent;

use super::Window;
use crate::{
    browser,
    generation::{
        contract::{FieldAct, GalleryAct, SeedUse, ViewerAct},
        retry::Msg,
    },
    studio::{
        card::MORE,
        wall,
        words::{Text, text},
    },
};

impl Window {
    /// Carries out the act of the button with this name.
    pub(super) fn do_named(&'static self, name: &str, value: String, event: &MouseEvent) {
        let studio = self.studio;
        let Some(id) = self.on_show().map(|picture| picture.id) else { return };
        if let Some(deed) = GalleryAct::of_word(name) {
            return wall::act(studio, vec![id], deed, String::new());
        }
        let Some(act) = ViewerAct::of_word(name) else { return };
        match act {
            ViewerAct::MoreLikeThis | ViewerAct::SameSeed => {
                let (seed, count) = match act {
                    ViewerAct::MoreLikeThis => (SeedUse::New, MORE),
                    _ => (SeedUse::Same, 1),
                };
                self.leave();
                studio.run_again(id, seed, count);
                browser::focus_id("prompt");
            }
            ViewerAct::EditAndRun => {
                self.leave();
                studio.edit(id, None);
            }
            ViewerAct::UseSeed => match studio.form.with_untracked(|form| form.seed.clone()) {
                Some(input) => {
                    studio.change_fields(FieldAct::Set(vec![(input, value)]));
                    studio.say(text(Text::SeedUsed).to_owned());
                }
                None => studio.say(text(Text::TakesNoSeed).to_owned()),
            },
            ViewerAct::UseAsInput => {
                self.leave();
                studio.use_picture(&value);
            }
            ViewerAct::CopyPrompt => self.copy(value, Text::PromptCopied),
            ViewerAct::CopyLink => self.copy(browser::absolute(&value), Text::LinkCopied),
            ViewerAct::Zoom => self.zoom(event),
            ViewerAct::Cancel => {
                if let Some(runner) = studio.events.runner(&id) {
                    runner.dispatch(Msg::CancelPressed);
                }
            }
        }
    }

    fn copy(&self, copied: String, done: Text) {
        let studio = self.studio;
        spawn_local(async move {
            let words = match browser::copy(&copied).await {
                true => done,
                false => Text::CannotCopy,
            };
            studio.say(text(words).to_owned());
        });
    }
}
