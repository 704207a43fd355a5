//! The files of the page: in the binary of a release, in a folder during development.
//!
//! `HashedStylesheet` of Leptos reads the names of hashed files from a folder beside the binary;
//! the release has none, so the names come from the embedded files.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use axum::http::HeaderValue;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use include_dir::{Dir, DirEntry, File};
use leptos::config::LeptosOptions;
use sha2::{Digest, Sha256};

use super::encodings::Encoding;

/// The name of the script and the style sheet, without hash and extension.
const NAME: &str = "easel";

/// The same for the mask painter, which a page loads on first use.
const PAINTER: &str = "painter";

/// The folder of compiled files, below the root of the site.
const PACKAGE: &str = "pkg";

/// The files of the page, with their names.
#[derive(Debug)]
pub struct Assets {
    pub(super) place: AssetSource,
    script: String,
    style: String,
    painter: Painter,
}

/// The URLs of the mask painter.
#[derive(Clone, Debug)]
pub struct Painter {
    pub script: String,
    pub style: String,
}

#[derive(Debug)]
pub(super) enum AssetSource {
    Folder(PathBuf),
    Binary(HashMap<&'static str, Embedded>),
}

/// A file in the binary, and how it may be sent.
#[derive(Debug)]
pub(super) struct Embedded {
    pub plain: &'static [u8],
    /// The same, compressed at build time.
    pub compressed: Vec<(Encoding, &'static [u8])>,
    pub content_type: HeaderValue,
    /// The digest of the uncompressed bytes.
    pub digest: String,
    /// True when the name contains a hash of the bytes.
    pub is_hashed: bool,
}

impl Assets {
    /// The files in the folder that the options name, where a development build puts them.
    pub fn in_folder(options: &LeptosOptions) -> Self {
        let root = PathBuf::from(&*options.site_root);
        let listed = fs::read_dir(root.join(&*options.site_pkg_dir)).into_iter().flatten();
        let names: Vec<_> =
            listed.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        Self::named(AssetSource::Folder(root), names.iter().map(String::as_str))
    }

    /// The files that the build embedded in the binary. Names ending in `.br` and `.gz` are
    /// compressed forms of the others.
    pub fn in_binary(site: &'static Dir<'static>) -> Self {
        let mut files = HashMap::new();
        collect(site, &mut files);
        let names = files.keys().filter_map(|path| path.strip_prefix("pkg/"));
        let names: Vec<_> = names.collect();
        Self::named(AssetSource::Binary(files), names.into_iter())
    }

    fn named<'a>(place: AssetSource, names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let found = |name: &str, extension: &str| {
            names.clone().find(|found| is_called(found, name, extension)).map(str::to_owned)
        };
        let stem = |extension: &str| {
            let found = found(NAME, extension);
            let stem = found.as_deref().and_then(|name| name.strip_suffix(extension));
            stem.unwrap_or(NAME).to_owned()
        };
        // During development it is beside its source.
        let painter = |extension: &str| match found(PAINTER, extension) {
            Some(name) => format!("/{PACKAGE}/{name}"),
            None => format!("/{PAINTER}{extension}"),
        };
        let (script, style) = (stem(".js"), stem(".css"));
        let painter = Painter { script: painter(".js"), style: painter(".css") };
        Self { script, style, painter, place }
    }

    /// The URLs of the mask painter.
    pub fn painter(&self) -> &Painter {
        &self.painter
    }

    /// The name of the script without its extension, shared with the WASM file.
    pub fn script_name(&self) -> &str {
        &self.script
    }

    /// The URL of the style sheet.
    pub fn style_sheet(&self) -> String {
        format!("/{PACKAGE}/{}.css", self.style)
    }

    /// The contents of the style sheet, where it is in the binary.
    pub fn style(&self) -> Option<&'static str> {
        let AssetSource::Binary(files) = &self.place else { return None };
        let file = files.get(format!("{PACKAGE}/{}.css", self.style).as_str())?;
        std::str::from_utf8(file.plain).ok()
    }

    /// True when the build hashed the names, so that the files in the package never change.
    pub(super) fn are_hashed(&self) -> bool {
        self.script != NAME
    }

    /// Describes where the files are; an error says what is missing and what to do.
    ///
    /// # Errors
    ///
    /// When the script is missing, because the page is unusable without it.
    pub fn found(&self) -> Result<String, String> {
        match &self.place {
            AssetSource::Binary(files) => Ok(format!("{} files in the binary", files.len())),
            AssetSource::Folder(root) => {
                let script = root.join(PACKAGE).join(format!("{}.js", self.script));
                let root = root.display();
                if script.is_file() {
                    return Ok(format!("files in the folder {root}"));
                }
                Err(format!(
                    "the page's files are not in {root}, and this build of Easel does not contain \
                     them: build with script/build, or set LEPTOS_SITE_ROOT"
                ))
            }
        }
    }
}

/// Matches `easel.js` or `easel.HASH.js`.
fn is_called(found: &str, name: &str, extension: &str) -> bool {
    found
        .strip_prefix(name)
        .and_then(|rest| rest.strip_suffix(extension))
        .is_some_and(|hash| hash.is_empty() || hash.starts_with('.'))
}

fn collect(folder: &'static Dir<'static>, files: &mut HashMap<&'static str, Embedded>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(folder) => collect(folder, files),
            DirEntry::File(file) => {
                let path = file.path().to_str().filter(|path| Encoding::of_file(path).is_none());
                if let Some(path) = path {
                    files.insert(path, embedded(path, file, folder));
                }
            }
        }
    }
}

fn embedded(
    path: &'static str,
    file: &'static File<'static>,
    folder: &'static Dir<'static>,
) -> Embedded {
    let plain = file.contents();
    let name = file.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let compressed = Encoding::ALL.into_iter().filter_map(|encoding| {
        let other = format!("{path}{}", encoding.extension());
        let found = folder.files().find(|file| file.path() == Path::new(&other))?;
        Some((encoding, found.contents()))
    });
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let in_package = path.starts_with("pkg/");
    let hash = [NAME, PAINTER].iter().find_map(|known| name.strip_prefix(known)?.strip_prefix('.'));
    let hash = hash.and_then(|rest| rest.split_once('.')).map(|(hash, _)| hash);
    Embedded {
        plain,
        compressed: compressed.collect(),
        content_type: HeaderValue::from_str(kind.as_ref())
            .unwrap_or(HeaderValue::from_static("application/octet-stream")),
        is_hashed: in_package && hash.is_some(),
        digest: match hash {
            Some(hash) if in_package => hash.to_owned(),
            _ => BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(plain)[..16]),
        },
    }
}
