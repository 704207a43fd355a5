//! Visitors that do not make pictures: they view, watch, upload, delete and restore, and send
//! requests that no page would send.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use easel::generation::{Draft, InputValue, Inputs, Request, contract::GalleryAct};
use futures::StreamExt;
use reqwest::Method;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use crate::{
    dice::Dice,
    page::{Page, new_id},
    visitor::{Ledger, any},
};

const PAUSE_MS: u64 = 200;
/// How long a visitor watches one generation or the gallery.
const WATCH: Duration = Duration::from_secs(2);
/// How long a killed server needs to come back.
const GONE: Duration = Duration::from_millis(100);

/// What a visitor does all the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Habit {
    /// Reads the gallery, pictures and thumbnails.
    Look,
    /// Follows the events of a generation and of the gallery, and leaves.
    Watch,
    /// Uploads pictures as inputs.
    Upload,
    /// Deletes and restores.
    Regret,
    /// Sends damaged requests.
    Vandalise,
}

pub const HABITS: [Habit; 5] =
    [Habit::Look, Habit::Watch, Habit::Upload, Habit::Regret, Habit::Vandalise];

/// How often each habit got each status; 0 stands for a broken connection.
#[derive(Default)]
pub struct Counts(Mutex<BTreeMap<Habit, BTreeMap<u16, usize>>>);

pub struct Guest {
    pub page: Page,
    pub dice: Dice,
    pub addresses: watch::Receiver<Vec<String>>,
    pub ledger: Ledger,
    pub counts: Arc<Counts>,
}

impl Guest {
    /// Repeats `habit` until `enough`.
    pub async fn keep_on(mut self, habit: Habit, enough: watch::Receiver<bool>) {
        while !*enough.borrow() {
            match habit {
                Habit::Look => self.look().await,
                Habit::Watch => self.watch().await,
                Habit::Upload => self.upload().await,
                Habit::Regret => self.regret().await,
                Habit::Vandalise => self.vandalise().await,
            }
            sleep(self.dice.pause(PAUSE_MS)).await;
        }
    }

    async fn look(&mut self) {
        let Some((page, id, digest)) = self.some_picture() else { return };
        for path in [
            "/".to_owned(),
            "/?search=lighthouse".to_owned(),
            format!("/p/{id}"),
            format!("/api/images/{digest}"),
            format!("/api/thumbnails/{digest}"),
            format!("/api/generations/{id}/download/0"),
        ] {
            self.send(Habit::Look, &page, Method::GET, &path, Vec::new()).await;
        }
    }

    async fn watch(&mut self) {
        let Some((page, id, _)) = self.some_picture() else { return };
        let address = any(&self.addresses, &mut self.dice);
        for path in [format!("/api/generations/{id}/events"), "/api/events".to_owned()] {
            let Some(answer) = page.open_stream(&address, &path).await else {
                self.counts.add(Habit::Watch, 0);
                continue;
            };
            self.counts.add(Habit::Watch, answer.status().as_u16());
            let mut pieces = answer.bytes_stream();
            let read = async { while let Some(Ok(_)) = pieces.next().await {} };
            let _ = timeout(WATCH, read).await;
        }
    }

    async fn upload(&mut self) {
        let mut picture = include_bytes!("../../hf/pixel.png").to_vec();
        // Trailing bytes make each picture unique.
        picture.extend(self.dice.bytes::<1_000>());
        let mut body =
            b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"
                .to_vec();
        body.extend(picture);
        body.extend(b"\r\n--x--\r\n");
        let page = self.page.clone();
        let kind = "multipart/form-data; boundary=x";
        self.send_as(Habit::Upload, &page, Method::POST, "/api/uploads", kind, body).await;
    }

    /// A restored generation must exist at the end like all others.
    async fn regret(&mut self) {
        let Some((page, id, _)) = self.some_picture() else { return };
        for act in [GalleryAct::Delete, GalleryAct::Restore] {
            let body = postcard::to_allocvec(&([&id], act, "")).unwrap();
            let mut status = 0;
            while status == 0 || status >= 500 {
                let body = body.clone();
                status = self.send(Habit::Regret, &page, Method::POST, "/api/act", body).await;
            }
        }
    }

    async fn vandalise(&mut self) {
        // With a forbidden address, so that a damaged request cannot start a generation.
        let request = Request {
            model: "space:http://127.0.0.1:1/#/nothing".parse().unwrap(),
            prompt: "a lighthouse".to_owned(),
            inputs: Inputs::from([("seed".to_owned(), InputValue::Integer(7))]),
        };
        let mut body = postcard::to_allocvec(&(new_id(), Some(Draft::of(&request)))).unwrap();
        for _ in 0..self.dice.below(6) {
            let place = self.dice.below(body.len());
            body[place] = self.dice.bytes::<1>()[0];
        }
        body.truncate(body.len() - self.dice.below(8));
        let garbage: String =
            self.dice.bytes::<8>().iter().map(|byte| format!("%{byte:02x}")).collect();
        let paths = ["/api/generate", "/api/draw", "/api/act", "/api/uploads"];
        let (method, path) = match self.dice.below(8) {
            known @ 0..4 => (Method::POST, paths[known].to_owned()),
            4 | 5 => (Method::GET, format!("/?search={garbage}&before={garbage}")),
            6 => (Method::GET, format!("/api/events?watch={garbage}")),
            _ => (Method::GET, format!("/s/{garbage}")),
        };
        let page = self.page.clone();
        self.send(Habit::Vandalise, &page, method, &path, body).await;
    }

    /// A picture that somebody made here.
    fn some_picture(&mut self) -> Option<(Page, String, String)> {
        let ledger = self.ledger.lock().unwrap();
        let heard = ledger.get(self.dice.below(ledger.len()))?;
        let digest = heard.end.as_ref().ok()?.first()?;
        Some((heard.page.clone(), heard.id.to_string(), digest.clone()))
    }

    async fn send(
        &mut self,
        habit: Habit,
        page: &Page,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> u16 {
        self.send_as(habit, page, method, path, "application/octet-stream", body).await
    }

    async fn send_as(
        &mut self,
        habit: Habit,
        page: &Page,
        method: Method,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> u16 {
        let address = any(&self.addresses, &mut self.dice);
        let answer = page.send(&address, method, path, content_type, body).await;
        let status = match answer {
            None => 0,
            Some((status, _)) => status,
        };
        self.counts.add(habit, status);
        if status == 0 {
            sleep(GONE).await;
        }
        status
    }
}

impl Counts {
    fn add(&self, habit: Habit, status: u16) {
        *self.0.lock().unwrap().entry(habit).or_default().entry(status).or_default() += 1;
    }

    /// Panics on an internal error; a store that is unavailable is reported as 503.
    pub fn check(&self) {
        for (habit, statuses) in &*self.0.lock().unwrap() {
            assert!(!statuses.contains_key(&500), "{habit:?} got 500: {statuses:?}");
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (habit, statuses) in &*self.0.lock().unwrap() {
            write!(f, "  {:<12}", format!("{habit:?}").to_lowercase())?;
            for (status, count) in statuses {
                match status {
                    0 => write!(f, "{count:>7} broken off")?,
                    _ => write!(f, "{count:>7} × {status}")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
