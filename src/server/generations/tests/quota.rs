//! Tests that callers with a quota cannot store without limit.

use super::*;

/// Room for one picture.
const QUOTA: Quota = Quota { each: b"a picture".len() as u64, all: u64::MAX };

async fn stage(turns: impl IntoIterator<Item = Turn>) -> Stage {
    let limits = Limits { running: 1, ..limits() };
    Stage::limited(Records::in_memory().await.unwrap(), Images::in_memory(), limits, turns)
}

impl Stage {
    async fn generate_within_quota(&self, id: &GenerationId) -> Result<Outcome, GenerateError> {
        let caller = Caller { quota: Some(QUOTA), ..Caller::from(&self.session) };
        let draft = draft_of(request("a fox"));
        self.generations.generate(caller, id, draft).await.map(|held| held.value)
    }
}

#[tokio::test]
async fn who_keeps_too_much_starts_nothing_new_and_sees_what_there_is() {
    let stage = stage((0..2).map(|_| Turn::Answer(picture()))).await;
    assert!(is_done(&stage.generate_within_quota(&id(0)).await));
    let full = Err(GenerateError::OwnGalleryFull { limit_mb: 0 });
    assert_eq!(stage.generate_within_quota(&id(1)).await, full);
    assert!(stage.generations.0.records.get(&id(1)).await.unwrap().is_none());
    assert!(is_done(&stage.generate_within_quota(&id(0)).await), "it is there already");
    let other = stage.generate_other(&stage.session, &id(1), request("a fox")).await;
    assert!(is_done(&other), "without a quota there is no end");
    assert_eq!(stage.calls(), 2);
}

#[tokio::test]
async fn a_quota_that_filled_up_meanwhile_is_noticed_before_the_provider_is_asked() {
    let stage = stage([Turn::Wait(picture())]).await;
    let (first, second, ()) = tokio::join!(
        stage.generate_within_quota(&stage.id),
        async {
            stage.script.began.notified().await;
            stage.generate_within_quota(&id(1)).await
        },
        async {
            while !stage.generations.0.running.get(&id(1)).is_some_and(|run| run.is_waiting()) {
                tokio::task::yield_now().await;
            }
            stage.script.go_on.notify_one();
        },
    );
    assert!(is_done(&first));
    assert_eq!(second, Err(GenerateError::OwnGalleryFull { limit_mb: 0 }));
    assert_eq!(stage.calls(), 1);
}
