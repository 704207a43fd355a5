//! Comparisons and grids, through the server's routes.

pub mod provider;
mod rights;

use std::time::Duration;

use axum::http::{Method, StatusCode};
use easel::{
    generation::{
        Draft, GenerationId, RecordState,
        contract::{GalleryAct, Part},
        series::{Member, ModelChoice, Plan, Series, SeriesId, Side},
    },
    server::{access::Caller, provider::BUILT_IN, series, state::AppState, store::SeriesAsker},
};
use scraper::{Html, Selector};
use tokio::time::{sleep, timeout};

use crate::{
    drawn::asker,
    site::{Answer, Browser, Site},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Longer than anything here takes.
const TEST_TIMEOUT: Duration = Duration::from_secs(60);

async fn site() -> Site {
    Site::opened(&[], &[BUILT_IN, &[provider::OPENING]].concat()).await
}

/// A comparison that has ended: one picture of the maker, and one missing.
pub async fn kept(maker: &Browser<'_>, id: &GenerationId) -> SeriesId {
    let model = |name: &str| ModelChoice { reference: name.to_owned(), title: name.to_owned() };
    let models = vec![model("demo"), model("hf:a/b")];
    let new_id = || uuid::Uuid::now_v7().to_string().parse::<GenerationId>().unwrap();
    let member = |position, generation, ended| Member {
        position,
        generation,
        draft: Draft { model: "demo".to_owned(), ..Draft::default() },
        title: "demo".to_owned(),
        ended: Some(ended),
        error: None,
    };
    let series = Series {
        id: SeriesId::new(new_id()),
        plan: Plan { across: Side::Models(models), down: None },
        prompt: "a fox".to_owned(),
        created_ms: 1,
        is_blind: false,
        is_revealed: false,
        winner: None,
        is_cancelled: false,
        members: vec![
            member(0, id.clone(), RecordState::Done),
            member(1, new_id(), RecordState::Cancelled),
        ],
    };
    let asker = SeriesAsker {
        session: maker.session.clone(),
        caller: "maker".to_owned(),
        address: "127.0.0.1".to_owned(),
        language: "en".to_owned(),
    };
    maker.records().add_series(&series, &asker, "test").await.unwrap();
    series.id
}

async fn post(browser: &Browser<'_>, path: &str, form: &str) -> Answer {
    browser.ask(Method::POST, path, &[FORM], form.into()).await
}

/// Submits the form and returns the path of the series' page.
async fn begun(browser: &Browser<'_>, form: &str) -> String {
    let answer = post(browser, "/series", form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.header("location").to_owned()
}

/// The page, once `condition` holds for it.
async fn once(browser: &Browser<'_>, path: &str, condition: impl Fn(&str) -> bool) -> String {
    let wait = async {
        loop {
            let page = browser.get(path).await.text();
            if condition(&page) {
                return page;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = timeout(TEST_TIMEOUT, wait).await;
    match waited {
        Ok(page) => page,
        Err(_) => panic!("in vain: {}", browser.get(path).await.text()),
    }
}

/// The text of the cell at `position`.
fn cell(page: &str, position: u32) -> String {
    let tree = Html::parse_document(page);
    let selector = Selector::parse(&format!("#cell-{position}")).unwrap();
    let cell = tree.select(&selector).next().unwrap_or_else(|| panic!("no cell: {page}"));
    cell.text().collect::<Vec<_>>().join(" ")
}

fn is_over(page: &str) -> bool {
    page.contains("have ended") && page.contains("All have ended")
        || page.contains("was found the best")
}

/// The URLs of the pictures on a page.
fn pictures(page: &str) -> Vec<String> {
    let tree = Html::parse_document(page);
    let images = Selector::parse("img.cell__image").unwrap();
    tree.select(&images).map(|image| image.attr("src").unwrap().to_owned()).collect()
}

const SIX: &str = "prompt=a+fox&model=scripted:quick&models=scripted:quick&titles=Quick\
    &models=scripted:broken&titles=Broken&models=scripted:cold&titles=Cold\
    &models=scripted:stuck&titles=Stuck&models=toy:unknown&titles=Unknown&models=demo&titles=Demo";

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_begins_once() {
    let site = site().await;
    let browser = site.browser().await;
    let name = "01912345-6789-7fff-bfff-ffffffffffff";
    let form = format!("prompt=a+{{red|blue}}+fox&model=demo&series={name}");
    let (one, other) = tokio::join!(begun(&browser, &form), begun(&browser, &form));
    assert_eq!([one, other], [(); 2].map(|()| format!("/c/{name}")));
    let list = browser.get("/series").await.text();
    assert_eq!(list.matches(&format!("href=\"/c/{name}\"")).count(), 1, "{list}");
    once(&browser, &format!("/c/{name}"), is_over).await;
    assert_eq!(browser.get("/").await.text().matches("alt=\"a red fox\"").count(), 1);

    let stranger = site.browser().await;
    assert_eq!(post(&stranger, "/series", &form).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(&format!("/c/{name}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_of_six_tells_each_truthfully_and_comes_back() {
    let site = site().await;
    let (browser, stage) = (site.browser().await, provider::stage(&site.state.config.data_dir));
    let path = begun(&browser, SIX).await;
    let page = once(&browser, &path, |page| page.contains("5 of 6")).await;
    assert!(cell(&page, 0).contains("Quick") && cell(&page, 0).contains(" s"), "{page}");
    let broken = cell(&page, 1);
    assert!(broken.contains("out of paint") && broken.contains("The model failed"), "{broken}");
    assert!(cell(&page, 2).contains("Cold"), "it was loaded and is done: {page}");
    assert!(cell(&page, 3).contains("Cancel"), "{page}");
    assert!(cell(&page, 4).contains("toy:unknown"), "{}", cell(&page, 4));
    assert_eq!(pictures(&page).len(), 3, "{page}");

    let answer = post(&browser, &path, "act=cancel-one&position=3").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = once(&browser, &path, is_over).await;
    assert!(cell(&page, 3).contains("Cancelled"), "{page}");
    assert_eq!(browser.get(&path).await.text(), page, "a reload brings it back");

    // All generations have the same seed.
    let seeds: Vec<_> = stage.seeds();
    assert!(seeds.len() >= 3 && seeds.iter().all(|seed| *seed == seeds[0]), "{seeds:?}");
    let stranger = site.browser().await;
    assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(post(&stranger, &path, "act=cancel").await.status, StatusCode::NOT_FOUND);
    let list = browser.get("/series").await.text();
    assert!(list.contains(&path) && list.contains("6 models compared"), "{list}");
    assert!(!stranger.get("/series").await.text().contains(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blind_comparison_tells_no_name_until_a_winner_is_chosen() {
    let site = site().await;
    let (browser, stage) = (site.browser().await, provider::stage(&site.state.config.data_dir));
    let form = "prompt=a+fox&model=scripted:quick&models=scripted:quick&titles=Quick+One\
        &models=scripted:wait&titles=Waiting+One&models=scripted:broken&titles=Broken+One&blind=on";
    let path = begun(&browser, form).await;
    let page = once(&browser, &path, |page| page.contains("2 of 3")).await;
    assert_hidden(&site, &browser, &path, &page).await;
    // The page does not even show which of them is done.
    assert_eq!(pictures(&page), [""; 0]);
    let cells: Vec<_> = (0..3).map(|at| cell(&page, at).replace(['A', 'B', 'C'], "_")).collect();
    assert!(cells.iter().all(|cell| *cell == cells[0]), "{cells:?}");
    for position in 0..3 {
        let picture = browser.get(&format!("{path}/picture/{position}")).await;
        assert_eq!(picture.status, StatusCode::NOT_FOUND);
    }
    let early = post(&browser, &path, "act=best&position=0").await;
    assert_eq!(early.status, StatusCode::NOT_FOUND);

    stage.go_on();
    let page = once(&browser, &path, is_over).await;
    assert_hidden(&site, &browser, &path, &page).await;
    let shown = pictures(&page);
    assert_eq!(shown.len(), 2, "{page}");
    for address in &shown {
        let answer = browser.get(address).await;
        assert_eq!((answer.status, answer.header("etag")), (StatusCode::OK, ""));
        let bytes = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert!(!bytes.contains("quick") && !bytes.contains("wait"), "the file tells its model");
    }
    // Nothing of it is in the gallery, by whatever way.
    let id: SeriesId = path.rsplit('/').next().unwrap().parse().unwrap();
    // The order is drawn by lot, and one of them failed.
    let hidden = site.state.series.items(&id).await.unwrap();
    let first = &hidden.iter().find(|item| !item.images.is_empty()).unwrap().id;
    assert_eq!(statuses(&browser, first).await, [StatusCode::NOT_FOUND; 5]);
    let (made, _) = browser.done("another fox").await;
    for page in ["/", "/?search=fox", "/?search=quick", "/?failed=on", "/series"] {
        assert_not_there(&site, &browser, &path, &browser.get(page).await.text()).await;
    }
    for part in [
        Part::Tiles { query: "?search=fox".to_owned(), offset_minutes: 0 },
        Part::Start { draft: Draft::default(), shown: vec![first.clone()] },
        Part::Tile(first.clone()),
        Part::Viewer { id: made, position: 0, offset_minutes: 0 },
    ] {
        let drawn = format!("{:?}", browser.draw(part).await.unwrap());
        assert_not_there(&site, &browser, &path, &drawn).await;
    }
    // A guest learns no more.
    assert_eq!(post(&browser, &path, "act=share-inputs").await.status, StatusCode::SEE_OTHER);
    let token = browser.shared_series(&path).await;
    let guest = site.stranger(&format!("/s/{token}")).await.text();
    assert_hidden(&site, &browser, &path, &guest).await;

    let position = shown[0].rsplit('/').next().unwrap();
    let best = post(&browser, &path, &format!("act=best&position={position}")).await;
    assert_eq!(best.status, StatusCode::SEE_OTHER);
    let page = browser.get(&path).await.text();
    for name in ["Quick One", "Waiting One", "Broken One", "was found the best", "Wins so far"] {
        assert!(page.contains(name), "{name}: {page}");
    }
    assert_eq!(statuses(&browser, first).await, [StatusCode::OK; 5]);
    let guest = site.stranger(&format!("/s/{token}")).await.text();
    assert!(guest.contains("Quick One") && !guest.contains("out of paint"), "{guest}");
    assert!(browser.get("/series").await.text().contains("Wins with hidden names"));
}

/// The statuses of what shows one generation.
async fn statuses(browser: &Browser<'_>, id: &GenerationId) -> [StatusCode; 5] {
    let address = |path: &str| path.replace("ID", id.as_str());
    let mut statuses = [StatusCode::IM_A_TEAPOT; 5];
    for (status, path) in statuses.iter_mut().zip([
        "/p/ID",
        "/api/generations/ID/events",
        "/api/generations/ID/download/0",
        "/api/generations/ID/download/0?clean",
        "/api/zip?ids=ID",
    ]) {
        *status = browser.get(&address(path)).await.status;
    }
    statuses
}

/// Asserts that `page` does not reveal which model made which picture.
async fn assert_hidden(site: &Site, browser: &Browser<'_>, path: &str, page: &str) {
    for name in ["Quick", "Waiting", "Broken", "scripted", "out of paint", "usually", "/p/"] {
        assert!(!page.contains(name), "{name} in {page}");
    }
    assert_not_there(site, browser, path, page).await;
}

/// Asserts that `page` leads to none of the generations of the series.
async fn assert_not_there(site: &Site, browser: &Browser<'_>, path: &str, page: &str) {
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    let series = site.state.series.get(&browser.session, &id).await.unwrap();
    for member in &series.members {
        assert!(!page.contains(member.generation.as_str()), "{page}");
    }
    for item in site.state.series.items(&id).await.unwrap() {
        for image in item.images {
            assert!(!page.contains(&image.digest), "{page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grid_of_a_hundred_leaves_room_for_others_and_stops_as_a_whole() {
    let site = site().await;
    let (browser, stage) = (site.browser().await, provider::stage(&site.state.config.data_dir));
    let form = "prompt=a+fox&model=scripted:stuck&across=input:steps%0ASteps&across-values=1..10\
        &down=input:seed%0ASeed&down-values=1..10";
    let path = begun(&browser, form).await;
    once(&browser, &path, |page| page.matches("Cancel").count() > 0 && stage.running() == 3).await;
    // The series leaves a slot for the same person's other generations, and is in nobody's way.
    let other = site.browser().await;
    for maker in [&browser, &other] {
        let id: GenerationId = uuid::Uuid::now_v7().to_string().parse().unwrap();
        let (model, prompt) = ("scripted:quick".to_owned(), "a cat".to_owned());
        let draft = Draft { model, prompt, inputs: Vec::new() };
        let asker = asker(maker, Caller::Operator);
        let made = timeout(TEST_TIMEOUT, site.state.generate(&asker, &id, Some(draft))).await;
        assert!(made.unwrap().is_ok());
    }

    let page = browser.get(&path).await.text();
    assert!(page.contains("<th scope=\"col\">Steps 10</th>"), "{page}");
    assert!(page.contains("<th scope=\"row\">Seed 10</th>"), "{page}");
    assert_eq!(post(&browser, &path, "act=cancel").await.status, StatusCode::SEE_OTHER);
    let stopped = timeout(Duration::from_secs(1), once(&browser, &path, |_| stage.running() == 0));
    stopped.await.expect("it stops within a second");
    once(&browser, &path, is_over).await;
    assert_eq!(stage.begun("stuck"), 3, "what had not begun never does");
    assert_eq!(post(&browser, &path, "act=delete").await.header("location"), "/series");
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_had_not_begun_begins_after_a_restart() {
    let site = site().await;
    let (browser, stage) = (site.browser().await, provider::stage(&site.state.config.data_dir));
    let form = "prompt=a+fox&model=scripted:wait&across=input:steps%0ASteps&across-values=1..10\
        &down=input:seed%0ASeed&down-values=1..10";
    let path = begun(&browser, form).await;
    once(&browser, &path, |_| stage.running() == 3).await;
    // The process ends, and another one starts.
    site.state.generations.stop_waiting();
    site.state.generations.finish(Duration::from_secs(5)).await;
    let openings = [BUILT_IN, &[provider::OPENING]].concat();
    let config = (*site.state.config).clone();
    let state = AppState::open_with(config, site.state.leptos.clone(), &openings).await.unwrap();
    state.generations.start_duties().await.unwrap();
    stage.go_on();
    tokio::spawn(series::follow(state.clone()));
    let id: SeriesId = path.rsplit('/').next().unwrap().parse().unwrap();
    let over = async {
        loop {
            let series = state.series.get(&browser.session, &id).await.unwrap();
            if series.is_over() {
                return series;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let series = timeout(TEST_TIMEOUT, over).await.unwrap();
    let ended: Vec<_> = series.members.iter().map(|member| member.ended.unwrap()).collect();
    assert_eq!(ended[3..], [RecordState::Done; 97], "{series:?}");
    assert!(ended[..3].iter().all(|state| *state != RecordState::Cancelled), "{ended:?}");
}

#[tokio::test]
async fn the_number_of_pictures_is_said_before() {
    let site = site().await;
    let (browser, stage) = (site.browser().await, provider::stage(&site.state.config.data_dir));
    for (form, words) in [
        ("prompt=a+{red|blue}+fox&model=demo&count=3", "Generate starts 6 pictures."),
        ("prompt=a+fox&model=demo", "One picture so far."),
        ("prompt=a+fox&model=demo&across=input:steps&across-values=", "Enter the values"),
        ("prompt={a|b}&model=demo&across=input:steps&across-values=1..51", "more than 100"),
    ] {
        let answer = post(&browser, "/series/plan", form).await.text();
        assert!(answer.contains(words), "{answer}");
    }
    let answer = post(&browser, "/series/plan", "prompt=&model=demo").await.text();
    assert!(answer.contains("input:steps\\nSteps"), "its inputs can vary: {answer}");
    assert_eq!(stage.begun("quick"), 0);
    let refused = post(&browser, "/series", "prompt=a+fox&model=demo").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text().contains("One picture so far."), "{}", refused.text());
    let refused = post(&browser, "/series", "prompt=&model=demo&models=demo&models=toy:a").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
}

#[tokio::test]
async fn a_shared_comparison_shows_the_prompt_only_where_its_owner_says_so() {
    let site = site().await;
    let browser = site.browser().await;
    let (id, _) = browser.done("a secret fox").await;
    let series = kept(&browser, &id).await;
    let path = series.path();
    assert_eq!(post(&browser, &path, "act=share").await.status, StatusCode::SEE_OTHER);
    let token = browser.shared_series(&path).await;
    let link = format!("/s/{token}");
    let guest = site.stranger(&link).await;
    assert_eq!(guest.status, StatusCode::OK);
    assert!(!guest.text().contains("a fox") && !guest.text().contains("<form"), "{}", guest.text());
    let picture = pictures(&guest.text()).remove(0);
    assert_eq!(picture, format!("{link}/image/0"));
    let bytes = site.stranger(&picture).await;
    assert_eq!(bytes.status, StatusCode::OK);
    assert!(!String::from_utf8_lossy(&bytes.bytes).contains("secret"));
    post(&browser, &path, "act=share-inputs").await;
    assert!(site.stranger(&link).await.text().contains("a fox"));
    // When its owner deletes a picture, guests lose it too.
    browser.act(&id, GalleryAct::Delete).await.unwrap();
    assert_eq!(site.stranger(&picture).await.status, StatusCode::NOT_FOUND);
    assert!(browser.get(&path).await.text().contains("Deleted from the gallery"));
    post(&browser, &path, "act=unshare").await;
    assert_eq!(site.stranger(&link).await.status, StatusCode::NOT_FOUND);
}
