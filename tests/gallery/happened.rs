//! The log of people's actions, as the owner reads it.

use axum::http::{Method, StatusCode};
use easel::{
    generation::contract::GalleryAct,
    server::store::{Deed, Role},
};

use crate::{
    drawn::attribute,
    site::{Answer, Browser, Site},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn post(browser: &Browser<'_>, path: &str, form: &str) -> Answer {
    browser.ask(Method::POST, path, &[FORM], form.into()).await
}

#[tokio::test]
async fn an_owner_reads_what_people_did_and_no_secret_is_in_it() {
    let site = Site::of_people().await;
    let owner = site.person("Olga", Role::Owner).await;
    let maker = site.person("Ana", Role::Maker).await;
    let invited = post(&owner, "/people/invite", "role=maker").await.text();
    let link = attribute(&invited, "[role=status] input", "value").unwrap();
    let (_, token) = link.split_once("token=").unwrap();
    let stranger = site.browser_with(String::new(), maker.session.clone());
    let password = "a fox in the snow";
    let form = format!("token={token}&name=%3DBo&password=a+fox+in+the+snow");
    let cookie = post(&stranger, "/invite", &form).await.header("set-cookie").to_owned();
    post(&stranger, "/sign-in", "name=%3Dbo&password=a+fox+in+the+snow").await;
    post(&stranger, "/sign-in", "name=%3Dbo&password=guessed+password").await;
    post(&owner, "/people/role", "person=id+of+Ana&role=viewer").await;
    post(&owner, "/people/role", "person=id+of+Ana&role=maker").await;
    post(&owner, "/money/price", "pattern=demo&amount=0.5&unit=run").await;
    post(&owner, "/money/budget", "whose=id+of+Ana&period=day&amount=2&generations=9").await;
    let made = post(&maker, "/keys", "name=n8n").await.text();
    let key = attribute(&made, "[role=status] input", "value").unwrap();
    let key = key.strip_prefix("sk-easel-").unwrap();
    let (id, _) = maker.done("a fox that nobody else reads of").await;
    maker.act(&id, GalleryAct::ShareInputs).await.unwrap();
    maker.act(&id, GalleryAct::Star).await.unwrap();
    maker.act(&id, GalleryAct::Delete).await.unwrap();

    let happened = site.state.happened.before(i64::MAX, 100).await.unwrap();
    let told: Vec<_> =
        happened.iter().rev().map(|one| (one.who.as_str(), one.deed, one.about.as_str())).collect();
    assert_eq!(
        told,
        [
            ("Olga", Deed::Invited, "maker"),
            ("=Bo", Deed::CameIn, ""),
            ("=Bo", Deed::SignedIn, ""),
            // Without a real connection, as here, there is no client address.
            ("=Bo", Deed::FailedSignIn, "0.0.0.0"),
            ("Olga", Deed::SetRole, "Ana: viewer"),
            ("Olga", Deed::SetRole, "Ana: maker"),
            ("Olga", Deed::SetPrice, "demo 0.50 run"),
            ("Olga", Deed::SetBudget, "Ana: 2.00 USD, 9 generations a day"),
            ("Ana", Deed::MadeApiKey, "n8n"),
            ("Ana", Deed::Shared, id.as_str()),
            ("Ana", Deed::Deleted, id.as_str()),
        ]
    );
    let page = owner.get("/happened").await;
    assert_eq!(page.status, StatusCode::OK);
    let csv = owner.get("/happened.csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.text().contains("\"'=Bo\",signed-in"), "{}", csv.text());
    assert_eq!(csv.text().lines().count(), 12);
    for text in [page.text(), csv.text()] {
        let cookie = cookie.split([';', '=']).nth(1).unwrap();
        for secret in [token, password, key, cookie, "nobody else reads"] {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
    assert_eq!(maker.get("/happened").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_was_begun_is_told_too_and_there_are_pages() {
    let site = Site::with(&[("EASEL_DEMO_COLD_START", "off")]).await;
    let browser = site.browser().await;
    for number in 0..150 {
        site.state.happened.by_name("Ana", Deed::SetPrice, format!("demo {number}")).await;
    }
    let first = browser.get("/happened").await.text();
    assert!(first.contains("demo 149") && first.contains("/happened?before="));
    let earlier = attribute(&first, "a[href*='before=']", "href").unwrap();
    let second = browser.get(&earlier).await.text();
    assert!(!second.contains("demo 149"));
    let plain = browser.ask(Method::POST, "/generate", &[FORM], "prompt=a+fox&model=demo".into());
    assert_eq!(plain.await.status, StatusCode::SEE_OTHER);
    let page = browser.get("/happened").await.text();
    assert!(
        page.contains("Somebody without a name") && page.contains("started a generation: demo")
    );
}
