//! How many database statements a route needs, for what people wait for, and for what every open
//! tab causes.

use easel::{
    app::GalleryQuery,
    generation::{
        Draft, ModelReference, Request,
        contract::{GalleryAct, Part},
    },
    server::files::StoredUpload,
};

use crate::{counting::statements, live::Tab, site::Site};

#[tokio::test]
async fn each_route_asks_the_database_little() {
    let site = Site::with(&[("EASEL_DEMO_COLD_START", "off")]).await;
    let browser = site.browser().await;
    let (fox, digest) = browser.done("a fox").await;
    for number in 0..20 {
        browser.done(&format!("bear {number}")).await;
    }
    let get = |path: String| {
        let browser = &browser;
        async move { assert!(browser.get(&path).await.status.is_success(), "{path}") }
    };
    // Only the check of the owner.
    assert_eq!(statements(get(format!("/api/images/{digest}"))).await, 1);
    assert_eq!(statements(get(format!("/api/thumbnails/{digest}"))).await, 1);
    // The row, its pictures and its files.
    assert_eq!(statements(get(format!("/api/generations/{fox}/download/0"))).await, 3);
    let joined =
        async { site.state.generations.generate(&browser.session, &fox, None).await.unwrap() };
    assert_eq!(statements(joined).await, 3);
    // A page of rows, and the pictures of all of them; the counts are separate statements.
    let wall = statements(browser.wall(GalleryQuery::default())).await;
    assert!(wall <= 4, "{wall}");
    // Including the prices for the estimate, and the habits of the model.
    let page = statements(get("/".to_owned())).await;
    assert!(page <= 8, "{page}");
    let viewer = Part::Viewer { id: fox.clone(), position: 0, offset_minutes: 0 };
    let viewer = statements(browser.draw(viewer)).await;
    // The row and its pictures, its share link, its neighbours with their pictures, its lineage in
    // both directions, its cost, and what was said while it ran.
    assert_eq!(viewer, 10);
}

#[tokio::test]
async fn a_tab_that_is_told_of_changes_asks_nothing() {
    let site = Site::new().await;
    let (browser, other) = (site.browser().await, site.browser().await);
    let (fox, _) = browser.done("a fox").await;
    let (wolf, _) = other.done("a wolf").await;
    let mut tab = Tab::new(browser.stream("/api/events").await);
    other.act(&wolf, GalleryAct::Star).await.unwrap();
    browser.act(&fox, GalleryAct::Star).await.unwrap();
    let told = statements(async { assert_eq!(tab.told().await, fox.as_str()) }).await;
    assert_eq!(told, 0);
}

#[tokio::test]
async fn a_request_starts_with_few_statements() {
    let site = Site::with(&[("EASEL_DEMO_COLD_START", "off")]).await;
    let browser = site.browser().await;
    let request = Request {
        model: ModelReference::demo(),
        prompt: "a fox".to_owned(),
        inputs: Default::default(),
    };
    let id = uuid::Uuid::now_v7().to_string().parse().unwrap();
    let generated = async {
        let draft = Some(Draft::of(&request));
        site.state.generations.generate(&browser.session, &id, draft).await.unwrap()
    };
    // Lookup and claim. The task that ends the generation is not counted here.
    let started = statements(generated).await;
    assert!((2..=4).contains(&started), "{started}");
}

#[tokio::test]
async fn what_is_given_takes_two_statements_with_its_name() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let digest = "a".repeat(64);
    let content_type = "text/plain";
    let file = |name| StoredUpload { digest: &digest, content_type, name, bytes: 1, recipe: None };
    let files = &site.state.files;
    assert_eq!(statements(files.add_upload(&browser.session, file(None))).await, 1);
    assert_eq!(statements(files.add_upload(&browser.session, file(Some("a.txt")))).await, 2);
}
