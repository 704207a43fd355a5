//! The stored files: whose they are, what they contain, and how new ones arrive.

mod named;
mod reading;

use std::collections::BTreeMap;

use super::{
    budget::Budget,
    clock::now_ms,
    store::{Images, Incoming, NoRoom, Records, SessionId, StoreError},
};
use crate::generation::ImageType;

/// Pictures and other files, uploaded or made. Cheap to clone. Its methods fail when the store does.
#[derive(Clone)]
pub struct Files {
    records: Records,
    images: Images,
}

/// An uploaded file whose bytes are stored already.
#[derive(Debug)]
pub struct StoredUpload<'a> {
    pub digest: &'a str,
    pub content_type: &'a str,
    /// The file name, for files that are not pictures.
    pub name: Option<&'a str>,
    pub bytes: u64,
    /// The recipe in the file's metadata, read before the file was cleaned; see
    /// [`recipes::told`](crate::server::recipes::told).
    pub recipe: Option<&'a str>,
}

impl Files {
    pub fn new(records: Records, images: Images) -> Self {
        Self { records, images }
    }

    /// The content type of a file that `session` made or uploaded; `None` when it did neither.
    pub async fn type_of(
        &self,
        session: &SessionId,
        digest: &str,
    ) -> Result<Option<String>, StoreError> {
        self.records.file_of(session, digest).await
    }

    /// The file names that `session` gave to the files `digests`.
    pub async fn names_of(
        &self,
        session: &SessionId,
        digests: &[&str],
    ) -> Result<BTreeMap<String, String>, StoreError> {
        let mut names = BTreeMap::new();
        for digest in digests {
            if let Some(name) = self.records.upload_name(session, digest).await? {
                names.insert((*digest).to_owned(), name);
            }
        }
        Ok(names)
    }

    /// The recipe of the file `digest`, read before it was cleaned, as
    /// [`recipes::told`](crate::server::recipes::told) writes it.
    pub async fn recipe_told(
        &self,
        session: &SessionId,
        digest: &str,
    ) -> Result<Option<String>, StoreError> {
        self.records.upload_recipe(session, digest).await
    }

    /// Checks that the disks have room for one more file.
    ///
    /// # Errors
    ///
    /// Which of them is nearly full.
    pub async fn check_room(&self) -> Result<(), NoRoom> {
        self.images.free_space.check().await
    }

    /// The memory that reading and decoding counts for.
    pub fn budget(&self) -> &Budget {
        self.images.budget()
    }

    /// Begins a file that arrives piece by piece. It belongs to nobody before it is
    /// [added](Self::add_upload).
    pub fn incoming(&self) -> Incoming {
        self.images.incoming()
    }

    /// Records that `session` uploaded a file.
    pub async fn add_upload(
        &self,
        session: &SessionId,
        file: StoredUpload<'_>,
    ) -> Result<(), StoreError> {
        let StoredUpload { digest, content_type, name, bytes, recipe } = file;
        let records = &self.records;
        records.add_upload(session, digest, content_type, bytes, now_ms()).await?;
        // The same picture may have been uploaded before with another recipe.
        if ImageType::of_mime(content_type).is_some() {
            records.set_upload_recipe(session, digest, recipe).await?;
        }
        match name {
            Some(name) => records.name_upload(session, digest, name).await,
            None => Ok(()),
        }
    }
}
