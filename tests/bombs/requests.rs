//! Bombs in what a visitor sends.

use easel::generation::{GenerationId, ModelReference};

use crate::target::Target;

#[tokio::test(flavor = "multi_thread")]
async fn nested_lists_are_refused() {
    let target = Target::new().await;
    // A list of one list of one list …
    let head = (ModelReference::demo(), "a fox", 1_u8, "x");
    let nested = [postcard::to_allocvec(&head).unwrap(), b"\x05\x01".repeat(31_000)].concat();
    let form = target.post("/form", nested.clone()).await;
    assert_eq!(form, 400);
    let id = GenerationId::from_parts(1, [7; 10]);
    let call = [postcard::to_allocvec(&id).unwrap(), nested].concat();
    let answer = target.post("/api/generate", call).await;
    assert!((400..600).contains(&answer), "{answer}");
    target.survived().await;
}
