//! Finds media embedded in HTML and Markdown: pictures, drawings, video and audio, as data or by
//! URL.

use std::{borrow::Cow, sync::LazyLock};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use regex::{Captures, Regex};

use super::{ImageSource, Item, MediaFile, encoded, looks_like_picture};

/// The most media taken from one text.
const MAX_MEDIA: usize = 64;
/// The most matches tried in one text, used or not: each may search for the end of an element that
/// never ends.
const MAX_LOOKED_AT: usize = 256;
/// A drawing with shorter sides is an icon in the text, such as a spinner.
const SMALLEST_SIDE: f64 = 64.0;

/// A tag up to the value of its `src` attribute.
const SOURCE: &str =
    r#"\s(?:[^>"']|"[^"]*"|'[^']*')*?\bsrc\s*=\s*(?:"([^"]+)"|'([^']+)'|([^\s"'>]+))"#;

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is constant")
}

/// All embedded media in `words`, in order.
pub fn embedded(words: &str) -> Vec<Item> {
    static PARTS: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r#"(?is)<img{SOURCE}|!\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)|<(?:video|audio|source){SOURCE}|\bbackground(?:-image)?\s*:[^;{{}}<>]*?url\(\s*(?:&quot;|&\#39;|["'])?([^"')<>]+?)(?:&quot;|&\#39;|["'])?\s*\)|(<svg\b[^>]*>.*?</svg\s*>)"#
        ))
    });
    let found = PARTS.captures_iter(words).take(MAX_LOOKED_AT).filter_map(|parts| {
        let text = |group: usize| parts.get(group).map(|part| part.as_str());
        let of = |mut groups: std::ops::RangeInclusive<usize>| groups.find_map(text);
        if let Some(drawing) = text(9) {
            return drawn(drawing);
        }
        if let Some(source) = of(5..=7) {
            return media(source);
        }
        let source = of(1..=4).or_else(|| text(8))?;
        let source = html_escape::decode_html_entities(source);
        let place = match encoded::base64_picture(&source) {
            Some(data) => ImageSource::Base64(data.into_owned()),
            None if source.starts_with("data:") => return None,
            // A gradient, or a reference to a part of a drawing.
            None if source.starts_with('#') => return None,
            None => ImageSource::Address(source.into_owned()),
        };
        Some(Item::Media(item(place, None, true)))
    });
    found.take(MAX_MEDIA).collect()
}

/// The same text without what [`embedded`] finds, up to its limit.
pub fn without_embedded(words: &str) -> Cow<'_, str> {
    static PARTS: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r#"(?is)!\[[^\]]*\]\([^)]*\)|<(?:video|audio)\b.*?</(?:video|audio)\s*>|<(?:img|source|video|audio)\s(?:[^>"']|"[^"]*"|'[^']*')*>"#,
        )
    });
    PARTS.replacen(words, MAX_LOOKED_AT, "")
}

fn item(place: ImageSource, name: Option<String>, is_picture: bool) -> MediaFile {
    let (label, caption) = (String::new(), None);
    MediaFile { place, label, name, caption, is_picture, is_embedded: true }
}

/// Video or audio.
fn media(source: &str) -> Option<Item> {
    let source = html_escape::decode_html_entities(source);
    let (place, name) = match encoded::base64_of(&source) {
        Some(data) => (ImageSource::Base64(data.into_owned()), encoded::name_of(&source)),
        None if source.starts_with("data:") => return None,
        None => {
            let last = source.split(['?', '#']).next()?.rsplit('/').next().map(str::to_owned);
            (ImageSource::Address(source.clone().into_owned()), last)
        }
    };
    let is_picture = matches!(place, ImageSource::Address(_)) && looks_like_picture(&source);
    Some(Item::Media(item(place, name, is_picture)))
}

/// A drawing that is larger than an icon.
fn drawn(drawing: &str) -> Option<Item> {
    static SIDES: LazyLock<Regex> =
        LazyLock::new(|| regex(r#"(?i)\s(width|height|viewBox)\s*=\s*["']?([^"'>]+)["']?"#));
    let tag = &drawing[..drawing.find('>')?];
    let of = |wanted: &str| {
        let mut sides = SIDES.captures_iter(tag);
        sides
            .find(|side| side[1].eq_ignore_ascii_case(wanted))
            .map(|side| side[2].trim().to_owned())
    };
    let pixels = |words: String| match words.trim_end_matches("px").trim().parse::<f64>() {
        Ok(pixels) => pixels,
        // Percentages of the page, or as large as a letter.
        Err(_) if words.ends_with('%') => f64::INFINITY,
        Err(_) => 0.0,
    };
    let view = || of("viewBox").and_then(|view| view.split([' ', ',']).next_back()?.parse().ok());
    let side = match (of("width").map(pixels), of("height").map(pixels)) {
        (Some(width), Some(height)) => width.min(height),
        (Some(side), None) | (None, Some(side)) => side,
        (None, None) => view()?,
    };
    if side < SMALLEST_SIDE {
        return None;
    }
    // Within a page the namespace is optional.
    static SPACE: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?i)\sxmlns\s*="#));
    let own = |_: &Captures<'_>| "<svg xmlns=\"http://www.w3.org/2000/svg\"".to_owned();
    static START: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^<svg"));
    let drawing = match SPACE.is_match(tag) {
        true => Cow::Borrowed(drawing),
        false => START.replace(drawing, own),
    };
    let place = ImageSource::Base64(BASE64_STANDARD.encode(drawing.as_bytes()));
    Some(Item::Media(item(place, Some("drawing.svg".to_owned()), false)))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn what_has_no_end_is_not_looked_for_again_and_again() {
        let began = Instant::now();
        for part in ["<svg ><img src='#'>", "<video ![](#)", "<img ![](#)"] {
            let words = part.repeat(64 * 1024 / part.len());
            assert!(embedded(&words).len() <= MAX_MEDIA);
            assert!(without_embedded(&words).len() <= words.len());
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    }
}
