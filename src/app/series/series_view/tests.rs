//! Tests of what each viewer sees, and what stays hidden.

use super::*;
use crate::{
    app::{html, series::SeriesParts},
    generation::{ImageType, Inputs, ModelReference, Request, series::SeriesId},
    language::Language,
};
use leptos::prelude::*;

fn id(number: u8) -> GenerationId {
    GenerationId::from_parts(1, [number; 10])
}

fn draft(model: &str) -> Draft {
    let inputs = [("seed", "42"), ("width", "800"), ("height", "600")];
    let inputs = inputs.map(|(name, text)| (name.to_owned(), text.to_owned()));
    Draft { model: model.to_owned(), prompt: "a fox".to_owned(), inputs: inputs.into() }
}

fn series(plan: Plan, is_blind: bool) -> Series {
    let member = |position: usize| Member {
        position: position as u32,
        generation: id(position as u8 + 1),
        draft: draft(["demo", "hf:acme/secret"][position % 2]),
        title: ["Demo", "acme/secret"][position % 2].to_owned(),
        ended: None,
        error: None,
    };
    Series {
        id: SeriesId::new(id(0)),
        members: (0..plan.cells()).map(member).collect(),
        plan,
        prompt: "a fox".to_owned(),
        created_ms: 0,
        is_blind,
        is_revealed: false,
        winner: None,
        is_cancelled: false,
    }
}

fn comparison(is_blind: bool) -> Series {
    let chosen = |reference: &str, title: &str| ModelChoice {
        reference: reference.to_owned(),
        title: title.to_owned(),
    };
    let models = vec![chosen("demo", "Demo"), chosen("hf:acme/secret", "acme/secret")];
    series(Plan { across: Side::Models(models), down: None }, is_blind)
}

fn item(number: u8, state: RecordState) -> GalleryItem {
    let image = StoredImage {
        position: 0,
        digest: format!("digest{number}"),
        content_type: ImageType::Png,
        width: 800,
        height: 600,
        bytes: 1,
    };
    let model: ModelReference = "hf:acme/secret".parse().unwrap();
    GalleryItem {
        id: id(number),
        request: Request { model, prompt: "a fox".to_owned(), inputs: Inputs::new() },
        state,
        attempts: 1,
        created_ms: 1_000,
        started_ms: Some(1_000),
        ended_ms: Some(13_340),
        facts: Vec::new(),
        images: if state == RecordState::Done { vec![image] } else { Vec::new() },
        outputs: Vec::new(),
        error: None,
        starred: false,
        collection: None,
    }
}

fn owner() -> Viewer {
    let wins = Wins {
        model: "hf:acme/secret".to_owned(),
        title: "acme/secret".to_owned(),
        won: 1,
        compared: 1,
        won_blind: 1,
    };
    Viewer::Owner { share: None, wins: vec![wins] }
}

fn drawn(seen: &SeriesView) -> String {
    html(|| view! { <SeriesParts seen=seen.clone()/> })
}

#[test]
fn nothing_drawn_of_a_blind_comparison_tells_a_name() {
    let mut blind = comparison(true);
    let told = HashMap::from([(id(2), "Waking acme/secret · usually 38 s".to_owned())]);
    let looks = |series: &Series, items: &[GalleryItem], viewer| {
        SeriesView::of(series.clone(), items.to_vec(), &told, viewer)
    };
    let tells = |html: &str| {
        let names = ["Demo", "demo", "acme", "secret", "digest", "12.3", "38 s", "/p/"];
        names.into_iter().find(|name| html.contains(name)).map(str::to_owned)
    };
    let guest = || Viewer::Guest { token: "t".to_owned(), with_inputs: true };
    let running = [item(1, RecordState::Done), item(2, RecordState::Running)];
    blind.members[0].ended = Some(RecordState::Done);
    for viewer in [owner(), guest()] {
        let seen = looks(&blind, &running, viewer);
        assert_eq!(tells(&drawn(&seen)), None, "{}", drawn(&seen));
        // One picture is done, and nothing shows which.
        let (first, second) = (&seen.cells[0], &seen.cells[1]);
        let same = Cell { position: 1, name: "Picture B".to_owned(), ..first.clone() };
        assert_eq!(*second, same);
        assert_eq!((seen.ended, seen.told().as_str()), (1, "1 of 2 have ended"));
    }
    blind.members[1].ended = Some(RecordState::Done);
    let ended = [item(1, RecordState::Done), item(2, RecordState::Done)];
    for viewer in [owner(), guest()] {
        let seen = looks(&blind, &ended, viewer);
        assert_eq!(tells(&drawn(&seen)), None, "{}", drawn(&seen));
        assert!(seen.cells.iter().all(|cell| cell.picture.is_some()));
    }
    (blind.is_revealed, blind.winner) = (true, Some(1));
    let seen = looks(&blind, &ended, owner());
    assert_eq!(seen.told(), "acme/secret was found the best");
    assert_eq!((seen.wins.len(), seen.cells[1].words.as_str()), (1, "12.3 s"));
}

