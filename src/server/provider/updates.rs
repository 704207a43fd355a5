//! The channel for a provider's updates during an attempt.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use crate::{
    generation::{Event, Image, Notice},
    server::{budget::Budget, fault::Fault, redact},
};

/// What work on a result may hold where there is nothing else.
const ALONE_BYTES: usize = 192 * 1024 * 1024;

/// Where a provider says what happens. Cheap to clone.
#[derive(Clone)]
pub struct Updates(Arc<dyn UpdateSink>);

/// The receiving end of [`Updates`].
#[async_trait]
pub trait UpdateSink: Send + Sync {
    /// Stores the handle before it returns. An error means that nothing may be started.
    async fn remember(&self, handle: &str) -> Result<(), Fault>;
    fn send(&self, event: Event);
    fn preview(&self, image: Image);
    /// Stores bytes of the result in our own storage and returns their digest.
    async fn store(&self, bytes: Bytes) -> Result<String, Fault>;
    /// The same for bytes whose digest is known.
    async fn store_as(&self, digest: String, bytes: Bytes) -> Result<String, Fault> {
        let _ = digest;
        self.store(bytes).await
    }

    /// What work on the result counts for.
    fn budget(&self) -> Budget {
        Budget::new(ALONE_BYTES)
    }
}

impl Updates {
    pub fn new(sink: Arc<dyn UpdateSink>) -> Self {
        Self(sink)
    }

    /// Stores the handle that [`Provider::resume`](super::Provider::resume) will need; it is on
    /// disk when this returns. Call it before `Accepted` is sent.
    ///
    /// # Errors
    ///
    /// [`Fault::CannotKeep`]: work that has not started must not start.
    pub async fn remember(&self, handle: &str) -> Result<(), Fault> {
        self.0.remember(handle).await
    }

    /// Sends an event. Control characters in an app's text are removed.
    pub fn send(&self, mut event: Event) {
        match &mut event {
            Event::Waking { stage: words } => *words = redact::plain(words),
            Event::Log { text, message, .. } => {
                let arguments = message.iter_mut().flat_map(|message| message.texts_mut());
                for words in std::iter::once(text).chain(arguments) {
                    *words = redact::plain(words);
                }
            }
            Event::Progress { unit, label, .. } => {
                for words in [unit, label].into_iter().flatten() {
                    *words = redact::plain(words);
                }
            }
            _ => {}
        }
        self.0.send(event);
    }

    /// Sends a notice to the person, for example about an input that was left out.
    pub fn notice(&self, notice: impl Into<Notice>) {
        self.send(Event::notice(notice));
    }

    /// Shows an unfinished picture.
    pub fn preview(&self, image: Image) {
        self.0.preview(image);
    }

    /// What work on the result counts for, such as drawing it.
    pub fn budget(&self) -> Budget {
        self.0.budget()
    }

    /// Keeps bytes of the result in our own storage and answers their digest.
    ///
    /// # Errors
    ///
    /// When they could not be stored.
    pub async fn store(&self, bytes: Bytes) -> Result<String, Fault> {
        self.0.store(bytes).await
    }

    /// The same for bytes whose digest is known, which saves computing it.
    ///
    /// # Errors
    ///
    /// When they could not be stored.
    pub async fn store_as(&self, digest: String, bytes: Bytes) -> Result<String, Fault> {
        self.0.store_as(digest, bytes).await
    }
}

/// Records a provider's updates, for tests.
#[cfg(test)]
#[derive(Default)]
pub struct Recorder {
    pub events: parking_lot::Mutex<Vec<Event>>,
    pub handles: parking_lot::Mutex<Vec<String>>,
    pub previews: parking_lot::Mutex<Vec<Image>>,
    pub stored: parking_lot::Mutex<Vec<Bytes>>,
}

#[cfg(test)]
#[async_trait]
impl UpdateSink for Recorder {
    async fn remember(&self, handle: &str) -> Result<(), Fault> {
        self.handles.lock().push(handle.to_owned());
        Ok(())
    }

    fn send(&self, event: Event) {
        self.events.lock().push(event);
    }

    fn preview(&self, image: Image) {
        self.previews.lock().push(image);
    }

    async fn store(&self, bytes: Bytes) -> Result<String, Fault> {
        let digest = crate::server::picture::digest(&bytes);
        self.stored.lock().push(bytes);
        Ok(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_app_says_steers_nothing() {
        let recorder = Arc::new(Recorder::default());
        let updates = Updates::new(recorder.clone());
        let words = || "re\x1b[1mnd\u{202e}er".to_owned();
        updates.notice(words());
        updates.send(Event::Waking { stage: words() });
        let (unit, label) = (Some(words()), Some(words()));
        updates.send(Event::Progress { step: None, total: None, unit, fraction: None, label });
        let told = format!("{:?}", recorder.events.lock());
        assert_eq!(told.matches("re[1mnder").count(), 4, "{told}");
    }
}
