//! The replacements in `[patch.crates-io]` must really be built. When a new release of another
//! crate requires a later version, Cargo only warns and builds the original.

use std::{fs, path::Path};

#[test]
fn every_patch_is_built_in_the_place_of_its_crate() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let (_, patches) = manifest.split_once("[patch.crates-io]\n").expect("there are patches");
    let patches = patches.lines().take_while(|line| !line.is_empty());
    let names: Vec<_> = patches.filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
    assert!(!names.is_empty(), "patches were found");

    let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap();
    assert!(!lock.contains("[[patch.unused]]"), "Cargo.lock lists a patch that nothing uses");
    for name in names {
        let line = format!("name = \"{name}\"");
        let packages = lock.split("[[package]]").filter(|package| package.contains(&line));
        let packages: Vec<_> = packages.collect();
        let [package] = packages[..] else { panic!("{name} is built {} times", packages.len()) };
        assert!(!package.contains("\nsource ="), "{name} comes from elsewhere: {package}");
    }
}
