//! A provider from outside Easel can be added with a folder and a line.

mod provider;

use axum::http::StatusCode;
use easel::{
    generation::{
        Draft, Outcome, Request,
        contract::{Fill, ModelsQuery, Part},
    },
    server::{access::Caller, client_address::ClientAddress, provider::BUILT_IN, visitors::Asker},
};

use crate::{
    drawn::texts,
    site::{Site, png},
};

async fn site() -> Site {
    let openings = [BUILT_IN, &[provider::OPENING]];
    Site::opened(&[], &openings.concat()).await
}

fn request() -> Request {
    let model = "toy:teal".parse().unwrap();
    Request { model, prompt: "a calm sea".to_owned(), inputs: Default::default() }
}

#[tokio::test]
async fn a_provider_of_one_s_own_generates_and_fills_the_gallery() {
    let site = site().await;
    let browser = site.browser().await;
    let asker = Asker {
        session: browser.session.clone(),
        caller: Caller::Operator,
        address: ClientAddress::new([192, 0, 2, 1].into()),
        is_new: false,
        key: None,
    };
    let id = uuid::Uuid::now_v7().to_string().parse().unwrap();
    let outcome = site.state.generate(&asker, &id, Some(Draft::of(&request()))).await.unwrap();
    let Outcome::Done { images, .. } = &outcome.value else { panic!("{:?}", outcome.value) };
    assert_eq!(images[0].bytes, png("teal"));

    let gallery = browser.get("/?provider=toy").await.text();
    assert!(gallery.contains("a calm sea"), "{gallery}");
    assert!(!browser.get("/?provider=demo").await.text().contains("a calm sea"));
    let viewer = browser.get(&format!("/p/{id}")).await;
    assert_eq!(viewer.status, StatusCode::OK);
    assert!(viewer.text().contains("toy:teal"), "{}", viewer.text());

    let (side, _) = browser.view(&id).await;
    assert_eq!(
        texts(&side, "ul[aria-label='Notes on this run'] li"),
        ["There is <b>one</b> colour."]
    );
    assert_eq!(texts(&side, "details [role=log]"), ["mixed it"]);
}

#[tokio::test]
async fn a_provider_of_one_s_own_is_shown_wherever_the_others_are() {
    let site = site().await;
    let browser = site.browser().await;
    let page = browser.get("/").await.text();
    assert!(page.contains("<option value=\"toy:teal\">"), "it is not on offer");
    assert!(page.contains("<option value=\"toy\">Toy box"), "it is no filter of the gallery");
    let connections = browser.draw(Part::Connections { check: String::new() }).await.unwrap();
    assert!(connections.html.0.contains("Always at hand."));
    let query = ModelsQuery { query: "teal".to_owned(), ..ModelsQuery::default() };
    let models = browser.draw(Part::Models(query)).await.unwrap();
    assert!(models.html.0.contains("toy:teal"), "{}", models.html.0);
    let form = Part::Form { draft: Draft::of(&request()), fill: Fill::Keep };
    let form = browser.draw(form).await.unwrap();
    assert!(form.html.0.contains("Paints one colour."), "{}", form.html.0);
    assert_eq!(site.stranger("/webhooks/toy").await.text(), "squeak");
}
