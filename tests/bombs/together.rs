//! All bombs at the same time.

use futures::future::join_all;

use crate::{clients, target::Target};

/// The most memory that all clients together may cause.
const MAX_MIB: u64 = 600;
/// The most memory that may remain afterwards; a debug build starts with about 40 MiB.
const KEPT_MIB: u64 = 160;

#[tokio::test(flavor = "multi_thread")]
async fn all_bombs_at_once_are_survived() {
    let target = Target::new().await;
    let bombs = [
        ("hf", "objects"),
        ("hf", "pictures"),
        ("replicate", "pictures"),
        ("space", "edits"),
        ("space", "objects"),
        ("space", "line"),
        ("space", "config"),
        ("space", "shared"),
        ("hf", "decoders"),
    ];
    join_all(bombs.map(|(kind, bomb)| target.run(kind, bomb))).await;
    // Afterwards: one address gets no more than its share of the connections.
    clients::rush(&target).await;
    target.survived_within(MAX_MIB).await;
    target.gives_back(KEPT_MIB).await;
}
