//! Finds media embedded in HTML and Markdown: pictures, drawings, video and audio, as data or by
//! URL, and the app's own files that a link leads to.

use std::{borrow::Cow, sync::LazyLock};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use percent_encoding::percent_decode_str;
use regex::{Captures, Regex};

use super::{ImageSource, Item, MediaFile, encoded, looks_like_picture};

/// The most media taken from one text.
const MAX_MEDIA: usize = 64;
/// The most matches tried in one text, used or not: each may search for the end of an element that
/// never ends.
const MAX_LOOKED_AT: usize = 256;
/// A drawing with shorter sides is an icon in the text, such as a spinner.
const SMALLEST_SIDE: f64 = 64.0;

/// What the address of an app's own file, or of data, begins with. Other links lead away.
const OWN: &str = r#"(?:[^"'\s<>()]*?\bfile[=/]|data:)"#;

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is constant")
}

/// A tag up to the value of one of its attributes, which begins with `start`, as three groups
/// whose names begin with `group`.
fn attribute(name: &str, start: &str, group: &str) -> String {
    format!(
        r#"\s(?:[^>"']|"[^"]*"|'[^']*')*?\b{name}\s*=\s*(?:"(?P<{group}1>{start}[^"]+)"|'(?P<{group}2>{start}[^']+)'|(?P<{group}3>{start}[^\s"'>]+))"#
    )
}

/// The target of a link in Markdown, which begins with `start`, as two groups.
fn target(start: &str, group: &str) -> String {
    format!(r"\(\s*(?:<(?P<{group}1>{start}[^>\n]+)>|(?P<{group}2>{start}[^)\s>]+))[^)]*\)")
}

/// All embedded media in `words`, in order.
pub fn embedded(words: &str) -> Vec<Item> {
    let mut items = Vec::new();
    look(words, true, &mut items);
    items
}

/// Adds the media in `words` to `items`. Frames hold a whole document, but none of their own.
fn look(words: &str, follows_frames: bool, items: &mut Vec<Item>) {
    static PARTS: LazyLock<Regex> = LazyLock::new(|| {
        let image = attribute("src", "", "image");
        let choice = attribute("srcset", "", "choice");
        let media = attribute("src", "", "media");
        let link = attribute("href", OWN, "link");
        let frame = attribute("src", OWN, "frame");
        let document = attribute("srcdoc", "", "document");
        let (shown, leads) = (target("", "shown"), target(OWN, "leads"));
        regex(&format!(
            r#"(?is)<img{image}|<img{choice}|!\[[^\]]*\]{shown}|<(?:video|audio|source){media}|<a{link}|<iframe{frame}|<iframe{document}|\[[^\[\]]*\]{leads}|\bbackground(?:-image)?\s*:[^;{{}}<>]*?url\(\s*(?:&quot;|&\#39;|["'])?(?P<background>[^"')<>]+?)(?:&quot;|&\#39;|["'])?\s*\)|(?P<drawing><svg\b[^>]*>.*?</svg\s*>)"#
        ))
    });
    for parts in PARTS.captures_iter(words).take(MAX_LOOKED_AT) {
        let text = |name: &str| parts.name(name).map(|part| part.as_str());
        let of = |group: &str| (1..=3).find_map(|number| text(&format!("{group}{number}")));
        let found = if let Some(drawing) = text("drawing") {
            drawn(drawing)
        } else if let Some(source) = of("media") {
            media(source)
        } else if let Some(address) = of("link").or_else(|| of("frame")).or_else(|| of("leads")) {
            media(address)
        } else if let Some(document) = of("document") {
            if follows_frames {
                look(&html_escape::decode_html_entities(document), false, items);
            }
            None
        } else if let Some(choices) = of("choice") {
            largest(choices).and_then(picture)
        } else {
            of("image").or_else(|| of("shown")).or_else(|| text("background")).and_then(picture)
        };
        if items.len() >= MAX_MEDIA {
            return;
        }
        // A picture is often a link to itself, too.
        items.extend(found.filter(|found| items.iter().all(|item| place(item) != place(found))));
    }
}

fn place(item: &Item) -> Option<&ImageSource> {
    match item {
        Item::Media(media) => Some(&media.place),
        _ => None,
    }
}

/// A picture by its address or as data.
fn picture(source: &str) -> Option<Item> {
    let source = html_escape::decode_html_entities(source);
    let place = match encoded::base64_picture(&source) {
        Some(data) => ImageSource::Base64(data.into_owned()),
        None if source.starts_with("data:") => return None,
        // A gradient, or a reference to a part of a drawing.
        None if source.starts_with('#') => return None,
        None => ImageSource::Address(source.into_owned()),
    };
    Some(Item::Media(item(place, None, true)))
}

