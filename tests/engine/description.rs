//! The OpenAPI description matches the responses: schemathesis sends all requests that it allows.

use std::path::Path;

use tokio::process::Command;

use crate::easel::Easel;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; `script/test all` runs it"]
async fn whatever_is_asked_is_answered_as_described() {
    let easel = Easel::with(&[("EASEL_MODELS", "demo")]).await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(root.join("tests/peers/schemathesis.sh"))
        .args([easel.server.address.as_str(), &easel.key])
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
