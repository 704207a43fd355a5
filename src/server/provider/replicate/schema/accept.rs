//! Decides which files an input takes. Cog does not declare it, so the name and the description
//! must tell.

use serde_json::Value;

use super::resolve::Object;

/// Words that indicate pictures, audio or video.
const TOLD: [(&str, &[&str]); 3] = [
    (
        "image/*",
        &[
            "image",
            "images",
            "img",
            "picture",
            "pictures",
            "photo",
            "photos",
            "mask",
            "png",
            "jpg",
            "jpeg",
            "webp",
            "portrait",
            "face",
            "sketch",
            "drawing",
            "screenshot",
        ],
    ),
    (
        "audio/*",
        &["audio", "sound", "music", "song", "speech", "voice", "wav", "mp3", "flac", "ogg"],
    ),
    ("video/*", &["video", "videos", "film", "movie", "clip", "mp4", "mov", "webm"]),
];

/// Further words that indicate pictures, where an input is named after what it shows.
const PICTURE_NAMES: &[&str] = &[
    "avatar",
    "background",
    "canny",
    "control",
    "controlnet",
    "depth",
    "frame",
    "garm",
    "garment",
    "init",
    "logo",
    "pose",
    "ref",
    "reference",
    "scribble",
    "subject",
];

/// Words that say that an input is an address and no file, in its name.
const LINK_NAMES: &[&str] =
    &["callback", "endpoint", "href", "link", "lora", "loras", "uri", "url", "webhook", "weights"];

/// Words of a description that say so, unless the name says that it is a file.
const LINK_WORDS: &[&str] = &["lora", "loras", "safetensors", "webhook", "weights"];

/// Words that indicate another kind of file, whatever else the text says.
const ANYTHING: &[&str] = &[
    "zip",
    "tar",
    "archive",
    "archives",
    "json",
    "jsonl",
    "csv",
    "tsv",
    "yaml",
    "toml",
    "xml",
    "txt",
    "pdf",
    "document",
    "safetensors",
    "ckpt",
    "checkpoint",
    "weights",
    "dataset",
    "obj",
    "glb",
    "gltf",
    "ply",
    "stl",
    "mesh",
    "srt",
    "vtt",
    "subtitles",
    "font",
    "ttf",
    "otf",
    "midi",
    "svg",
    "workflow",
];

/// Words that only say that it is a file.
const A_FILE: &[&str] = &["file", "files", "data", "attachment", "media", "upload", "asset"];

/// Whether an input is the address of something, such as weights, and not a file of the person. The
/// name of a picture or another file decides, whatever the description says.
pub fn is_link(name: &str, schema: &Object<'_>) -> bool {
    let (named, described) = (words(name), schema.get("description").and_then(Value::as_str));
    let has = |known: &[&str]| named.iter().any(|one| known.contains(&one.as_str()));
    let is_file = TOLD.iter().any(|(_, known)| has(known)) || has(PICTURE_NAMES) || has(A_FILE);
    let is_weights = has(&["lora", "loras", "weights", "webhook", "callback"]);
    let told = || {
        let described = words(described.unwrap_or_default());
        described.iter().any(|one| LINK_WORDS.contains(&one.as_str()))
    };
    is_weights || !is_file && (has(LINK_NAMES) || told())
}

/// The file types of an input, in HTML's `accept` syntax. A name that indicates one kind decides,
/// unless the description speaks of archives and the like; a name that only says that it is a file
/// leaves it to the description. Without any hint it is a picture, as with most models.
pub fn accept(name: &str, schema: &Object<'_>) -> String {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    if let Some(declared) = text("x-cog-accept") {
        return declared.to_owned();
    }
    let named = words(&format!("{name} {}", text("title").unwrap_or_default()));
    let described = words(text("description").unwrap_or_default());
    let has =
        |words: &[String], known: &[&str]| words.iter().any(|one| known.contains(&one.as_str()));
    let told = |words: &[String]| -> Vec<&str> {
        TOLD.iter().filter(|(_, known)| has(words, known)).map(|(kind, _)| *kind).collect()
    };
    let of_name = told(&named);
    // What a picture is used with is no file of the person.
    let is_picture = of_name == ["image/*"] || of_name.is_empty() && has(&named, PICTURE_NAMES);
    let is_used_with = |word: &str| is_picture && LINK_WORDS.contains(&word);
    let is_anything = |word: &String| ANYTHING.contains(&word.as_str()) && !is_used_with(word);
    if has(&named, ANYTHING) || described.iter().any(is_anything) {
        return "*/*".to_owned();
    }
    let kinds = match of_name.is_empty() {
        true if has(&named, PICTURE_NAMES) => vec!["image/*"],
        true => told(&described),
        false => of_name,
    };
    match kinds.as_slice() {
        [kind] => (*kind).to_owned(),
        [] if !has(&named, A_FILE) => "image/*".to_owned(),
        _ => "*/*".to_owned(),
    }
}

/// The words of a text in lower case; `inputFile` and `input_file` are two words each.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in text.chars().take(2_000) {
        let starts_word = letter.is_uppercase() && was_lower;
        was_lower = letter.is_lowercase();
        if starts_word || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::resolve::Resolver, *};

    fn of(name: &str, schema: &Value) -> String {
        accept(name, &Resolver::new(&Value::Null).resolve(schema, 0))
    }

    #[test]
    fn what_a_file_may_be_is_taken_from_its_name_and_its_description() {
        for (name, description, wanted) in [
            ("image", "", "image/*"),
            ("start", "", "image/*"),
            ("input_image", "The first frame of the video", "image/*"),
            ("mask", "White is painted anew.", "image/*"),
            ("audio", "Drives the lips of the face.", "audio/*"),
            ("song", "", "audio/*"),
            ("input_video", "", "video/*"),
            ("input", "A film to be made sharper", "video/*"),
            ("file", "A picture", "image/*"),
            ("input_file", "Picture, video, tar or zip file for the workflow.", "*/*"),
            ("inputFile", "", "*/*"),
            ("image", "An image, or a ZIP of several", "*/*"),
            ("training_data", "", "*/*"),
            ("lora_weights", "", "*/*"),
            ("prompts", "One a line, as .txt", "*/*"),
            ("source", "An image or a video", "*/*"),
            ("mesh", "", "*/*"),
        ] {
            assert_eq!(
                of(name, &json!({"description": description})),
                wanted,
                "{name}: {description}"
            );
        }
        assert_eq!(of("image", &json!({"x-cog-accept": ".glb"})), ".glb");
    }
}
