use serde_json::json;

use super::*;

fn output(component: &str, label: &str) -> Return {
    Return { id: 0, label: label.to_owned(), component: component.to_owned(), visible: true }
}

fn found(component: &str, value: &Value) -> Vec<MediaFile> {
    let media = items(&output(component, ""), value).into_iter().filter_map(|item| match item {
        Item::Media(found) => Some(found),
        _ => None,
    });
    media.collect()
}

/// For each found file: the path, the caption, and whether it is a picture.
fn paths(component: &str, value: &Value) -> Vec<(String, Option<String>, bool)> {
    let found = found(component, value).into_iter();
    let told = found.map(|found| match found.place {
        ImageSource::Path(path) | ImageSource::Address(path) | ImageSource::Base64(path) => {
            (path, found.caption, found.is_picture)
        }
    });
    told.collect()
}

fn said(component: &str, value: &Value) -> Vec<Output> {
    let said = items(&output(component, "Note"), value).into_iter().filter_map(|item| match item {
        Item::Said(output) => Some(output),
        _ => None,
    });
    said.collect()
}

fn file(name: &str) -> Value {
    json!({"path": name, "url": "http://wrong.host/x.png", "meta": {"_type": "gradio.FileData"}})
}

fn picture(path: &str, caption: Option<&str>) -> (String, Option<String>, bool) {
    (path.to_owned(), caption.map(str::to_owned), true)
}

fn other(path: &str, caption: Option<&str>) -> (String, Option<String>, bool) {
    (path.to_owned(), caption.map(str::to_owned), false)
}

#[test]
fn pictures_are_found_wherever_they_are() {
    for (component, value, expected) in [
        ("image", file("/t/a.webp"), vec![picture("/t/a.webp", None)]),
        (
            "image",
            json!({"path": "/t/a.png", "url": null, "orig_name": "a.png"}),
            vec![picture("/t/a.png", None)],
        ),
        (
            "gallery",
            json!([{"image": file("/t/a"), "caption": "one"}, {"image": file("/t/b"), "caption": null}]),
            vec![picture("/t/a", Some("one")), picture("/t/b", None)],
        ),
        (
            "gallery",
            json!([[{"name": "/t/a", "data": null, "is_file": true}, "one"], [{"name": "/t/b", "data": null, "is_file": true}, null]]),
            vec![picture("/t/a", Some("one")), picture("/t/b", None)],
        ),
        (
            "imageslider",
            json!([file("/t/a"), file("/t/b")]),
            vec![picture("/t/a", None), picture("/t/b", None)],
        ),
        (
            "annotatedimage",
            json!({"image": file("/t/a"), "annotations": [{"image": file("/t/m")}]}),
            vec![picture("/t/a", None)],
        ),
        ("json", json!({"deep": [{"result": file("/t/a.jpg")}]}), vec![picture("/t/a.jpg", None)]),
        (
            "plot",
            json!({"type": "matplotlib", "plot": "data:image/png;base64,AAAA"}),
            vec![picture("AAAA", None)],
        ),
        (
            "dataframe",
            json!({"headers": ["x"], "data": [["data:image/png;base64,AAAA"]], "metadata": null}),
            vec![picture("AAAA", None)],
        ),
        (
            "file",
            json!([file("/t/a.png"), file("/t/b.zip")]),
            vec![picture("/t/a.png", None), other("/t/b.zip", None)],
        ),
        ("image", json!("/t/plain.png"), vec![picture("/t/plain.png", None)]),
        ("image", json!(null), vec![]),
        ("gallery", json!([]), vec![]),
        ("textbox", json!("see /t/plain.png"), vec![]),
        ("textbox", json!("/file=/t/a.png"), vec![picture("/file=/t/a.png", None)]),
        ("textbox", json!("the file is at /file=/t/a.png"), vec![]),
        ("json", json!({"all": "/file=/t/a.zip"}), vec![other("/file=/t/a.zip", None)]),
    ] {
        assert_eq!(paths(component, &value), expected, "{value}");
    }
}

#[test]
fn films_sounds_and_other_files_are_found_beside_pictures() {
    for (component, value, expected) in [
        (
            "gallery",
            json!([{"image": file("/t/a.png"), "caption": "first"}, {"video": file("/t/clip.mp4"), "caption": "the film"}]),
            vec![picture("/t/a.png", Some("first")), other("/t/clip.mp4", Some("the film"))],
        ),
        (
            "video",
            json!({"video": file("/t/a.mp4"), "subtitles": null}),
            vec![other("/t/a.mp4", None)],
        ),
        ("video", file("/t/a.mp4"), vec![other("/t/a.mp4", None)]),
        ("audio", file("/t/a.wav"), vec![other("/t/a.wav", None)]),
        ("model3d", file("/t/a.glb"), vec![other("/t/a.glb", None)]),
        (
            "audio",
            json!({"name": "a.wav", "data": "data:audio/wav;base64,AAAA"}),
            vec![other("AAAA", None)],
        ),
        ("json", json!({"film": file("/t/a.mp4")}), vec![other("/t/a.mp4", None)]),
    ] {
        assert_eq!(paths(component, &value), expected, "{value}");
    }
    let named = json!({"path": "/t/x/clip #1.mp4", "orig_name": "clip #1.mp4", "meta": {}});
    assert_eq!(found("video", &named)[0].name.as_deref(), Some("clip #1.mp4"));
}

