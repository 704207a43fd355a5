//! Limits: an owner sets them in the page, they apply immediately, and a person who reaches one
//! learns why and until when.

use axum::http::{Method, StatusCode};
use easel::{
    generation::{Draft, GenerationId, Limit, Request},
    server::{
        access::Caller,
        api_keys::new_key,
        client_address::ClientAddress,
        store::{Deed, Role, Scope},
        visitors::Asker,
    },
};

use crate::{
    drawn::asker,
    people::generate_call,
    site::{Answer, Browser, Site},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const WARM: (&str, &str) = ("EASEL_DEMO_COLD_START", "off");

async fn post(browser: &Browser<'_>, path: &str, form: &str) -> Answer {
    browser.ask(Method::POST, path, &[FORM], form.into()).await
}

fn new_id() -> GenerationId {
    uuid::Uuid::now_v7().to_string().parse().unwrap()
}

fn fox() -> Draft {
    let model = "demo".parse().unwrap();
    Draft::of(&Request { model, prompt: "a fox".to_owned(), inputs: Default::default() })
}

/// The limit in a response: its value, what is left, and the seconds until more is available.
fn told(answer: &Answer) -> (String, String, u32) {
    let header = |name| answer.header(name).to_owned();
    assert_eq!(header("retry-after"), header("ratelimit-reset"));
    let seconds = header("retry-after").parse().unwrap();
    (header("ratelimit-limit"), header("ratelimit-remaining"), seconds)
}

#[tokio::test]
async fn an_owner_sets_limits_that_hold_at_once_and_are_written_down() {
    let site = Site::of_people().await;
    let owner = site.person("Owner", Role::Owner).await;
    let page = owner.get("/limits").await.text();
    assert!(page.contains("Under way at once, of one person"), "{page}");
    assert!(page.contains("placeholder=\"20\"") && !page.contains("disabled"), "{page}");
    let saved = post(&owner, "/limits", "at-once=3&an-hour=&starts=60").await;
    assert_eq!(saved.status, StatusCode::OK);
    assert!(saved.text().contains("Saved. It applies from now on."), "{}", saved.text());
    assert_eq!(site.state.settings.limit(Limit::AtOnce), 3);
    let again = post(&owner, "/limits", "at-once=3").await.text();
    assert!(again.contains("Nothing was changed."), "{again}");
    let happened = site.state.happened.before(i64::MAX, 9).await.unwrap();
    let told: Vec<_> =
        happened.iter().map(|one| (one.who.as_str(), one.deed, one.about.as_str())).collect();
    assert_eq!(told, [("Owner", Deed::SetLimit, "at-once 3")]);
    // Either all values are saved or none, and the typed ones stay in the form for correction.
    for wrong in ["0", "-1", "1.5", "many", "100001", "99999999999999"] {
        let refused = post(&owner, "/limits", &format!("a-day=7&at-once={wrong}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        let text = refused.text();
        assert!(text.contains("must be a whole number from 1 to 100000"), "{text}");
        assert!(text.contains("aria-invalid=\"true\"") && text.contains("value=\"7\""), "{text}");
    }
    let limit = |limit| site.state.settings.limit(limit);
    assert_eq!((limit(Limit::AtOnce), limit(Limit::ADay)), (3, 100));
    post(&owner, "/limits", "at-once=").await;
    assert_eq!(limit(Limit::AtOnce), 20, "empty is as usual");
}

#[tokio::test]
async fn what_the_environment_says_counts_and_is_shown_so() {
    let site = Site::with(&[WARM, ("EASEL_MAX_PER_HOUR_EACH", "7")]).await;
    let browser = site.browser().await;
    let page = post(&browser, "/limits", "an-hour=9&a-day=9").await.text();
    assert!(page.contains("Set by EASEL_MAX_PER_HOUR_EACH in the environment"), "{page}");
    let limit = |limit| site.state.settings.limit(limit);
    assert_eq!((limit(Limit::AnHour), limit(Limit::ADay)), (7, 9));
}

#[tokio::test]
async fn whoever_reached_a_limit_is_told_by_every_door_in_their_language() {
    let site = Site::of_people().await;
    let owner = site.person("Owner", Role::Owner).await;
    let maker = site.person("Maker", Role::Maker).await;
    post(&owner, "/limits", "an-hour=2").await;
    let of_maker = asker(&maker, Caller::Maker);
    for _ in 0..2 {
        site.state.generate(&of_maker, &new_id(), Some(fox())).await.unwrap();
    }
    let call = maker.ask(Method::POST, "/api/generate", &[], generate_call(&new_id())).await;
    assert_eq!(call.status, StatusCode::TOO_MANY_REQUESTS);
    let (allowed, left, seconds) = told(&call);
    assert_eq!((allowed.as_str(), left.as_str()), ("2", "0"));
    assert!((3_500..=3_601).contains(&seconds), "{seconds}");

    for (language, words) in [
        ("en", "You have started as many generations within an hour as one person may here (2)"),
        ("pt-BR", "Você já começou em uma hora tantas gerações quantas uma pessoa pode aqui (2)"),
        ("zh-CN", "您在一小时内开始的生成任务已达到此处每人的上限（2 个）"),
    ] {
        let headers = [FORM, ("accept-language", language)];
        let form = b"prompt=a+fox&model=demo".to_vec();
        let plain = maker.ask(Method::POST, "/generate", &headers, form).await;
        assert_eq!(plain.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(plain.text().contains(words), "{}", plain.text());
        assert_eq!(told(&plain).0, "2");
    }
    // An API key of the same person shares the limit.
    let (mut key, text) = new_key("of the maker", Scope::default());
    key.session = maker.session.clone();
    site.state.records().add_api_key(&key).await.unwrap();
    let bearer = format!("Bearer {text}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = br#"{"prompt": "a fox", "model": "demo"}"#.to_vec();
    for door in ["/v1/images/generations", "/v1/generations"] {
        let program = maker.ask(Method::POST, door, &headers, body.clone()).await;
        assert_eq!(program.status, StatusCode::TOO_MANY_REQUESTS, "{door}: {}", program.text());
        assert_eq!(program.header("ratelimit-limit"), "2", "{door}");
        // A program is not told to sleep for an hour.
        let told = (program.header("retry-after"), program.header("x-should-retry"));
        assert_eq!(told, ("", "false"), "{door}");
        assert!(program.text().contains("rate_limit_exceeded"), "{door}: {}", program.text());
    }
    // A raised limit lets them continue; owners have no limit, and another person has a separate
    // one.
    site.state.generate(&asker(&owner, Caller::Operator), &new_id(), Some(fox())).await.unwrap();
    let other = site.person("Other", Role::Maker).await;
    site.state.generate(&asker(&other, Caller::Maker), &new_id(), Some(fox())).await.unwrap();
    post(&owner, "/limits", "an-hour=3").await;
    site.state.generate(&of_maker, &new_id(), Some(fox())).await.unwrap();
}

#[tokio::test]
async fn an_address_searches_and_begins_so_often_within_a_minute() {
    let site = Site::of_people().await;
    let owner = site.person("Owner", Role::Owner).await;
    let maker = site.person("Maker", Role::Maker).await;
    post(&owner, "/limits", "starts=1&searches=1&sign-ins=1").await;
    let from = |browser: &Browser<'_>, caller, last: u8| Asker {
        address: ClientAddress::new([192, 0, 2, last].into()),
        ..asker(browser, caller)
    };
    let begin = async |last: u8| {
        let asker = from(&maker, Caller::Maker, last);
        site.state.generate(&asker, &new_id(), Some(fox())).await.map(drop)
    };
    begin(1).await.unwrap();
    let refused = begin(1).await.unwrap_err().to_string();
    let words = "from your address within a minute than are allowed here (1)";
    assert!(refused.contains(words), "{refused}");
    begin(2).await.unwrap();
    site.state.visitors.may_search(ClientAddress::new([192, 0, 2, 1].into())).await.unwrap();
    let refused = site.state.visitors.may_search(ClientAddress::new([192, 0, 2, 1].into()));
    assert!(
        refused.await.unwrap_err().to_string().contains("more searches came from your address")
    );
    // Behind a proxy that is not configured, all clients have this address, so it gets ten times as
    // much.
    let stranger = site.browser_with(String::new(), maker.session.clone());
    let mut refused = None;
    for _ in 0..12 {
        let answer = post(&stranger, "/sign-in", "name=a+b+c&password=guessed+password").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    let refused = refused.unwrap();
    assert_eq!(told(&refused).0, "10");
    assert!(refused.text().contains("Too many passwords were tried."), "{}", refused.text());
}
