//! Change notifications, for every tab of a session and for nobody else.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use easel::{
    generation::{Draft, GenerationId, ModelReference, Outcome, Request, contract::GalleryAct},
    server::store::{Change, Signal},
};
use futures::StreamExt;

use crate::site::Site;

/// A tab that reads the event stream.
pub struct Tab {
    stream: BodyDataStream,
    text: String,
    read: usize,
}

impl Tab {
    pub fn new(stream: Body) -> Self {
        Self { stream: stream.into_data_stream(), text: String::new(), read: 0 }
    }

    /// The next id in the stream.
    pub async fn told(&mut self) -> String {
        let reading = async {
            loop {
                let mut ids = self.text.lines().filter_map(|line| line.strip_prefix("data: "));
                if let Some(id) = ids.nth(self.read) {
                    self.read += 1;
                    return id.to_owned();
                }
                let bytes = self.stream.next().await.unwrap().unwrap();
                self.text += std::str::from_utf8(&bytes).unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(30), reading).await.expect("nothing was told")
    }
}

#[tokio::test]
async fn a_tab_hears_what_changes_in_its_own_gallery_and_only_when_it_looks_different() {
    let site = Site::new().await;
    let (browser, other) = (site.browser().await, site.browser().await);
    let (fox, _) = browser.done("a fox").await;
    let (bear, _) = browser.done("a bear").await;
    let (stranger, _) = other.done("a wolf").await;
    let mut tab = Tab::new(browser.stream("/api/events").await);

    other.act(&stranger, GalleryAct::Star).await.unwrap();
    browser.act(&fox, GalleryAct::Star).await.unwrap();
    assert_eq!(tab.told().await, fox.as_str());

    // More events of a generation whose tile does not change.
    let events = Change { is_shown: false, ..Change::shown(&fox, &browser.session) };
    site.state.records().publish(Signal::Changed(events)).await.unwrap();
    browser.act(&bear, GalleryAct::Delete).await.unwrap();
    assert_eq!(tab.told().await, bear.as_str());
    browser.act(&bear, GalleryAct::Restore).await.unwrap();
    assert_eq!(tab.told().await, bear.as_str());
}

#[tokio::test]
async fn a_generation_is_told_from_its_beginning_to_its_end() {
    let site = Site::with(&[("EASEL_DEMO_COLD_START", "off")]).await;
    let browser = site.browser().await;
    let mut tab = Tab::new(browser.stream("/api/events").await);
    let id: GenerationId = uuid::Uuid::now_v7().to_string().parse().unwrap();
    let request = Request {
        model: ModelReference::demo(),
        prompt: "a fox".to_owned(),
        inputs: Default::default(),
    };
    let generations = site.state.generations.clone();
    let (session, started) = (browser.session.clone(), id.clone());
    tokio::spawn(async move {
        // A long call returns that the work continues.
        while generations
            .generate(&session, &started, Some(Draft::of(&request)))
            .await
            .unwrap()
            .value
            == Outcome::Running
        {}
    });
    loop {
        assert_eq!(tab.told().await, id.as_str());
        // A running generation has a card, and appears on the wall when it ends.
        if browser.whole_wall().await.contains("alt=\"a fox\"") {
            return;
        }
    }
}
