//! Bombs in the responses of a Gradio app.

use easel::{error::GenerateError, generation::PageOutcome};

use crate::target::Target;

/// The detail of a `BadAnswer`. An app without a token cannot have billed it.
fn bad_answer(answer: Result<PageOutcome, GenerateError>) -> Option<String> {
    match answer {
        Err(GenerateError::BadAnswer { detail, .. }) => Some(detail),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn results_that_only_grow_are_given_up() {
    let target = Target::new().await;
    let Some(detail) = bad_answer(target.run("space", "edits").await) else {
        panic!("it went on");
    };
    assert_eq!(detail, "the app's output has grown beyond 48 MiB");
    target.survived().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_a_million_values_end_the_job() {
    let target = Target::new().await;
    for bomb in ["objects", "line"] {
        let answer = target.run("space", bomb).await;
        assert!(bad_answer(answer.clone()).is_some(), "{bomb}: {answer:?}");
    }
    target.survived().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_lines_is_not_passed_on() {
    let target = Target::new().await;
    let answer = target.run("space", "log").await;
    assert!(answer.is_err(), "{answer:?}");
    target.survived().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn descriptions_that_become_gigabytes_are_refused() {
    let target = Target::new().await;
    for bomb in ["config", "shared"] {
        let answer = target.run("space", bomb).await;
        assert!(answer.is_err(), "{bomb}: {answer:?}");
    }
    target.survived().await;
}
