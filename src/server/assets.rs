//! Where the files of the page are, under their hashed names.

use std::{collections::HashMap, fs, path::Path};

use leptos::config::LeptosOptions;

/// The names that the build gave to the files of the page.
pub struct Assets {
    hashes: HashMap<String, String>,
    name: String,
    folder: String,
}

impl Assets {
    /// Reads the list of hashes that the build left beside the binary. Without one the files
    /// have their plain names.
    pub fn find(options: &LeptosOptions) -> Self {
        let list = hash_file(options).and_then(|path| fs::read_to_string(path).ok());
        let hashes = list
            .unwrap_or_default()
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(kind, hash)| (kind.trim().to_owned(), hash.trim().to_owned()))
            .collect();
        Self {
            hashes,
            name: options.output_name.to_string(),
            folder: options.site_pkg_dir.to_string(),
        }
    }

    /// True when the build hashed the names, so that the files never change.
    pub fn are_hashed(&self) -> bool {
        !self.hashes.is_empty()
    }

    /// The address of the style sheet.
    pub fn style_sheet(&self) -> String {
        match self.hashes.get("css") {
            Some(hash) => format!("/{}/{}.{hash}.css", self.folder, self.name),
            None => format!("/{}/{}.css", self.folder, self.name),
        }
    }
}

/// Whether the build that this binary belongs to hashed the names.
pub fn has_hash_file(options: &LeptosOptions) -> bool {
    hash_file(options).is_some_and(|path| path.exists())
}

/// Whether the folder with the page's script and style is there.
pub fn has_package(options: &LeptosOptions) -> bool {
    Path::new(&*options.site_root).join(&*options.site_pkg_dir).is_dir()
}

fn hash_file(options: &LeptosOptions) -> Option<std::path::PathBuf> {
    let binary = std::env::current_exe().ok()?;
    Some(binary.parent().unwrap_or(Path::new(".")).join(options.hash_file.as_ref()))
}