#[test]
fn base64_and_addresses_are_pictures_too() {
    let places: Vec<_> = [
        json!("data:image/png;base64,AAAA"),
        json!({"path": null, "url": "data:image/png;base64,BBBB", "meta": {}}),
        json!({"path": "https://x.test/a.png", "url": null, "meta": {}}),
        json!({"path": "/t/a", "url": "http://h/proxy=https://o.hf.space/file=/t/a", "meta": {}}),
    ]
    .iter()
    .map(|value| found("image", value).remove(0).place)
    .collect();
    assert_eq!(
        places,
        [
            ImageSource::Base64("AAAA".to_owned()),
            ImageSource::Base64("BBBB".to_owned()),
            ImageSource::Address("https://x.test/a.png".to_owned()),
            ImageSource::Address("http://h/proxy=https://o.hf.space/file=/t/a".to_owned()),
        ]
    );
}

#[test]
fn pictures_in_words_are_found_and_the_words_stay() {
    let html = json!(
        "<h2>Done &amp; dusted</h2><script>x()</script><img class='i' src=\"/file=/t/a.png\" alt='x'><p>in <b>3 s</b></p>"
    );
    assert_eq!(paths("html", &html), [picture("/file=/t/a.png", None)]);
    assert!(found("html", &html)[0].is_embedded);
    assert_eq!(said("html", &html), [Output::text("Note", "Done & dusted\nin 3 s")]);
    let markdown =
        json!("Here:\n\n![a fox](data:image/png;base64,AAAA)\n\n**bold** (type: <class 'str'>)");
    assert_eq!(paths("markdown", &markdown), [picture("AAAA", None)]);
    let words = "Here:\n\n\n\n**bold** (type: <class 'str'>)";
    assert_eq!(said("markdown", &markdown), [Output::text("Note", words)]);
}

#[test]
fn words_numbers_and_json_are_outputs_and_lose_nothing() {
    for (component, value, expected) in [
        (
            "textbox",
            json!("<b>a</b> (type: <class 'str'>)"),
            Output::text("Note", "<b>a</b> (type: <class 'str'>)"),
        ),
        ("textbox", json!("two\nlines"), Output::text("Note", "two\nlines")),
        ("number", json!(7.0), Output::number("Note", "7")),
        ("number", json!(18446744073709551615_u64), Output::number("Note", "18446744073709551615")),
        ("number", json!(0.25), Output::number("Note", "0.25")),
        ("checkbox", json!(true), Output::text("Note", "true")),
        ("checkboxgroup", json!(["a", "b"]), Output::text("Note", "a\nb")),
        ("json", json!({"a": [1]}), Output::json("Note", "{\n  \"a\": [\n    1\n  ]\n}")),
    ] {
        assert_eq!(said(component, &value), [expected], "{value}");
    }
    for nothing in [json!(null), json!(""), json!(" \n"), json!([]), json!({})] {
        assert_eq!(items(&output("textbox", ""), &nothing), [], "{nothing}");
    }
}

#[test]
fn json_of_any_size_is_bounded() {
    let large = json!({"words": "x".repeat(4_000_000), "more": vec![1; 100_000]});
    let [output] = &said("json", &large)[..] else { panic!() };
    assert!(output.words().len() <= crate::generation::MAX_OUTPUT_BYTES);
}

#[test]
fn a_seed_is_a_fact() {
    for value in [json!(7.0), json!("7")] {
        let items = items(&output("number", "Used seed"), &value);
        assert_eq!(items, [Item::Told(Fact::new("Seed", 7))]);
    }
}

#[test]
fn of_a_talk_the_last_answer_counts() {
    let talk = json!([
        {"role": "user", "content": "earlier"},
        {"role": "assistant", "content": {"path": "/t/earlier.png", "meta": {}}},
        {"role": "user", "content": {"path": "/t/mine.png", "meta": {}}},
        {"role": "user", "content": "a fox"},
        {"role": "assistant", "content": "Here it is:"},
        {"role": "assistant", "content": [{"type": "file", "file": file("/t/reply.png")}]},
    ]);
    assert_eq!(paths("chatbot", &talk), [picture("/t/reply.png", None)]);
    assert_eq!(said("chatbot", &talk), [Output::text("Note", "Here it is:")]);
    let pairs = json!([["a", "b"], ["a fox", "![x](/file=/t/a.png) here"]]);
    assert_eq!(paths("chatbot", &pairs), [picture("/file=/t/a.png", None)]);
    assert_eq!(said("chatbot", &pairs), [Output::text("Note", "here")]);
    let file = json!([[null, {"file": file("/t/b.png"), "alt_text": null}]]);
    assert_eq!(paths("chatbot", &file), [picture("/t/b.png", None)]);
}

#[test]
fn only_usual_tags_are_taken_from_words() {
    for (words, plain) in [
        (
            "Expected (type: <class 'str'>) & <unknown>",
            "Expected (type: <class 'str'>) & <unknown>",
        ),
        (
            "You have <b>no</b> quota. <a href='x' target=_blank>Subscribe</a>",
            "You have no quota. Subscribe",
        ),
        ("a &lt;b&gt; c&nbsp;d", "a <b> c d"),
        ("x < y and y > z", "x < y and y > z"),
    ] {
        assert_eq!(without_tags(words), plain);
    }
}

#[test]
fn markdown_is_reduced_to_text() {
    let markdown = "# Title\n\nA **bold** [link](https://x) with `code`, ![logo](x.png) and *stress*; snake_case_name stays.\n> quoted";
    let text = "Title\n\nA bold link with code, logo and stress; snake_case_name stays.\nquoted";
    assert_eq!(markdown_text(markdown), text);
}
