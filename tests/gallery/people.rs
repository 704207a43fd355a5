//! People with names: who may sign in, what each may do, and what each may see.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request as HttpRequest, StatusCode},
};
use easel::{
    app,
    error::GenerateError,
    generation::{Draft, GenerationId, Request},
    server::{
        people::digest_of,
        store::{Person, PersonBrowser, Role, SessionId},
    },
};

use crate::{
    drawn::attribute,
    site::{Answer, Browser, Site},
};

pub const PEOPLE: (&str, &str) = ("EASEL_ACCESS", "people");
const OFFERS: (&str, &str) = ("EASEL_MODELS", "demo");
const WARM: (&str, &str) = ("EASEL_DEMO_COLD_START", "off");
const ELSEWHERE: (&str, &str) = ("LEPTOS_SITE_ADDR", "0.0.0.0:3000");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

impl Site {
    pub async fn of_people() -> Self {
        Self::with(&[PEOPLE, OFFERS, WARM]).await
    }

    /// The browser of a signed-in person, without hashing a password.
    pub async fn person(&self, name: &str, role: Role) -> Browser<'_> {
        let (gallery, browser) = (format!("gallery of {name}"), format!("browser of {name}"));
        let (gallery, browser) = (SessionId::new(gallery), SessionId::new(browser));
        let person = Person {
            id: format!("id of {name}"),
            name: name.to_owned(),
            folded: name.to_lowercase(),
            role,
            password: None,
            gallery: gallery.clone(),
            created_ms: 1,
        };
        let records = self.state.records();
        assert!(records.add_person(&person).await.unwrap());
        let (digest, used_ms) = (digest_of(browser.as_str()), i64::MAX / 2);
        let kept = PersonBrowser { digest, agent: String::new(), created_ms: 1, used_ms };
        records.add_browser(&person.id, &kept).await.unwrap();
        let cookie = self.state.signer.cookie_of(&Default::default(), &browser).unwrap();
        let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        self.browser_with(cookie, gallery)
    }
}

async fn post(browser: &Browser<'_>, path: &str, form: &str) -> Answer {
    browser.ask(Method::POST, path, &[FORM], form.into()).await
}

pub fn generate_call(id: &GenerationId) -> Vec<u8> {
    let request = Request {
        model: "demo".parse().unwrap(),
        prompt: "a fox".to_owned(),
        inputs: Default::default(),
    };
    postcard::to_allocvec(&(id, Some(Draft::of(&request)))).unwrap()
}

fn new_id() -> GenerationId {
    uuid::Uuid::now_v7().to_string().parse().unwrap()
}

#[tokio::test]
async fn beyond_loopback_an_anonymous_generate_is_refused_and_told_how_to_get_in() {
    let site = Site::with(&[ELSEWHERE, WARM]).await;
    let browser = site.browser_with(String::new(), SessionId::new("nobody"));
    for (language, words) in [
        ("en", "You are not signed in here. Sign in; the owner of this Easel can invite you."),
        ("zh-CN", "您尚未在此登录"),
        ("pt-BR", "Você não entrou com a sua conta aqui. Entre com a sua conta"),
    ] {
        let asks = ("accept-language", language);
        let form = browser.ask(Method::POST, "/generate", &[FORM, asks], "prompt=fox".into()).await;
        assert_eq!(form.status, StatusCode::UNAUTHORIZED);
        let text = scraper::Html::parse_document(&form.text());
        let text = text.root_element().text().collect::<Vec<_>>().join(" ");
        assert!(text.contains(words), "{language}: {text}");
        assert!(form.text().contains("href=\"/sign-in\""));
        let call =
            browser.ask(Method::POST, "/api/generate", &[asks], generate_call(&new_id())).await;
        assert_eq!(call.status, StatusCode::UNAUTHORIZED);
        use server_fn::error::FromServerFnError;
        let refusal = easel::generation::Refusal::de(call.bytes.into());
        assert_eq!(GenerateError::try_from(&refusal).unwrap(), GenerateError::NotSignedIn);
        assert!(refusal.html.0.contains("/sign-in"), "{:?}", refusal.html);
    }
    assert!(site.state.records().people().await.unwrap().is_empty());
    // The page redirects to the sign-in, which says how to get the owner's link.
    let page = site.stranger("/?search=fox").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.header("location"), "/sign-in?then=%2F%3Fsearch%3Dfox");
    let page = site.stranger("/sign-in").await.text();
    assert!(page.contains("easel people link") && !page.contains("type=\"password\""), "{page}");
}

