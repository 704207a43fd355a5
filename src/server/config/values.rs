//! Parses the values of variables: unset values, lists, numbers, and secrets in files.

use std::{fs::File, io::Read};

use url::Url;

use super::{ConfigError, Secret, error};

/// The environment, by name.
pub(super) struct Texts<'a>(pub &'a dyn Fn(&str) -> Option<String>);

/// The largest file with a secret.
const LARGEST_FILE_BYTES: u64 = 64 * 1024;

impl Texts<'_> {
    /// The value of `variable`; an empty one counts as unset.
    pub fn get(&self, variable: &str) -> Option<String> {
        (self.0)(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// [`secret_text`](Self::secret_text) as a [`Secret`].
    pub fn secret(&self, variable: &'static str) -> Result<Option<Secret>, ConfigError> {
        Ok(self.secret_text(variable)?.map(Secret::new))
    }

    /// The value of `variable`, or the content of the file named by `variable` with the suffix
    /// `_FILE`.
    ///
    /// # Errors
    ///
    /// When both variables are set, or the file cannot be read.
    pub fn secret_text(&self, variable: &'static str) -> Result<Option<String>, ConfigError> {
        let Some(path) = self.get(&format!("{variable}_FILE")) else {
            return Ok(self.get(variable));
        };
        if self.get(variable).is_some() {
            return Err(error(variable, "is set and names a file too: keep one of them"));
        }
        let mut text = String::new();
        let read = File::open(&path)
            .and_then(|file| file.take(LARGEST_FILE_BYTES).read_to_string(&mut text));
        read.map_err(|problem| error(variable, format!("cannot be read from {path}: {problem}")))?;
        Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
    }

    /// The entries of a comma-separated list.
    ///
    /// # Errors
    ///
    /// The first error of `parse`.
    pub fn list<T>(
        &self,
        variable: &str,
        parse: impl Fn(&str) -> Result<T, ConfigError>,
    ) -> Result<Vec<T>, ConfigError> {
        list(&self.get(variable).unwrap_or_default()).map(parse).collect()
    }

    /// The value of `variable` as a number.
    ///
    /// # Errors
    ///
    /// When the value is not a whole number.
    pub fn number(&self, variable: &'static str, default: u32) -> Result<u32, ConfigError> {
        match self.get(variable) {
            None => Ok(default),
            Some(value) => value.parse().map_err(|_| error(variable, "must be a whole number")),
        }
    }
}

/// The entries of a comma-separated value.
pub(super) fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

/// On unless the value is `off`.
pub(super) fn switch(
    text: &impl Fn(&'static str) -> Option<String>,
    variable: &'static str,
) -> Result<bool, ConfigError> {
    match text(variable).as_deref() {
        None | Some("on") => Ok(true),
        Some("off") => Ok(false),
        Some(_) => Err(error(variable, "must be on or off")),
    }
}

/// A whole number from 1 to 10,000.
pub(super) fn number_or(
    text: &impl Fn(&'static str) -> Option<String>,
    variable: &'static str,
    default: usize,
) -> Result<usize, ConfigError> {
    let Some(value) = text(variable) else { return Ok(default) };
    let number = value.parse().ok().filter(|number| (1..=10_000).contains(number));
    number.ok_or_else(|| error(variable, "must be a whole number from 1 to 10000"))
}

pub(super) fn parse_url(variable: &'static str, value: &str) -> Result<Url, ConfigError> {
    value.parse().map_err(|_| error(variable, "is not an address"))
}

pub(super) fn parse_origin(variable: &'static str, value: &str) -> Result<Url, ConfigError> {
    let url = parse_url(variable, value)?;
    let is_web = matches!(url.scheme(), "http" | "https");
    // No wildcard means anything here, and no request would match a query.
    let names_one = url.host_str().is_some_and(|host| !host.is_empty() && !host.contains('*'));
    let is_plain = url.username().is_empty() && url.query().is_none() && url.fragment().is_none();
    if is_web && names_one && is_plain {
        Ok(url)
    } else {
        Err(error(variable, "must hold http or https origins, like http://127.0.0.1:7860"))
    }
}

/// A base URL that paths are joined to; a trailing slash does not matter.
pub(super) fn origin_or(
    text: &impl Fn(&'static str) -> Option<String>,
    variable: &'static str,
    default: &str,
) -> Result<Url, ConfigError> {
    let value = text(variable).unwrap_or_else(|| default.to_owned());
    parse_origin(variable, value.trim_end_matches('/'))
}
