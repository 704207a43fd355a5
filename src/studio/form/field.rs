//! The fields of the form: what stands in their controls, as values, and what is wrong with them.

use web_sys::Element;

use crate::{
    generation::{InputValue, Inputs},
    studio::{
        browser,
        form::files,
        page::{all, as_input, find, mark, set, within},
    },
};

/// All that the person set: everything else is the provider's choice.
pub fn inputs() -> Inputs {
    let mut inputs = Inputs::new();
    for field in all("#inputs [data-set]") {
        if let Some((name, value)) = field.get_attribute("data-field").zip(value_of(&field)) {
            inputs.insert(name, value);
        }
    }
    inputs
}

/// The field called `name`.
pub fn named(name: &str) -> Option<Element> {
    if name == "prompt" && find("#inputs [data-field=prompt]").is_none() {
        return find(".prompt");
    }
    let mut fields = all("#inputs [data-field]").into_iter();
    fields.find(|field| field.get_attribute("data-field").as_deref() == Some(name))
}

/// The field that a part of it is in.
pub fn around(part: &Element) -> Option<Element> {
    part.closest("[data-field]").ok()?
}

fn control_of(field: &Element) -> Option<Element> {
    within(field, "[data-control], .prompt__box")
}

fn value_of(field: &Element) -> Option<InputValue> {
    let control = control_of(field)?;
    let text = || as_input(&control).value();
    let list = |kind: &str| {
        let text = text();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        InputValue::List(lines.map(|line| typed(kind, line)).collect())
    };
    Some(match field.get_attribute("data-kind")?.as_str() {
        "boolean" => InputValue::Boolean(as_input(&control).checked()),
        "choice" => {
            let option = within(&control, "option:checked")?;
            typed(&option.get_attribute("data-kind")?, &text())
        }
        "file" => files::of(field).pop()?,
        "files" => InputValue::List(files::of(field)),
        "list" => list("text"),
        "numbers" => list("integer"),
        kind => typed(kind, &text()),
    })
}

/// What the text means. One that is no number is kept, so that the check can say so.
fn typed(kind: &str, text: &str) -> InputValue {
    let number = || js_sys::JSON::parse(text).ok()?.as_f64().map(InputValue::Number);
    let value = match kind {
        "integer" => text.parse().ok().map(InputValue::Integer).or_else(number),
        "number" => number(),
        "boolean" => Some(InputValue::Boolean(text == "true")),
        "json" => Some(InputValue::Json(text.to_owned())),
        _ => None,
    };
    value.unwrap_or_else(|| InputValue::Text(text.to_owned()))
}

/// The person changed a control of the field. Nothing typed is nothing sent.
pub fn touched(field: &Element, control: &Element) -> Option<()> {
    let own = control_of(field)?;
    if let Some(slider) = within(field, "[type=range]") {
        let other = if *control == slider { &own } else { &slider };
        as_input(other).set_value(&as_input(control).value());
    }
    let is_switch = field.get_attribute("data-kind")? == "boolean";
    set_or_not(field, is_switch || !as_input(&own).value().is_empty());
    None
}

/// Notes whether the person set the field, which may be new to it: so its error is over.
pub fn set_or_not(field: &Element, is_set: bool) -> Option<()> {
    mark(field, "data-set", is_set);
    clear_error(field);
    let lock = within(field, "[data-action=lock-seed]")?;
    set(&lock, "aria-pressed", if is_set { "true" } else { "false" });
    None
}

/// Gives the field a value, as its control shows it.
pub fn fill(field: &Element, text: &str) -> Option<()> {
    let control = control_of(field)?;
    as_input(&control).set_value(text);
    touched(field, &control)
}

/// Leaves the field to the provider again.
pub fn reset(field: &Element) -> Option<()> {
    let default = field.get_attribute("data-default").unwrap_or_default();
    if let Some(chosen) = within(field, ".files__chosen") {
        chosen.set_inner_html("");
    } else if field.get_attribute("data-kind")? == "boolean" {
        as_input(&control_of(field)?).set_checked(default == "true");
    } else {
        fill(field, &default);
    }
    set_or_not(field, false)
}

/// Keeps the seed of the last picture, or a new one; or lets it go.
pub fn lock_seed(button: &Element) -> Option<()> {
    let field = around(button)?;
    if field.has_attribute("data-set") {
        return fill(&field, "");
    }
    match field.get_attribute("data-last") {
        Some(seed) => fill(&field, &seed),
        None => throw_seed(&within(&field, "[data-action=throw-seed]")?),
    }
}

pub fn throw_seed(button: &Element) -> Option<()> {
    let max: u32 = button.get_attribute("data-max")?.parse().ok()?;
    let mut random = [0; 4];
    browser::fill_random(&mut random);
    let seed = u64::from(u32::from_le_bytes(random)) % (u64::from(max) + 1);
    fill(&around(button)?, &seed.to_string())
}

/// Sets both sides to those of a preset.
pub fn set_size(button: &Element) -> Option<()> {
    fill(&find("[data-role=width]")?, &button.get_attribute("data-width")?);
    fill(&find("[data-role=height]")?, &button.get_attribute("data-height")?)
}

pub fn swap_sides() -> Option<()> {
    let (width, height) = (find("[data-role=width]")?, find("[data-role=height]")?);
    let value = |field| Some(as_input(&control_of(field)?).value());
    let (old_width, old_height) = (value(&width)?, value(&height)?);
    fill(&width, &old_height);
    fill(&height, &old_width)
}

/// Marks the field called `name` with what is wrong with it; its control, to be focused.
pub fn complain(name: &str, message: &str) -> Option<Element> {
    let field = named(name)?;
    let control = control_of(&field)?;
    set(&control, "aria-invalid", "true");
    within(&field, ".field__error")?.set_text_content(Some(message));
    if let Ok(Some(folded)) = field.closest("details") {
        mark(&folded, "open", true);
    }
    Some(control)
}

pub fn forget_error(name: &str) {
    if let Some(field) = named(name) {
        clear_error(&field);
    }
}

fn clear_error(field: &Element) -> Option<()> {
    mark(&control_of(field)?, "aria-invalid", false);
    within(field, ".field__error")?.set_text_content(None);
    None
}
