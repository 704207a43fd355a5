//! A visitor who makes one picture after the other, across all restarts, and records the outcomes.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use easel::{
    error::GenerateError,
    generation::{GenerationId, PageOutcome, Request},
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use crate::{
    dice::Dice,
    page::{Answer, Page, whole_pictures},
    upstream::{Kind, Upstreams},
};

/// How long “the store is unavailable” is retried.
const STORE_TIMEOUT: Duration = Duration::from_secs(120);
/// The pause before a retry.
const PAUSE: Duration = Duration::from_millis(100);

/// One generation, as its visitor saw it.
pub struct VisitRecord {
    pub kind: Kind,
    pub id: GenerationId,
    pub request: Request,
    /// The page that started it.
    pub page: Page,
    /// Whether the visitor asked to cancel it.
    pub cancelled: bool,
    /// The digests of its pictures, whose bytes were checked, or why there are none.
    pub end: Result<Vec<String>, GenerateError>,
}

/// The generations of all visitors.
pub type Ledger = Arc<Mutex<Vec<VisitRecord>>>;

pub struct Visitor {
    pub page: Page,
    pub dice: Dice,
    pub upstreams: Arc<Upstreams>,
    pub addresses: watch::Receiver<Vec<String>>,
    pub enough: watch::Receiver<bool>,
    pub ledger: Ledger,
}

impl Visitor {
    /// Makes pictures until `enough`.
    pub async fn make_pictures(mut self, kind: Kind) {
        while !*self.enough.borrow() {
            let id = self.new_id();
            let prompt = format!("a lighthouse, {id}");
            let request = self.upstreams.request(kind, prompt, &mut self.dice);
            let cancel_after = self.dice.one_in(12).then(|| self.dice.pause(600));
            let end = self.finish(&id, &request, cancel_after).await;
            self.ledger.lock().unwrap().push(VisitRecord {
                kind,
                id,
                request,
                page: self.page.clone(),
                cancelled: cancel_after.is_some(),
                end,
            });
        }
    }

    async fn finish(
        &mut self,
        id: &GenerationId,
        request: &Request,
        cancel_after: Option<Duration>,
    ) -> Result<Vec<String>, GenerateError> {
        let (page, mut addresses) = (self.page.clone(), self.addresses.clone());
        let mut cancel_dice = self.dice.child();
        let cancel = async {
            let Some(pause) = cancel_after else { return std::future::pending().await };
            sleep(pause).await;
            // Across a restart too, like the page. “There is no such generation” is a final result.
            loop {
                match page.cancel(&any(&addresses, &mut cancel_dice), id).await {
                    Answer::Good(_) | Answer::Bad(_) => break,
                    Answer::Later(seconds) => sleep(Duration::from_secs(seconds.into())).await,
                    Answer::Lost => {
                        let _ = timeout(PAUSE, addresses.changed()).await;
                    }
                }
            }
            std::future::pending().await
        };
        tokio::select! {
            end = self.ask(id, request) => end,
            () = cancel => unreachable!("it waits for ever"),
        }
    }

    async fn ask(
        &mut self,
        id: &GenerationId,
        request: &Request,
    ) -> Result<Vec<String>, GenerateError> {
        let mut store_away = None;
        loop {
            let address = any(&self.addresses, &mut self.dice);
            match self.page.generate(&address, id, request).await {
                Answer::Good(PageOutcome::Running) => {}
                Answer::Good(PageOutcome::Loading { .. }) => sleep(PAUSE).await,
                Answer::Good(outcome) => return Ok(whole_pictures(&outcome)),
                Answer::Bad(error @ GenerateError::Storage { .. }) => {
                    let since = *store_away.get_or_insert_with(std::time::Instant::now);
                    if since.elapsed() > STORE_TIMEOUT {
                        return Err(error);
                    }
                    sleep(PAUSE).await;
                }
                Answer::Bad(error) => return Err(error),
                Answer::Later(seconds) => sleep(Duration::from_secs(seconds.into())).await,
                Answer::Lost => {
                    let _ = timeout(PAUSE, self.addresses.changed()).await;
                }
            }
        }
    }

    fn new_id(&mut self) -> GenerationId {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        GenerationId::from_parts(now.as_millis() as u64, self.dice.bytes())
    }
}

/// One of the running servers.
pub fn any(addresses: &watch::Receiver<Vec<String>>, dice: &mut Dice) -> String {
    dice.pick(&addresses.borrow()).clone()
}
