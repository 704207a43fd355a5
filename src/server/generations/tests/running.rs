//! Tests starting, joining and cancelling: one id is one run.

use super::*;
use crate::server::{config::Secret, store::PushBrowser};

#[tokio::test]
async fn ten_calls_with_one_id_are_one_run() {
    let stage = Stage::with([Turn::Wait(picture())]).await;
    let calls = futures::future::join_all((0..10).map(|_| stage.generate()));
    let go_on = async {
        stage.script.began.notified().await;
        stage.script.go_on.notify_one();
    };
    let (outcomes, ()) = tokio::join!(calls, go_on);
    assert!(outcomes.iter().all(is_done));
    assert_eq!(stage.calls(), 1);
}

#[tokio::test]
async fn a_caller_that_went_away_gets_the_picture_from_the_same_run() {
    let stage = Stage::with([Turn::Wait(picture())]).await;
    tokio::select! {
        _ = stage.generate() => panic!("it was not told to go on"),
        () = stage.script.began.notified() => {}
    }
    stage.script.go_on.notify_one();
    assert!(is_done(&stage.generate().await));
    assert!(is_done(&stage.generate().await), "an ended generation answers from the store");
    assert_eq!(stage.calls(), 1);
}

#[tokio::test]
async fn each_call_after_loading_starts_the_next_attempt() {
    let stage = Stage::with([loading(), loading(), Turn::Answer(picture())]).await;
    for attempt in [1, 2] {
        let outcome = stage.generate().await;
        assert_eq!(outcome, Ok(Outcome::Loading { estimated_time: Some(1.0), attempt }));
    }
    assert!(is_done(&stage.generate().await));
    assert_eq!(stage.calls(), 3);
}

#[tokio::test]
async fn a_22nd_attempt_is_refused() {
    let stage = Stage::with((0..22).map(|_| loading())).await;
    for _ in 0..20 {
        assert!(matches!(stage.generate().await, Ok(Outcome::Loading { .. })));
    }
    let given_up = Err(GenerateError::StillLoading { tries: MAX_RETRIES });
    assert_eq!(stage.generate().await, given_up);
    assert_eq!(stage.generate().await, given_up);
    assert_eq!(stage.calls(), 21);
}

#[tokio::test]
async fn an_id_stands_for_one_request_of_one_session() {
    let stage = Stage::with([Turn::Wait(picture())]).await;
    let (outcome, ()) = tokio::join!(stage.generate(), async {
        stage.script.began.notified().await;
        let other = stage.generate_other(&stage.session, &stage.id, request("a hen")).await;
        assert_eq!(other, Err(GenerateError::Conflict));
        let stranger = SessionId::new("theirs");
        let other = stage.generate_other(&stranger, &stage.id, request("a fox")).await;
        assert_eq!(other, Err(GenerateError::NotFound));
        let cancel = stage.generations.cancel(&stranger, &stage.id).await;
        assert_eq!(cancel, Err(GenerateError::NotFound));
        assert!(stage.generations.watch(&stranger, &stage.id, 0).await.is_err());
        stage.script.go_on.notify_one();
    });
    assert!(is_done(&outcome));
}

#[tokio::test]
async fn a_cancel_drops_the_providers_future() {
    let stage = Stage::with([Turn::Wait(picture())]).await;
    let (outcome, cancel) = tokio::join!(stage.generate(), async {
        stage.script.began.notified().await;
        stage.generations.cancel(&stage.session, &stage.id).await
    });
    assert_eq!((outcome, cancel), (Err(GenerateError::Cancelled), Ok(())));
    assert_eq!(stage.script.dropped.load(Ordering::SeqCst), 1);
    assert_eq!(stage.generate().await, Err(GenerateError::Cancelled));
}

