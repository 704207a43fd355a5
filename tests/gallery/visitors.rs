//! An Easel that is open to everybody: visitors run the models on offer, within limits, and nothing
//! else that costs its operator money.

use axum::http::{Method, StatusCode};
use easel::{
    app,
    error::GenerateError,
    generation::{
        Draft, GenerationId, ImageType, InputValue, Limit, Outcome, Refusal, Request,
        contract::{Fill, GalleryAct, Part, SeedUse},
    },
    server::{access::Caller, client_address::ClientAddress, visitors::Asker},
};

use server_fn::error::FromServerFnError;

use crate::{
    drawn::draw_for,
    site::{Answer, Browser, Site},
};

const OPEN: (&str, &str) = ("EASEL_ACCESS", "open");
const OFFERS: (&str, &str) = ("EASEL_MODELS", "demo, hf:a/b");
const WARM: (&str, &str) = ("EASEL_DEMO_COLD_START", "off");
/// An address without a listener.
const HUB: (&str, &str) = ("HF_ENDPOINT", "http://127.0.0.1:9");

fn new_id() -> GenerationId {
    uuid::Uuid::now_v7().to_string().parse().unwrap()
}

fn request(model: &str, steps: i128) -> Request {
    let inputs = [("width", 256), ("height", 256), ("steps", steps)];
    let inputs = inputs.map(|(name, value)| (name.to_owned(), InputValue::Integer(value)));
    Request { model: model.parse().unwrap(), prompt: "a fox".to_owned(), inputs: inputs.into() }
}

impl Browser<'_> {
    fn asker(&self, address: &str) -> Asker {
        Asker {
            session: self.session.clone(),
            caller: Caller::Visitor,
            address: ClientAddress::new(address.parse().unwrap()),
            is_new: false,
            key: None,
        }
    }
}

#[tokio::test]
async fn another_model_is_neither_run_nor_looked_at() {
    let site = Site::with(&[OPEN, OFFERS, HUB]).await;
    let browser = site.browser().await;
    let other = request("replicate:owner/name", 1);
    let asker = browser.asker("192.0.2.1");
    let part = Part::Form { draft: Draft::of(&other), fill: Fill::Keep };
    let alert = draw_for(&site, &asker, part).await.unwrap().with_role("alert").join(" ");
    assert!(alert.contains("owner/name cannot be run here"), "{alert}");
    let refused =
        site.state.generate(&asker, &new_id(), Some(Draft::of(&other))).await.unwrap_err();
    let GenerateError::UnsupportedModel { model, detail } = refused else { panic!("{refused:?}") };
    assert_eq!(model, "replicate:owner/name");
    assert!(detail.contains("operator") && detail.contains("EASEL_MODELS"), "{detail}");

    // A model that was on offer once is shown, and cannot run again.
    let old = browser.made_with(&"hf:no/longer".parse().unwrap()).await;
    let part = Part::FormOf { generation: old, seed: SeedUse::New };
    let alert = draw_for(&site, &asker, part).await.unwrap().with_role("alert").join(" ");
    assert!(alert.contains("no/longer cannot be run here"), "{alert}");
}

#[tokio::test]
async fn a_day_has_room_for_so_many_from_one_address_and_in_all() {
    let limits = [("EASEL_MAX_PER_DAY_EACH", "2"), ("EASEL_MAX_PER_DAY", "3")];
    let site = Site::with(&[OPEN, WARM, limits[0], limits[1]]).await;
    let browser = site.browser().await;
    let run = async |address: &str, id: &GenerationId, steps| {
        let asker = browser.asker(address);
        site.state
            .generate(&asker, id, Some(Draft::of(&request("demo", steps))))
            .await
            .map(|held| held.value)
    };
    let first = new_id();
    assert!(matches!(run("192.0.2.1", &first, 1).await, Ok(Outcome::Done { .. })));
    // Neither repeated calls count, nor generations that never started.
    assert!(matches!(run("192.0.2.1", &first, 1).await, Ok(Outcome::Done { .. })));
    let wrong = run("192.0.2.1", &new_id(), 1_000_000).await;
    assert!(matches!(wrong, Err(GenerateError::InputRejected { .. })), "{wrong:?}");

    assert!(run("192.0.2.1", &new_id(), 1).await.is_ok());
    let full = run("192.0.2.1", &new_id(), 1).await.unwrap_err();
    let GenerateError::LimitReached { reached } = full else { panic!("{full:?}") };
    assert!((1..=86_401).contains(&reached.retry_after_seconds));
    assert_eq!((reached.limit, reached.allowed), (Limit::ADay, 2));

    assert!(run("192.0.2.2", &new_id(), 1).await.is_ok());
    let full = run("192.0.2.3", &new_id(), 1).await.unwrap_err();
    let GenerateError::LimitReached { reached } = full else { panic!("{full:?}") };
    assert_eq!((reached.limit, reached.allowed), (Limit::ADayInAll, 3));
    // Started generations can still be viewed.
    assert!(run("192.0.2.1", &first, 1).await.is_ok());
}

