//! Every kind of input, output and interaction that real apps have, against a real server.

use std::collections::HashSet;

use easel::{
    generation::{
        ChoiceOption, Event, FieldKind, FileReference, InputValue, Output, OutputValue, PromptUse,
    },
    server::{
        picture,
        provider::{Answer, InputFile, Job, Provider, space::SpaceProvider},
    },
};

use crate::{
    fixture::{RecordedUpdates, failure, job, outputs, pictures, provider, within},
    server::Server,
};

/// A provider for the app, and the reference of its endpoint `name`.
async fn at(name: &str) -> (SpaceProvider, String) {
    let server = Server::get("6.31.0", "kinds").await;
    let reference = format!("space:{}#/{name}", server.address());
    (provider(&server.address(), &[]), reference)
}

async fn run(name: &str, inputs: &[(&str, InputValue)]) -> (Vec<(u32, u32)>, Vec<Output>) {
    let (provider, reference) = at(name).await;
    let (_, updates) = RecordedUpdates::updates();
    let (images, outputs) = outputs(&provider, job(&reference, "a fox", inputs), updates).await;
    (images.iter().map(|image| (image.width, image.height)).collect(), outputs)
}

fn text(text: &str) -> InputValue {
    InputValue::Text(text.to_owned())
}

fn with_picture(mut job: Job, name: &str, is_list: bool) -> Job {
    let bytes = crate::stub::PIXEL;
    let digest = picture::digest(bytes);
    let file = InputValue::File(FileReference::Stored(digest.clone()));
    let value = if is_list { InputValue::List(vec![file]) } else { file };
    job.request.inputs.insert(name.to_owned(), value);
    let stored =
        InputFile { bytes: bytes.into(), content_type: "image/png".to_owned(), name: None };
    job.files.insert(digest, stored);
    job
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_prompt_may_be_a_box_for_words_and_files() {
    let (provider, reference) = at("respond").await;
    let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
    assert_eq!(described.prompt, PromptUse::Required);
    let files = &described.schema.fields[0];
    assert!(matches!(files.kind, FieldKind::Files { max: None, .. }), "{files:?}");
    for (given, words) in [(false, "Here it is, with 0:"), (true, "Here it is, with 1:")] {
        let mut asked = job(&reference, "a fox", &[]);
        if given {
            asked = with_picture(asked, &files.name, true);
        }
        let (_, updates) = RecordedUpdates::updates();
        let (images, outputs) = outputs(&provider, asked, updates).await;
        assert_eq!((images.len(), images[0].width), (1, 96), "what was given is no result");
        assert_eq!(outputs, [Output::text("Talk", words)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_that_follow_one_another_are_run_as_the_page_does_it() {
    let (provider, reference) = at("collect").await;
    for _ in 0..2 {
        let (heard, updates) = RecordedUpdates::updates();
        let (images, outputs) = outputs(&provider, job(&reference, "a fox", &[]), updates).await;
        assert_eq!(images.iter().map(|image| image.width).collect::<Vec<_>>(), [96, 96]);
        assert_eq!(outputs, [], "a bar that is hidden at the end is no result");
        assert!(!heard.previews.lock().unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_the_last_yield_leaves_alone_is_the_result() {
    let (sizes, outputs) = run("rounds", &[]).await;
    assert_eq!(sizes, [(96, 64)]);
    assert_eq!(outputs, [Output::text("Note", "All done.")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_that_were_made_before_an_app_failed_are_kept() {
    let (provider, reference) = at("breaks").await;
    let (heard, updates) = RecordedUpdates::updates();
    let (images, _) = outputs(&provider, job(&reference, "a fox", &[]), updates).await;
    assert_eq!(images.len(), 2);
    let is_told = |event: &Event| format!("{event:?}").contains("No more GPU today");
    assert!(heard.events.lock().unwrap().iter().any(is_told));

    // Also a stream whose outputs grew from yield to yield.
    let (provider, reference) = at("breaks_in_preview").await;
    let (heard, updates) = RecordedUpdates::updates();
    let (images, _) = outputs(&provider, job(&reference, "a fox", &[]), updates).await;
    assert_eq!(images.len(), 1);
    assert!(heard.events.lock().unwrap().iter().any(is_told));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_talks_shows_what_it_painted() {
    for release in ["6.31.0", "5.50.0", "4.44.1"] {
        let server = Server::get(release, "talk").await;
        let provider = provider(&server.address(), &[]);
        // Like the app's own page: the API's endpoint names files that cannot be fetched.
        let reference = format!("space:{}", server.address());
        let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
        assert_eq!(described.prompt, PromptUse::Required, "{release} {described:?}");
        let (_, updates) = RecordedUpdates::updates();
        let (images, outputs) = outputs(&provider, job(&reference, "a fox", &[]), updates).await;
        assert_eq!(images.len(), 1, "{release}: {outputs:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn choices_show_names_and_send_values_and_empty_is_one_too() {
    let (provider, reference) = at("choose").await;
    let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
    let field = |name: &str| described.schema.field(name).unwrap();
    let FieldKind::Choice { options, custom: false } = &field("style").kind else { panic!() };
    assert_eq!(options[1], ChoiceOption::new("Watercolour, wet paper", text("st_07")));
    assert!(matches!(field("lora").kind, FieldKind::Choice { custom: true, .. }));
    assert!(matches!(field("tags").kind, FieldKind::Choices { .. }));
    assert_eq!(field("day").kind, FieldKind::DateTime { time: true });
    assert_eq!(field("ink").kind, FieldKind::Colour);
    assert_eq!(described.schema.check(&Default::default()), []);

    let (sizes, outputs) = run("choose", &[]).await;
    assert_eq!(sizes, [(128, 128)]);
    let told = "style='none' lora=None shift=None tags=[] day=None ink=None";
    assert_eq!(outputs, [Output::text("Note", told)]);

    let inputs = [
        ("style", text("st_07")),
        ("ratio", text("72x128")),
        ("lora", text("my-own-id")),
        ("shift", InputValue::Number(1.5)),
        ("tags", InputValue::List(vec![InputValue::Integer(2)])),
        ("day", text("2026-11-28T22:53")),
        ("ink", text("#aa3300")),
    ];
    let (sizes, outputs) = run("choose", &inputs).await;
    assert_eq!(sizes, [(72, 128)]);
    let told = "style='st_07' lora='my-own-id' shift=1.5 tags=[2] day='2026-11-28 22:53:00' \
                ink='#aa3300'";
    assert_eq!(outputs, [Output::text("Note", told)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn choices_that_the_page_fills_in_when_it_opens_are_offered_and_accepted() {
    let (provider, reference) = at("loaded").await;
    let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
    let model = described.schema.field("model").unwrap();
    let FieldKind::Choice { options, .. } = &model.kind else { panic!("{model:?}") };
    assert_eq!(options.len(), 2);
    assert_eq!(model.default, Some(text("tiny-xl")));
    for (given, told) in [(None, "tiny-xl"), (Some("large-xl"), "large-xl")] {
        let inputs: Vec<_> = given.map(|given| ("model", text(given))).into_iter().collect();
        let (sizes, outputs) = run("loaded", &inputs).await;
        assert_eq!(sizes, [(96, 64)]);
        assert_eq!(outputs, [Output::text("Note", told)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn films_among_pictures_are_kept_as_files() {
    let (provider, reference) = at("mixed").await;
    let (heard, updates) = RecordedUpdates::updates();
    let answer = within(60, provider.generate(job(&reference, "a fox", &[]), updates)).await;
    let Ok(Answer::Images { images, files, outputs, facts }) = answer else { panic!("{answer:?}") };
    assert_eq!(images.len(), 1);
    assert_eq!(facts[0].value, "first frame");
    let [Output { label, value: OutputValue::File { content_type, bytes, .. } }] = &outputs[..]
    else {
        panic!("{outputs:?}");
    };
    assert_eq!((label.as_str(), content_type.as_str(), *bytes), ("the film", "video/mp4", 96));
    let film = heard.stored.lock().unwrap()[1].clone();
    assert_eq!((files[0].digest.as_str(), film.len()), (picture::digest(&film).as_str(), 96));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bar_in_a_bar_never_goes_back_and_is_not_full_before_the_end() {
    let (provider, reference) = at("bars").await;
    let (heard, updates) = RecordedUpdates::updates();
    pictures(&provider, job(&reference, "a fox", &[]), updates).await;
    let events = heard.events.lock().unwrap();
    let told = events.iter().filter_map(|event| match event {
        Event::Progress { fraction: Some(fraction), label, .. } => {
            Some((*fraction, label.clone().unwrap_or_default()))
        }
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert!(told.is_sorted_by(|one, next| one.0 <= next.0), "{told:?}");
    assert!(told.iter().all(|(fraction, _)| *fraction < 1.0), "{told:?}");
    assert!(told.iter().any(|(_, label)| label.starts_with("pictures 2 of 3")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_without_a_reason_names_what_was_left_empty() {
    let (provider, reference) = at("inpaint").await;
    let error = failure(&provider, job(&reference, "a fox", &[])).await;
    assert!(error.detail().unwrap().contains("Paint over what shall change"), "{error:?}");
    // Only the picture, without a mask.
    let given = with_picture(job(&reference, "a fox", &[]), "editor", false);
    let error = failure(&provider, given).await;
    assert!(error.detail().unwrap().contains("mask"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_numbers_json_and_tables_are_results() {
    let (sizes, outputs) = run("words", &[]).await;
    assert_eq!(sizes, [(3, 2)]);
    assert_eq!(outputs[0], Output::text("Page", "a fox\nin 3 s"));
    assert_eq!(outputs[1], Output::number("Count", 18446744073709551557_u64 / 4096));
    assert_eq!(outputs[2], Output::json("Info", "{\n  \"score\": 0.25\n}"));
    assert!(outputs[3].words().contains("\"headers\""), "{outputs:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn apps_that_look_at_their_visitors_find_a_language_and_a_name() {
    let (_, outputs) = run("visitor", &[]).await;
    assert_eq!(outputs, [Output::text("Note", "en easel")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_person_has_cookies_and_a_language_of_their_own() {
    for release in ["6.31.0", "3.50.2"] {
        let server = Server::get(release, "cookies").await;
        let provider = provider(&server.address(), &[]);
        let reference = format!("space:{}/studio#/who", server.address());
        provider.describe(&reference.parse().unwrap()).await.unwrap();
        let mut told = Vec::new();
        for (person, language) in
            [("a", Some("zh-CN")), ("b", Some("pt-BR")), ("a", Some("zh-CN")), ("c", None)]
        {
            let asked =
                Job { session_key: person.to_owned(), language, ..job(&reference, "", &[]) };
            let (_, updates) = RecordedUpdates::updates();
            let (_, outputs) = outputs(&provider, asked, updates).await;
            told.push(outputs[0].words().to_owned());
        }
        let numbers: Vec<_> = told.iter().map(|words| words.split(' ').next().unwrap()).collect();
        assert_eq!(numbers[0], numbers[2], "{told:?}");
        assert!(numbers[0].starts_with("no._"), "{told:?}");
        assert_eq!(HashSet::from([numbers[0], numbers[1], numbers[3]]).len(), 3, "{told:?}");
        let languages: Vec<_> = told.iter().map(|words| words.split(' ').nth(1).unwrap()).collect();
        assert_eq!(languages, ["zh-CN", "pt-BR", "zh-CN", "en"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_app_says_is_the_headline_and_nothing_was_billed() {
    let (provider, reference) = at("broken").await;
    let error = failure(&provider, job(&reference, "a fox", &[])).await;
    assert_eq!(error.to_string(), "Cannot divide by zero (type: <class 'str'>)");
    assert!(!provider.may_bill());
}
