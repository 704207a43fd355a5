//! Checks `docs/ARCHITECTURE.md` against the code: every import is an arrow of the map, every arrow
//! is an import, and no two files import each other in a loop.

mod map;
mod modules;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use self::{map::Room, modules::Modules};

/// These files only list modules; they import none.
const LISTS: [&str; 2] = ["lib.rs", "server.rs"];

type Arrows<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_import_is_an_arrow_of_the_map() {
    let modules = Modules::read(&root().join("src"));
    let rooms = map::rooms(root());
    let mut wrong = BTreeSet::new();
    for (file, imports) in modules.arrows() {
        if LISTS.contains(&file) {
            continue;
        }
        let Some(from) = room_of(&rooms, file) else {
            wrong.insert(format!("{file} is in no room"));
            continue;
        };
        for imported in imports {
            match room_of(&rooms, imported) {
                Some(to) if from.name == to.name || from.imports.contains(&to.name) => {}
                Some(to) => {
                    _ = wrong
                        .insert(format!("{} -> {}: {file} imports {imported}", from.name, to.name))
                }
                None => _ = wrong.insert(format!("{imported} is in no room")),
            }
        }
    }
    assert!(wrong.is_empty(), "not on the map of docs/ARCHITECTURE.md: {wrong:#?}");
}

/// Routes, doors and views must call the services instead.
#[test]
fn no_route_and_no_view_touches_rows_or_the_store_of_files() {
    let mut wrong = Vec::new();
    let mut folders = ["src/server/router", "src/server/doors", "src/app"]
        .map(|folder| root().join(folder))
        .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_code = path.extension().is_some_and(|ending| ending == "rs");
            if path.is_dir() {
                // Tests may look behind the services.
                if path.file_name().is_some_and(|name| name != "tests") {
                    folders.push(path);
                }
            } else if is_code && touches_the_store(&std::fs::read_to_string(&path).unwrap()) {
                wrong.push(path);
            }
        }
    }
    wrong.retain(|path| path.file_name().is_some_and(|name| name != "tests.rs"));
    assert!(wrong.is_empty(), "these ask the store itself: {wrong:#?}");
}

#[test]
fn the_store_is_found_in_calls_and_imports_and_not_in_tests() {
    for text in [
        "fn row() { state.records().get(id) }",
        "fn file() { state.images().get(digest) }",
        "use crate::server::{state::AppState, store::{Images, StoreError}};",
        "use crate::server::store::Records;",
        "fn row(records: &crate::server::store::Records) {}",
    ] {
        assert!(touches_the_store(text), "{text}");
    }
    for text in [
        "fn images() {} fn seeds() { images().map(seed_of) }",
        "use crate::server::store::{Record, StoreError}; struct Images;",
        "#[cfg(test)] mod tests { use crate::server::store::{Images, Records}; }",
    ] {
        assert!(!touches_the_store(text), "{text}");
    }
}

#[test]
fn every_arrow_of_the_map_is_an_import() {
    let modules = Modules::read(&root().join("src"));
    let rooms = map::rooms(root());
    let arrows = modules.arrows();
    let mut unused = Vec::new();
    for room in &rooms {
        let imported: BTreeSet<_> = arrows
            .iter()
            .filter(|(file, _)| room.holds(file))
            .flat_map(|(_, imports)| imports)
            .filter_map(|file| room_of(&rooms, file))
            .map(|room| room.name.clone())
            .collect();
        unused
            .extend(room.imports.difference(&imported).map(|to| format!("{} -> {to}", room.name)));
    }
    assert!(unused.is_empty(), "take off the map of docs/ARCHITECTURE.md: {unused:#?}");
}

#[test]
fn no_files_import_each_other_in_a_loop() {
    let modules = Modules::read(&root().join("src"));
    let loops = loops(&between_modules(&modules.arrows()));
    assert!(loops.is_empty(), "these files import each other in loops: {loops:#?}");
}

