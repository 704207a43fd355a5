//! Reads the map of modules in `docs/ARCHITECTURE.md`.

use std::{collections::BTreeSet, fs, path::Path};

/// One line of the map: some modules, and the rooms that they may import.
pub struct Room {
    pub name: String,
    /// Paths relative to `src`, without `.rs`.
    modules: Vec<String>,
    pub imports: BTreeSet<String>,
}

pub fn rooms(root: &Path) -> Vec<Room> {
    let room = |cells: Vec<Vec<String>>| Room {
        name: cells[0][0].clone(),
        modules: cells[1].clone(),
        imports: cells[2].iter().cloned().collect(),
    };
    table(root, "## The map").into_iter().map(room).collect()
}

impl Room {
    pub fn holds(&self, file: &str) -> bool {
        self.modules.iter().any(|module| is_in(file, module))
    }
}

/// True if `file` is the module, or a file in its folder.
fn is_in(file: &str, module: &str) -> bool {
    let rest = file.strip_prefix(module);
    rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// The backquoted texts in every cell of every line of the table below a heading.
fn table(root: &Path, heading: &str) -> Vec<Vec<Vec<String>>> {
    let text = fs::read_to_string(root.join("docs/ARCHITECTURE.md")).expect("the map is there");
    let (_, section) = text.split_once(heading).expect("the heading is there");
    let lines = section.lines().skip_while(|line| !line.starts_with('|')).skip(2);
    let lines = lines.take_while(|line| line.starts_with('|'));
    let cell = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    lines.map(|line| line.trim_matches('|').split('|').map(cell).collect()).collect()
}
