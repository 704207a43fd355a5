//! Finds the pictures in what an app answers, wherever they are.

use serde_json::Value;

use super::{client::Return, wire::text};
use crate::{generation::Fact, server::redact};

/// A picture in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub place: Place,
    pub caption: Option<String>,
}

/// Where a picture is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file of the app, by its path there.
    Path(String),
    /// An address of its own, or a path relative to the app.
    Address(String),
    /// The bytes themselves, in base64.
    Base64(String),
}

/// All pictures in `values`, in order, and the other outputs as facts.
pub fn collect(returns: &[Return], values: &[Value]) -> (Vec<Found>, Vec<Fact>) {
    let (mut found, mut facts) = (Vec::new(), Vec::new());
    for output in returns {
        let Some(value) = values.get(output.position).and_then(current) else { continue };
        let before = found.len();
        let pictures = matches!(
            output.component.as_str(),
            "image" | "gallery" | "imageslider" | "annotatedimage" | "imageeditor" | ""
        );
        walk(value, None, pictures, 0, &mut found);
        if found.len() > before {
            continue;
        }
        let label = if output.label.is_empty() { &output.component } else { &output.label };
        if let Some(words) = words(value) {
            facts.push(Fact::new(fact_name(label), words));
        }
    }
    let captions = found.iter().zip(1..).filter_map(|(picture, number)| {
        Some(Fact::new(format!("Caption {number}"), redact::excerpt(picture.caption.as_deref()?)))
    });
    facts.extend(captions);
    (found, facts)
}

/// The value of an output; `None` for an update that leaves it as it was.
fn current(value: &Value) -> Option<&Value> {
    match value.get("__type__").and_then(Value::as_str) {
        Some("update") => value.get("value"),
        _ => Some(value),
    }
}

const DEEPEST: usize = 16;

fn walk(
    value: &Value,
    caption: Option<&str>,
    pictures: bool,
    depth: usize,
    found: &mut Vec<Found>,
) {
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::String(words) => {
            let place = if let Some(data) = base64_picture(words) {
                Place::Base64(data.to_owned())
            } else if pictures && depth == 0 && looks_like_file(words) {
                match words.starts_with("http://") || words.starts_with("https://") {
                    true => Place::Address(words.clone()),
                    false => Place::Path(words.clone()),
                }
            } else {
                return;
            };
            found.push(Found { place, caption: caption.map(str::to_owned) });
        }
        Value::Array(items) => {
            // 3.x galleries: `[file, caption]`.
            let pair = match items.as_slice() {
                [Value::Object(_), Value::String(caption)] => Some(caption.as_str()),
                [Value::Object(_), Value::Null] => caption,
                _ => None,
            };
            let items = if pair.is_some() { &items[..1] } else { items };
            for item in items {
                walk(item, pair.or(caption), pictures, depth + 1, found);
            }
        }
        Value::Object(fields) => {
            let own = text(value, "caption");
            let caption = own.as_deref().or(caption);
            if let Some(place) = file(value) {
                if pictures || is_picture(value) {
                    found.push(Found { place, caption: caption.map(str::to_owned) });
                }
                return;
            }
            let wanted =
                |key: &str| !matches!(key, "caption" | "video" | "layers" | "annotations" | "meta");
            if fields.get("composite").is_some_and(|composite| !composite.is_null()) {
                walk(&fields["composite"], caption, pictures, depth + 1, found);
                return;
            }
            for (_, item) in fields.iter().filter(|(key, _)| wanted(key)) {
                walk(item, caption, pictures, depth + 1, found);
            }
        }
        _ => {}
    }
}

/// Where the bytes of a file object are; `None` when `value` is no file.
fn file(value: &Value) -> Option<Place> {
    let (path, url) = (text(value, "path"), text(value, "url"));
    let is_file = value.get("meta").is_some()
        || value.get("orig_name").is_some()
        || value.get("is_file").is_some()
        || (path.is_some() && value.get("url").is_some());
    if !is_file {
        return None;
    }
    if value.get("is_stream") == Some(&Value::Bool(true)) {
        return url.map(Place::Address);
    }
    let data = |words: &Option<String>| {
        words.as_deref().and_then(base64_picture).map(|data| Place::Base64(data.to_owned()))
    };
    // Releases before 4.0 say `name` for a path and `data` for the bytes.
    let (name, bytes) = (text(value, "name"), text(value, "data"));
    if let Some(place) = data(&bytes).or_else(|| data(&url)) {
        return Some(place);
    }
    // What `gr.load` proxies has no path here.
    if let Some(url) = url.as_ref().filter(|url| url.contains("/proxy=")) {
        return Some(Place::Address(url.clone()));
    }
    match path.or(name) {
        Some(path) if path.starts_with("http://") || path.starts_with("https://") => {
            Some(Place::Address(path))
        }
        Some(path) => Some(Place::Path(path)),
        None => url.map(Place::Address),
    }
}

/// True when a file says that it is a picture.
fn is_picture(value: &Value) -> bool {
    let mime = text(value, "mime_type");
    if let Some(mime) = mime {
        return mime.starts_with("image/") && !mime.contains("svg");
    }
    let names = ["path", "name", "orig_name"].iter().filter_map(|key| text(value, key));
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        return text(value, "url").is_some_and(|url| looks_like_file(&url));
    }
    names.iter().any(|name| looks_like_file(name))
}

