//! Reads the modules of `src/` and which files they import: in `use` lines, and in paths that start
//! with `crate`, `self` or `super`. Code that is compiled for tests only is left out, because tests
//! may import anything. The bodies of macros are not read.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::{
    Attribute, Item, ItemMod, ItemUse, UseTree, Visibility,
    visit::{self, Visit},
};

/// The parts of a path, from the crate's root down: `["generation", "draft"]`.
type Names = Vec<String>;

/// How many re-exports to follow before a name reaches its own file.
const MAX_EXPORTS: u32 = 8;

/// All modules that a `mod` line reaches from `lib.rs`.
#[derive(Default)]
pub struct Modules {
    modules: BTreeMap<Names, Module>,
}

/// What some code names, wherever it stands.
pub struct Named {
    /// Imports and paths, from left to right.
    pub paths: Vec<Names>,
    pub methods: Vec<String>,
}

/// What `text` names outside of code that is compiled for tests only.
pub fn named(text: &str) -> Named {
    let mut module = Module::default();
    for item in &syn::parse_file(text).unwrap().items {
        module.visit_item(item);
    }
    Named { paths: module.named, methods: module.methods }
}

#[derive(Default)]
struct Module {
    /// The file, relative to `src`.
    file: String,
    named: Vec<Names>,
    /// The methods that are called.
    methods: Vec<String>,
    exports: BTreeMap<String, Names>,
}

impl Modules {
    pub fn read(src: &Path) -> Self {
        let mut modules = Self::default();
        modules.read_file(src, &src.join("lib.rs"), src.to_owned(), Vec::new());
        modules
    }

    /// The files that each file imports, as paths relative to `src`.
    pub fn arrows(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut arrows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (path, module) in &self.modules {
            let named = arrows.entry(&module.file).or_default();
            let files = module.named.iter().filter_map(|names| self.file_of(path, names, 0));
            named.extend(files.filter(|file| *file != module.file));
        }
        arrows
    }

    fn read_file(&mut self, src: &Path, path: &Path, folder: PathBuf, names: Names) {
        let text =
            fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let file =
            syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let relative = path.strip_prefix(src).unwrap().to_str().unwrap().replace('\\', "/");
        self.read_items(src, &relative, folder, names, &file.items);
    }

    fn read_items(
        &mut self,
        src: &Path,
        file: &str,
        folder: PathBuf,
        names: Names,
        items: &[Item],
    ) {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        for item in items {
            module.visit_item(item);
        }
        self.modules.insert(names.clone(), module);
        for item in items {
            let Item::Mod(ItemMod { attrs, ident, content, .. }) = item else { continue };
            if is_for_tests(attrs) {
                continue;
            }
            let (name, mut inner) = (ident.to_string(), names.clone());
            inner.push(name.clone());
            match content {
                Some((_, items)) => self.read_items(src, file, folder.join(name), inner, items),
                None => {
                    let path = folder.join(format!("{name}.rs"));
                    self.read_file(src, &path, folder.join(name), inner);
                }
            }
        }
    }

    /// The file that defines the path `names`, as seen from the module `at`; `None` for other
    /// crates.
    fn file_of(&self, at: &[String], names: &[String], exports: u32) -> Option<&str> {
        let mut module = match names.first()?.as_str() {
            "crate" => Vec::new(),
            "self" | "super" => at.to_vec(),
            child => {
                let path = [at, &[child.to_owned()]].concat();
                return self
                    .modules
                    .contains_key(&path)
                    .then(|| self.walk(path, &names[1..], exports))?;
            }
        };
        let mut rest = names;
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" | "self" => {}
                "super" => _ = module.pop(),
                _ => break,
            }
            rest = others;
        }
        self.walk(module, rest, exports)
    }

    fn walk(&self, mut module: Names, names: &[String], exports: u32) -> Option<&str> {
        for (at, name) in names.iter().enumerate() {
            module.push(name.clone());
            if self.modules.contains_key(&module) {
                continue;
            }
            module.pop();
            let here = &self.modules[&module];
            if exports == MAX_EXPORTS {
                break;
            }
            if let Some(target) = here.exports.get(name) {
                let target = [target, &names[at + 1..]].concat();
                return self.file_of(&module, &target, exports + 1).or(Some(&here.file));
            }
            break;
        }
        self.modules.get(&module).map(|module| module.file.as_str())
    }
}

impl Visit<'_> for Module {
    fn visit_item(&mut self, item: &Item) {
        // An inline module is read separately, with its own names.
        if !matches!(item, Item::Mod(_)) && !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &syn::ImplItem) {
        let attributes: &[Attribute] = match item {
            syn::ImplItem::Fn(function) => &function.attrs,
            syn::ImplItem::Const(constant) => &constant.attrs,
            _ => &[],
        };
        if !is_for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &ItemUse) {
        let is_export = !matches!(item.vis, Visibility::Inherited);
        let mut found = Vec::new();
        flatten(&item.tree, Vec::new(), &mut found);
        for (name, names) in found {
            if is_export {
                self.exports.extend(name.map(|name| (name, names.clone())));
            }
            self.named.push(names);
        }
    }

    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        self.methods.push(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let names: Names = path.segments.iter().map(|part| part.ident.to_string()).collect();
        if names.len() > 1 && path.leading_colon.is_none() {
            self.named.push(names);
        }
        visit::visit_path(self, path);
    }
}

/// The names that a `use` tree brings into scope (`None` for a glob), each with its path.
fn flatten(tree: &UseTree, mut before: Names, found: &mut Vec<(Option<String>, Names)>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, found);
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, before.clone(), found);
            }
        }
        UseTree::Glob(_) => found.push((None, before)),
        UseTree::Name(name) if name.ident == "self" => found.push((before.last().cloned(), before)),
        UseTree::Name(name) => {
            before.push(name.ident.to_string());
            found.push((Some(name.ident.to_string()), before));
        }
        UseTree::Rename(rename) => {
            if rename.ident != "self" {
                before.push(rename.ident.to_string());
            }
            found.push((Some(rename.rename.to_string()), before));
        }
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
