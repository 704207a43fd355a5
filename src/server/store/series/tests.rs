//! Tests storing, judging, cancelling, taking over and deleting a series.

use super::*;
use crate::{
    error::GenerateError,
    generation::{
        Draft, GenerationId, RecordState,
        series::{Member, ModelChoice, Plan, Side},
    },
};

const ME: &str = "me";

fn session(name: &str) -> SessionId {
    SessionId::new(name)
}

fn asker(name: &str) -> SeriesAsker {
    SeriesAsker {
        session: session(name),
        caller: "operator".to_owned(),
        address: "127.0.0.1".to_owned(),
        language: "en".to_owned(),
    }
}

fn series(number: u8, is_blind: bool) -> Series {
    let id = |part: u8| {
        GenerationId::from_parts(u64::from(number), [number, part, 0, 0, 0, 0, 0, 0, 0, 0])
    };
    let chosen =
        |name: &str| ModelChoice { reference: format!("hf:a/{name}"), title: name.to_owned() };
    let models = vec![chosen("one"), chosen("two"), chosen("three")];
    let member = |(index, model): (usize, &ModelChoice)| Member {
        position: index as u32,
        generation: id(index as u8 + 1),
        draft: Draft { model: model.reference.clone(), prompt: "a fox".to_owned(), inputs: vec![] },
        title: model.title.clone(),
        ended: None,
        error: None,
    };
    Series {
        id: SeriesId::new(id(0)),
        members: models.iter().enumerate().map(member).collect(),
        plan: Plan { across: Side::Models(models), down: None },
        prompt: "a fox".to_owned(),
        created_ms: i64::from(number),
        is_blind,
        is_revealed: false,
        winner: None,
        is_cancelled: false,
    }
}

async fn ended(records: &Records, series: &Series) {
    for (position, state) in
        [(0, RecordState::Done), (1, RecordState::Done), (2, RecordState::Failed)]
    {
        records.end_member(&series.id, position, state, None).await.unwrap();
    }
}

#[tokio::test]
async fn a_series_reads_back_as_it_was_and_only_its_owner_sees_it() {
    let records = Records::in_memory().await.unwrap();
    let mut kept = series(1, true);
    kept.members[2].ended = Some(RecordState::Failed);
    kept.members[2].error = Some(GenerateError::Internal);
    assert!(records.add_series(&kept, &asker("a"), ME).await.unwrap());
    assert!(!records.add_series(&series(1, false), &asker("b"), ME).await.unwrap());
    assert_eq!(records.series_of(&session("a"), &kept.id).await.unwrap(), Some(kept.clone()));
    assert_eq!(records.series_of(&session("b"), &kept.id).await.unwrap(), None);
    assert_eq!(records.items_of_series(&kept.id).await.unwrap(), []);
    let listed = records.listed_series(&session("a")).await.unwrap();
    assert_eq!((listed[0].cells, listed[0].ended, listed[0].is_comparison), (3, 1, true));
    assert_eq!(records.listed_series(&session("b")).await.unwrap(), []);
    // A recorded end stays.
    records.end_member(&kept.id, 2, RecordState::Done, None).await.unwrap();
    let again = records.series_of(&session("a"), &kept.id).await.unwrap().unwrap();
    assert_eq!(again.members[2], kept.members[2]);
}

#[tokio::test]
async fn a_winner_is_found_once_all_have_ended_and_counts_for_its_model() {
    let records = Records::in_memory().await.unwrap();
    let (a, judged) = (session("a"), series(1, true));
    records.add_series(&judged, &asker("a"), ME).await.unwrap();
    let judge = async |winner| records.judge_series(&a, &judged.id, winner).await.unwrap();
    assert!(!judge(Some(0)).await && !judge(None).await, "two run");
    ended(&records, &judged).await;
    assert!(!judge(Some(2)).await, "it failed");
    assert!(!judge(Some(7)).await, "there is none");
    assert!(!records.judge_series(&session("b"), &judged.id, Some(0)).await.unwrap());
    assert!(records.series_of(&a, &judged.id).await.unwrap().unwrap().is_hidden());
    assert!(judge(Some(1)).await);
    let after = records.series_of(&a, &judged.id).await.unwrap().unwrap();
    assert_eq!((after.winner, after.is_hidden()), (Some(1), false));

    // A comparison without hidden names, and one that is only revealed.
    for (number, winner) in [(2, Some(1)), (3, Some(0)), (4, None)] {
        let other = series(number, number != 2);
        records.add_series(&other, &asker("a"), ME).await.unwrap();
        ended(&records, &other).await;
        assert!(records.judge_series(&a, &other.id, winner).await.unwrap());
    }
    let wins = records.wins(&a).await.unwrap();
    let told: Vec<_> = wins
        .iter()
        .map(|wins| (wins.title.as_str(), wins.won, wins.compared, wins.won_blind))
        .collect();
    assert_eq!(told, [("two", 2, 3, 1), ("one", 1, 3, 1)]);
    assert_eq!(records.wins(&session("b")).await.unwrap(), []);
}