#[tokio::test]
async fn no_header_and_no_name_of_the_host_opens_the_door() {
    let site = Site::of_people().await;
    let browser = site.browser_with(String::new(), SessionId::new("nobody"));
    for header in [
        ("host", "127.0.0.1:3000"),
        ("host", "localhost"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-real-ip", "127.0.0.1"),
        ("forwarded", "for=127.0.0.1"),
        ("remote-user", "Ana"),
    ] {
        let id = new_id();
        let call = browser.ask(Method::POST, "/api/generate", &[header], generate_call(&id)).await;
        assert_eq!(call.status, StatusCode::UNAUTHORIZED, "{header:?}");
        let page = browser.ask(Method::GET, "/", &[header], Vec::new()).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{header:?}");
    }
}

#[tokio::test]
async fn the_owner_comes_by_the_link_and_invites_and_each_has_a_gallery() {
    let site = Site::of_people().await;
    let token = site.state.people.owner_link().await.unwrap().unwrap();
    let page = site.stranger(&format!("/invite?token={token}")).await;
    assert!(page.text().contains("as owner") && page.text().contains("type=\"password\""));
    assert_eq!(page.header("cache-control"), "no-store");
    let come = async |token: &str, name: &str| {
        let stranger = site.browser_with(String::new(), SessionId::new(""));
        let form = format!("token={token}&name={name}&password=a+fox+in+the+snow");
        post(&stranger, "/invite", &form).await
    };
    let answer = come(&token, "Ana").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/"));
    let cookie =
        |answer: &Answer| answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let people = site.state.people.all().await.unwrap();
    let ana = site.browser_with(cookie(&answer), people[0].gallery.clone());
    assert_eq!(come(&token, "Bo").await.status, StatusCode::NOT_FOUND, "it was followed");

    let page = post(&ana, "/people/invite", "role=maker").await.text();
    let link = attribute(&page, "[role=status] input", "value").unwrap();
    let (_, token) = link.split_once("token=").unwrap();
    let answer = come(token, "Bo").await;
    let gallery = site.state.people.all().await.unwrap()[1].gallery.clone();
    let bo = site.browser_with(cookie(&answer), gallery);
    ana.done("a hare").await;
    bo.done("a fox").await;
    let (hers, his) = (ana.get("/").await.text(), bo.get("/").await.text());
    assert!(hers.contains("a hare") && !hers.contains("a fox"));
    assert!(his.contains("a fox") && !his.contains("a hare"));
    // Only the owner sees the list of people.
    assert!(ana.get("/people").await.text().contains("Remove Bo"));
    let own = bo.get("/people").await.text();
    assert!(!own.contains("Ana") && own.contains("You are Bo, maker."), "{own}");

    let signed_out = post(&bo, "/people/sign-out", "browser=all").await;
    assert_eq!(signed_out.header("location"), "/sign-in");
    assert_eq!(bo.get("/").await.status, StatusCode::SEE_OTHER);
    let wrong = post(&bo, "/sign-in", "name=Bo&password=a+fox&then=/").await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(wrong.text().contains("Name or password is wrong."));
    let right = post(&bo, "/sign-in", "name=bo&password=a+fox+in+the+snow&then=/people").await;
    assert_eq!((right.status, right.header("location")), (StatusCode::SEE_OTHER, "/people"));
}

#[tokio::test]
async fn the_cookie_from_before_a_sign_in_opens_nothing_afterwards() {
    let site = Site::with(&[("EASEL_ACCESS", "open"), OFFERS, WARM]).await;
    let visitor = site.browser().await;
    visitor.done("a hare").await;
    let token = site.state.people.owner_link().await.unwrap().unwrap();
    let form = format!("token={token}&name=Ana&password=a+fox+in+the+snow");
    let answer = post(&visitor, "/invite", &form).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let [person] = site.state.people.all().await.unwrap().try_into().unwrap();
    let ana = site.browser_with(cookie, person.gallery);
    ana.done("a secret").await;
    let hers = ana.get("/").await.text();
    assert!(hers.contains("a hare") && hers.contains("a secret"), "{hers}");
    let old = visitor.get("/").await.text();
    assert!(!old.contains("a hare") && !old.contains("a secret"), "{old}");
}

#[tokio::test]
async fn no_two_people_have_names_that_look_the_same() {
    let site = Site::of_people().await;
    let ana = site.person("Ana", Role::Owner).await;
    let come = async |name: &str| {
        let page = post(&ana, "/people/invite", "role=maker").await.text();
        let token = page.split("token=").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let stranger = site.browser_with(String::new(), SessionId::new(""));
        let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let form = format!("token={token}&name={name}&password=a+fox+in+the+snow");
        post(&stranger, "/invite", &form).await
    };
    for wrong in ["", "\u{200b}", "\u{3164}", "\u{202e}evil", "\u{2066}Max\u{2069}"] {
        let answer = come(wrong).await.text();
        assert!(answer.contains("letters that can be seen"), "{wrong:?}: {answer}");
    }
    assert_eq!(come("Max").await.status, StatusCode::SEE_OTHER);
    for same in ["max", "Ma\u{200b}x", "Max\u{2060}", "\u{ff2d}ax", "Max\u{3164}", "MAX "] {
        let answer = come(same).await.text();
        assert!(answer.contains("Somebody is already called"), "{same:?}: {answer}");
    }
}

#[tokio::test]
async fn many_people_behind_one_address_can_sign_in_and_none_of_them_can_guess() {
    let site = Site::of_people().await;
    let ana = site.person("Ana", Role::Owner).await;
    post(&ana, "/limits", "sign-ins=1").await;
    let page = post(&ana, "/people/invite", "role=maker").await.text();
    let token = page.split("token=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let stranger = site.browser_with(String::new(), SessionId::new(""));
    let form = format!("token={token}&name=Max&password=a+fox+in+the+snow");
    assert_eq!(post(&stranger, "/invite", &form).await.status, StatusCode::SEE_OTHER);
    let sign_in = async |form: &str| post(&stranger, "/sign-in", form).await.status;
    let right = "name=Max&password=a+fox+in+the+snow&then=/";
    // The limit of an address that is this machine's is ten times as high.
    for _ in 0..12 {
        assert_eq!(sign_in(right).await, StatusCode::SEE_OTHER);
    }
    let mut wrong = Vec::new();
    for number in 0..12 {
        wrong.push(sign_in(&format!("name=Ana{number}&password=guessed+password")).await);
    }
    assert!(wrong.contains(&StatusCode::TOO_MANY_REQUESTS), "{wrong:?}");
}

#[tokio::test]
async fn whoever_is_gone_can_neither_be_removed_nor_get_a_role() {
    let site = Site::of_people().await;
    let ana = site.person("Ana", Role::Owner).await;
    for (path, form) in [
        ("/people/role", "person=id+of+Nobody&role=viewer"),
        ("/people/remove", "person=id+of+Nobody"),
    ] {
        let answer = post(&ana, path, form).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().contains("This person is not here any more."), "{path}");
    }
    let answer = post(&ana, "/people/remove", "person=id+of+Ana").await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text().contains("An Easel needs an owner"));
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in_or_out() {
    let site = Site::of_people().await;
    let ana = site.person("Ana", Role::Owner).await;
    let foreign = [FORM, ("host", "localhost"), ("origin", "http://evil.example")];
    for path in ["/sign-in", "/invite", "/people/sign-out", "/people/invite", "/people/remove"] {
        let answer = ana.ask(Method::POST, path, &foreign, "browser=all".into()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(ana.get("/people").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_proxy_says_who_it_is_and_nobody_else_does() {
    let header = ("EASEL_PROXY_HEADER", "Remote-User");
    let trusted = ("EASEL_TRUSTED_PROXIES", "10.0.0.1");
    let site = Site::with(&[("EASEL_ACCESS", "proxy"), header, trusted, OFFERS, WARM]).await;
    let ask = async |peer: &str, names: &[&str], path: &str| {
        let peer: SocketAddr = format!("{peer}:9").parse().unwrap();
        let mut request = HttpRequest::builder().uri(path).extension(ConnectInfo(peer));
        for name in names {
            request = request.header("remote-user", *name);
        }
        site.status(request.body(Body::empty()).unwrap()).await.as_u16()
    };
    for (peer, names, status) in [
        ("10.0.0.1", &["Ana"][..], 200),
        ("10.0.0.1", &[" Ana"], 200),
        // Names that only look the same may be of two people there.
        ("10.0.0.1", &["ana"], 303),
        ("10.0.0.1", &[], 303),
        ("10.0.0.1", &[""], 303),
        // A client may have sent one of the two headers.
        ("10.0.0.1", &["Ana", "Bo"], 303),
        ("10.0.0.2", &["Ana"], 303),
        ("127.0.0.1", &["Ana"], 303),
    ] {
        assert_eq!(ask(peer, names, "/").await, status, "{peer} {names:?}");
    }
    let [ana] = site.state.people.all().await.unwrap().try_into().unwrap();
    assert_eq!((ana.name.as_str(), ana.role), ("Ana", Role::Maker));
    // The printed link makes a known person the owner, once, and asks nobody for a password.
    let token = site.state.people.owner_link().await.unwrap().unwrap();
    let page = site.stranger(&format!("/invite?token={token}")).await.text();
    assert!(page.contains("open it at the usual address") && !page.contains("<form"), "{page}");
    assert_eq!(ask("10.0.0.1", &["Ana"], "/people").await, 200);
    assert!(site.state.people.become_by(&token, &ana).await.unwrap());
    assert!(!site.state.people.become_by(&token, &ana).await.unwrap());
    assert!(site.state.people.has_owner().await.unwrap());
    // Whoever is removed stays out, though the proxy still names them.
    assert_eq!(ask("10.0.0.1", &["Bo"], "/").await, 200);
    let bo = site.state.records().person_named("bo").await.unwrap().unwrap();
    assert!(site.state.people.remove(&bo.id).await.unwrap().is_some());
    assert_eq!(ask("10.0.0.1", &["Bo"], "/").await, 303);
    assert!(site.state.records().readmit("bo").await.unwrap());
    assert_eq!(ask("10.0.0.1", &["Bo"], "/").await, 200);
}

#[tokio::test]
async fn a_viewer_is_told_to_ask_and_a_maker_runs_what_is_on_offer() {
    let site = Site::of_people().await;
    let (viewer, maker) =
        (site.person("Vi", Role::Viewer).await, site.person("Mo", Role::Maker).await);
    let answer = post(&viewer, "/generate", "prompt=fox&model=demo").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text().contains("Ask the owner of this Easel to let you make pictures."));
    assert!(app::plain(&GenerateError::OnlyLooking).contains("you may look here"));
    let answer = post(&maker, "/generate", "prompt=fox&model=replicate:a/b").await;
    assert!(answer.text().contains("a/b cannot be run here"), "{}", answer.text());
    assert_eq!(
        post(&maker, "/generate", "prompt=fox&model=demo").await.status,
        StatusCode::SEE_OTHER
    );
}