#[tokio::test]
async fn a_cancel_between_two_attempts_ends_it() {
    let stage = Stage::with([loading()]).await;
    stage.generate().await.unwrap();
    stage.generations.cancel(&stage.session, &stage.id).await.unwrap();
    assert_eq!(stage.generate().await, Err(GenerateError::Cancelled));
    assert_eq!(stage.calls(), 1);
}

#[tokio::test]
async fn a_provider_that_panics_ends_only_its_own_run() {
    let stage = Stage::with([Turn::Panic, Turn::Answer(picture())]).await;
    assert_eq!(stage.generate().await, Err(GenerateError::Internal));
    let next = stage.generate_other(&stage.session, &id(1), request("a fox")).await;
    assert!(is_done(&next));
}

#[tokio::test]
async fn an_empty_prompt_is_refused_before_anything_starts() {
    let stage = Stage::with([]).await;
    let outcome = stage.generate_other(&stage.session, &stage.id, request(" ")).await;
    assert!(
        matches!(outcome, Err(GenerateError::InputRejected { fields, .. }) if fields[0].field == "prompt")
    );
    assert!(stage.generations.0.records.get(&stage.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_secret_reaches_the_provider_at_every_attempt_and_is_never_kept() {
    let stage = Stage::with([loading(), Turn::Answer(picture())]).await;
    let secret = InputValue::Text("of-great-value".to_owned());
    let request =
        Request { inputs: Inputs::from([("api_key".to_owned(), secret)]), ..request("a fox") };
    for _ in 0..2 {
        stage.script.inputs.lock().clear();
        let outcome = stage.generate_other(&stage.session, &stage.id, request.clone()).await;
        assert!(outcome.is_ok());
        assert_eq!(*stage.script.inputs.lock(), request.inputs);
        let kept = stage.generations.0.records.get(&stage.id).await.unwrap().unwrap();
        assert!(kept.item.request.inputs.is_empty());
    }
}

#[tokio::test]
async fn a_caller_that_leaves_at_once_still_starts_it() {
    let stage = Stage::with([Turn::Answer(picture())]).await;
    let mut call = Box::pin(stage.generate());
    assert!(futures::poll!(&mut call).is_pending());
    drop(call);
    assert!(is_done(&stage.generate().await));
    assert_eq!(stage.calls(), 1);
}

/// Two generations of two people, of whom one is to be told while all pages are closed.
#[tokio::test]
async fn paid_work_goes_on_without_a_page_for_whoever_is_to_be_told() {
    let patience = Duration::from_millis(20);
    let limits = Limits { cancel_when_left: Some(patience), ..limits() };
    let records = Records::in_memory().await.unwrap();
    let turns = [Turn::Wait(picture()), Turn::Wait(picture())];
    let stage = Stage::limited(records.clone(), Images::in_memory(), limits, turns);
    stage.script.bills.store(true, Ordering::SeqCst);
    let (told, untold) = (&stage.session, SessionId::new("theirs"));
    let browser = PushBrowser {
        endpoint: Secret::new("https://push.example/x"),
        public_key: String::new(),
        auth: String::new(),
        language: "en".to_owned(),
    };
    records.keep_push_browser(told, None, &browser, 1).await.unwrap();
    let leave = async |session: &SessionId, id: &GenerationId| {
        let call = stage.generate_other(session, id, request("a fox"));
        tokio::select! {
            answer = call => panic!("it waits to be told to go on: {answer:?}"),
            () = stage.script.began.notified() => {}
        }
    };
    let (first, second) = (id(1), id(2));
    leave(told, &first).await;
    tokio::time::sleep(10 * patience).await;
    stage.script.go_on.notify_one();
    assert!(is_done(&stage.generate_other(told, &first, request("a fox")).await));

    let mut signals = records.signals();
    leave(&untold, &second).await;
    // To ask for its outcome would be to watch it.
    let cancelled = Some(RecordState::Cancelled);
    while stage.generations.state_of(&second).await.unwrap() != cancelled {
        signals.recv().await.unwrap();
    }
}
