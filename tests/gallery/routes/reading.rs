//! Reads from the server's source which routes there are, by the calls of `.route(…)` and
//! `utoipa::path(…)`, and what can be asked of them.

use std::{collections::BTreeSet, fs, path::Path};

const METHODS: [&str; 6] = ["get", "post", "put", "delete", "patch", "any"];

/// Method and path of every route. A path that is not a literal is represented by its expression.
pub fn routes(root: &Path) -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for folder in ["src/server/router", "src/server/doors"] {
        read_folder(&root.join(folder), &mut routes);
    }
    for file in ["src/server/router.rs", "src/server/doors.rs"] {
        read(&root.join(file), &mut routes);
    }
    read_folder(&root.join("src/server/provider"), &mut routes);
    routes
}

/// The names of the variants of the `enum` called `list`.
pub fn variants(file: &Path, list: &str) -> Vec<String> {
    let file = syn::parse_file(&fs::read_to_string(file).unwrap()).unwrap();
    let enums = file.items.iter().filter_map(|item| match item {
        syn::Item::Enum(found) if found.ident == list => Some(found),
        _ => None,
    });
    enums.flat_map(|found| &found.variants).map(|variant| variant.ident.to_string()).collect()
}

fn read_folder(folder: &Path, routes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => read_folder(&path, routes),
            false => read(&path, routes),
        }
    }
}

fn read(path: &Path, routes: &mut BTreeSet<String>) {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    // Only axum routers: the other `.route` calls are requests to apps.
    if text.contains("Router::new()") {
        for (at, start) in text.match_indices(".route(") {
            let call = until_closed(&text[at + start.len()..]);
            let (place, handlers) = call.split_once(',').unwrap();
            let methods = METHODS.iter().filter(|method| is_called(handlers, method));
            let place = place.trim().trim_matches('"');
            let found: Vec<_> =
                methods.map(|method| format!("{} {place}", method.to_uppercase())).collect();
            assert!(!found.is_empty(), "{}: {call}", path.display());
            routes.extend(found);
        }
    }
    for (at, start) in text.match_indices("#[utoipa::path(") {
        let call = until_closed(&text[at + start.len()..]);
        let method = call.trim().split(',').next().unwrap().trim();
        let place = call.split("path = \"").nth(1).unwrap().split('"').next().unwrap();
        routes.insert(format!("{} {place}", method.to_uppercase()));
    }
}

/// True if a function with exactly this name is called.
fn is_called(text: &str, name: &str) -> bool {
    text.match_indices(&format!("{name}(")).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_')
    }) || name == "get" && text.contains("nothing()")
}

fn until_closed(text: &str) -> &str {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => return &text[..at],
            ')' => depth -= 1,
            _ => {}
        }
    }
    text
}
