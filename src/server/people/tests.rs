//! Tests signing in, being recognized and signing out.

use axum::http::{HeaderMap, HeaderValue, header};
use tempfile::TempDir;

use super::*;
use crate::{
    generation::{GenerationId, ModelReference, Request},
    server::store::{self, Images},
};

struct House {
    people: People,
    records: Records,
    signer: Signer,
    _folder: TempDir,
}

const PASSWORD: &str = "a fox in the snow";

impl House {
    async fn new() -> Self {
        Self::with(TempDir::new().unwrap(), Records::in_memory().await.unwrap()).await
    }

    /// As a server finds it that starts in this folder.
    async fn reopened(folder: TempDir) -> Self {
        let records = Records::open(None, folder.path()).await.unwrap();
        Self::with(folder, records).await
    }

    async fn with(folder: TempDir, records: Records) -> Self {
        let mut config =
            Config::read(|name| (name == "EASEL_ACCESS").then(|| "people".to_owned())).unwrap();
        config.data_dir = folder.path().to_owned();
        let signer = Signer::open(&config, &records).await.unwrap();
        let config = Arc::new(config);
        let settings = OwnerSettings::open(config.clone(), records.clone()).await.unwrap();
        let (rows, keys) = (records.clone(), signer.clone());
        let people = People::open(&config, Access::People, rows, keys, settings).await.unwrap();
        Self { people, records, signer, _folder: folder }
    }

    async fn owner(&self, name: &str) -> HeaderValue {
        let token = self.people.owner_link().await.unwrap().unwrap();
        self.people.accept(&token, name, PASSWORD, &visit(None, &HeaderMap::new())).await.unwrap()
    }

    /// The digest of the browser with this cookie.
    fn browser(&self, cookie: &HeaderValue) -> String {
        let mut headers = HeaderMap::new();
        let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        digest_of(self.signer.session(&headers).unwrap().as_str())
    }

    async fn person(&self, cookie: &HeaderValue) -> Option<Person> {
        let found = self.records.person_at(&self.browser(cookie), 0).await.unwrap();
        found.map(|(person, _)| person)
    }

    /// A generation of `session`.
    async fn made(&self, session: &SessionId) -> GenerationId {
        let id: GenerationId = uuid::Uuid::now_v7().to_string().parse().unwrap();
        let request = Request {
            model: ModelReference::demo(),
            prompt: "a fox".to_owned(),
            inputs: Default::default(),
        };
        self.records.claim_new(&id, session, &request, None, "test", 1).await.unwrap();
        id
    }
}

fn visit<'a>(session: Option<&'a SessionId>, headers: &'a HeaderMap) -> Visit<'a> {
    Visit { session, headers, address: ClientAddress::new([192, 0, 2, 1].into()) }
}

#[tokio::test]
async fn the_first_link_makes_the_owner_and_then_there_is_none() {
    let house = House::new().await;
    let (first, second) =
        (house.people.owner_link().await.unwrap(), house.people.owner_link().await.unwrap());
    let headers = HeaderMap::new();
    let come = async |token: &str, name| {
        house.people.accept(token, name, PASSWORD, &visit(None, &headers)).await
    };
    let cookie = come(&first.clone().unwrap(), "Ana").await.unwrap();
    assert_eq!(house.person(&cookie).await.unwrap().role, Role::Owner);
    assert!(matches!(come(&first.unwrap(), "Bo").await, Err(NotIn::Gone)));
    assert!(matches!(come(&second.unwrap(), "Bo").await, Err(NotIn::Gone)));
    assert_eq!(house.people.owner_link().await.unwrap(), None);
}

#[tokio::test]
async fn a_password_lets_in_and_a_new_one_signs_the_others_out() {
    let house = House::new().await;
    let first = house.owner("Ana").await;
    let headers = HeaderMap::new();
    let sign_in = async |name: &str, password: &str| {
        house.people.sign_in(name, password, &visit(None, &headers)).await
    };
    let second = sign_in(" ANA ", PASSWORD).await.unwrap();
    assert_ne!(house.browser(&first), house.browser(&second));
    for (name, password) in [("Ana", "a fox in the snoW"), ("Bo", PASSWORD), ("Ana", "")] {
        assert!(matches!(sign_in(name, password).await, Err(NotIn::Wrong)), "{name} {password}");
    }
    let signed = Signed {
        person: house.person(&second).await.unwrap(),
        browser: Some(house.browser(&second)),
    };
    let address = ClientAddress::new([192, 0, 2, 1].into());
    let change = async |old, new| house.people.change_password(&signed, (old, new), address).await;
    assert!(matches!(change("wrong", "a hare in the snow").await, Err(NotIn::Wrong)));
    assert!(matches!(change(PASSWORD, "too short").await, Err(NotIn::NoPassword)));
    let (too_long, longest) = ("ü".repeat(201), "ü".repeat(200));
    assert!(matches!(change(PASSWORD, &too_long).await, Err(NotIn::NoPassword)));
    change(PASSWORD, &longest).await.unwrap();
    assert!(house.person(&first).await.is_none() && house.person(&second).await.is_some());
}

