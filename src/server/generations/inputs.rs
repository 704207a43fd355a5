//! The files that a request names: checks that the session owns them, and reads their bytes when
//! its turn has come.

use std::collections::BTreeMap;

use super::Generations;
use crate::{
    error::GenerateError,
    generation::{FileReference, ImageType, InputValue, Request},
    server::{
        budget::{Held, OverBudget},
        provider::InputFile,
        store::SessionId,
    },
};

/// The limit for all files of one request, which stay in memory while it runs.
const MAX_INPUT_BYTES: usize = 64 * 1024 * 1024;

/// The bytes of a request's file inputs, by digest.
pub(super) type Files = BTreeMap<String, InputFile>;

impl Generations {
    /// Checks that the files of a request belong to this session and are still stored.
    pub(super) async fn check_files(
        &self,
        session: &SessionId,
        request: &Request,
    ) -> Result<(), GenerateError> {
        for digest in request.inputs.values().flat_map(stored_files) {
            let content_type = self.0.records.file_of(session, digest).await?;
            content_type.ok_or_else(missing_file)?;
        }
        Ok(())
    }

    /// Reads the files of a request whose turn has come.
    pub(super) async fn files_of(
        &self,
        session: &SessionId,
        request: &Request,
    ) -> Result<Held<Files>, GenerateError> {
        let mut share = self.0.budget.share(MAX_INPUT_BYTES);
        let mut files = Files::new();
        for digest in request.inputs.values().flat_map(stored_files) {
            if files.contains_key(digest) {
                continue;
            }
            let content_type = self.0.records.file_of(session, digest).await?;
            let content_type = content_type.ok_or_else(missing_file)?;
            let name = match ImageType::of_mime(&content_type) {
                Some(_) => None,
                None => self.0.records.upload_name(session, digest).await?,
            };
            // Whoever waits for room holds nothing of it yet.
            let length = self.0.images.length(digest).await?;
            share.grow(length).await.map_err(|error| match error {
                OverBudget::Limit { limit } => rejected(format!(
                    "the files of a request may have {} MiB together",
                    limit / 1024 / 1024
                )),
                OverBudget::Busy => error.into(),
            })?;
            let bytes = self.0.images.get(digest).await?.ok_or_else(missing_file)?;
            files.insert(digest.to_owned(), InputFile { bytes, content_type, name });
        }
        Ok(Held { value: files, share })
    }
}

fn missing_file() -> GenerateError {
    rejected("a file that the request names is no longer here; choose it again".to_owned())
}

fn rejected(detail: String) -> GenerateError {
    GenerateError::InputRejected { fields: Vec::new(), detail }
}

fn stored_files(value: &InputValue) -> Vec<&str> {
    match value {
        InputValue::File(FileReference::Stored(digest)) => vec![digest],
        InputValue::List(items) => items.iter().flat_map(stored_files).collect(),
        _ => Vec::new(),
    }
}
