//! Bombs in the requests of a visitor.

use easel::generation::{GenerationId, ModelReference};

use crate::target::Target;

#[tokio::test(flavor = "multi_thread")]
async fn nested_lists_are_refused() {
    let target = Target::new().await;
    // A list of one list of one list …, which earlier releases accepted in place of texts.
    let head = (ModelReference::demo(), "a fox", 1_u8, "x");
    let nested = [postcard::to_allocvec(&head).unwrap(), b"\x7f\x01".repeat(31_000)].concat();
    // The same as the draft of a form to draw.
    let form = [&[1][..], &nested].concat();
    assert_eq!(target.post("/api/draw", form).await, 400);
    let id = GenerationId::from_parts(1, [7; 10]);
    let call = [postcard::to_allocvec(&id).unwrap(), nested].concat();
    assert_eq!(target.post("/api/generate", call).await, 400);
    target.survived().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_of_very_many_inputs_are_refused() {
    let target = Target::new().await;
    let id = GenerationId::from_parts(1, [7; 10]);
    // Each input is two bytes long: an empty name and an empty text.
    let draft = (1_u8, "demo", "a fox", vec![("", ""); 30_000]);
    let call = postcard::to_allocvec(&(&id, draft)).unwrap();
    assert_eq!(target.post("/api/generate", call).await, 400);
    // Announces a length without sending that much.
    let call =
        [&postcard::to_allocvec(&(&id, 1_u8, "demo", "a fox")).unwrap()[..], &[0xff; 9], &[1]];
    assert_eq!(target.post("/api/generate", call.concat()).await, 400);
    target.survived().await;
}