#[tokio::test]
async fn a_reset_link_sets_a_password_once_and_signs_out_everywhere() {
    let house = House::new().await;
    let cookie = house.owner("Ana").await;
    let person = house.person(&cookie).await.unwrap();
    let token = reset_link(&house.records, &person).await.unwrap();
    let headers = HeaderMap::new();
    let accept = async || {
        house
            .people
            .accept(&token, "somebody else", "another password", &visit(None, &headers))
            .await
    };
    let fresh = accept().await.unwrap();
    assert_eq!(house.person(&fresh).await.unwrap().name, "Ana");
    assert!(house.person(&cookie).await.is_none());
    assert!(matches!(accept().await, Err(NotIn::Gone)));
    assert_eq!(house.people.all().await.unwrap().len(), 1);
}

#[tokio::test]
async fn whoever_guesses_is_slowed_down_and_nobody_else_is() {
    let house = House::new().await;
    house.owner("Ana").await;
    let headers = HeaderMap::new();
    let from = async |last: u8, name: &str| {
        let address = ClientAddress::new([192, 0, 2, last].into());
        let visit = Visit { session: None, headers: &headers, address };
        house.people.sign_in(name, "guessed password", &visit).await
    };
    for number in 0..10 {
        assert!(matches!(from(99, "Ana").await, Err(NotIn::Wrong)), "{number}");
    }
    // The address does not matter.
    let Err(NotIn::TooSoon { seconds, .. }) = from(99, "Ana").await else { panic!() };
    assert!((1..=31).contains(&seconds), "{seconds}");
    // It keeps Ana out nowhere else.
    let address = ClientAddress::new([192, 0, 2, 7].into());
    let visit = Visit { session: None, headers: &headers, address };
    assert!(house.people.sign_in("Ana", PASSWORD, &visit).await.is_ok());
    assert!(matches!(from(99, "Ana").await, Err(NotIn::TooSoon { .. })));
    assert!(matches!(from(98, "Bo").await, Err(NotIn::Wrong)));
    // Nor does the name, for one address.
    for number in 0..30 {
        let _ = from(50, &format!("name {number}")).await;
    }
    assert!(matches!(from(50, "Cy").await, Err(NotIn::TooSoon { .. })));
}

#[tokio::test]
async fn passwords_and_browsers_survive_a_restart_and_come_along_with_the_key() {
    let house = House::reopened(TempDir::new().unwrap()).await;
    let cookie = house.owner("Ana").await;
    let headers = HeaderMap::new();
    let House { _folder: folder, .. } = house;
    let house = House::reopened(folder).await;
    assert_eq!(house.person(&cookie).await.unwrap().name, "Ana");
    assert!(house.people.sign_in("Ana", PASSWORD, &visit(None, &headers)).await.is_ok());

    let (export, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let images = Images::in_memory();
    store::export(&house.records, &images, export.path()).await.unwrap();
    std::fs::copy(house._folder.path().join("key"), elsewhere.path().join("key")).unwrap();
    let house = House::reopened(elsewhere).await;
    store::import(&house.records, &images, export.path(), |_| ()).await.unwrap();
    assert_eq!(house.person(&cookie).await.unwrap().name, "Ana");
    assert!(house.people.sign_in("Ana", PASSWORD, &visit(None, &headers)).await.is_ok());
}

#[tokio::test]
async fn what_a_browser_made_before_becomes_theirs_and_nothing_of_others() {
    let house = House::new().await;
    let (desk, phone) = (SessionId::new("desk"), SessionId::new("phone"));
    let (first, second) = (house.made(&desk).await, house.made(&phone).await);
    let headers = HeaderMap::new();
    let token = house.people.owner_link().await.unwrap().unwrap();
    let come = house.people.accept(&token, "Ana", PASSWORD, &visit(Some(&desk), &headers)).await;
    let ana = house.person(&come.unwrap()).await.unwrap();
    house.people.sign_in("Ana", PASSWORD, &visit(Some(&phone), &headers)).await.unwrap();
    for id in [&first, &second] {
        assert!(house.records.get_of(&ana.gallery, id).await.unwrap().is_some());
    }
    // A browser that still holds its earlier cookie does not bring its gallery to another person.
    let token = invitation_link(&house.records, Role::Maker, None).await.unwrap();
    for session in [&desk, &ana.gallery] {
        let _ = house.people.accept(&token, "Bo", PASSWORD, &visit(Some(session), &headers)).await;
        let bo = house.people.sign_in("Bo", PASSWORD, &visit(Some(session), &headers)).await;
        let bo = house.person(&bo.unwrap()).await.unwrap();
        assert!(house.records.get_of(&bo.gallery, &first).await.unwrap().is_none());
    }
}
