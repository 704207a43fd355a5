//! Chooses a language by the header `Accept-Language`.

use super::Language;

/// The most entries to parse.
const MAX_RANGES: usize = 32;

/// The best available language for `header`. Other regions and scripts of a language match too: a
/// reader of European Portuguese gets Brazilian Portuguese.
pub fn accepted(header: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for range in header.split(',').take(MAX_RANGES) {
        let mut parts = range.split(';').map(str::trim);
        let Some(language) = parts.next().and_then(of_range) else { continue };
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), weight_of);
        let weight = weight.unwrap_or(0.0);
        // Of equal weights, the first wins.
        if weight > 0.0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

fn weight_of(text: &str) -> Option<f32> {
    text.trim().parse().ok().filter(|weight| (0.0..=1.0).contains(weight))
}

fn of_range(range: &str) -> Option<Language> {
    let primary = range.split('-').next().unwrap_or_default();
    Language::ALL.into_iter().find(|language| {
        let own = language.tag().split('-').next().unwrap_or_default();
        own.eq_ignore_ascii_case(primary)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_is_wanted_most_is_taken() {
        use Language::{Chinese, English, Portuguese};
        for (header, language) in [
            ("pt-BR,pt;q=0.9,en;q=0.8", Some(Portuguese)),
            ("pt-PT", Some(Portuguese)),
            ("zh-Hans-CN, en;q=0.5", Some(Chinese)),
            ("de-DE,de;q=0.9,en-US;q=0.8", Some(English)),
            ("en;q=0.4, ZH;q=0.6", Some(Chinese)),
            ("en,zh", Some(English)),
            ("zh;q=0, en;q=0.1", Some(English)),
            ("fr, de;q=0.5", None),
            ("*", None),
            ("", None),
            ("pt;q=much", None),
            (";;,q=1,-", None),
        ] {
            assert_eq!(accepted(header), language, "{header}");
        }
    }
}
