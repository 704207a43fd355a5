//! Bombs in the requests of a visitor.

use std::convert::Infallible;

use bytes::Bytes;
use easel::generation::{GenerationId, ModelReference};

use futures::{future::join_all, stream};

use crate::target::Target;

/// `value` in a list of a request, so often that all is 40 MB.
pub fn many(value: &str) -> Bytes {
    let values = value.repeat(40 * 1024 * 1024 / value.len());
    format!(r#"{{"model":"demo","prompt":"a fox","x":[{values}1]}}"#).into()
}

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

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_tools_that_become_gigabytes_are_refused() {
    let target = Target::new().await;
    let bomb = many(r#"{"a":1},"#);
    for path in ["/v1/images/generations", "/v1/generations"] {
        assert_eq!(target.post_with_key(path, bomb.clone()).await, 413, "{path}");
        // One that does not say how long it is.
        let pieces: Vec<_> = bomb.chunks(1 << 16).map(Bytes::copy_from_slice).collect();
        let pieces = stream::iter(pieces.into_iter().map(Ok::<_, Infallible>));
        let body = reqwest::Body::wrap_stream(pieces);
        assert_eq!(target.post_with_key(path, body).await, 413, "{path}");
    }
    let all = (0..6).map(|_| target.post_with_key("/v1/images/generations", bomb.clone()));
    assert_eq!(join_all(all).await, [413; 6]);
    target.survived().await;
}
