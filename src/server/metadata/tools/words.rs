//! Tools that write a prompt with switches, as on a command line.

use crate::{
    generation::{Recipe, Role},
    server::metadata::{Texts, settings::Settings},
};

/// The recipe of InvokeAI's first releases, or of Midjourney.
pub fn read(texts: &Texts) -> Option<Recipe> {
    texts.get("Dream").and_then(dream).or_else(|| {
        let described = ["Description", "ImageDescription"].iter().flat_map(|name| texts.all(name));
        described.filter(|text| text.contains("Job ID: ")).find_map(midjourney)
    })
}

/// Parses `"a fox [blurry]" -s 50 -S 42 -W 512 -H 512 -C 7.5 -A k_lms`.
fn dream(text: &str) -> Option<Recipe> {
    let (prompt, switches) = text.trim().strip_prefix('"')?.rsplit_once('"')?;
    let mut settings = Settings::default();
    match prompt.strip_suffix(']').and_then(|prompt| prompt.rsplit_once('[')) {
        Some((prompt, negative)) => {
            settings.prompt = prompt.trim().to_owned();
            settings.take(Role::NegativePrompt, "negative prompt", negative);
        }
        None => settings.prompt = prompt.trim().to_owned(),
    }
    let mut words = switches.split_whitespace();
    while let Some(word) = words.next() {
        let Some(switch) = word.strip_prefix('-') else { continue };
        let role = match switch.chars().next() {
            Some('s') => Role::Steps,
            Some('S') => Role::Seed,
            Some('W') => Role::Width,
            Some('H') => Role::Height,
            Some('C') => Role::Guidance,
            _ => continue,
        };
        let joined = Some(&switch[1..]).filter(|joined| !joined.is_empty());
        if let Some(value) = joined.or_else(|| words.next()) {
            settings.take(role, switch, value);
        }
    }
    settings.recipe("InvokeAI")
}

/// Parses `a fox --ar 3:2 --seed 42 --v 6 Job ID: 0123`.
fn midjourney(text: &str) -> Option<Recipe> {
    let (text, _) = text.split_once("Job ID: ")?;
    let mut parts = text.split(" --");
    let mut settings = Settings::of_prompt(parts.next()?);
    for part in parts {
        match part.trim().split_once(' ').unwrap_or((part.trim(), "")) {
            ("seed", value) => settings.take(Role::Seed, "seed", value),
            ("no", value) => settings.take(Role::NegativePrompt, "no", value),
            (name, _) => settings.leave(name),
        }
    }
    settings.recipe("Midjourney")
}
