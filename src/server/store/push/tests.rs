//! Tests who is told, and of what.

use super::*;
use crate::{
    error::GenerateError,
    generation::{
        Draft, ModelReference, Request,
        series::{Member, ModelChoice, Plan, Series, Side},
    },
    server::store::{End, Person, PersonBrowser, Role, SeriesAsker},
};

fn browser(name: &str) -> PushBrowser {
    PushBrowser {
        endpoint: Secret::new(format!("https://push.example/{name}")),
        public_key: "key".to_owned(),
        auth: "auth".to_owned(),
        language: "en".to_owned(),
    }
}

async fn told(records: &Records, session: &SessionId) -> Vec<String> {
    let browsers = records.push_browsers(session).await.unwrap();
    let name =
        |browser: &PushBrowser| browser.endpoint.expose().rsplit('/').next().map(str::to_owned);
    browsers.iter().filter_map(name).collect()
}

/// A generation of `session` that runs.
async fn running(records: &Records, session: &SessionId, number: u64) -> GenerationId {
    let id = GenerationId::from_parts(number, [0; 10]);
    let request = Request {
        model: ModelReference::demo(),
        prompt: "a fox".to_owned(),
        inputs: Default::default(),
    };
    records.claim_new(&id, session, &request, None, "me", 1).await.unwrap();
    id
}

#[tokio::test]
async fn a_browser_is_told_of_one_person_and_the_oldest_of_many_makes_room() {
    let records = Records::in_memory().await.unwrap();
    let [ana, bo] = ["ana", "bo"].map(SessionId::new);
    for number in 0..=MAX_BROWSERS {
        let browser = browser(&number.to_string());
        records.keep_push_browser(&ana, None, &browser, number).await.unwrap();
    }
    let left: Vec<_> = (1..=MAX_BROWSERS).map(|number| number.to_string()).collect();
    assert_eq!(told(&records, &ana).await, left);
    // Somebody else uses this browser from now on.
    records.keep_push_browser(&bo, None, &browser("5"), 99).await.unwrap();
    assert_eq!(told(&records, &bo).await, ["5"]);
    assert!(!told(&records, &ana).await.contains(&"5".to_owned()));
    let endpoint = browser("5").endpoint;
    records.forget_push_browser(&ana, &endpoint).await.unwrap();
    assert!(records.is_pushed_to(&bo, &endpoint).await.unwrap(), "it is not hers");
    records.forget_push_browser(&bo, &endpoint).await.unwrap();
    assert!(!records.is_pushed_to(&bo, &endpoint).await.unwrap());
}

#[tokio::test]
async fn who_signs_out_in_any_way_is_told_nothing_any_more() {
    let records = Records::in_memory().await.unwrap();
    let gallery = SessionId::new("of Ana");
    let person = |id: &str, role| Person {
        id: id.to_owned(),
        name: id.to_owned(),
        folded: id.to_owned(),
        role,
        password: None,
        gallery: SessionId::new(format!("of {id}")),
        created_ms: 1,
    };
    for person in [person("Ana", Role::Maker), person("Bo", Role::Owner)] {
        records.add_person(&person).await.unwrap();
    }
    for digest in ["phone", "desk", "tablet"] {
        let (agent, digest) = (String::new(), digest.to_owned());
        let signed_in = PersonBrowser { digest, agent, created_ms: 5, used_ms: 5 };
        records.add_browser("Ana", &signed_in).await.unwrap();
        let pushed = browser(&signed_in.digest);
        let browser = Some(signed_in.digest.as_str());
        records.keep_push_browser(&gallery, browser, &pushed, 5).await.unwrap();
    }
    records.keep_push_browser(&gallery, None, &browser("proxy"), 6).await.unwrap();
    records.sign_out("Ana", Some("phone")).await.unwrap();
    assert_eq!(told(&records, &gallery).await, ["desk", "tablet", "proxy"]);
    records.set_password("Ana", "new", Some("desk")).await.unwrap();
    assert_eq!(told(&records, &gallery).await, ["desk", "proxy"]);
    records.remove_person(&person("Ana", Role::Maker), 9).await.unwrap();
    assert!(told(&records, &gallery).await.is_empty());

    let visitor = SessionId::new("visitor");
    records.keep_push_browser(&visitor, None, &browser("visitor"), 5).await.unwrap();
    records.end_session(&visitor, 9).await.unwrap();
    assert!(told(&records, &visitor).await.is_empty());
}

