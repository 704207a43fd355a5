//! The text that AUTOMATIC1111's web UI, and many tools after it, write into a file:
//!
//! ```text
//! a fox in the snow
//! Negative prompt: blurry
//! Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model: name
//! ```

mod pairs;
#[cfg(test)]
mod tests;

use self::pairs::pairs;
use super::{
    own::{public_inputs, public_model},
    settings::Settings,
};
use crate::{
    generation::{Inputs, Recipe, Role, StoredImage},
    server::{redact::redact, store::Record},
};

/// A name and its value.
type Pair = (String, String);

/// The first setting of most tools.
const STEPS: &str = "Steps:";

/// Lines that an extension writes after the settings: the prompts before it expanded them.
const TEMPLATES: [&str; 2] = ["Template:", "Negative Template:"];

/// How many positions that look like settings are tried.
const MAX_CANDIDATES: usize = 32;

/// A longer line holds no settings.
const MAX_LINE_BYTES: usize = 128 * 1024;

const DISTILLED: &str = "Distilled CFG Scale";

const NEGATIVE: &str = "Negative prompt:";

pub(super) fn write(record: &Record, image: &StoredImage) -> String {
    let inputs = public_inputs(record);
    let mut text = record.item.request.prompt.clone();
    if let Some(negative) = of_role(&inputs, Role::NegativePrompt) {
        text += &format!("\n{NEGATIVE} {negative}");
    }
    let mut pairs = Vec::new();
    for (role, name) in
        [(Role::Steps, "Steps"), (Role::Guidance, "CFG scale"), (Role::Seed, "Seed")]
    {
        pairs.extend(of_role(&inputs, role).map(|value| (name, value)));
        if role == Role::Steps {
            pairs.extend(sampler(&inputs).map(|value| ("Sampler", value)));
        }
    }
    pairs.push(("Size", format!("{}x{}", image.width, image.height)));
    pairs.extend(public_model(&record.item.request.model).map(|model| {
        let name = if model.named().is_empty() { model.as_str() } else { model.named() };
        ("Model", name.to_owned())
    }));
    pairs.push(("Version", format!("easel {}", env!("CARGO_PKG_VERSION"))));
    let pairs: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{name}: {}", quoted(value))).collect();
    redact(&format!("{text}\n{}", pairs.join(", ")))
}

/// Parses the text; `None` where it has another format.
pub(super) fn read(text: &str) -> Option<Recipe> {
    let text = text.trim().replace("\r\n", "\n").replace('\r', "\n");
    let (body, pairs) = in_lines(&text).or_else(|| in_one_line(&text))?;
    let (prompt, negative) = prompts(body);
    let mut settings = Settings::of_prompt(prompt);
    if let Some(negative) = negative {
        settings.take(Role::NegativePrompt, NEGATIVE, negative);
    }
    let value = |wanted: &str| {
        let pair = pairs.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        pair.map(|(_, value)| value.as_str())
    };
    // Distilled models have a guidance of their own; the usual one is then unused.
    let is_distilled = value(DISTILLED).is_some()
        && value("CFG scale")
            .is_none_or(|cfg| cfg.trim().parse::<f64>().is_ok_and(|cfg| cfg <= 1.0));
    for (name, value) in &pairs {
        match name.to_ascii_lowercase().as_str() {
            "steps" => settings.take(Role::Steps, name, value),
            "seed" => settings.take(Role::Seed, name, value),
            "size" => settings.size(name, value),
            "cfg scale" if !is_distilled => settings.take(Role::Guidance, name, value),
            "distilled cfg scale" if is_distilled => settings.take(Role::Guidance, name, value),
            "version" | "app" => {}
            name if name.ends_with("hash") || name.ends_with("hashes") => {}
            // Fooocus writes the prompt with its styles, and the person's prompt separately.
            "raw prompt" => settings.prompt.clone_from(value),
            "raw negative prompt" => {}
            _ => settings.leave(name),
        }
    }
    let tool = tool(value("Version"), value("App"), value("Civitai resources").is_some());
    // A picture can be made with an empty prompt.
    settings.recipe(tool)
}

