//! Events that an app's page triggers beside its button, and texts in many components, against real
//! servers.

use easel::{
    generation::{Event, FileReference, InputValue, Output, OutputValue, StoredImage},
    server::{
        fault::Fault,
        picture,
        provider::{Answer, InputFile, Job, Provider, space::SpaceProvider},
    },
};

use crate::{
    fixture::{RecordedUpdates, failure, job, provider, within},
    server::Server,
};

const NEWEST: &str = "6.31.0";
/// The releases that have all of it except titles, translations and `.failure`.
const RELEASES: [&str; 2] = [NEWEST, "4.44.1"];

async fn at(release: &'static str, name: &str) -> (SpaceProvider, String) {
    let server = Server::get(release, "pages").await;
    let reference = format!("space:{}#/{name}", server.address());
    (provider(&server.address(), &[]), reference)
}

/// The result of a run, and its events.
struct Ran {
    images: Vec<StoredImage>,
    outputs: Vec<Output>,
    events: Vec<Event>,
}

impl Ran {
    fn sizes(&self) -> Vec<(u32, u32)> {
        self.images.iter().map(|image| (image.width, image.height)).collect()
    }

    fn said(&self, label: &str) -> Option<&str> {
        self.outputs.iter().find(|output| output.label == label).map(Output::words)
    }

    fn notices(&self) -> Vec<&str> {
        let logs = self.events.iter().filter_map(|event| match event {
            Event::Log { text, .. } => Some(text.as_str()),
            _ => None,
        });
        logs.collect()
    }
}

async fn ran(provider: &SpaceProvider, asked: Job) -> Ran {
    let (heard, updates) = RecordedUpdates::updates();
    match within(60, provider.generate(asked, updates)).await {
        Ok(Answer::Images { images, outputs, .. }) => {
            let events = std::mem::take(&mut *heard.events.lock().unwrap());
            Ran { images, outputs, events }
        }
        other => panic!("nothing: {other:?}"),
    }
}

async fn run(release: &'static str, name: &str) -> Ran {
    let (provider, reference) = at(release, name).await;
    ran(&provider, job(&reference, "a fox", &[])).await
}

fn with_picture(mut job: Job, name: &str) -> Job {
    let bytes = crate::stub::PIXEL;
    let digest = picture::digest(bytes);
    let file = InputValue::File(FileReference::Stored(digest.clone()));
    job.request.inputs.insert(name.to_owned(), file);
    let stored =
        InputFile { bytes: bytes.into(), content_type: "image/png".to_owned(), name: None };
    job.files.insert(digest, stored);
    job
}

