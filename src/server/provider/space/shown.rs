//! The state of an endpoint's outputs on the app's page, from yield to yield: an output that a
//! yield does not set stays, and a hidden one is not a result.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    endpoint::Return,
    found::{self, ImageSource, Item, MediaFile},
};
use crate::generation::Output;

/// The limit for remembered pictures within the values themselves, in bytes.
const MAX_INLINE_BYTES: usize = 16 * 1024 * 1024;

/// The outputs as they are shown now.
pub struct ShownOutputs<'e> {
    returns: &'e [Return],
    outputs: Vec<Shelf>,
    /// What was shown when there last was a picture.
    last_pictures: Vec<Item>,
    /// Components that a person fills in: a picture there may be their own.
    given: HashSet<i64>,
    has_made_some: bool,
}

#[derive(Default)]
struct Shelf {
    items: Vec<Item>,
    is_hidden: bool,
}

impl<'e> ShownOutputs<'e> {
    /// `given` are the components that a person fills in.
    pub fn new(returns: &'e [Return], given: HashSet<i64>) -> Self {
        let outputs = returns
            .iter()
            .map(|output| Shelf { items: Vec::new(), is_hidden: !output.visible })
            .collect();
        Self { returns, outputs, last_pictures: Vec::new(), given, has_made_some: false }
    }

    /// Stores the values of a yield, or the final ones, for the components `ids`.
    pub fn take(&mut self, ids: &[i64], values: &[Value]) {
        for (id, value) in ids.iter().zip(values) {
            let Some(place) = self.returns.iter().position(|output| output.id == *id) else {
                continue;
            };
            let (output, shelf) = (&self.returns[place], &mut self.outputs[place]);
            let value = match value.get("__type__").and_then(Value::as_str) {
                Some("update") => {
                    if let Some(visible) = value.get("visible").filter(|word| !word.is_null()) {
                        shelf.is_hidden = *visible != Value::Bool(true);
                    }
                    match value.get("value") {
                        Some(value) => value,
                        None => continue,
                    }
                }
                _ => value,
            };
            shelf.items = found::items(output, value);
        }
        let shelves = self.returns.iter().zip(&self.outputs);
        let mut own = shelves
            .filter(|(output, shelf)| !shelf.is_hidden && !self.given.contains(&output.id))
            .flat_map(|(_, shelf)| &shelf.items);
        // Beside a component for pictures, one in a text is decoration, such as a turning wheel.
        let has_place = self.returns.iter().any(|output| found::holds_media(&output.component));
        self.has_made_some |=
            own.any(|item| matches!(item, Item::Media(media) if !(media.is_embedded && has_place)));
        let pictures: Vec<_> =
            self.items().filter(|item| item.picture().is_some()).cloned().collect();
        if !pictures.is_empty() && inline_bytes(&pictures) <= MAX_INLINE_BYTES {
            self.last_pictures = pictures;
        }
    }

    fn items(&self) -> impl Iterator<Item = &Item> {
        self.outputs.iter().filter(|shelf| !shelf.is_hidden).flat_map(|shelf| &shelf.items)
    }

    pub fn is_empty(&self) -> bool {
        self.items().next().is_none()
    }

    /// Whether a picture or another file was shown in a component that the person does not fill in,
    /// and not only as a decoration.
    pub fn has_made_some(&self) -> bool {
        self.has_made_some
    }

    /// Whether a function that writes to the components `ids` shows something there itself, other
    /// than in buttons and in what the person fills in.
    pub fn is_written_by(&self, ids: &[i64]) -> bool {
        let is_written = |output: &&Return| ids.contains(&output.id);
        let mut written = self.returns.iter().filter(is_written);
        written
            .any(|output| !found::is_control(&output.component) && !self.given.contains(&output.id))
    }

    /// The items shown now.
    pub fn now(&self) -> Vec<Item> {
        self.items().cloned().collect()
    }

    /// The newest picture, for a preview.
    pub fn preview(&self) -> Option<&MediaFile> {
        self.items().filter_map(Item::picture).last()
    }

