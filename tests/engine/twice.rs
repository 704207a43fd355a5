//! No double runs: a caller that disconnects and retries gets the same pictures, and one bill.

use reqwest::Method;

use crate::easel::{Answer, Easel};

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_and_asks_again_gets_the_same_picture() {
    let easel = Easel::start().await;
    for prompt in ["a slow fox", "another slow fox"] {
        easel.hang_up_on(prompt).await;
        let first = easel.picture(prompt).await.picture();
        assert_eq!(easel.upstream.runs(prompt), 1);
        // The first request was answered, so this is a new one.
        let second = easel.picture(prompt).await.picture();
        assert_ne!(first, second);
        assert_eq!(easel.upstream.runs(prompt), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_may_be_billed_is_told_again_and_a_free_one_tried_again() {
    let easel = Easel::start().await;
    for (prompt, status, runs) in [("a slow broken fox", 424, 1), ("a slow refused fox", 400, 2)] {
        easel.hang_up_on(prompt).await;
        easel.until_over(prompt).await;
        let told = easel.picture(prompt).await;
        assert_eq!(
            (told.status, easel.upstream.runs(prompt)),
            (status, runs),
            "{prompt}: {}",
            told.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_requests_at_the_same_time_are_different_pictures() {
    let easel = Easel::start().await;
    let prompt = "a slow fox of many";
    let all = tokio::join!(easel.picture(prompt), easel.picture(prompt), easel.picture(prompt));
    let mut all = [all.0.picture(), all.1.picture(), all.2.picture()];
    all.sort();
    assert!(all[0] != all[1] && all[1] != all[2]);
    assert_eq!(easel.upstream.runs(prompt), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_its_caller_named_is_carried_out_once() {
    let easel = Easel::start().await;
    let ask = async |name: &str, prompt: &str| {
        let request = easel.ask(Method::POST, "/v1/images/generations");
        let request =
            request.header("idempotency-key", name.to_owned()).json(&easel.request(prompt));
        Answer::of(request.send().await.unwrap()).await
    };
    let prompt = "a slow fox with a number";
    // While it runs, and afterwards.
    let (first, second) = tokio::join!(ask("order 7", prompt), ask("order 7", prompt));
    let third = ask("order 7", prompt).await;
    assert_eq!(first.picture(), second.picture());
    assert_eq!(first.picture(), third.picture());
    assert_eq!(third.header("idempotent-replayed"), "true");
    assert_eq!(easel.upstream.runs(prompt), 1);
    let conflict = ask("order 7", "another fox").await;
    assert_eq!((conflict.status, conflict.code().as_str()), (422, "idempotency_conflict"));
    ask("order 8", prompt).await.picture();
    assert_eq!(easel.upstream.runs(prompt), 2);
    for wrong in ["", &"x".repeat(256)] {
        assert_eq!(ask(wrong, prompt).await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_owes_nobody_a_second_bill() {
    let easel = Easel::start().await;
    let done = "a fox that was finished";
    let request = |easel: &Easel, prompt: &str| {
        let request = easel.ask(Method::POST, "/v1/images/generations");
        request.header("idempotency-key", "order 9").json(&easel.request(prompt))
    };
    let first = Answer::of(request(&easel, done).send().await.unwrap()).await.picture();
    let (finished, cut) = ("a slow fox, left", "a slow fox, cut short");
    easel.hang_up_on(finished).await;
    easel.until_over(finished).await;
    easel.hang_up_on(cut).await;
    let easel = easel.killed().await;

    let again = Answer::of(request(&easel, done).send().await.unwrap()).await;
    assert_eq!(again.picture(), first);
    easel.picture(finished).await.picture();
    // The outcome is unknown.
    let told = easel.picture(cut).await;
    assert_eq!((told.status, told.code().as_str()), (424, "outcome_unknown"), "{}", told.text);
    for prompt in [done, finished, cut] {
        assert_eq!(easel.upstream.runs(prompt), 1, "{prompt}");
    }
}
