//! The prompts that a person sent.

use super::Gallery;
use crate::{error::GenerateError, generation::GalleryFilter, server::store::SessionId};

/// How many earlier prompts are shown.
const MAX_PROMPTS: usize = 40;

/// How many pages of the gallery are searched for prompts: one prompt may have many pictures.
const PAGES: usize = 5;

impl Gallery {
    /// The distinct prompts that match `search`, newest first.
    pub async fn earlier_prompts(
        &self,
        session: &SessionId,
        search: &str,
    ) -> Result<Vec<String>, GenerateError> {
        let search = Some(search.trim()).filter(|search| !search.is_empty());
        let filter = GalleryFilter { search: search.map(str::to_owned), ..Default::default() };
        let (mut prompts, mut before) = (Vec::<String>::new(), None);
        for _ in 0..PAGES {
            let page = self.page(session, &filter, before.as_ref()).await?;
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
