//! Files for an input: chosen, dropped, or pasted.

use web_sys::{File, FileList, HtmlInputElement};

use super::complain;
use crate::{
    generation::contract::{FieldAct, INPUT},
    studio::{
        Studio, uploads,
        words::{Text, text},
    },
};

/// The most files in one upload.
const MAX_FILES: u32 = 20;

/// Uploads `files` and sets them as values of `control`'s input: in addition to the current ones if
/// the input takes several, otherwise the first replaces the current one.
pub fn upload_for(studio: Studio, control: HtmlInputElement, files: Option<FileList>) {
    let Some(files) = files else { return };
    let is_many = control.multiple();
    let count = files.length().min(if is_many { MAX_FILES } else { 1 });
    let files: Vec<File> = (0..count).filter_map(|index| files.get(index)).collect();
    studio.announcer.announce("uploading", text(Text::Uploading));
    uploads::upload(files, control.accept(), move |stored, complaint| {
        if let Some(words) = complaint {
            complain(&control, &words);
        }
        let name = control.name();
        let name = name.strip_prefix(INPUT).unwrap_or_default();
        if stored.is_empty() {
            return;
        }
        let mut given = Vec::new();
        if is_many {
            given = studio.draft().inputs;
            given.retain(|(other, value)| other == name && !value.is_empty());
        }
        given.extend(stored.into_iter().map(|value| (name.to_owned(), value)));
        studio.change_fields(FieldAct::Set(given));
    });
}
