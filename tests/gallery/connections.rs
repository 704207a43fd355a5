//! An owner's decisions under Connections: people's own keys, models on offer, and hosts that may
//! be contacted.

use axum::http::{Method, StatusCode};
use easel::{
    error::GenerateError,
    generation::{Draft, GenerationId, ProviderKind, Request, contract::Part},
    server::{
        access::Caller,
        provider::{BUILT_IN, Opening},
        store::{Deed, Role},
    },
};

use crate::{
    drawn::{asker, draw_for},
    people::PEOPLE,
    site::{Answer, Browser, Site},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn post(browser: &Browser<'_>, path: &str, form: &str) -> Answer {
    browser.ask(Method::POST, path, &[FORM], form.into()).await
}

fn new_id() -> GenerationId {
    uuid::Uuid::now_v7().to_string().parse().unwrap()
}

fn draft(model: &str) -> Draft {
    let model = model.parse().unwrap();
    Draft::of(&Request { model, prompt: "a fox".to_owned(), inputs: Default::default() })
}

/// True if the provider may contact this URL.
fn may_contact(site: &Site, kind: ProviderKind, url: &str) -> bool {
    let opening: &Opening = BUILT_IN.iter().find(|opening| opening.kind == kind).unwrap();
    opening.guard(&site.state.config).client_for(&url.parse().unwrap()).is_ok()
}

#[tokio::test]
async fn an_owner_enters_what_is_on_offer_and_what_may_be_contacted() {
    let warm = ("EASEL_DEMO_COLD_START", "off");
    let site = Site::with(&[PEOPLE, warm]).await;
    let owner = site.person("Owner", Role::Owner).await;
    let maker = site.person("Maker", Role::Maker).await;
    let saved = post(&owner, "/connections/models", "entries=hf%3Aa%2Fb%0D%0Ahf%3Aa%2Fb").await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    assert!(saved.text().contains("Saved. It applies from now on."));
    let offered: Vec<_> = site.state.offered().map(|offer| offer.reference.to_string()).collect();
    assert_eq!(offered, ["hf:a/b"]);
    let of_maker = asker(&maker, Caller::Maker);
    let refused = site.state.generate(&of_maker, &new_id(), Some(draft("demo"))).await;
    assert!(matches!(refused.unwrap_err(), GenerateError::UnsupportedModel { .. }));
    // An invalid line saves nothing of the list, and the typed text stays in the form.
    let wrong = post(&owner, "/connections/models", "entries=demo%0Adall-e").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = wrong.text();
    assert!(text.contains("“dall-e” is not a model reference"), "{text}");
    assert!(text.contains("demo\ndall-e") && text.contains("aria-invalid=\"true\""), "{text}");
    post(&owner, "/connections/models", "entries=").await;
    site.state.generate(&of_maker, &new_id(), Some(draft("demo"))).await.unwrap();

    let (app, path) = ("http://127.0.0.1:7860/", "http://10.0.0.5:8080/apps/paint/config");
    assert!(!may_contact(&site, ProviderKind::Space, app));
    let form = "entries=http%3A%2F%2F127.0.0.1%3A7860%0Aspace%3Ahttp%3A%2F%2F10.0.0.5%3A8080%2Fapps%2Fpaint";
    let saved = post(&owner, "/connections/origins", form).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    assert!(may_contact(&site, ProviderKind::Space, app));
    assert!(may_contact(&site, ProviderKind::Space, path));
    assert!(!may_contact(&site, ProviderKind::Hf, path), "it is for one provider alone");
    assert!(!may_contact(&site, ProviderKind::Space, "http://10.0.0.5:8080/admin"));
    for wrong in ["10.0.0.5", "ftp%3A%2F%2Fa", "http%3A%2F%2Fuser%40a"] {
        let refused = post(&owner, "/connections/origins", &format!("entries={wrong}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(refused.text().contains("is not an origin"), "{}", refused.text());
    }
    assert!(may_contact(&site, ProviderKind::Space, app), "what was there stays");
    post(&owner, "/connections/origins", "entries=").await;
    assert!(!may_contact(&site, ProviderKind::Space, app));
    // A URL on offer does not receive a token.
    post(&owner, "/connections/models", "entries=hf%3Ahttps%3A%2F%2Fendpoint.example").await;
    assert!(site.state.config.endpoints().is_empty());
    let happened = site.state.happened.before(i64::MAX, 99).await.unwrap();
    let told: Vec<_> = happened
        .iter()
        .filter(|one| matches!(one.deed, Deed::SetOffers | Deed::SetOrigins))
        .map(|one| one.about.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "hf:https://endpoint.example",
            "",
            "http://127.0.0.1:7860, space:http://10.0.0.5:8080/apps/paint",
            "",
            "hf:a/b",
        ]
    );
}

#[tokio::test]
async fn the_environment_counts_before_what_was_entered() {
    let origins = ("EASEL_ALLOWED_ORIGINS", "http://127.0.0.1:7860");
    let site = Site::with(&[("EASEL_MODELS", "demo"), origins]).await;
    let browser = site.browser().await;
    post(&browser, "/connections/models", "entries=hf%3Aa%2Fb").await;
    let page = post(&browser, "/connections/origins", "entries=http%3A%2F%2F127.0.0.1%3A1").await;
    let page = page.text();
    for variable in ["EASEL_MODELS", "EASEL_ALLOWED_ORIGINS"] {
        assert!(page.contains(&format!("Set by {variable} in the environment")), "{page}");
    }
    assert!(page.contains("http://127.0.0.1:7860") && !page.contains("<textarea"), "{page}");
    let offered: Vec<_> = site.state.offered().map(|offer| offer.reference.to_string()).collect();
    assert_eq!(offered, ["demo"]);
    assert!(!may_contact(&site, ProviderKind::Space, "http://127.0.0.1:1/"));
    // Where nobody has a name, nobody can have a personal key.
    assert!(!page.contains("People may bring keys of their own"), "{page}");
}

#[tokio::test]
async fn a_maker_is_led_to_their_own_keys_where_an_owner_allows_them() {
    let site = Site::of_people().await;
    let owner = site.person("Owner", Role::Owner).await;
    let maker = site.person("Maker", Role::Maker).await;
    let sheet = async || {
        let part = Part::Connections { check: String::new() };
        draw_for(&site, &asker(&maker, Caller::Maker), part).await.unwrap().html
    };
    assert!(!sheet().await.contains("href=\"/connections\""));
    let page = maker.get("/connections").await.text();
    assert!(page.contains("does not let people bring their own keys"), "{page}");
    let allowed = post(&owner, "/connections/own", "allowed=yes").await;
    assert_eq!(allowed.status, StatusCode::OK);
    assert!(sheet().await.contains("href=\"/connections\""));
    let page = maker.get("/connections").await.text();
    assert!(page.contains("id=\"own-key-hf\"") && !page.contains("id=\"key-hf\""), "{page}");
    assert!(!page.contains("/connections/models") && !page.contains("EASEL_MODELS"), "{page}");
    let page = owner.get("/connections").await.text();
    assert!(page.contains("id=\"own-key-hf\"") && page.contains("id=\"key-hf\""), "{page}");
    post(&owner, "/connections/own", "").await;
    assert!(!maker.get("/connections").await.text().contains("id=\"own-key-hf\""));
    let happened = site.state.happened.before(i64::MAX, 9).await.unwrap();
    let told: Vec<_> = happened.iter().map(|one| (one.deed, one.about.as_str())).collect();
    assert_eq!(told, [(Deed::SetOwnKeys, "no"), (Deed::SetOwnKeys, "yes")]);
}
