//! What a crowd of visitors and tools sends and fetches at once.

use std::sync::LazyLock;

use easel::generation::{Draft, contract::Part};
use futures::{
    future::{join_all, join5},
    join,
};
use reqwest::Method;

use crate::{
    decoders::{self, BOMBS},
    requests::many,
    target::Target,
};

const LARGE: usize = 31 * 1024 * 1024;

/// A PNG by its head, and then what cannot be packed.
fn large(seed: u32) -> Vec<u8> {
    let noise = (0..LARGE as u32).map(|n| ((n ^ seed).wrapping_mul(2_654_435_761) >> 24) as u8);
    [include_bytes!("../hf/pixel.png").to_vec(), noise.collect()].concat()
}

/// The digest of a file that was taken in.
async fn uploaded(target: &Target, file: &[u8]) -> Option<String> {
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    let body = [head.as_bytes(), file, b"\r\n--x--\r\n"].concat();
    let kind = "multipart/form-data; boundary=x";
    let sent = target.page.send(target.address(), Method::POST, "/api/uploads", kind, body).await;
    let (status, _) = sent?;
    (status == 200).then(|| easel::server::picture::digest(file))
}

/// All at once, until they are answered. Whoever is refused was told so.
pub async fn rush(target: &Target) {
    LazyLock::force(&BOMBS);
    let readers = async {
        let file = large(0);
        let Some(digest) = uploaded(target, &file).await else { return Vec::new() };
        let path = format!("/api/images/{digest}");
        // They never read on.
        let opened = (0..40).map(|_| target.page.open_stream(target.address(), &path));
        join_all(opened).await
    };
    let uploads = join_all((1..9).map(|seed| async move { uploaded(target, &large(seed)).await }));
    let dropped = async {
        for (_, file) in BOMBS.iter() {
            if let Some(digest) = uploaded(target, file).await {
                let part = Part::FormOfPicture { draft: Draft::default(), digest };
                let part = postcard::to_allocvec(&(part,)).unwrap();
                let (path, kind) = ("/api/draw", "application/x-postcard");
                let read = (0..8).map(|_| {
                    target.page.send(target.address(), Method::POST, path, kind, part.clone())
                });
                join_all(read).await;
            }
        }
    };
    // With all others fewer than an address may have open.
    let streams = async {
        let opened = (0..100).map(|_| target.page.open_stream(target.address(), "/api/events"));
        join_all(opened).await
    };
    let webhooks = join_all((0..16).map(|_| {
        let (path, kind) = ("/webhooks/replicate", "application/json");
        target.page.send(target.address(), Method::POST, path, kind, vec![b' '; LARGE])
    }));
    let tools = async {
        let bomb = many(r#"{"a":1},"#);
        let asked = (0..8).map(|_| target.post_with_key("/v1/generations", bomb.clone()));
        join!(join_all(asked), decoders::decode_all(target))
    };
    let ((_, uploads, ..), _) = join!(join5(readers, uploads, dropped, streams, webhooks), tools);
    assert!(uploads.iter().any(Option::is_some), "not one was taken in");
}
