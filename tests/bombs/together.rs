//! All bombs at once.

use crate::target::Target;

/// What all clients together may bring it to.
const MOST_MIB: u64 = 600;
/// What it may keep of that afterwards; it begins with about 40 in a debug build.
const KEPT_MIB: u64 = 100;

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
    ];
    futures::future::join_all(bombs.map(|(kind, bomb)| target.run(kind, bomb))).await;
    target.survived_within(MOST_MIB).await;
    target.gives_back(KEPT_MIB).await;
}
