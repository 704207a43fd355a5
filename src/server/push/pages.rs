//! Knows whose pages are shown by this process. A page tells when it is hidden, and then counts no
//! longer: nobody sees it, and a phone stops it soon.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use crate::server::store::SessionId;

/// How long a page that asks again and again counts as shown after it asked.
const ASKED_LATELY: Duration = Duration::from_secs(5);

/// From so many on, those that have not asked lately are forgotten.
const MANY: usize = 1_000;

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct Pages(Arc<Mutex<HashMap<SessionId, Shown>>>);

#[derive(Default)]
struct Shown {
    /// Pages with an open event stream.
    open: usize,
    asked: Option<Instant>,
}

impl Shown {
    fn is_now(&self) -> bool {
        self.open > 0 || self.asked.is_some_and(|asked| asked.elapsed() < ASKED_LATELY)
    }
}

/// A page that is shown, until this is dropped.
pub struct ShownPage {
    pages: Pages,
    session: SessionId,
}

impl Pages {
    pub fn open(&self, session: &SessionId) -> ShownPage {
        self.0.lock().entry(session.clone()).or_default().open += 1;
        ShownPage { pages: self.clone(), session: session.clone() }
    }

    pub fn ask(&self, session: &SessionId) {
        let mut pages = self.0.lock();
        if pages.len() >= MANY {
            pages.retain(|_, shown| shown.is_now());
        }
        pages.entry(session.clone()).or_default().asked = Some(Instant::now());
    }

    pub fn are_shown(&self, session: &SessionId) -> bool {
        self.0.lock().get(session).is_some_and(Shown::is_now)
    }
}

impl Drop for ShownPage {
    fn drop(&mut self) {
        let mut pages = self.pages.0.lock();
        let Some(shown) = pages.get_mut(&self.session) else { return };
        shown.open -= 1;
        if !shown.is_now() {
            pages.remove(&self.session);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_shown_while_it_is_open_or_has_asked_lately() {
        let pages = Pages::default();
        let [ana, bo] = ["ana", "bo"].map(SessionId::new);
        let [first, second] = [pages.open(&ana), pages.open(&ana)];
        drop(first);
        assert!(pages.are_shown(&ana) && !pages.are_shown(&bo));
        drop(second);
        assert!(!pages.are_shown(&ana) && pages.0.lock().is_empty());
        pages.ask(&bo);
        drop(pages.open(&bo));
        assert!(pages.are_shown(&bo));
        let earlier = Instant::now().checked_sub(ASKED_LATELY).unwrap();
        pages.0.lock().get_mut(&bo).unwrap().asked = Some(earlier);
        assert!(!pages.are_shown(&bo));
    }
}