#[test]
fn every_link_of_the_papers_leads_to_a_file() {
    let mut papers = vec!["README.md".into(), "CONTRIBUTING.md".into(), "SECURITY.md".into()];
    let docs = std::fs::read_dir(root().join("docs")).unwrap();
    papers.extend(docs.map(|entry| Path::new("docs").join(entry.unwrap().file_name())));
    papers.retain(|paper: &PathBuf| paper.extension().is_some_and(|extension| extension == "md"));
    let mut broken = Vec::new();
    for paper in papers {
        let text = std::fs::read_to_string(root().join(&paper)).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        let is_file = |link: &&str| !link.is_empty() && !link.contains(':');
        let folder = root().join(&paper).parent().unwrap().to_owned();
        let missing = links.filter(is_file).filter(|link| !folder.join(link).exists());
        broken.extend(missing.map(|link| format!("{}: {link}", paper.display())));
    }
    assert!(broken.is_empty(), "links that lead nowhere: {broken:#?}");
}

#[test]
fn a_loop_is_found_through_re_exports_and_not_through_tests() {
    let src = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(src.path().join(name), text).unwrap();
    std::fs::create_dir(src.path().join("a")).unwrap();
    write("lib.rs", "mod a; mod b; mod c; mod d;");
    write("a.rs", "mod inner; pub use inner::Inner; use crate::b::B;");
    write("a/inner.rs", "use super::A; pub struct Inner(crate::d::D);");
    write("b.rs", "use crate::{c::C, d::{self, D}}; pub struct B;");
    write(
        "c.rs",
        "#[cfg(test)] mod tests { use crate::b::B; } #[cfg(test)] use crate::b::B; pub struct C;",
    );
    write("d.rs", "fn d() { crate::a::Inner::new() }");
    let modules = Modules::read(src.path());
    let arrows = modules.arrows();
    assert_eq!(arrows["a.rs"], BTreeSet::from(["a/inner.rs", "b.rs"]));
    assert_eq!(arrows["c.rs"], BTreeSet::new());
    assert_eq!(arrows["d.rs"], BTreeSet::from(["a/inner.rs"]));
    let loops = loops(&between_modules(&arrows));
    assert_eq!(loops, BTreeSet::from([BTreeSet::from(["a/inner.rs", "d.rs"])]));
}

/// Whether code that is not only for tests asks for the rows or the files of the store, or names
/// their types.
fn touches_the_store(text: &str) -> bool {
    let named = modules::named(text);
    let is_store = |names: &Vec<String>| {
        let mut pairs = names.windows(2);
        pairs.any(|pair| pair[0] == "store" && ["Records", "Images"].contains(&pair[1].as_str()))
    };
    named.paths.iter().any(is_store)
        || named.methods.iter().any(|name| ["records", "images"].contains(&name.as_str()))
}

fn room_of<'a>(rooms: &'a [Room], file: &str) -> Option<&'a Room> {
    rooms.iter().find(|room| room.holds(file))
}

/// The arrows, without those from a file to the module that it is a part of: `run/log.rs` may use
/// what `run.rs` defines.
fn between_modules<'a>(arrows: &Arrows<'a>) -> Arrows<'a> {
    let is_part = |file: &str, of: &str| {
        of.strip_suffix(".rs")
            .and_then(|of| file.strip_prefix(of))
            .is_some_and(|rest| rest.starts_with('/'))
    };
    let imports = |from: &str, imports: &BTreeSet<&'a str>| {
        imports.iter().copied().filter(|to| !is_part(from, to)).collect()
    };
    arrows.iter().map(|(from, to)| (*from, imports(from, to))).collect()
}

/// The groups of files that import each other, directly or through others.
fn loops<'a>(arrows: &Arrows<'a>) -> BTreeSet<BTreeSet<&'a str>> {
    let reached: BTreeMap<_, _> =
        arrows.keys().map(|file| (*file, reached_from(arrows, file))).collect();
    let group = |file: &&'a str| -> BTreeSet<&'a str> {
        let others = reached[file]
            .iter()
            .filter(|other| reached.get(*other).is_some_and(|back| back.contains(file)));
        others.copied().collect()
    };
    arrows.keys().map(group).filter(|group| !group.is_empty()).collect()
}

fn reached_from<'a>(arrows: &Arrows<'a>, file: &str) -> BTreeSet<&'a str> {
    let (mut reached, mut next) = (BTreeSet::new(), vec![file]);
    while let Some(file) = next.pop() {
        for imported in arrows.get(file).into_iter().flatten() {
            if reached.insert(*imported) {
                next.push(imported);
            }
        }
    }
    reached
}
