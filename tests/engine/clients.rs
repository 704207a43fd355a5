//! Pinned releases of real clients. Their scripts are in `clients/`; the tests here count the runs.

use std::path::Path;

use tokio::process::Command;

use crate::easel::Easel;

async fn run(easel: &Easel, kind: &str, script: &str, scenario: &str) {
    run_with(easel, kind, script, &easel.upstream.model(), scenario).await;
}

pub async fn run_with(easel: &Easel, kind: &str, script: &str, model: &str, scenario: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(root.join("tests/peers/clients.sh"))
        .arg(kind)
        .arg(root.join("tests/engine/clients").join(script))
        .args([easel.base().as_str(), &easel.key, model, scenario])
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script} {scenario}: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn openais_client_for_python() {
    let easel = Easel::start().await;
    let script = "openai_client.py";
    for scenario in [
        "models",
        "one",
        "three",
        "address",
        "stream",
        "not_an_editor",
        "wrong",
        "billed",
        "impatient",
    ] {
        run(&easel, "python", script, scenario).await;
    }
    for (prompt, runs) in [
        ("one fox", 1),
        ("three foxes", 3),
        // The client retries by itself, and gets the same error or the same picture each time.
        ("a broken fox", 1),
        ("a slow fox", 1),
    ] {
        assert_eq!(easel.upstream.runs(prompt), runs, "{prompt}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn openais_client_for_node_and_the_ai_sdk() {
    let easel = Easel::start().await;
    for scenario in
        ["one", "stream", "wrong", "billed", "sdk_openai", "sdk_compatible", "sdk_billed"]
    {
        run(&easel, "node", "node_client.mjs", scenario).await;
    }
    for (prompt, runs) in [
        ("a broken fox in Node", 1),
        ("a broken fox of the SDK", 1),
        ("three foxes of the SDK", 3),
        ("two compatible foxes", 2),
    ] {
        assert_eq!(easel.upstream.runs(prompt), runs, "{prompt}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn litellm() {
    let easel = Easel::start().await;
    for scenario in ["one", "wrong", "billed"] {
        run(&easel, "python", "litellm_client.py", scenario).await;
    }
    assert_eq!(easel.upstream.runs("a fox for a proxy"), 2);
    assert_eq!(easel.upstream.runs("a broken fox for a proxy"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn webuiapi() {
    let easel = Easel::start().await;
    run(&easel, "python", "webuiapi_client.py", "all").await;
    assert_eq!(easel.upstream.runs("two foxes of old"), 2);
}