fn looks_like_file(name: &str) -> bool {
    let name = name.split(['?', '#']).next().unwrap_or_default().to_lowercase();
    !name.contains('\n')
        && [".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"].iter().any(|end| name.ends_with(end))
}

fn base64_picture(words: &str) -> Option<&str> {
    let (kind, data) = words.strip_prefix("data:")?.split_once(";base64,")?;
    (kind.is_empty() || kind.starts_with("image/") || kind == "application/octet-stream")
        .then_some(data)
}

/// What an output without pictures says; `None` when that is nothing, or too much.
fn words(value: &Value) -> Option<String> {
    let words = match value {
        Value::Null => return None,
        Value::String(words) => words.clone(),
        // Seeds come as 7.0 from old releases.
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        Value::Bool(flag) => flag.to_string(),
        Value::Array(items) if items.is_empty() => return None,
        other => match text(other, "orig_name").or_else(|| text(other, "path")) {
            Some(file) => file,
            None => other.to_string(),
        },
    };
    let words = redact::excerpt(&super::errors::plain(&words));
    Some(words).filter(|words| !words.is_empty())
}

/// `Used seed`, `seed` and the like are told as the seed.
fn fact_name(label: &str) -> &str {
    if label.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "seed") {
        "Seed"
    } else {
        label
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn output(component: &str, label: &str, position: usize) -> Return {
        Return { label: label.to_owned(), component: component.to_owned(), position }
    }

    fn path(path: &str, caption: Option<&str>) -> Found {
        Found { place: Place::Path(path.to_owned()), caption: caption.map(str::to_owned) }
    }

    #[test]
    fn pictures_are_found_wherever_they_are() {
        let file = |name: &str| json!({"path": name, "url": "http://wrong.host/x.png", "meta": {"_type": "gradio.FileData"}});
        for (component, value, expected) in [
            ("image", file("/t/a.webp"), vec![path("/t/a.webp", None)]),
            (
                "image",
                json!({"path": "/t/a.png", "url": null, "orig_name": "a.png"}),
                vec![path("/t/a.png", None)],
            ),
            (
                "gallery",
                json!([{"image": file("/t/a"), "caption": "one"}, {"image": file("/t/b"), "caption": null}]),
                vec![path("/t/a", Some("one")), path("/t/b", None)],
            ),
            (
                "gallery",
                json!([[{"name": "/t/a", "data": null, "is_file": true}, "one"], [{"name": "/t/b", "data": null, "is_file": true}, null]]),
                vec![path("/t/a", Some("one")), path("/t/b", None)],
            ),
            (
                "image",
                json!({"__type__": "update", "value": file("/t/a.png"), "visible": true}),
                vec![path("/t/a.png", None)],
            ),
            (
                "imageslider",
                json!([file("/t/a"), file("/t/b")]),
                vec![path("/t/a", None), path("/t/b", None)],
            ),
            (
                "annotatedimage",
                json!({"image": file("/t/a"), "annotations": [{"image": file("/t/m")}]}),
                vec![path("/t/a", None)],
            ),
            ("json", json!({"deep": [{"result": file("/t/a.jpg")}]}), vec![path("/t/a.jpg", None)]),
            ("image", json!("/t/plain.png"), vec![path("/t/plain.png", None)]),
            ("file", file("/t/model.glb"), vec![]),
            ("image", json!(null), vec![]),
            ("gallery", json!([]), vec![]),
            ("image", json!({"__type__": "update"}), vec![]),
            ("textbox", json!("see /t/plain.png"), vec![]),
        ] {
            let (found, _) = collect(&[output(component, "", 0)], std::slice::from_ref(&value));
            assert_eq!(found, expected, "{value}");
        }
    }

    #[test]
    fn base64_and_addresses_are_pictures_too() {
        let values = [
            json!("data:image/png;base64,AAAA"),
            json!({"path": null, "url": "data:image/png;base64,BBBB", "meta": {}}),
            json!({"path": "https://x.test/a.png", "url": null, "meta": {}}),
            json!({"path": "/t/a", "url": "http://h/proxy=https://o.hf.space/file=/t/a", "meta": {}}),
        ];
        let returns: Vec<_> = (0..values.len()).map(|i| output("image", "", i)).collect();
        let places: Vec<_> =
            collect(&returns, &values).0.into_iter().map(|found| found.place).collect();
        assert_eq!(
            places,
            [
                Place::Base64("AAAA".to_owned()),
                Place::Base64("BBBB".to_owned()),
                Place::Address("https://x.test/a.png".to_owned()),
                Place::Address("http://h/proxy=https://o.hf.space/file=/t/a".to_owned()),
            ]
        );
    }

    #[test]
    fn other_outputs_are_facts() {
        let returns = [
            output("number", "Used seed", 0),
            output("textbox", "Text", 1),
            output("json", "None", 2),
        ];
        let (_, facts) = collect(&returns, &[json!(7.0), json!("<b>hi</b>"), json!(null)]);
        assert_eq!(facts, [Fact::new("Seed", 7), Fact::new("Text", "hi")]);
    }
}
