//! `easel gen`: pictures from the command line.

use std::{fs, process::Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::{easel::Easel, server::Server};

async fn run(easel: &Easel, folder: &TempDir, key: &str, arguments: &[&str]) -> Output {
    let output = folder.path().join("fox.png");
    let variables = [("EASEL_KEY", key.to_owned()), ("EASEL_URL", easel.server.address.clone())];
    let arguments = [&["gen"], arguments, &["-o", output.to_str().unwrap()]].concat();
    Server::once(Server::binary(), folder.path(), &variables, &arguments).await
}

fn is_picture(folder: &TempDir, name: &str) -> bool {
    fs::read(folder.path().join(name)).is_ok_and(|bytes| bytes.starts_with(b"\x89PNG"))
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_made_from_the_command_line() {
    let (easel, folder) = (Easel::start().await, TempDir::new().unwrap());
    let made = run(&easel, &folder, &easel.key, &["a fox on the line"]).await;
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(is_picture(&folder, "fox.png"));
    assert!(String::from_utf8_lossy(&made.stdout).trim().ends_with("fox.png"));
    assert_eq!(easel.upstream.runs("a fox on the line"), 1);

    let prompts = folder.path().join("prompts.txt");
    fs::write(&prompts, "fox one\n\n  fox two\n").unwrap();
    let file = prompts.to_str().unwrap();
    let made = run(&easel, &folder, &easel.key, &["--prompts", file, "--json"]).await;
    assert!(made.status.success());
    assert!(is_picture(&folder, "fox-1.png") && is_picture(&folder, "fox-2.png"));
    let lines = String::from_utf8(made.stdout).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), lines[1]["prompt"].as_str()), (2, Some("fox two")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_is_said_and_told_by_the_exit_code() {
    let (easel, folder) = (Easel::start().await, TempDir::new().unwrap());
    for (key, arguments, words) in [
        (easel.key.as_str(), &["a broken fox on the line"][..], "may still have run"),
        (&easel.key, &["x", "-m", "no-such-model"], "There is no model"),
        ("sk-easel-wrong", &["x"], "key is wrong"),
    ] {
        let failed = run(&easel, &folder, key, arguments).await;
        let said = String::from_utf8_lossy(&failed.stderr);
        assert_eq!((failed.status.code(), failed.stdout.len()), (Some(1), 0), "{said}");
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(easel.upstream.runs("a broken fox on the line"), 1);
    let away = run(&easel, &folder, "", &["x", "--url", "http://127.0.0.1:9"]).await;
    assert_eq!(away.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&away.stderr).contains("cannot be reached"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_made_where_no_file_can_be_written() {
    let (easel, folder) = (Easel::start().await, TempDir::new().unwrap());
    let place = folder.path().join("missing").join("fox.png");
    let variables = [("EASEL_KEY", easel.key.clone()), ("EASEL_URL", easel.server.address.clone())];
    let arguments = ["gen", "a fox that nobody keeps", "-o", place.to_str().unwrap()];
    let made = Server::once(Server::binary(), folder.path(), &variables, &arguments).await;
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(!made.status.success() && said.contains("fox.png"), "{said}");
    assert_eq!(easel.upstream.runs("a fox that nobody keeps"), 0);
}