#[test]
fn each_is_told_as_it_stands() {
    let mut open = comparison(false);
    let told = HashMap::from([(id(1), "Painting · step 2 of 4".to_owned())]);
    let seen = |series: &Series, items: &[GalleryItem]| {
        SeriesView::of(series.clone(), items.to_vec(), &told, owner())
    };
    let words =
        |seen: &SeriesView| seen.cells.iter().map(|cell| cell.words.clone()).collect::<Vec<_>>();
    let now = seen(&open, &[item(1, RecordState::Running)]);
    assert_eq!(words(&now), ["Painting · step 2 of 4", "Waiting for its turn"]);
    assert!(now.cells.iter().all(|cell| cell.is_running));
    open.members[0].ended = Some(RecordState::Cancelled);
    open.members[1].ended = Some(RecordState::Failed);
    open.members[1].error = Some(GenerateError::Internal);
    let now = seen(&open, &[]);
    assert_eq!(words(&now), ["Cancelled", "Failed"]);
    assert_eq!(now.cells[1].error, Some(GenerateError::Internal));
    open.members[0].ended = Some(RecordState::Done);
    assert_eq!(words(&seen(&open, &[]))[0], "Deleted from the gallery");
    // A picture that arrived at the moment of its cancel is shown.
    open.members[0].ended = Some(RecordState::Cancelled);
    let now = seen(&open, &[item(1, RecordState::Done)]);
    assert!(now.cells[0].picture.is_some());
}

#[test]
fn a_guest_sees_what_the_owner_shares() {
    let mut open = comparison(false);
    open.members[1].error = Some(GenerateError::Internal);
    let items = [item(1, RecordState::Done)];
    for (with_inputs, title) in [(false, "2 models compared"), (true, "a fox")] {
        let viewer = Viewer::Guest { token: "t".to_owned(), with_inputs };
        let seen = SeriesView::of(open.clone(), items.to_vec(), &HashMap::new(), viewer);
        let html = drawn(&seen);
        assert_eq!(seen.title(), title);
        assert_eq!(html.contains("a fox"), with_inputs, "{html}");
        assert!(!html.contains("<button") || html.contains("pair"), "{html}");
        assert_eq!(seen.cells[0].picture.as_ref().unwrap().address, "/s/t/image/0");
        assert_eq!(seen.cells[1].error, None);
    }
}

#[test]
fn a_grid_is_headed_in_the_language_of_the_person() {
    let across = Side::Input {
        name: "num_inference_steps".to_owned(),
        label: "Steps".to_owned(),
        values: vec!["4".to_owned(), "8".to_owned()],
    };
    let plan = Plan { across, down: Some(Side::Seeds(2)) };
    let seen = SeriesView::of(series(plan, false), Vec::new(), &HashMap::new(), owner());
    let heads = |seen: &SeriesView| seen.heads(&seen.plan.across);
    assert_eq!(heads(&seen), ["Steps 4", "Steps 8"]);
    assert_eq!(Language::Portuguese.of_work(|| heads(&seen)), ["Passos 4", "Passos 8"]);
    assert_eq!(seen.cells[3].name, "Steps 8 · seed 42");
    assert!(drawn(&seen).contains("<th scope=\"row\">Seed 2</th>"));
    assert_eq!(seen.cells[0].shape, (800, 600));
}
