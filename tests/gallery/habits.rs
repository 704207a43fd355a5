//! Saved habits for a model, readiness of models, and the offline page of the installed app.

use axum::http::{Method, StatusCode};
use easel::{
    generation::{
        Draft, GenerationId, Outcome, Readiness, RunTime,
        contract::{Fill, ModelsQuery, Part},
    },
    server::{access::Caller, provider::BUILT_IN, store::Role},
};

use crate::{
    drawn::{asker, draw, texts},
    people::PEOPLE,
    series::provider,
    site::{Answer, Browser, Site},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn post(browser: &Browser<'_>, path: &str, form: &str) -> Answer {
    browser.ask(Method::POST, path, &[FORM], form.into()).await
}

async fn site() -> Site {
    Site::opened(&[], &[BUILT_IN, &[provider::OPENING]].concat()).await
}

async fn form_of(
    site: &Site,
    browser: &Browser<'_>,
    model: &str,
    fill: Fill,
) -> crate::drawn::Drawn {
    let draft = Draft { model: model.to_owned(), ..Draft::default() };
    draw(site, browser, Part::Form { draft, fill }).await
}

#[tokio::test]
async fn what_is_always_wanted_stands_in_the_form_when_the_model_is_chosen() {
    let site = site().await;
    let (me, you) = (site.browser().await, site.browser().await);
    let kept =
        post(&me, "/habits", "act=inputs&model=scripted:quick&input:steps=4&input:seed=").await;
    assert_eq!(kept.status, StatusCode::OK);
    assert!(kept.text().contains("it starts with Steps 4."), "{}", kept.text());
    let chosen = form_of(&site, &me, "scripted:quick", Fill::Choose).await;
    assert_eq!(chosen.text("Steps"), "4");
    // A redrawn form keeps an input cleared that the person cleared.
    assert_eq!(form_of(&site, &me, "scripted:quick", Fill::Keep).await.text("Steps"), "");
    assert_eq!(form_of(&site, &you, "scripted:quick", Fill::Choose).await.text("Steps"), "");
    assert_eq!(form_of(&site, &me, "scripted:wait", Fill::Choose).await.text("Steps"), "");
    let forgotten = post(&me, "/habits", "act=forget&model=scripted:quick").await.text();
    assert!(forgotten.contains("Nothing is kept yet."), "{forgotten}");
    assert_eq!(form_of(&site, &me, "scripted:quick", Fill::Choose).await.text("Steps"), "");
    let long = format!("act=inputs&model=demo&input:negative_prompt={}", "x".repeat(20_000));
    let refused = post(&me, "/habits", &long).await;
    assert!(refused.status == StatusCode::CONFLICT || refused.status == StatusCode::OK);
    assert_eq!(post(&me, "/habits", "act=burn&model=demo").await.status, StatusCode::NOT_FOUND);
    assert_eq!(me.get("/habits?model=x").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_model_is_tried_where_the_first_does_not_begin() {
    let site = site().await;
    let browser = site.browser().await;
    let wish = "act=spare&model=scripted:wait&habit-model=scripted:quick&habit-after=1";
    let panel = post(&browser, "/habits", wish).await.text();
    assert!(panel.contains("selected") && panel.contains("value=\"1\""), "{panel}");
    let id: GenerationId = uuid::Uuid::now_v7().to_string().parse().unwrap();
    let draft =
        Draft { model: "scripted:wait".to_owned(), prompt: "a fox".to_owned(), inputs: Vec::new() };
    let asker = asker(&browser, Caller::Operator);
    let made = async {
        loop {
            let draft = Some(draft.clone());
            let outcome = site.state.generate_or_replace(&asker, &id, draft).await.unwrap().value;
            if matches!(outcome, Outcome::Done { .. }) {
                return;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), made).await.unwrap();
    let item = site.state.gallery.item(&browser.session, &id).await.unwrap();
    assert_eq!((item.request.model.as_str(), item.attempts), ("scripted:quick", 2));
    let stage = provider::stage(&site.state.config.data_dir);
    assert_eq!((stage.begun("wait"), stage.begun("quick"), stage.running()), (1, 1, 0));
    // A program that names a model gets that model, and no spare.
    let id: GenerationId = uuid::Uuid::now_v7().to_string().parse().unwrap();
    stage.go_on();
    site.state.generate(&asker, &id, Some(draft)).await.unwrap();
    let record = browser.records().get(&id).await.unwrap().unwrap();
    assert_eq!((record.spare, record.item.attempts), (None, 1));
    let none = post(&browser, "/habits", "act=spare&model=scripted:wait&habit-model=").await;
    assert!(!none.text().contains("selected"), "{}", none.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_model_in_the_place_of_one_that_runs_is_within_the_limits() {
    // References of this kind are understood once a site with its provider has been opened.
    drop(site().await);
    let models = ("EASEL_MODELS", "scripted:wait,scripted:stuck,scripted:quick");
    let site = Site::opened(&[PEOPLE, models], &[BUILT_IN, &[provider::OPENING]].concat()).await;
    site.state.generations.start_duties().await.unwrap();
    let maker = site.person("Maker", Role::Maker).await;
    let owner = site.person("Owner", Role::Owner).await;
    post(&owner, "/limits", "an-hour=2").await;
    let id: GenerationId = uuid::Uuid::now_v7().to_string().parse().unwrap();
    let draft =
        Draft { model: "scripted:wait".to_owned(), prompt: "a fox".to_owned(), inputs: Vec::new() };
    let of_maker = asker(&maker, Caller::Maker);
    let begun = site.state.generate(&of_maker, &id, Some(draft));
    let instead = async {
        let record = async || maker.records().get(&id).await.unwrap();
        while record().await.is_none() {
            tokio::task::yield_now().await;
        }
        let path = format!("/instead/{id}");
        let same = post(&maker, &path, "model=scripted:wait").await;
        assert_eq!(same.status, StatusCode::CONFLICT);
        assert!(same.text().contains("this model that runs already"), "{}", same.text());
        let unknown = post(&maker, &path, "model=scripted:broken").await;
        assert!(unknown.status.is_client_error(), "it is not on offer");
        let heard = post(&maker, &path, "model=scripted:stuck").await;
        assert_eq!(heard.status, StatusCode::NO_CONTENT, "{}", heard.text());
        while record().await.unwrap().item.request.model.as_str() != "scripted:stuck" {
            tokio::task::yield_now().await;
        }
        // Two have begun.
        let third = post(&maker, &path, "model=scripted:quick").await;
        assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS, "{}", third.text());
        post(&owner, "/limits", "a-day=2").await;
        let third = post(&maker, &path, "model=scripted:quick").await;
        assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS, "{}", third.text());
        post(&owner, "/limits", "a-day=&an-hour=").await;
        let third = post(&maker, &path, "model=scripted:quick").await;
        assert_eq!(third.status, StatusCode::NO_CONTENT, "{}", third.text());
    };
    let both = async { tokio::join!(begun, instead).0.map(drop) };
    tokio::time::timeout(std::time::Duration::from_secs(60), both).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_picker_and_the_form_say_how_a_model_does() {
    let site = site().await;
    let browser = site.browser().await;
    let records = browser.records();
    let now_ms = easel::server::clock::now_ms();
    for (model, readiness) in [
        ("scripted:quick", Readiness::Warm),
        ("scripted:broken", Readiness::Gone),
        ("scripted:stuck", Readiness::Busy),
    ] {
        records.keep_readiness(&model.parse().unwrap(), readiness, now_ms).await.unwrap();
    }
    let cold = "scripted:wait".parse().unwrap();
    for number in 0..3 {
        let id = GenerationId::from_parts(number, [1; 10]);
        let time = RunTime { took_ms: 38_000, was_cold: true };
        records.keep_run_time(&cold, &id, time, now_ms).await.unwrap();
    }
    let names = ["quick", "broken", "stuck", "wait"];
    let recent = names.map(|name| format!("scripted:{name}\t{name}")).join("\n");
    let query = ModelsQuery { recent, ..ModelsQuery::default() };
    let list = draw(&site, &browser, Part::Models(query)).await.html;
    let states = texts(&list, ".models__state");
    for words in ["warm", "gone", "busy", "cold, usually 38 s"] {
        assert!(states.iter().any(|state| state == words), "{words}: {states:?}");
    }
    let form = form_of(&site, &browser, "scripted:wait", Fill::Choose).await;
    assert_eq!(form.form().costs[0], "The model is cold, usually 38 s");
    assert!(form.html.contains("id=\"ready\" value=\"cold\""), "{}", form.html);
    // Where nobody entered a price, it is said how long it computes.
    let warm = "scripted:steady".parse().unwrap();
    for number in 10..13 {
        let id = GenerationId::from_parts(number, [1; 10]);
        let time = RunTime { took_ms: 8_000, was_cold: false };
        records.keep_run_time(&warm, &id, time, now_ms).await.unwrap();
    }
    let costs =
        form_of(&site, &browser, "scripted:steady", Fill::Choose).await.form().costs.clone();
    assert!(costs[0].ends_with("≈ 8 s of compute"), "{costs:?}");
    assert!(costs[1].ends_with("≈ 16 s of compute"), "{costs:?}");
    let unknown = form_of(&site, &browser, "demo", Fill::Choose).await;
    assert!(unknown.form().costs.is_empty() && !unknown.html.contains("id=\"ready\""));
}

#[tokio::test]
async fn an_app_says_itself_that_the_server_is_away_and_a_first_visit_loads_nothing_for_it() {
    let site = site().await;
    let browser = site.browser().await;
    assert!(!browser.get("/").await.text().contains("/app.js"));
    assert!(browser.get("/?app").await.text().contains("src=\"/app.js\""));
    let script = site.stranger("/sw.js").await;
    assert_eq!(script.header("content-type"), "text/javascript");
    assert_eq!(script.header("cache-control"), "no-cache");
    assert!(script.header("content-security-policy").contains("connect-src 'self'"));
    for (language, words) in [
        ("en", "Easel cannot be reached"),
        ("pt-BR", "Não foi possível acessar o Easel"),
        ("zh-CN", "无法连接到 Easel"),
    ] {
        let page =
            browser.ask(Method::GET, "/offline", &[("accept-language", language)], "".into()).await;
        assert!(page.text().contains(words), "{language}: {}", page.text());
    }
}
