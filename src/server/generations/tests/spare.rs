//! Tests another model replacing one that does not begin or takes too long.

use super::*;
use crate::server::store::Spare;

/// The other model, wanted after this many seconds.
fn spare(after_seconds: Option<u32>, even_if_billed: bool) -> Option<Spare> {
    let model = ModelReference::demo();
    Some(Spare { model, after_seconds, even_if_billed, bill: None })
}

impl Stage {
    /// Calls as a page does, until the generation has ended.
    async fn see_through(&self, spare: Option<Spare>) -> Result<Outcome, GenerateError> {
        loop {
            let caller = Caller { spare: spare.clone(), ..Caller::from(&self.session) };
            let draft = draft_of(request("a fox"));
            match self.generations.generate(caller, &self.id, draft).await?.value {
                Outcome::Running => {}
                outcome => return Ok(outcome),
            }
        }
    }

    /// For each replacement by another model, whether it was because of the time.
    async fn replaced(&self) -> Vec<bool> {
        let events = self.generations.events_of(&self.id).await.unwrap();
        let late = |event: NumberedEvent| match event.event {
            Event::Instead { was_late, .. } => Some(was_late),
            _ => None,
        };
        events.into_iter().filter_map(late).collect()
    }

    async fn attempts(&self) -> u32 {
        self.generations.0.records.get(&self.id).await.unwrap().unwrap().item.attempts
    }
}

#[tokio::test]
async fn a_model_that_does_not_begin_is_replaced_once() {
    let down = || Turn::Answer(Err(is_down()));
    let stage = Stage::with([down(), Turn::Answer(picture())]).await;
    assert!(is_done(&stage.see_through(spare(None, false)).await));
    assert_eq!((stage.replaced().await, stage.attempts().await), (vec![false], 2));
    let stage = Stage::with([down(), down()]).await;
    let error = stage.see_through(spare(None, false)).await.unwrap_err();
    assert_eq!((error, stage.calls()), (is_down().into(), 2));
}

#[tokio::test]
async fn without_another_model_nothing_is_replaced() {
    let stage = Stage::with([Turn::Answer(Err(is_down()))]).await;
    assert!(stage.see_through(None).await.is_err());
    assert_eq!((stage.replaced().await, stage.attempts().await), (vec![], 1));
}

#[tokio::test]
async fn one_that_takes_too_long_is_stopped_before_the_other_begins() {
    let stage = Stage::with([Turn::Wait(picture()), Turn::Answer(picture())]).await;
    assert!(is_done(&stage.see_through(spare(Some(0), false)).await));
    assert_eq!((stage.replaced().await, stage.calls()), (vec![true], 2));
    assert_eq!(stage.script.dropped.load(Ordering::SeqCst), 1, "it was stopped");
}

#[tokio::test]
async fn never_are_two_paid_for_where_the_person_did_not_say_so() {
    let stage = Stage::with([Turn::Wait(picture())]).await;
    stage.script.bills.store(true, Ordering::SeqCst);
    let (outcome, ()) = tokio::join!(stage.see_through(spare(Some(0), false)), async {
        stage.script.began.notified().await;
        // The person is told why the first model continues.
        let events = stage.generations.watch(&stage.session, &stage.id, 0).await.unwrap();
        let is_notice = |event: &NumberedEvent| matches!(event.event, Event::Log { .. });
        let notice = events.skip_while(|event| std::future::ready(!is_notice(event)));
        assert!(pin!(notice).next().await.is_some());
        stage.script.go_on.notify_one();
    });
    assert!(is_done(&outcome));
    assert_eq!((stage.replaced().await, stage.calls()), (vec![], 1));

    let stage = Stage::with([Turn::Wait(picture()), Turn::Answer(picture())]).await;
    stage.script.bills.store(true, Ordering::SeqCst);
    assert!(is_done(&stage.see_through(spare(Some(0), true)).await));
    assert_eq!(stage.replaced().await, [true]);
}

#[tokio::test]
async fn a_provider_that_says_that_it_stopped_is_enough() {
    let stage = Stage::with([Turn::Wait(picture()), Turn::Answer(picture())]).await;
    stage.script.bills.store(true, Ordering::SeqCst);
    stage.script.confirms.store(true, Ordering::SeqCst);
    assert!(is_done(&stage.see_through(spare(Some(0), false)).await));
    assert_eq!((stage.replaced().await, stage.calls()), (vec![true], 2));
    assert_eq!(stage.script.dropped.load(Ordering::SeqCst), 0, "it ended by itself");
}

#[tokio::test]
async fn who_cancels_means_the_other_model_too() {
    let stage = Stage::with([Turn::Wait(picture())]).await;
    let (outcome, ()) = tokio::join!(stage.see_through(spare(Some(1_000), false)), async {
        stage.script.began.notified().await;
        stage.generations.cancel(&stage.session, &stage.id).await.unwrap();
    });
    assert_eq!(outcome, Err(GenerateError::Cancelled));
    assert_eq!((stage.replaced().await, stage.calls()), (vec![], 1));
}

#[tokio::test]
async fn a_model_that_loads_for_too_long_is_replaced_though_no_page_asks() {
    let stage = Stage::with([loading(), Turn::Answer(picture())]).await;
    let loading = stage.see_through(spare(Some(0), false)).await.unwrap();
    assert!(matches!(loading, Outcome::Loading { .. }));
    let events = stage.generations.watch(&stage.session, &stage.id, 0).await.unwrap();
    let done = events.skip_while(|event| std::future::ready(event.event != Event::Done));
    assert!(pin!(done).next().await.is_some());
    assert_eq!((stage.replaced().await, stage.attempts().await), (vec![true], 2));
}

#[tokio::test]
async fn somebody_who_waits_takes_another_model_at_once() {
    let stage = Stage::with([Turn::Wait(picture()), Turn::Answer(picture())]).await;
    let wish = spare(Some(0), true).unwrap();
    let nobody = stage.generations.replace_now(&stage.session, &stage.id, wish.clone()).await;
    assert_eq!(nobody, Err(GenerateError::NotFound));
    stage.generations.start_duties().await.unwrap();
    let (outcome, ()) = tokio::join!(stage.see_through(None), async {
        stage.script.began.notified().await;
        let stranger = SessionId::new("another");
        let theirs = stage.generations.replace_now(&stranger, &stage.id, wish.clone()).await;
        assert_eq!(theirs, Err(GenerateError::NotFound));
        let heard = stage.generations.replace_now(&stage.session, &stage.id, wish.clone()).await;
        assert_eq!(heard, Ok(true));
    });
    assert!(is_done(&outcome));
    assert_eq!((stage.replaced().await, stage.calls()), (vec![true], 2));
}

#[tokio::test]
async fn the_other_model_is_kept_with_the_row() {
    let (records, images) = (Records::in_memory().await.unwrap(), Images::in_memory());
    let first = Stage::on(records.clone(), images.clone(), [Turn::Wait(picture())]);
    let caller = Caller { spare: spare(Some(0), false), ..Caller::from(&first.session) };
    first.script.bills.store(true, Ordering::SeqCst);
    let asked = first.generations.generate(caller, &first.id, draft_of(request("a fox")));
    tokio::select! {
        _ = asked => panic!("it waits"),
        () = first.script.began.notified() => {}
    }
    let record = records.get(&first.id).await.unwrap().unwrap();
    assert_eq!(Spare::of_text(&record.spare.unwrap()), spare(Some(0), false));
}