#[tokio::test]
async fn what_has_ended_is_told_once_and_what_was_cancelled_is_not() {
    let records = Records::in_memory().await.unwrap();
    let (mut ends, ana) = (records.ends(), SessionId::new("ana"));
    let done = End::Done { images: vec![], files: vec![], outputs: vec![], facts: vec![] };
    let id = running(&records, &ana, 1).await;
    for is_first in [true, false] {
        assert_eq!(records.finish(&id, &done, 2).await.unwrap(), is_first);
    }
    let ended = Ended::Generation(id);
    assert_eq!(ends.try_recv().unwrap(), ended);
    assert!(ends.try_recv().is_err());
    let news = records.push_news(&ended).await.unwrap().unwrap();
    assert_eq!((news.session, news.kind), (ana.clone(), PushKind::Done));
    let cancelled = running(&records, &ana, 2).await;
    records.finish(&cancelled, &End::Cancelled, 2).await.unwrap();
    assert!(ends.try_recv().is_err());
    assert_eq!(records.push_news(&Ended::Generation(cancelled)).await.unwrap(), None);
}

#[tokio::test]
async fn of_several_with_one_prompt_the_last_is_told() {
    let records = Records::in_memory().await.unwrap();
    let ana = SessionId::new("ana");
    let [first, second] = [running(&records, &ana, 1).await, running(&records, &ana, 2).await];
    let failed = End::Failed(GenerateError::Internal);
    records.finish(&first, &failed, 2).await.unwrap();
    assert_eq!(records.push_news(&Ended::Generation(first)).await.unwrap(), None);
    records.finish(&second, &failed, 3).await.unwrap();
    let news = records.push_news(&Ended::Generation(second)).await.unwrap().unwrap();
    assert_eq!(news.kind, PushKind::Failed);
}

#[tokio::test]
async fn a_series_is_told_as_one() {
    let records = Records::in_memory().await.unwrap();
    let (mut ends, ana) = (records.ends(), SessionId::new("ana"));
    let id = running(&records, &ana, 1).await;
    let model = || ModelChoice { reference: "demo".to_owned(), title: "Demo".to_owned() };
    let member = |(position, generation)| Member {
        position,
        generation,
        draft: Draft::default(),
        title: "Demo".to_owned(),
        ended: None,
        error: None,
    };
    let members = [id.clone(), GenerationId::from_parts(2, [0; 10])];
    let series = Series {
        id: SeriesId::new(GenerationId::from_parts(3, [0; 10])),
        plan: Plan { across: Side::Models(vec![model(), model()]), down: None },
        prompt: "a fox".to_owned(),
        created_ms: 1,
        is_blind: false,
        is_revealed: false,
        winner: None,
        is_cancelled: false,
        members: (0..).zip(members).map(member).collect(),
    };
    let asker = SeriesAsker {
        session: ana.clone(),
        caller: "maker".to_owned(),
        address: String::new(),
        language: "en".to_owned(),
    };
    records.add_series(&series, &asker, "me").await.unwrap();
    let done = End::Done { images: vec![], files: vec![], outputs: vec![], facts: vec![] };
    records.finish(&id, &done, 2).await.unwrap();
    assert_eq!(records.push_news(&ends.try_recv().unwrap()).await.unwrap(), None);
    for member in &series.members {
        records.end_series(&series.id).await.unwrap();
        assert!(ends.try_recv().is_err(), "some have not ended");
        records.end_member(&series.id, member.position, RecordState::Done, None).await.unwrap();
    }
    for _ in 0..2 {
        records.end_series(&series.id).await.unwrap();
    }
    let ended = ends.try_recv().unwrap();
    assert!(ends.try_recv().is_err());
    let news = records.push_news(&ended).await.unwrap().unwrap();
    assert_eq!((news.session, news.kind), (ana, PushKind::Comparison));
}
