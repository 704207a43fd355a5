//! Actions on stored generations, several at a time.

use super::{
    state::AppState,
    store::{CleanCopy, Deed, SessionId},
};
use crate::{
    error::GenerateError,
    generation::{Collection, GenerationId, InvalidCollection, contract::GalleryAct},
};

/// The most generations of one action.
const MAX_AT_ONCE: usize = 1_000;

impl AppState {
    /// Applies `act` to each of `ids` that belongs to `session`. Returns how many it changed. The
    /// name of a `collection` is for [`GalleryAct::Collect`]; a blank one takes them out of their
    /// collection.
    ///
    /// # Errors
    ///
    /// The first error, when none was changed; [`GenerateError::NotFound`] when the session has
    /// none of these generations; [`GenerateError::InputRejected`] for an invalid collection name.
    pub async fn act(
        &self,
        session: &SessionId,
        ids: &[GenerationId],
        act: GalleryAct,
        collection: &str,
    ) -> Result<u32, GenerateError> {
        let collection = match collection.trim() {
            _ if act != GalleryAct::Collect => None,
            "" => None,
            name => Some(name.parse::<Collection>().map_err(no_name)?),
        };
        let collection = collection.as_ref();
        let (mut changed, mut failed) = (0, None);
        for id in ids.iter().take(MAX_AT_ONCE) {
            match self.act_on(session, id, act, collection).await {
                Ok(()) => changed += 1,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if let Some(deed) = deed_of(act).filter(|_| changed > 0) {
            // One by its id, several by their number.
            let about = match ids {
                [id] => id.to_string(),
                _ => changed.to_string(),
            };
            self.happened.by(session, deed, about).await;
        }
        match failed {
            Some(error) if changed == 0 => Err(error),
            _ => Ok(changed),
        }
    }

    async fn act_on(
        &self,
        session: &SessionId,
        id: &GenerationId,
        act: GalleryAct,
        collection: Option<&Collection>,
    ) -> Result<(), GenerateError> {
        let gallery = &self.gallery;
        match act {
            GalleryAct::Cancel => self.generations.cancel(session, id).await,
            GalleryAct::Star => gallery.star(session, id, true).await,
            GalleryAct::Unstar => gallery.star(session, id, false).await,
            GalleryAct::Collect => gallery.collect(session, id, collection).await,
            GalleryAct::Delete => gallery.delete(session, id).await,
            GalleryAct::Restore => gallery.restore(session, id).await,
            GalleryAct::Share => {
                self.check_can_be_cleaned(session, id).await?;
                gallery.share(session, id, false).await.map(drop)
            }
            GalleryAct::ShareInputs => gallery.share(session, id, true).await.map(drop),
            GalleryAct::Unshare => gallery.unshare(session, id).await,
        }
    }

    /// Checks that its pictures can be shown without their metadata.
    async fn check_can_be_cleaned(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<(), GenerateError> {
        let item = self.gallery.item(session, id).await?;
        for image in &item.images {
            let copy = self.files.clean_copy(&image.digest, image.content_type).await?;
            if matches!(copy, CleanCopy::Impossible) {
                return Err(GenerateError::InputRejected {
                    fields: Vec::new(),
                    detail:
                        "It can only be shared with its settings: the picture's file may carry \
                             them, and Easel cannot remove them."
                            .to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// The entry for the audit log.
fn deed_of(act: GalleryAct) -> Option<Deed> {
    match act {
        GalleryAct::Share | GalleryAct::ShareInputs => Some(Deed::Shared),
        GalleryAct::Unshare => Some(Deed::Unshared),
        GalleryAct::Delete => Some(Deed::Deleted),
        GalleryAct::Restore => Some(Deed::Restored),
        GalleryAct::Cancel | GalleryAct::Star | GalleryAct::Unstar | GalleryAct::Collect => None,
    }
}

fn no_name(error: InvalidCollection) -> GenerateError {
    let detail = format!("{error}.");
    GenerateError::InputRejected { fields: Vec::new(), detail }
}