/// Runs the endpoint with a picture in the field labelled `label`.
async fn run_with_picture(release: &'static str, name: &str, label: &str) -> Ran {
    let (provider, reference) = at(release, name).await;
    let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
    let fields = &described.schema.fields;
    let field =
        fields.iter().find(|field| field.label == label).unwrap_or_else(|| panic!("{fields:?}"));
    ran(&provider, with_picture(job(&reference, "", &[]), &field.name)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_upload_makes_of_a_picture_is_what_runs() {
    for release in RELEASES {
        let ran = run_with_picture(release, "cut_out", "Photo").await;
        assert_eq!(ran.said("Note"), Some("24x16"), "{release}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_upload_keeps_at_the_app_is_asked_for_and_there_when_it_runs() {
    let (width, height) = picture::size(crate::stub::PIXEL).unwrap();
    for release in RELEASES {
        let ran = run_with_picture(release, "measure", "Scan").await;
        let size = format!("{{'size': '{width}x{height}'}}");
        assert_eq!(ran.said("Note"), Some(size.as_str()), "{release}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_the_app_refuses_is_told() {
    let ran = run_with_picture(NEWEST, "refused", "Refused").await;
    assert_eq!(ran.said("Note"), Some("None"));
    let told = "The app's preparation of “Refused” failed: No more GPU today";
    assert_eq!(ran.notices(), [told]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_failure_runs_what_the_page_runs_then() {
    for release in [NEWEST, "5.50.0", "4.44.1"] {
        let has_failure = release != "4.44.1";
        let failed = run(release, "fails").await;
        assert_eq!(failed.sizes(), [(96, 64)], "{release}");
        assert_eq!(failed.said("Success"), None, "{release}");
        assert_eq!(failed.said("Failure"), has_failure.then_some("failure"), "{release}");
        assert!(failed.notices().concat().contains("No more GPU today"), "{release}");

        let worked = run(release, "works").await;
        assert_eq!(worked.sizes(), [(96, 64)], "{release}");
        assert_eq!(worked.said("Success"), Some("success"), "{release}");
        assert_eq!(worked.said("Failure"), None, "{release}");
        assert!(worked.notices().is_empty(), "{release}");

        // A button's text that becomes ready again is not a result.
        for name in ["fails_alone", "fails_late"] {
            let (provider, reference) = at(release, name).await;
            let error = failure(&provider, job(&reference, "a fox", &[])).await;
            let said = Fault::Said { message: "No more GPU today".to_owned() };
            assert_eq!(error, said, "{release} {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_was_shown_before_the_app_failed_is_kept() {
    let half = run(NEWEST, "half").await;
    assert_eq!(half.sizes(), [(96, 64)]);
    assert!(half.notices().concat().contains("No more GPU today"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_that_a_timer_asks_for_comes_home() {
    for release in RELEASES {
        for name in ["begin", "begin_endless"] {
            assert_eq!(run(release, name).await.sizes(), [(96, 64)], "{release} {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_step_that_is_chosen_runs_with_all_before_it() {
    let (provider, reference) = at(NEWEST, "finish").await;
    let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
    assert!(described.notices.is_empty(), "{described:?}");
    assert_eq!(ran(&provider, job(&reference, "a fox", &[])).await.sizes(), [(96, 64)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_page_draws_and_plays_is_a_result() {
    let drawing = run(NEWEST, "drawing").await;
    assert_eq!(drawing.images.len(), 1, "a sign beside words is no picture");
    assert!(drawing.outputs.contains(&Output::text("Page", "a fox")), "{:?}", drawing.outputs);
    assert_eq!(run(NEWEST, "background").await.sizes(), [(96, 64)]);
    let film = run(NEWEST, "film").await;
    let [Output { value: OutputValue::File { name, content_type, bytes, .. }, .. }] =
        &film.outputs[..]
    else {
        panic!("{:?}", film.outputs);
    };
    assert_eq!((name.as_str(), content_type.as_str(), *bytes), ("output.mp4", "video/mp4", 96));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bare_base64_of_a_picture_is_a_picture() {
    for name in ["bare", "bare_json"] {
        let bare = run(NEWEST, name).await;
        assert_eq!(bare.sizes(), [(96, 64)], "{name}");
        let rest = (name == "bare_json").then_some("{\n  \"id\": \"Rm94ZXM=\"\n}");
        assert_eq!(bare.said("Info"), rest, "{name}");
        assert_eq!(bare.said("Encoded"), None, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_words_of_an_app_are_read_without_markup() {
    for (release, title) in [(NEWEST, "Out of credit: "), ("4.44.1", "")] {
        let (provider, reference) = at(release, "heading").await;
        let error = failure(&provider, job(&reference, "a fox", &[])).await;
        let told = format!(
            "{title}Not enough credit: Top up at the shop (https://shop.test/a), or wait (type: \
             <class 'str'>)."
        );
        assert_eq!(error.to_string(), told, "{release}");

        let (provider, reference) = at(release, "empty").await;
        let error = failure(&provider, job(&reference, "a fox", &[])).await;
        let detail = error.detail().unwrap();
        assert!(detail.contains("without saying why"), "{release} {detail}");

        let told = format!("{title}Almost there.");
        assert_eq!(run(release, "infos").await.notices(), [told.as_str()], "{release}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_that_are_told_as_a_pair_are_steps() {
    let steps: Vec<_> = run(NEWEST, "tuples")
        .await
        .events
        .into_iter()
        .filter_map(|event| match event {
            Event::Progress { step: Some(step), total: Some(total), .. } => Some((step, total)),
            _ => None,
        })
        .collect();
    assert!(!steps.is_empty() && steps.is_sorted_by(|one, next| one.0 <= next.0), "{steps:?}");
    assert!(steps.iter().all(|(step, total)| *step >= 3.0 && *total == 10.0), "{steps:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_box_without_a_name_is_the_prompt() {
    for release in RELEASES {
        for name in ["nameless", "nameless_files"] {
            let (provider, reference) = at(release, name).await;
            let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
            let labels: Vec<_> = described.schema.fields.iter().map(|one| &one.label).collect();
            let wanted = if name == "nameless" { vec![] } else { vec!["Prompt: files"] };
            assert_eq!(labels, wanted, "{release}");
            let ran = ran(&provider, job(&reference, "a fox", &[])).await;
            assert_eq!(ran.said("Note"), Some("a fox"), "{release}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_page_would_translate_is_read_in_words() {
    let (provider, reference) = at(NEWEST, "translated").await;
    let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
    let labels: Vec<_> = described.schema.fields.iter().map(|one| &one.label).collect();
    assert_eq!(labels, ["What to paint"], "{:?}", described.schema);
    let wording = described.schema.fields[0].wording("pt-BR").unwrap();
    assert_eq!(wording.label, "O que pintar");
    for (language, words) in [(Some("pt-BR"), "Pronto"), (Some("zh-CN"), "It is done")] {
        let asked = Job { language, ..job(&reference, "a fox", &[]) };
        assert_eq!(ran(&provider, asked).await.said("Note"), Some(words));
    }
}