/// The address of the largest picture in `a.png 1x, b.png 2x`.
fn largest(choices: &str) -> Option<&str> {
    let choices = choices.split(", ").filter_map(|choice| {
        let (address, size) = choice.trim().split_once(char::is_whitespace).unwrap_or((choice, ""));
        let size = size.trim().trim_end_matches(['x', 'w']).parse::<f64>().unwrap_or(1.0);
        Some((address.trim(), size)).filter(|(address, _)| !address.is_empty())
    });
    choices.max_by(|one, other| one.1.total_cmp(&other.1)).map(|(address, _)| address)
}

/// The same text without what [`embedded`] finds, up to its limit. Links keep their words.
pub fn without_embedded(words: &str) -> Cow<'_, str> {
    static PARTS: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r#"(?is)!\[[^\]]*\]\([^)]*\)|<(?:video|audio|iframe)\b(?:[^>"']|"[^"]*"|'[^']*')*>.*?</(?:video|audio|iframe)\s*>|<(?:img|source|video|audio|iframe)\s(?:[^>"']|"[^"]*"|'[^']*')*>"#,
        )
    });
    PARTS.replacen(words, MAX_LOOKED_AT, "")
}

fn item(place: ImageSource, name: Option<String>, is_picture: bool) -> MediaFile {
    let (label, caption) = (String::new(), None);
    MediaFile { place, label, name, caption, is_picture, is_embedded: true }
}

/// Video, audio, or a file that a link leads to.
fn media(source: &str) -> Option<Item> {
    let source = html_escape::decode_html_entities(source);
    let (place, name) = match encoded::base64_of(&source) {
        Some(data) => (ImageSource::Base64(data.into_owned()), encoded::name_of(&source)),
        None if source.starts_with("data:") => return None,
        None => {
            let last = source.split(['?', '#']).next()?.rsplit(['/', '=']).next();
            let name = last.map(|last| percent_decode_str(last).decode_utf8_lossy().into_owned());
            (ImageSource::Address(source.clone().into_owned()), name)
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

    fn addresses(words: &str) -> Vec<(String, bool)> {
        let found = embedded(words).into_iter().map(|item| match item {
            Item::Media(MediaFile { place: ImageSource::Address(at), is_picture, .. }) => {
                (at, is_picture)
            }
            other => panic!("{other:?}"),
        });
        found.collect()
    }

    #[test]
    fn files_that_a_page_shows_or_offers_are_found() {
        let picture = |at: &str| vec![(at.to_owned(), true)];
        let file = |at: &str| vec![(at.to_owned(), false)];
        for (words, found) in [
            ("<img srcset='/file=a.png 1x, /file=b.png 2x'>", picture("/file=b.png")),
            ("<img src='/file=a.png' srcset='/file=b.png 2x'>", picture("/file=a.png")),
            ("<a href='/file=a.png'><img src='/file=a.png'></a>", picture("/file=a.png")),
            ("<a href='/file=/t/all.zip' download>All</a>", file("/file=/t/all.zip")),
            ("<A CLASS=x HREF=/gradio_api/file=/t/a.glb>", file("/gradio_api/file=/t/a.glb")),
            ("[All of it](/file=/t/all.zip)", file("/file=/t/all.zip")),
            ("![a](</file=/t/my fox.png>)", picture("/file=/t/my fox.png")),
            ("[![a](/file=s.png)](https://x.test/y)", picture("/file=s.png")),
            ("<iframe src='/file=/t/scene.html'></iframe>", file("/file=/t/scene.html")),
            ("<iframe srcdoc=\"&lt;img src='/file=a.png'&gt;\"></iframe>", picture("/file=a.png")),
            // Links lead to other pages.
            ("<a href='https://x.test/docs'>Docs</a> [more](https://x.test/more)", vec![]),
            ("<a href='#top'>Top</a>", vec![]),
        ] {
            assert_eq!(addresses(words), found, "{words}");
        }
        let named = embedded("<a href='/file=/t/my%20film.mp4'>x</a>");
        let [Item::Media(MediaFile { name: Some(name), .. })] = &named[..] else {
            panic!("{named:?}")
        };
        assert_eq!(name, "my film.mp4");
    }

    #[test]
    fn what_has_no_end_is_not_looked_for_again_and_again() {
        let began = Instant::now();
        for part in
            ["<svg ><img src='#'>", "<video ![](#)", "<img ![](#)", "<a [](<", "<iframe srcdoc='"]
        {
            let words = part.repeat(64 * 1024 / part.len());
            assert!(embedded(&words).len() <= MAX_MEDIA);
            assert!(without_embedded(&words).len() <= words.len());
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    }
}
