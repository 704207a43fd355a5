//! Money: estimates before a run, costs after it, and who may see them.

use axum::http::{Method, StatusCode};
use easel::{
    error::GenerateError,
    generation::{
        BudgetLimit, Draft, InputValue, Outcome, Request,
        contract::{Fill, FormState, Part, State},
    },
    server::{access::Caller, store::Role},
};

use crate::{
    drawn::{asker, draw_for},
    people::generate_call,
    site::{Answer, Browser, Site},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const WARM: (&str, &str) = ("EASEL_DEMO_COLD_START", "off");

async fn post(browser: &Browser<'_>, path: &str, form: &str) -> Answer {
    browser.ask(Method::POST, path, &[FORM], form.into()).await
}

fn fox() -> Draft {
    let inputs = [("width", 256), ("height", 256), ("steps", 1)];
    let inputs = inputs.map(|(name, value)| (name.to_owned(), InputValue::Integer(value)));
    let (model, prompt) = ("demo".parse().unwrap(), "a fox".to_owned());
    Draft::of(&Request { model, prompt, inputs: inputs.into() })
}

fn new_id() -> easel::generation::GenerationId {
    uuid::Uuid::now_v7().to_string().parse().unwrap()
}

/// The estimates beside Generate.
async fn costs(site: &Site, browser: &Browser<'_>, caller: Caller) -> Vec<String> {
    let part = Part::Form { draft: fox(), fill: Fill::Keep };
    let drawn = easel::app::draw(&site.state, &asker(browser, caller), part).await.unwrap();
    let State::Form(form) = drawn.state else { panic!("it is a form") };
    let FormState { costs, .. } = *form;
    costs
}

#[tokio::test]
async fn what_a_run_will_cost_is_said_before_and_what_it_did_cost_after() {
    let site = Site::with(&[WARM]).await;
    let browser = site.browser().await;
    assert!(costs(&site, &browser, Caller::Operator).await.is_empty(), "nobody entered anything");
    let saved = post(&browser, "/money/price", "pattern=demo&amount=0%2C02&unit=image").await;
    assert_eq!(saved.status, StatusCode::OK);
    assert!(saved.text().contains("$0.02 a picture"), "{}", saved.text());
    let told = costs(&site, &browser, Caller::Operator).await;
    assert_eq!(told[..2], ["≈ $0.02", "≈ $0.04"]);
    assert_eq!(told.len(), 8);
    // The page contains the estimate from the start, also without script.
    let page = browser.get("/").await.text();
    assert!(page.contains("≈ $0.02") && page.contains("aria-describedby=\"cost\""));

    let (id, asker) = (new_id(), asker(&browser, Caller::Operator));
    let outcome = site.state.generate(&asker, &id, Some(fox())).await.unwrap().value;
    assert!(matches!(outcome, Outcome::Done { .. }));
    let (side, _) = browser.view(&id).await;
    assert!(side.contains("Cost") && side.contains("$0.02"), "{side}");
    let csv = browser.get("/money.csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.text().ends_with("\"demo\",USD,0.02,1,0,no\r\n"), "{}", csv.text());
    for by in ["month", "day", "model", "person", "key"] {
        let page = browser.get(&format!("/money?by={by}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("$0.02 · 1 generation"), "{by}: {}", page.text());
    }
}

#[tokio::test]
async fn a_budget_that_is_used_up_is_told_and_no_provider_hears_of_more() {
    let site = Site::of_people().await;
    let (owner, maker) =
        (site.person("Owner", Role::Owner).await, site.person("Maker", Role::Maker).await);
    post(&owner, "/money/price", "pattern=demo&amount=0.10&unit=run").await;
    let set = post(&owner, "/money/budget", "whose=id+of+Maker&period=month&amount=0.2").await;
    assert!(set.text().contains("$0.00 of $0.20"), "{}", set.text());
    let asker = asker(&maker, Caller::Maker);
    assert_eq!(costs(&site, &maker, Caller::Maker).await[0], "≈ $0.10");
    for _ in 0..2 {
        site.state.generate(&asker, &new_id(), Some(fox())).await.unwrap();
    }
    let said = &costs(&site, &maker, Caller::Maker).await[0];
    assert_eq!(said, "≈ $0.10 · more than is left of the budget");
    let id = new_id();
    let refused = site.state.generate(&asker, &id, Some(fox())).await.unwrap_err();
    let GenerateError::BudgetSpent { budget } = &refused else { panic!("{refused:?}") };
    assert!(budget.is_own);
    assert_eq!(budget.limit, BudgetLimit::Money("0.20 USD".to_owned()));
    let records = site.state.records();
    assert_eq!(records.get(&id).await.unwrap(), None, "nothing began");
    let call = maker.ask(Method::POST, "/api/generate", &[], generate_call(&new_id())).await;
    assert_eq!(call.status, StatusCode::PAYMENT_REQUIRED);
    let plain = post(&maker, "/generate", "prompt=a+fox&model=demo").await;
    assert_eq!(plain.status, StatusCode::PAYMENT_REQUIRED);
    let words = "Your budget of 0.20 USD a month is used up, so nothing was started.";
    assert!(plain.text().contains(words), "{}", plain.text());
    // One person's budget does not affect another's, and a raised budget allows more.
    let other = site.person("Other", Role::Maker).await;
    let of_other = crate::drawn::asker(&other, Caller::Maker);
    site.state.generate(&of_other, &new_id(), Some(fox())).await.unwrap();
    post(&owner, "/money/budget", "whose=id+of+Maker&period=month&amount=1").await;
    site.state.generate(&asker, &id, Some(fox())).await.unwrap();
    let totals = site.state.spending.totals(None, 0).await.unwrap();
    let begun: i64 = totals.iter().map(|total| total.generations).sum();
    assert_eq!(begun, 4, "what was refused counts for nothing");
}

#[tokio::test]
async fn a_maker_sees_their_own_money_and_a_viewer_none() {
    let site = Site::of_people().await;
    let owner = site.person("Owner", Role::Owner).await;
    let (maker, other) =
        (site.person("Ana", Role::Maker).await, site.person("Bo", Role::Maker).await);
    let viewer = site.person("Vi", Role::Viewer).await;
    post(&owner, "/money/price", "pattern=*&amount=0.10&unit=run").await;
    post(&owner, "/money/budget", "whose=each&period=day&amount=&generations=5").await;
    for browser in [&maker, &maker, &other] {
        let asker = asker(browser, Caller::Maker);
        site.state.generate(&asker, &new_id(), Some(fox())).await.unwrap();
    }
    let own = maker.get("/money?by=day").await.text();
    assert!(own.contains("$0.20 · 2 generations") && own.contains("2 of 5 generations"), "{own}");
    assert!(!own.contains("action=\"/money/"), "there is nothing to set: {own}");
    assert!(!own.contains("$0.30") && !own.contains("Bo"), "{own}");
    let csv = maker.get("/money.csv").await.text();
    assert!(csv.contains("\"Ana\"") && !csv.contains("\"Bo\""), "{csv}");
    let all = owner.get("/money?by=person").await.text();
    assert!(all.contains("Ana") && all.contains("Bo") && all.contains("$0.20 · 2 generations"));
    assert!(costs(&site, &viewer, Caller::Viewer).await.is_empty());
    assert!(!viewer.get("/").await.text().contains("≈ $0.10"));
    assert_eq!(viewer.get("/money").await.status, StatusCode::FORBIDDEN);
    let sheet = Part::Connections { check: String::new() };
    let sheet = draw_for(&site, &asker(&viewer, Caller::Viewer), sheet).await.unwrap();
    assert!(!sheet.html.contains("/money"));
}

#[tokio::test]
async fn a_file_counts_before_what_was_entered_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prices");
    std::fs::write(&path, "currency EUR\nde* 0.5 run\n").unwrap();
    let site = Site::with(&[WARM, ("EASEL_PRICES", path.to_str().unwrap())]).await;
    let browser = site.browser().await;
    let entered = post(&browser, "/money/price", "pattern=demo&amount=7&unit=run").await.text();
    assert!(entered.contains("from EASEL_PRICES") && entered.contains("The currency is EUR"));
    assert!(!entered.contains("action=\"/money/currency\""));
    assert_eq!(costs(&site, &browser, Caller::Operator).await[0], "≈ €0.50");
}

#[tokio::test]
async fn what_cannot_be_meant_is_told_and_changes_nothing() {
    let site = Site::with(&[WARM]).await;
    let browser = site.browser().await;
    for (path, form, words) in [
        ("/money/price", "pattern=de+mo&amount=1&unit=run", "Enter a model"),
        ("/money/price", "pattern=demo&amount=-1&unit=run", "Enter an amount"),
        ("/money/price", "pattern=demo&amount=1&unit=hour", "Enter an amount"),
        ("/money/currency", "currency=dollars", "three letters"),
        ("/money/budget", "whose=all&period=month&amount=&generations=", "or both"),
        ("/money/budget", "whose=all&period=month&amount=ten", "Enter an amount"),
        ("/money/budget", "whose=all&period=month&generations=1.5", "Enter an amount"),
    ] {
        let answer = post(&browser, path, form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(answer.text().contains(words), "{form}: {}", answer.text());
    }
    for form in ["whose=nobody&period=month&amount=1", "whose=all&period=year&amount=1"] {
        let answer = post(&browser, "/money/budget", form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
    }
    let page = browser.get("/money").await.text();
    assert!(page.contains("Nothing is limited.") && page.contains("No prices yet."));
}