/// The lines before the settings, and the settings. Extensions write lines after them, and a prompt
/// may hold lines that look like settings.
fn in_lines(text: &str) -> Option<(&str, Vec<Pair>)> {
    let mut starts = Vec::from([0]);
    starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
    let line = |start: &usize| text[*start..].lines().next().unwrap_or_default();
    let is_template = |start: &usize| TEMPLATES.iter().any(|name| line(start).starts_with(name));
    let begins = |start: &&usize| line(start).trim_start().starts_with(STEPS);
    let mut candidates =
        starts.iter().rev().filter(begins).take(MAX_CANDIDATES).filter_map(|start| {
            let pairs = settings(line(start))?;
            Some((*start, pairs))
        });
    let before_template = starts.windows(2).find(|pair| {
        begins(&&pair[0]) && is_template(&pair[1]) && settings(line(&pair[0])).is_some()
    });
    let found = match before_template {
        Some(pair) => settings(line(&pair[0])).map(|pairs| (pair[0], pairs)),
        None => candidates.next(),
    };
    // Other tools begin with another setting, but then in the last line, and at its start.
    let last = || {
        let last = starts.last()?;
        let pairs = settings(line(last))?;
        let (first, _) = pairs.first()?;
        line(last).trim_start().starts_with(first.as_str()).then_some((*last, pairs))
    };
    let (start, pairs) = found.or_else(last)?;
    Some((&text[..start], pairs))
}

/// The same for a text whose line ends were replaced by spaces or full stops.
fn in_one_line(text: &str) -> Option<(&str, Vec<Pair>)> {
    let places = text.rmatch_indices(STEPS).take(MAX_CANDIDATES);
    let mut found = places.filter_map(|(at, _)| {
        let is_word = text[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        let pairs = settings(text[at..].lines().next().unwrap_or_default())?;
        let has = |wanted: &str| pairs.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        (is_word && (has("seed") || has("size"))).then_some((at, pairs))
    });
    let (at, pairs) = found.next()?;
    Some((without_end(&text[..at]), pairs))
}

/// Removes the full stop or space that replaced a line end.
fn without_end(text: &str) -> &str {
    text.strip_suffix(['.', ' ', '\n']).unwrap_or(text)
}

/// The pairs of a line of settings. Like the web UIs, this requires three pairs. Any text may
/// contain pairs, so at least one name has to be known.
fn settings(line: &str) -> Option<Vec<Pair>> {
    if line.len() > MAX_LINE_BYTES {
        return None;
    }
    let pairs = pairs(line);
    let is_known = |(name, _): &Pair| {
        ["steps", "seed", "size"].iter().any(|known| name.eq_ignore_ascii_case(known))
    };
    (pairs.len() >= 3 && pairs.iter().any(is_known)).then_some(pairs)
}

/// The prompt and the negative prompt. If several lines begin with the label, the tool wrote the
/// last one.
fn prompts(body: &str) -> (&str, Option<&str>) {
    let body = body.trim();
    if let Some((prompt, negative)) = body.rsplit_once(&format!("\n{NEGATIVE}")) {
        return (prompt, Some(negative));
    }
    if let Some(negative) = body.strip_prefix(NEGATIVE) {
        return ("", Some(negative));
    }
    // In a single line, unless it is quoted.
    let place = body.rmatch_indices(NEGATIVE).find(|(at, _)| body[..*at].ends_with(['.', ' ']));
    match place.filter(|_| !body.contains('\n')) {
        Some((at, word)) => (without_end(&body[..at]), Some(&body[at + word.len()..])),
        None => (body, None),
    }
}

fn tool(version: Option<&str>, app: Option<&str>, has_resources: bool) -> &'static str {
    let version = version.unwrap_or_default().to_ascii_lowercase();
    let is_numbered = |prefix: &str| {
        let number = version.strip_prefix(prefix);
        number.is_some_and(|number| number.starts_with(|letter: char| letter.is_ascii_digit()))
    };
    match app.unwrap_or_default() {
        "SD.Next" => "SD.Next",
        _ if version.starts_with("easel") => "Easel",
        _ if version.starts_with("fooocus") => "Fooocus",
        _ if version.starts_with("comfyui") => "ComfyUI",
        _ if version.starts_with("neo") => "Forge",
        _ if is_numbered("f") => "Forge",
        _ if is_numbered("v") => "AUTOMATIC1111",
        _ if has_resources => "Civitai",
        _ => "",
    }
}

fn of_role(inputs: &Inputs, role: Role) -> Option<String> {
    let (_, value) = inputs.iter().find(|(name, _)| Role::of_name(name) == Some(role))?;
    Some(value.to_string()).filter(|value| !value.trim().is_empty())
}

fn sampler(inputs: &Inputs) -> Option<String> {
    ["sampler", "scheduler", "sampler_name"]
        .iter()
        .find_map(|name| inputs.get(*name)?.as_text().map(str::to_owned))
}

fn quoted(value: &str) -> String {
    if value.contains([',', '\n', ':']) {
        serde_json::Value::from(value).to_string()
    } else {
        value.to_owned()
    }
}