#[tokio::test]
async fn what_visitors_keep_has_an_end_for_each_and_in_all() {
    const MB: usize = 1024 * 1024;
    let quota = [("EASEL_KEEP_MB_EACH", "1"), ("EASEL_KEEP_MB", "2")];
    let site = Site::with(&[OPEN, WARM, quota[0], quota[1]]).await;
    let (one, two) = (site.browser().await, site.browser().await);
    let run = async |asker: &Asker| {
        let (id, draft) = (new_id(), Draft::of(&request("demo", 1)));
        let outcome = site.state.generate(asker, &id, Some(draft)).await;
        outcome.map(|_| ()).map_err(|error| (error, id))
    };
    let visitor = one.asker("192.0.2.1");
    let large = one.made(vec![1; MB], ImageType::Png).await;
    let (full, id) = run(&visitor).await.unwrap_err();
    assert_eq!(full, GenerateError::OwnGalleryFull { limit_mb: 1 });
    let next = app::next_step(&full);
    assert!(next.contains("Delete some that you no longer need"), "{next}");
    assert!(site.state.records().get(&id).await.unwrap().is_none(), "nothing was begun");
    assert!(run(&two.asker("192.0.2.2")).await.is_ok(), "another has room");

    // A deleted picture does not count for its owner, but counts for all while it exists.
    one.act(&large, GalleryAct::Delete).await.unwrap();
    assert!(run(&visitor).await.is_ok());
    two.made(vec![2; MB], ImageType::Png).await;
    let (full, _) = run(&visitor).await.unwrap_err();
    assert_eq!(full, GenerateError::AllGalleriesFull { limit_mb: 2 });
    let operator = Asker { caller: Caller::Operator, ..visitor };
    assert!(run(&operator).await.is_ok(), "the owner has no quota");
}

#[tokio::test]
async fn whoever_is_forgotten_begins_anew_and_the_old_cookie_is_worth_nothing() {
    let site = Site::new().await;
    let browser = site.browser().await;
    browser.done("a fox").await;
    assert!(browser.get("/").await.text().contains("a fox"));
    assert!(browser.get("/session").await.text().contains("method=\"post\""));
    let forgotten = browser.post("/session").await;
    assert_eq!(forgotten.status, StatusCode::SEE_OTHER);
    assert!(forgotten.header("set-cookie").contains("Max-Age=0"));
    // Somebody kept a copy of the cookie.
    let after = browser.get("/").await;
    assert!(!after.text().contains("a fox"));
    assert!(after.header("set-cookie").starts_with("easel_"));
}

/// The response to a browser that repeats a request until it is refused, and the number of
/// requests.
async fn refused(browser: &Browser<'_>, method: Method, path: &str) -> (Answer, usize) {
    for asked in 1..2_000 {
        let answer = browser.ask(method.clone(), path, &[], Vec::new()).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return (answer, asked);
        }
    }
    panic!("{path} never said that it is too often");
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (answer, asked) = refused(&browser, Method::POST, "/api/act").await;
    assert!(asked > 300, "{asked}");
    assert_eq!(answer.header("retry-after"), "1");
    // The page decodes it like any response of this function.
    let refusal = Refusal::de(answer.bytes.into());
    let error = GenerateError::try_from(&refusal).unwrap();
    assert!(
        matches!(error, GenerateError::TooManyRequests { retry_after_seconds: Some(1), .. }),
        "{error:?}"
    );
    for path in ["/api/uploads", "/generate"] {
        let (answer, _) = refused(&browser, Method::POST, path).await;
        assert!(answer.text().ends_with("Try again in 1 s."), "{}", answer.text());
        assert_eq!(answer.header("retry-after"), "1", "{path}");
    }
    // The page can still be viewed, and other people are not affected.
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    let other = site.browser().await;
    assert!(other.draw(Part::Connections { check: String::new() }).await.is_ok());
}

#[tokio::test]
async fn where_anybody_may_come_in_an_owner_signs_in_and_decides() {
    let site = Site::with(&[OPEN]).await;
    let visitor = site.browser().await;
    assert_eq!(visitor.get("/limits").await.status, StatusCode::FORBIDDEN);
    let token = site.state.people.owner_link().await.unwrap().unwrap();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let come = format!("token={token}&name=Olga&password=a+fox+in+the+snow");
    let come = visitor.ask(Method::POST, "/invite", &[form], come.into()).await;
    assert_eq!(come.status, StatusCode::SEE_OTHER, "{}", come.text());
    let sign_in = b"name=olga&password=a+fox+in+the+snow".to_vec();
    let signed = visitor.ask(Method::POST, "/sign-in", &[form], sign_in).await;
    let cookie = signed.header("set-cookie").split(';').next().unwrap().to_owned();
    let owner = site.browser_with(cookie, visitor.session.clone());
    for page in ["/limits", "/money", "/connections", "/happened", "/people"] {
        assert_eq!(owner.get(page).await.status, StatusCode::OK, "{page}");
        assert_ne!(site.stranger(page).await.status, StatusCode::OK, "{page}");
    }
    // Whoever is not signed in is a visitor as before.
    assert_eq!(site.browser().await.get("/").await.status, StatusCode::OK);
    assert_eq!(site.state.people.owner_link().await.unwrap(), None);
}
