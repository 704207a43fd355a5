//! The dialog that makes a copy of a Space, which the server draws.

use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, FormData, HtmlDialogElement, UrlSearchParams};

use super::{
    form::Form,
    page::{as_input, ask, encoded, find, get, mark, within},
};

fn dialog() -> Option<HtmlDialogElement> {
    Some(find("#space-copy")?.unchecked_into())
}

/// Opens it for the Space of the button; one where a copy is being made stays as it is.
pub fn open(button: &Element) -> Option<()> {
    let space = button.get_attribute("data-space")?;
    let model = as_input(&find("#model")?).value();
    spawn_local(async move {
        let Some(dialog) = dialog() else { return };
        if find("#space-copy-start:disabled").is_none() {
            let address =
                format!("/space/copy?model={}&space={}", encoded(&model), encoded(&space));
            match get(&address).await {
                Ok(html) => dialog.set_inner_html(&html),
                Err(words) => dialog.set_text_content(Some(&words)),
            }
        }
        // It fails only where it is open already.
        let _ = dialog.show_modal();
    });
    None
}

pub fn close() {
    if let Some(dialog) = dialog() {
        dialog.close();
    }
}

/// What stands in the dialog.
fn filled_in() -> Option<String> {
    let fields = FormData::new_with_form(find("#space-copy-form")?.unchecked_ref()).ok()?;
    let query = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
    Some(query.to_string().into())
}

/// Says the cost of what stands there now.
pub fn tell_cost() {
    spawn_local(async {
        let Some(query) = filled_in() else { return };
        let Ok(words) = get(&format!("/space/cost?{query}")).await else { return };
        // It may have been changed meanwhile.
        if filled_in() == Some(query)
            && let Some(cost) = find("#space-copy-cost")
        {
            cost.set_text_content(Some(&words));
        }
    });
}

/// Makes the copy, says how far it is, and chooses it when it runs.
pub fn make(form: &'static Form) -> Option<()> {
    let (query, start) = (filled_in()?, find("#space-copy-start")?);
    let state = find("#space-copy-state")?;
    mark(&start, "disabled", true);
    state.set_text_content(Some("Making the copy · starting"));
    spawn_local(async move {
        let mut seen = String::new();
        loop {
            let address = format!("/space/copy?{query}{seen}");
            match ask("POST", &address, &JsValue::UNDEFINED).await {
                Ok(html) => state.set_inner_html(&html),
                Err(words) => {
                    state.set_text_content(Some(&words));
                    break;
                }
            }
            if let Some(stage) = within(&state, "[data-seen]") {
                let stage = stage.get_attribute("data-seen").unwrap_or_default();
                seen = format!("&seen={}", encoded(&stage));
                continue;
            }
            let model =
                within(&state, "[data-model]").and_then(|of| of.get_attribute("data-model"));
            if let Some(model) = model {
                form.choose(&model);
            }
            break;
        }
        mark(&start, "disabled", false);
    });
    None
}
