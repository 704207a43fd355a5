//! Series whose maker lost or gained rights after starting them.

use easel::{
    generation::{RecordState, series::SeriesId},
    server::{
        provider::BUILT_IN,
        store::{Person, Role},
    },
};

use super::{begun, is_over, once, post, provider};
use crate::{
    people::PEOPLE,
    site::{Browser, Site},
};

const GRID: &str = "prompt={one|two|three|four|five}&model=scripted:wait";

async fn site_of(variables: &[(&str, &str)]) -> Site {
    Site::opened(variables, &[BUILT_IN, &[provider::OPENING]].concat()).await
}

async fn person_of(browser: &Browser<'_>) -> Person {
    browser.records().person_with_gallery(&browser.session).await.unwrap().unwrap()
}

/// How the parts of a series ended.
async fn ended(site: &Site, browser: &Browser<'_>, path: &str) -> Vec<RecordState> {
    let id: SeriesId = path.rsplit('/').next().unwrap().parse().unwrap();
    let session = site.state.series.session_of(&id).await.unwrap().unwrap();
    assert_eq!(session, browser.session);
    let series = site.state.series.get(&session, &id).await.unwrap();
    series.members.iter().map(|member| member.ended.unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_make_nothing_any_more_has_nothing_begun_and_keeps_what_had() {
    let site = site_of(&[PEOPLE]).await;
    let stage = provider::stage(&site.state.config.data_dir);
    site.person("Owner", Role::Owner).await;
    let maker = site.person("Maker", Role::Owner).await;
    let path = begun(&maker, GRID).await;
    once(&maker, &path, |_| stage.running() == 3).await;
    let id = person_of(&maker).await.id;
    assert!(maker.records().set_role(&id, Role::Viewer).await.unwrap());
    stage.go_on();
    let page = once(&maker, &path, is_over).await;
    let (done, failed) = (RecordState::Done, RecordState::Failed);
    assert_eq!(ended(&site, &maker, &path).await, [done, done, done, failed, failed]);
    assert_eq!(stage.begun("wait"), 3);
    assert!(page.contains("may look"), "it says why: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_removed_has_nothing_begun() {
    let site = site_of(&[PEOPLE]).await;
    let stage = provider::stage(&site.state.config.data_dir);
    site.person("Owner", Role::Owner).await;
    let maker = site.person("Maker", Role::Owner).await;
    let path = begun(&maker, GRID).await;
    once(&maker, &path, |_| stage.running() == 3).await;
    let person = person_of(&maker).await;
    assert!(maker.records().remove_person(&person, 1).await.unwrap());
    stage.go_on();
    let id: SeriesId = path.rsplit('/').next().unwrap().parse().unwrap();
    let over = async {
        loop {
            let series = site.state.series.get(&maker.session, &id).await.unwrap();
            if series.is_over() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(super::TEST_TIMEOUT, over).await.unwrap();
    assert_eq!(stage.begun("wait"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_in_the_middle_finds_it_whole_and_can_cancel_it() {
    let site = site_of(&[]).await;
    let stage = provider::stage(&site.state.config.data_dir);
    let (before, after) = (site.browser().await, site.browser().await);
    let (whole, cancelled) = (begun(&before, GRID).await, begun(&before, GRID).await);
    once(&before, &whole, |_| stage.running() >= 3).await;
    assert!(before.records().is_adoptable(&before.session).await.unwrap());
    before.records().adopt(&before.session, &after.session).await.unwrap();
    post(&after, &cancelled, "act=cancel").await;
    once(&after, &cancelled, is_over).await;
    stage.go_on();
    once(&after, &whole, is_over).await;
    assert_eq!(ended(&site, &after, &whole).await, [RecordState::Done; 5]);
    let rest = ended(&site, &after, &cancelled).await;
    assert!(rest.iter().all(|ended| *ended == RecordState::Cancelled), "{rest:?}");
}
