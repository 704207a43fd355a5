//! The prices of models, from a file that the operator wrote.

use std::{fs::File, io::Read};

use super::{ConfigError, error, values::Texts};
use crate::server::money::PriceList;

const VARIABLE: &str = "EASEL_PRICES";

/// The largest file of prices.
const LARGEST_FILE_BYTES: u64 = 256 * 1024;

pub(super) fn read(texts: &Texts<'_>) -> Result<PriceList, ConfigError> {
    let Some(path) = texts.get(VARIABLE) else { return Ok(PriceList::default()) };
    let mut text = String::new();
    let read =
        File::open(&path).and_then(|file| file.take(LARGEST_FILE_BYTES).read_to_string(&mut text));
    read.map_err(|problem| error(VARIABLE, format!("cannot be read from {path}: {problem}")))?;
    PriceList::parse(&text).map_err(|problem| error(VARIABLE, problem.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::Config;

    fn config(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prices");
        std::fs::write(&path, text).unwrap();
        Config::read(|name| (name == VARIABLE).then(|| path.display().to_string()))
    }

    #[test]
    fn prices_stand_in_a_file() {
        let prices = config("currency EUR\ndemo 0.02 image\n").unwrap().prices;
        assert_eq!((prices.entries.len(), prices.currency.unwrap().code()), (1, "EUR"));
        assert!(Config::read(|_| None).unwrap().prices.entries.is_empty());
    }

    #[test]
    fn a_wrong_line_keeps_the_server_from_starting() {
        let wrong = config("currency EUR\ndemo free\n").unwrap_err();
        assert_eq!(wrong.variable, VARIABLE);
        assert!(wrong.problem.contains("line 2"), "{wrong}");
        let missing = Config::read(|name| (name == VARIABLE).then(|| "/nowhere".to_owned()));
        assert_eq!(missing.unwrap_err().variable, VARIABLE);
    }
}
