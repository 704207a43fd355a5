//! Keeps what a person typed when the fields are redrawn.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlFormElement, HtmlInputElement};

use crate::{
    browser::{self, Selected},
    generation::{
        Draft,
        contract::{FormState, INPUT},
    },
};

/// The ids of sections that are folded at first.
const FOLDED: [&str; 2] = ["advanced", "space-details"];

/// Redraws the fields with `draw`; sections that were open stay open.
pub fn keep_open(draw: impl FnOnce()) {
    let part = |id| browser::by_id::<Element>(id);
    let opened = FOLDED.map(|id| part(id).is_some_and(|part| part.has_attribute("open")));
    draw();
    for (id, is_open) in FOLDED.into_iter().zip(opened) {
        if let Some(part) = part(id).filter(|_| is_open) {
            let _ = part.set_attribute("open", "");
        }
    }
}

/// The inputs of `draft` that differ from their defaults, which are those that the person set.
pub fn changed<'a>(
    draft: &'a Draft,
    form: &'a FormState,
) -> impl Iterator<Item = &'a (String, String)> {
    draft.inputs.iter().enumerate().filter_map(move |(index, pair)| {
        let (name, value) = pair;
        // A switch has two values, of which the last one counts.
        let is_last = draft.inputs[index + 1..].iter().all(|(later, _)| later != name);
        let default = form.defaults.iter().find(|(input, _)| input == name)?;
        let is_set = default.1 != *value && !(default.1.is_empty() && value == "false");
        (is_last && is_set).then_some(pair)
    })
}

/// The values that new fields lack: secrets, which the server never draws, and what the person
/// typed after `before`, while the request was under way.
pub fn typed_since(
    before: &Draft,
    now: Draft,
    old: &FormState,
    new: &FormState,
) -> Vec<(String, String)> {
    let is_same = old.model == new.model;
    let is_missing = |pair: &(String, String)| {
        let is_secret = new.secrets.contains(&pair.0) && !pair.1.is_empty();
        is_secret || is_same && !before.inputs.contains(pair)
    };
    now.inputs.into_iter().filter(is_missing).collect()
}

/// Restores typed values, by input name, in the current controls of `form`.
pub fn put_back(form: &HtmlFormElement, typed: &[(String, String)]) {
    if typed.is_empty() {
        return;
    }
    for element in (0..form.length().unsigned_abs()).filter_map(|index| form.get_with_index(index))
    {
        // Selects and text areas have the same properties that this code uses.
        let control: &HtmlInputElement = element.unchecked_ref();
        let name = control.name();
        let name = name.strip_prefix(INPUT).unwrap_or_default();
        let Some((_, value)) = typed.iter().rev().find(|(input, _)| input == name) else {
            continue;
        };
        match control.type_().as_str() {
            "hidden" => {}
            "checkbox" => control.set_checked(value == "true"),
            _ => {
                let selected = Selected::of(control);
                control.set_value(value);
                selected.select_in(control);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(inputs: &[(&str, &str)]) -> Draft {
        let inputs = inputs.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Draft { inputs: inputs.collect(), ..Draft::default() }
    }

    fn form(model: &str, secret: &str) -> FormState {
        let defaults = [("steps", "20"), ("fast", "true"), ("keep", "")];
        FormState {
            model: model.to_owned(),
            secrets: vec![secret.to_owned()],
            defaults: defaults.map(|(name, value)| (name.into(), value.into())).to_vec(),
            ..FormState::default()
        }
    }

    #[test]
    fn what_the_person_set_differs_from_its_default() {
        let form = form("demo", "");
        let names =
            |draft: &Draft| changed(draft, &form).map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert!(names(&draft(&[("steps", "20"), ("fast", "false"), ("fast", "true")])).is_empty());
        assert!(names(&draft(&[("keep", "false"), ("unknown", "1")])).is_empty());
        assert_eq!(names(&draft(&[("fast", "false"), ("steps", "4")])), ["fast", "steps"]);
    }

    #[test]
    fn what_was_typed_while_fields_came_is_not_lost() {
        let before = draft(&[("steps", "20"), ("words", "a"), ("key", "k")]);
        let now = draft(&[("steps", "20"), ("words", "ab"), ("key", "k")]);
        let typed =
            |model| typed_since(&before, now.clone(), &form("demo", "key"), &form(model, "key"));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(typed("demo"), [pair("words", "ab"), pair("key", "k")]);
        // Another model has other fields; a secret with the same name is kept.
        assert_eq!(typed("other"), [pair("key", "k")]);
    }
}
