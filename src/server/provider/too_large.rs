//! The message for a request that a server or proxy rejects as too large.

/// Explains a 413 response of `host` and what to do. `words` is its own text, which may be empty or
/// the title of a page.
pub fn too_large(host: &str, words: &str) -> String {
    let words = words.trim();
    let words = match words {
        "" | "an empty answer" => "413 Payload Too Large".to_owned(),
        words if words.contains("413") => words.to_owned(),
        words => format!("413 \u{b7} {words}"),
    };
    format!(
        "What was sent is larger than {host}, or a proxy in front of it, accepts: use a smaller \
         picture, or fewer. It says: {words}"
    )
}
