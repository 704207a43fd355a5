//! Chooses an endpoint: the one that was named, or else the one most likely to make pictures.

use super::{endpoint::Endpoint, wire::Begins};

/// The endpoint that `wanted` names, with or without its slash, or by number.
pub fn named<'e>(endpoints: &'e [Endpoint], wanted: &str) -> Option<&'e Endpoint> {
    let wanted = wanted.trim_start_matches('/');
    endpoints.iter().find(|endpoint| endpoint.name.as_deref() == Some(wanted)).or_else(|| {
        let number: u64 = wanted.parse().ok()?;
        endpoints.iter().find(|endpoint| endpoint.fn_index == number)
    })
}

/// The endpoint most likely to make pictures; among equals the first.
pub fn likeliest(endpoints: &[Endpoint]) -> Option<&Endpoint> {
    endpoints.iter().rev().max_by_key(|endpoint| likelihood(endpoint))
}

/// How likely it is that this endpoint makes a picture from a prompt.
fn likelihood(endpoint: &Endpoint) -> i32 {
    let pictures = ["image", "gallery", "imageslider", "annotatedimage"];
    let paints =
        endpoint.returns.iter().any(|output| pictures.contains(&output.component.as_str()));
    let takes_words = |component: &str| matches!(component, "textbox" | "multimodaltextbox");
    let prompt = endpoint
        .parameters
        .iter()
        .any(|parameter| takes_words(parameter.component.as_str()) || parameter.component == "api");
    // A chat app shows its pictures in the chat.
    let talks = prompt && endpoint.returns.iter().any(|output| output.component == "chatbot");
    let name = endpoint.name.as_deref().unwrap_or_default().to_lowercase();
    let good = [
        "infer",
        "generate",
        "predict",
        "run",
        "process",
        "text2im",
        "txt2im",
        "text_to_im",
        "t2i",
        "paint",
    ];
    let bad = [
        "example", "clear", "reset", "random", "update", "change", "load", "upload", "enhance",
        "describe", "caption", "upscale", "lambda", "flag",
    ];
    let takes_picture = endpoint
        .parameters
        .iter()
        .any(|parameter| matches!(parameter.component.as_str(), "image" | "imageeditor"));
    // An endpoint that only changes a button, such as one that flags a result, shows nothing.
    let shows_nothing = endpoint
        .returns
        .iter()
        .all(|output| matches!(output.component.as_str(), "button" | "state" | "uploadbutton"));
    let mut points = 0;
    points -= if shows_nothing { 40 } else { 0 };
    points += if paints { 100 } else { 0 };
    points += if talks { 80 } else { 0 };
    points += if prompt { 40 } else { 0 };
    points += if good.iter().any(|word| name.contains(word)) { 20 } else { 0 };
    points += if name == "infer" || name == "generate" { 5 } else { 0 };
    points -= if bad.iter().any(|word| name.contains(word)) { 30 } else { 0 };
    points -= if takes_picture { 10 } else { 0 };
    points -= if endpoint.streaming { 50 } else { 0 };
    points -= if endpoint.is_middle { 60 } else { 0 };
    points -= if endpoint.is_hidden { 30 } else { 0 };
    // An app's main function does not begin with a click on a part of something, or with an undo.
    points += match endpoint.begins {
        Begins::ByButton => 40,
        Begins::Otherwise => 0,
        Begins::ByGesture => -60,
    };
    points + i32::try_from(endpoint.parameters.len().min(10)).unwrap_or(10)
}
