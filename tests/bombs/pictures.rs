//! Bombs in the responses of an endpoint.

use easel::{error::GenerateError, generation::PageOutcome};

use crate::target::Target;

/// True for a response that is not a picture. An endpoint's paid output is stored as a file
/// instead.
fn is_no_picture(answer: &Result<PageOutcome, GenerateError>) -> bool {
    match answer {
        Err(GenerateError::BadAnswer { .. }) => true,
        Ok(PageOutcome::Done { images, has_outputs, .. }) => images.is_empty() && *has_outputs,
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_becomes_gigabytes_is_no_picture() {
    let target = Target::new().await;
    for bomb in ["objects", "deep"] {
        let answer = target.run("hf", bomb).await;
        assert!(is_no_picture(&answer), "{bomb}: {answer:?}");
    }
    target.survived().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_hundreds_of_large_pictures_the_first_are_kept() {
    for kind in ["hf", "replicate"] {
        let target = Target::new().await;
        let Ok(PageOutcome::Done { images, .. }) = target.run(kind, "pictures").await else {
            panic!("{kind}: the first ones are lost");
        };
        assert_eq!(images.len(), 5, "{kind}");
        // Only one fits into the response.
        assert!(images[0].bytes.len() > 30 << 20);
        assert!(images[1..].iter().all(|image| image.bytes.is_empty()));
        target.survived().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_are_none_mean_nothing() {
    let target = Target::new().await;
    let answer = target.run("hf", "numbers").await;
    assert!(is_no_picture(&answer), "{answer:?}");
    target.survived().await;
}
