//! Charts. Those of matplotlib are pictures; other libraries draw theirs in the app's page, so they
//! are kept as a file.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;

use super::{ImageSource, Item, MediaFile, walk};
use crate::{generation::Output, server::provider::space::wire::text};

/// Adds a chart to `items`.
pub fn chart(label: &str, value: &Value, items: &mut Vec<Item>) {
    walk::walk(value, None, walk::Expects::Anything, items);
    let Some(data) = text(value, "plot").filter(|_| items.is_empty()) else { return };
    let library = text(value, "type").unwrap_or_default();
    let library: String = library.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    let (library, name) = match library.as_str() {
        "" => ("an unknown library", "chart.json".to_owned()),
        library => (library, format!("{library}.json")),
    };
    let said =
        format!("A chart of {library}, which the app's own page draws: it is kept as a file.");
    items.push(Item::Said(Output::text(label, said)));
    items.push(Item::Media(MediaFile {
        place: ImageSource::Base64(BASE64_STANDARD.encode(data)),
        label: String::new(),
        name: Some(name),
        caption: None,
        is_picture: false,
        is_embedded: false,
    }));
}
