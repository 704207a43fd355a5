//! Pictures for a model: chosen, dropped, pasted, by their address, or from an earlier result.

use leptos::{prelude::*, task::spawn_local};
use web_sys::FileList;

use super::FieldHandle;
use crate::{
    generation::{FieldKind, FileReference, InputValue},
    studio::browser,
};

#[component]
pub fn Files(control: FieldHandle) -> impl IntoView {
    let (accept, is_many) = control.field.with_value(|field| match &field.kind {
        FieldKind::Files { accept, .. } => (accept.clone(), true),
        FieldKind::File { accept } => (accept.clone(), false),
        _ => (String::new(), false),
    });
    let uploading = RwSignal::new(0);
    let take = move |files: Option<FileList>| {
        let files = files.map_or(Vec::new(), |files| {
            (0..files.length()).filter_map(|index| files.get(index)).collect()
        });
        for file in files {
            uploading.update(|count| *count += 1);
            spawn_local(async move {
                match browser::upload(&file).await {
                    Ok(digest) => control.add_file(FileReference::Stored(digest)),
                    Err(words) => control.complain(words),
                }
                uploading.update(|count| *count -= 1);
            });
        }
    };
    let set_address = move |address: String| {
        let address = address.trim();
        if !address.is_empty() {
            control.add_file(FileReference::Url(address.to_owned()));
        }
    };
    let address_label = control.field.with_value(|field| format!("Address for {}", field.name));
    view! {
        <div
            class="files"
            on:dragover=|event| event.prevent_default()
            on:drop=move |event| {
                event.prevent_default();
                take(event.data_transfer().and_then(|transfer| transfer.files()));
            }
            on:paste=move |event| take(event.clipboard_data().and_then(|data| data.files()))
        >
            <Chosen control/>
            <input
                type="file"
                id=control.id()
                class="files__input"
                accept=accept
                multiple=is_many
                aria-invalid=move || control.invalid()
                aria-describedby=control.error_id()
                on:change:target=move |event| {
                    take(event.target().files());
                    // The same file may be chosen again after it was removed.
                    event.target().set_value("");
                }
            />
            <input
                type="url"
                class="field__control"
                aria-label=address_label
                placeholder="Drop or paste a picture here, or its address"
                on:change:target=move |event| {
                    set_address(event.target().value());
                    event.target().set_value("");
                }
            />
            // No status region of its own: the page has one.
            <p class="field__help" aria-live="polite">
                {move || (uploading.get() > 0).then_some("Uploading")}
            </p>
        </div>
    }
}

/// The files that the model will get, each with a button to take it back.
#[component]
fn Chosen(control: FieldHandle) -> impl IntoView {
    let items = move || {
        control
            .files()
            .into_iter()
            .enumerate()
            .map(|(index, file)| {
                let shown = match file {
                    FileReference::Stored(digest) => {
                        let address = format!("/api/images/{digest}");
                        view! { <img class="files__picture" src=address alt=""/> }.into_any()
                    }
                    FileReference::Url(url) => {
                        view! { <span class="files__url">{url}</span> }.into_any()
                    }
                };
                view! {
                    <li class="files__item">
                        {shown}
                        <button
                            type="button"
                            class="button button--chip"
                            on:click=move |_| control.remove_file(index)
                        >
                            "Remove"
                        </button>
                    </li>
                }
            })
            .collect_view()
    };
    view! { <ul class="files__chosen">{items}</ul> }
}

impl FieldHandle {
    fn files(self) -> Vec<FileReference> {
        let values = self.form.values.read();
        let of = |value: &InputValue| match value {
            InputValue::File(file) => Some(file.clone()),
            _ => None,
        };
        match self.field.with_value(|field| values.get(&field.name).cloned()) {
            Some(InputValue::List(items)) => items.iter().filter_map(of).collect(),
            Some(value) => of(&value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    fn add_file(self, file: FileReference) {
        self.field.with_value(|field| self.form.add_file(field, file));
    }

    fn remove_file(self, index: usize) {
        let mut files = untrack(|| self.files());
        files.remove(index);
        let files = files.into_iter().map(InputValue::File).collect::<Vec<_>>();
        self.set((!files.is_empty()).then_some(InputValue::List(files)));
    }

    fn complain(self, words: String) {
        self.field.with_value(|field| self.form.complain(&field.name, words));
    }
}