    /// The text so far.
    pub fn words(&self) -> Vec<Output> {
        let words = self.items().filter_map(|item| match item {
            Item::Said(output) => Some(output.clone()),
            _ => None,
        });
        words.collect()
    }

    /// The items at the end. If they have no picture, the last shown pictures are added: the page
    /// of many apps ends with a message, and the picture is the result.
    pub fn result(self) -> Vec<Item> {
        let has_picture = self.items().any(|item| item.picture().is_some());
        let is_empty = self.items().next().is_none();
        let Self { outputs, mut last_pictures, .. } = self;
        if has_picture {
            last_pictures.clear();
        }
        // If everything is hidden, output meant for programs is better than nothing.
        let shown = outputs.into_iter().filter(|shelf| is_empty || !shelf.is_hidden);
        last_pictures.into_iter().chain(shown.flat_map(|shelf| shelf.items)).collect()
    }
}

fn inline_bytes(items: &[Item]) -> usize {
    let bytes = items.iter().filter_map(Item::picture).map(|found| match &found.place {
        ImageSource::Base64(data) => data.len(),
        _ => 0,
    });
    bytes.sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const IDS: [i64; 3] = [0, 1, 2];

    fn returns() -> Vec<Return> {
        ["image", "textbox", "gallery"]
            .iter()
            .zip(0..)
            .map(|(component, id)| Return {
                id,
                label: (*component).to_owned(),
                component: (*component).to_owned(),
                visible: true,
            })
            .collect()
    }

    fn file(path: &str) -> Value {
        json!({"path": path, "url": null, "meta": {"_type": "gradio.FileData"}})
    }

    fn places(items: &[Item]) -> Vec<&ImageSource> {
        items.iter().filter_map(Item::picture).map(|found| &found.place).collect()
    }

    #[test]
    fn an_output_that_the_last_yield_leaves_alone_stays() {
        let returns = returns();
        let mut shown = ShownOutputs::new(&returns, HashSet::new());
        shown.take(&IDS, &[file("/t/small.png"), json!("round 1"), json!(null)]);
        shown.take(&IDS, &[file("/t/large.png"), json!("round 2"), json!(null)]);
        assert_eq!(shown.words(), [Output::text("textbox", "round 2")]);
        shown.take(
            &IDS,
            &[json!({"__type__": "update"}), json!("All done."), json!({"__type__": "update"})],
        );
        let result = shown.result();
        assert_eq!(places(&result), [&ImageSource::Path("/t/large.png".to_owned())]);
        assert_eq!(result[1], Item::Said(Output::text("textbox", "All done.")));
    }

    #[test]
    fn a_preview_that_is_hidden_at_the_end_is_no_result() {
        let returns = returns();
        let mut shown = ShownOutputs::new(&returns, HashSet::new());
        let set = |value| json!({"__type__": "update", "visible": true, "value": value});
        shown.take(
            &IDS,
            &[
                set(file("/t/p.png")),
                set(json!("step 1")),
                json!({"__type__": "update", "visible": false}),
            ],
        );
        assert!(shown.preview().is_some());
        let hide = json!({"__type__": "update", "visible": false});
        shown.take(
            &IDS,
            &[hide.clone(), hide, set(json!([{"image": file("/t/a.png"), "caption": null}]))],
        );
        let result = shown.result();
        assert_eq!(places(&result), [&ImageSource::Path("/t/a.png".to_owned())]);
        assert_eq!(result.len(), 1);
    }

    #[test]
    fn the_last_word_is_not_the_only_word() {
        let returns = returns();
        let mut shown = ShownOutputs::new(&returns, HashSet::new());
        shown.take(&IDS, &[file("/t/a.png"), json!(null), json!(null)]);
        shown.take(&IDS, &[json!(null), json!("over"), json!(null)]);
        assert_eq!(places(&shown.result()), [&ImageSource::Path("/t/a.png".to_owned())]);
    }
}
