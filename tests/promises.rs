//! The promises in SECURITY.md and the attacks in docs/attacks.md name tests; these tests check
//! that they exist.

use std::{
    fs,
    path::{Path, PathBuf},
};

#[test]
fn every_promise_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let table =
        text.split("## Promises").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
    check("SECURITY.md", table, 30);
}

#[test]
fn every_attack_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/attacks.md")).unwrap();
    let is_bare = |line: &&str| {
        line.starts_with("| ") && !line.ends_with("` |") && line.matches('`').count() < 2
    };
    let bare: Vec<_> =
        text.lines().filter(is_bare).filter(|line| !line.starts_with("| attack")).collect();
    assert!(bare.is_empty(), "an attack without a test: {bare:#?}");
    check("docs/attacks.md", &text, 60);
}

/// Asserts that `table`, in the file `name`, names at least `least` tests, and that all of them
/// exist.
fn check(name: &str, table: &str, least: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    let mut folders = vec![root.join("src"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources += &fs::read_to_string(path).unwrap();
            }
        }
    }
    let quoted = table.split('`').skip(1).step_by(2);
    let is_test = |name: &&str| {
        name.contains('_')
            && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
            && !name.starts_with("EASEL")
    };
    let named: Vec<_> = quoted.filter(is_test).collect();
    assert!(named.len() > least, "the table is there");
    let lines: Vec<_> = sources.lines().collect();
    let missing: Vec<_> = named.into_iter().filter(|name| !is_tested(&lines, name)).collect();
    assert!(missing.is_empty(), "{name} names tests that are not there: {missing:#?}");
    let is_file = |name: &&str| name.starts_with("script/") || name.ends_with(".spec.ts");
    let files = table.split('`').skip(1).step_by(2).filter(is_file);
    let files = files.filter_map(|command| command.split(' ').next());
    let missing: Vec<_> = files.filter(|file| !root.join(file).is_file()).collect();
    assert!(missing.is_empty(), "{name} names files that are not there: {missing:#?}");
}

/// Whether a function of this name stands in `lines` and is a test that runs.
fn is_tested(lines: &[&str], name: &str) -> bool {
    let begin = format!("fn {name}()");
    let is_it = |line: &&str| line.trim_start_matches("async ").starts_with(&begin);
    let mut found = lines.iter().enumerate().filter(|(_, line)| is_it(&line.trim_start()));
    found.any(|(at, _)| {
        let above = lines[..at].iter().rev().map(|line| line.trim());
        let mut above = above.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        above.any(|line| line == "#[test]" || line.starts_with("#[tokio::test"))
    })
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}
