//! Saved prompts and styles of a person, and the prompts that they sent.

use super::{Service, now_ms};
use crate::{
    error::GenerateError,
    generation::{GalleryFilter, Words, WordsKind},
    server::store::{SessionId, StoreError},
};

/// How many earlier prompts are shown.
const MAX_PROMPTS: usize = 40;

/// How many pages of the gallery are searched for prompts: one prompt may have many pictures.
const PAGES: usize = 5;

impl Service {
    /// Saves `words`, replacing the entry with the same name. False when there are too many.
    pub async fn keep_words(&self, session: &SessionId, words: &Words) -> Result<bool, StoreError> {
        self.0.records.keep_words(session, words, now_ms()).await
    }

    /// The saved entries of a session, newest first.
    pub async fn words_of(&self, session: &SessionId) -> Result<Vec<Words>, StoreError> {
        self.0.records.words_of(session).await
    }

    /// Deletes the entry of this name, if there is one.
    pub async fn forget_words(
        &self,
        session: &SessionId,
        kind: WordsKind,
        name: &str,
    ) -> Result<(), StoreError> {
        self.0.records.forget_words(session, kind, name).await.map(drop)
    }

    /// The distinct prompts in the gallery that match `search`, newest first.
    pub async fn earlier_prompts(
        &self,
        session: &SessionId,
        search: &str,
    ) -> Result<Vec<String>, GenerateError> {
        let search = Some(search.trim()).filter(|search| !search.is_empty());
        let filter = GalleryFilter { search: search.map(str::to_owned), ..Default::default() };
        let (mut prompts, mut before) = (Vec::<String>::new(), None);
        for _ in 0..PAGES {
            let page = self.gallery(session, &filter, before.as_ref()).await?;
            for item in page.items {
                let prompt = item.request.prompt;
                if !prompt.trim().is_empty() && !prompts.contains(&prompt) {
                    prompts.push(prompt);
                }
            }
            before = page.next;
            if before.is_none() || prompts.len() >= MAX_PROMPTS {
                break;
            }
        }
        prompts.truncate(MAX_PROMPTS);
        Ok(prompts)
    }
}
