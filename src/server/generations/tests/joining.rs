//! Tests calls with a known id: they join, whatever the provider says meanwhile.

use super::*;

impl Stage {
    /// Calls the same generation without a draft, as after a reload.
    async fn join(&self) -> Result<Outcome, GenerateError> {
        self.generations.generate(&self.session, &self.id, None).await.map(|held| held.value)
    }

    fn described(&self) -> usize {
        self.script.described.load(Ordering::SeqCst)
    }

    fn set_down(&self) {
        self.script.is_down.store(true, Ordering::SeqCst);
    }
}

fn with_key(key: &str) -> Request {
    let inputs = Inputs::from([("api_key".to_owned(), InputValue::Text(key.to_owned()))]);
    Request { inputs, ..request("a fox") }
}

#[tokio::test]
async fn who_asks_again_has_nothing_described() {
    let stage = Stage::with([Turn::Wait(picture())]).await;
    let (outcomes, ()) =
        tokio::join!(async { tokio::join!(stage.generate(), stage.generate()) }, async {
            stage.script.began.notified().await;
            let described = stage.described();
            stage.set_down();
            let again = futures::future::join(stage.generate(), stage.join());
            let (again, joined) = tokio::join!(again, async {
                tokio::task::yield_now().await;
                stage.script.go_on.notify_one();
            })
            .0;
            assert!(is_done(&again) && is_done(&joined));
            assert!(is_done(&stage.generate().await) && is_done(&stage.join().await));
            assert_eq!(stage.described(), described);
        });
    assert!(is_done(&outcomes.0) && is_done(&outcomes.1));
    assert_eq!(stage.calls(), 1);
}

#[tokio::test]
async fn a_provider_that_is_down_makes_no_conflict_of_what_runs() {
    let stage = Stage::with([Turn::Wait(picture())]).await;
    let run = || stage.generate_other(&stage.session, &stage.id, with_key("of-great-value"));
    let (outcome, again) = tokio::join!(run(), async {
        stage.script.began.notified().await;
        stage.set_down();
        let (again, ()) = tokio::join!(run(), async {
            tokio::task::yield_now().await;
            stage.script.go_on.notify_one();
        });
        again
    });
    assert!(is_done(&outcome) && is_done(&again), "{again:?}");
    assert_eq!(stage.calls(), 1);
}

#[tokio::test]
async fn another_secret_is_another_draft() {
    let stage = Stage::with([Turn::Answer(picture())]).await;
    let run = |key| stage.generate_other(&stage.session, &stage.id, with_key(key));
    assert!(is_done(&run("one").await));
    assert_eq!(run("two").await, Err(GenerateError::Conflict));
    assert!(is_done(&run("one").await));
}

#[tokio::test]
async fn without_a_draft_nothing_is_started() {
    let stage = Stage::with([]).await;
    assert_eq!(stage.join().await, Err(GenerateError::NotFound));
    assert!(stage.generations.0.records.get(&stage.id).await.unwrap().is_none());
    assert_eq!((stage.described(), stage.calls()), (0, 0));
}

#[tokio::test]
async fn a_stranger_cannot_join() {
    let stage = Stage::with([Turn::Answer(picture())]).await;
    assert!(is_done(&stage.generate().await));
    let stranger = SessionId::new("theirs");
    let joined =
        stage.generations.generate(&stranger, &stage.id, None).await.map(|held| held.value);
    assert_eq!(joined, Err(GenerateError::NotFound));
}

#[tokio::test]
async fn who_joins_starts_the_next_attempt_of_the_kept_request() {
    let stage = Stage::with([loading(), loading(), Turn::Answer(picture())]).await;
    assert!(matches!(stage.generate().await, Ok(Outcome::Loading { attempt: 1, .. })));
    stage.set_down();
    let described = stage.described();
    assert!(matches!(stage.join().await, Ok(Outcome::Loading { attempt: 2, .. })));
    // A draft without secret inputs needs no description either.
    assert!(is_done(&stage.generate().await));
    assert_eq!((stage.described(), stage.calls()), (described, 3));
}

#[tokio::test]
async fn an_attempt_whose_secrets_cannot_be_told_apart_is_not_started() {
    let stage = Stage::with([loading(), Turn::Answer(picture())]).await;
    let run = || stage.generate_other(&stage.session, &stage.id, with_key("of-great-value"));
    assert!(matches!(run().await, Ok(Outcome::Loading { .. })));
    stage.set_down();
    assert_eq!(run().await, Err(is_down().into()));
    stage.script.is_down.store(false, Ordering::SeqCst);
    assert!(is_done(&run().await), "it goes on where it was");
    assert_eq!(stage.calls(), 2);
}

#[tokio::test]
async fn a_row_of_an_earlier_version_is_joined_with_any_draft() {
    let (records, images) = (Records::in_memory().await.unwrap(), Images::in_memory());
    let session = SessionId::new("ours");
    records.claim_new(&id(0), &session, &request("a fox"), None, "x", now_ms()).await.unwrap();
    records.set_loading(&id(0), None).await.unwrap();
    let stage = Stage::on(records, images, [Turn::Answer(picture())]);
    let hen = stage.generate_other(&session, &id(0), request("a hen")).await;
    assert!(is_done(&hen), "{hen:?}");
    let kept = stage.generations.0.records.get(&id(0)).await.unwrap().unwrap();
    assert_eq!(kept.item.request, request("a fox"));
}

#[tokio::test]
async fn no_secret_is_in_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let records = Records::open(None, folder.path()).await.unwrap();
    let stage = Stage::on(records, Images::in_memory(), [Turn::Answer(picture())]);
    let secret = "of-great-value";
    let done = stage.generate_other(&stage.session, &stage.id, with_key(secret)).await;
    assert!(is_done(&done));
    let kept = stage.generations.0.records.get(&stage.id).await.unwrap().unwrap();
    assert_eq!(kept.draft_digest.map(|digest| digest.len()), Some(64));
    stage.generations.0.records.close().await;
    let files = std::fs::read_dir(folder.path()).unwrap();
    let files: Vec<_> = files.map(|file| file.unwrap().path()).filter(|it| it.is_file()).collect();
    assert!(!files.is_empty());
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!is_there, "{}", file.display());
    }
}