#[tokio::test]
async fn what_a_dead_process_left_is_taken_over_by_one() {
    let records = Records::in_memory().await.unwrap();
    let kept = series(1, false);
    records.add_series(&kept, &asker("a"), ME).await.unwrap();
    assert!(records.hold_series(&kept.id, ME, 100).await.unwrap());
    assert_eq!(records.take_over_series("you", 100 + LEASE_MS - 1).await.unwrap(), None);
    let taken = records.take_over_series("you", 100 + LEASE_MS).await.unwrap();
    assert_eq!(taken, Some((kept.clone(), asker("a"))));
    assert!(!records.hold_series(&kept.id, ME, 200).await.unwrap(), "another one has it");
    assert_eq!(records.take_over_series("they", 100 + LEASE_MS).await.unwrap(), None);
    records.end_series(&kept.id).await.unwrap();
    assert!(!records.delete_series(&session("a"), &kept.id).await.unwrap(), "it runs");
    ended(&records, &kept).await;
    records.end_series(&kept.id).await.unwrap();
    assert!(!records.hold_series(&kept.id, "you", 300).await.unwrap());
    assert_eq!(records.take_over_series("they", i64::MAX - LEASE_MS).await.unwrap(), None);
    // A series that has ended is not taken over at a start either.
    records.free_series(5).await.unwrap();
    assert_eq!(records.take_over_series("they", 5).await.unwrap(), None);
    assert!(!records.delete_series(&session("b"), &kept.id).await.unwrap());
    assert!(records.delete_series(&session("a"), &kept.id).await.unwrap());
    assert_eq!(records.series_of(&session("a"), &kept.id).await.unwrap(), None);
}

#[tokio::test]
async fn on_one_machine_a_new_process_need_not_wait() {
    let records = Records::in_memory().await.unwrap();
    let kept = series(1, false);
    records.add_series(&kept, &asker("a"), ME).await.unwrap();
    assert_eq!(records.take_over_series("you", 5).await.unwrap(), None);
    records.free_series(5).await.unwrap();
    assert!(records.take_over_series("you", 5).await.unwrap().is_some());
}

#[tokio::test]
async fn a_link_shows_it_until_it_is_taken_back() {
    let records = Records::in_memory().await.unwrap();
    let (a, kept) = (session("a"), series(1, false));
    records.add_series(&kept, &asker("a"), ME).await.unwrap();
    assert_eq!(records.share_series(&session("b"), &kept.id, true).await.unwrap(), None);
    let token = records.share_series(&a, &kept.id, false).await.unwrap().unwrap();
    assert_eq!(records.share_series(&a, &kept.id, true).await.unwrap(), Some(token.clone()));
    assert_eq!(records.share_of_series(&a, &kept.id).await.unwrap(), Some((token.clone(), true)));
    let shared = records.series_by_token(&token).await.unwrap().unwrap();
    assert_eq!(
        (shared.series, shared.session, shared.with_inputs),
        (kept.clone(), a.clone(), true)
    );
    assert_eq!(records.series_by_token("x\0").await.unwrap(), None);
    assert!(!records.unshare_series(&session("b"), &kept.id).await.unwrap());
    assert!(records.unshare_series(&a, &kept.id).await.unwrap());
    assert_eq!(records.series_by_token(&token).await.unwrap(), None);
    assert_eq!(records.share_of_series(&a, &kept.id).await.unwrap(), None);
}

#[tokio::test]
async fn what_was_cancelled_says_so() {
    let records = Records::in_memory().await.unwrap();
    let kept = series(1, false);
    records.add_series(&kept, &asker("a"), ME).await.unwrap();
    assert!(!records.cancel_series(&session("b"), &kept.id).await.unwrap());
    assert!(records.cancel_series(&session("a"), &kept.id).await.unwrap());
    assert!(records.series_of(&session("a"), &kept.id).await.unwrap().unwrap().is_cancelled);
}
