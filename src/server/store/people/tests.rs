//! Tests adding, changing and removing people.

use super::*;
use crate::{
    generation::{GenerationId, ModelReference, Request},
    server::store::End,
};

fn person(name: &str, role: Role) -> Person {
    Person {
        id: format!("id of {name}"),
        name: name.to_owned(),
        folded: name.to_lowercase(),
        role,
        password: Some("$argon2id$…".to_owned()),
        gallery: SessionId::new(format!("gallery of {name}")),
        created_ms: 1,
    }
}

fn browser(digest: &str) -> PersonBrowser {
    let (agent, digest) = ("Firefox".to_owned(), digest.to_owned());
    PersonBrowser { digest, agent, created_ms: 5, used_ms: 5 }
}

fn invitation(digest: &str) -> Invitation {
    let digest = digest.to_owned();
    let (person, inviter) = (None, Some("id of Ana".to_owned()));
    Invitation { digest, role: Role::Maker, person, inviter, created_ms: 1, expires_ms: 100 }
}

#[tokio::test]
async fn a_link_is_followed_once_and_in_time_and_a_taken_name_does_not_use_it_up() {
    let records = Records::in_memory().await.unwrap();
    records.add_person(&person("Ana", Role::Owner)).await.unwrap();
    records.add_invitation(&invitation("a")).await.unwrap();
    assert_eq!(records.invitation("a", 50).await.unwrap(), Some(invitation("a")));
    let accept = async |name, now_ms| {
        records.accept_new("a", &person(name, Role::Maker), now_ms).await.unwrap()
    };
    assert_eq!(accept("ANA", 50).await, Accepted::NameTaken);
    assert_eq!(accept("Bo", 100).await, Accepted::Gone, "it has expired");
    assert_eq!(accept("Bo", 50).await, Accepted::Done);
    assert_eq!(accept("Cy", 50).await, Accepted::Gone);
    assert_eq!(records.people().await.unwrap().len(), 2);
}

#[tokio::test]
async fn of_many_who_follow_one_link_at_once_one_comes_in() {
    let records = Records::in_memory().await.unwrap();
    records.add_invitation(&invitation("a")).await.unwrap();
    let names: Vec<_> = (0..20).map(|number| format!("p{number}")).collect();
    let tries = names.iter().map(|name| {
        let records = records.clone();
        async move { records.accept_new("a", &person(name, Role::Maker), 5).await.unwrap() }
    });
    let came = futures::future::join_all(tries).await;
    assert_eq!(came.iter().filter(|accepted| **accepted == Accepted::Done).count(), 1);
}

#[tokio::test]
async fn the_last_owner_stays_one() {
    let records = Records::in_memory().await.unwrap();
    let (ana, bo) = (person("Ana", Role::Owner), person("Bo", Role::Maker));
    records.add_person(&ana).await.unwrap();
    records.add_person(&bo).await.unwrap();
    assert!(!records.set_role(&ana.id, Role::Maker).await.unwrap());
    assert!(!records.remove_person(&ana, 9).await.unwrap());
    assert!(records.set_role(&bo.id, Role::Owner).await.unwrap());
    assert!(records.set_role(&ana.id, Role::Viewer).await.unwrap());
    assert!(records.remove_person(&ana, 9).await.unwrap());
    assert!(records.has_owner().await.unwrap());
}

#[tokio::test]
async fn links_of_somebody_who_is_no_owner_any_more_let_nobody_in() {
    let records = Records::in_memory().await.unwrap();
    let (ana, bo) = (person("Ana", Role::Owner), person("Bo", Role::Owner));
    for person in [&ana, &bo] {
        records.add_person(person).await.unwrap();
    }
    let of_bo = Invitation { inviter: Some(bo.id.clone()), ..invitation("b") };
    let is_open = async |digest| records.invitation(digest, 5).await.unwrap().is_some();
    records.add_invitation(&invitation("a")).await.unwrap();
    records.add_invitation(&of_bo).await.unwrap();
    assert!(records.set_role(&ana.id, Role::Owner).await.unwrap());
    assert!(is_open("a").await);
    assert!(records.set_role(&ana.id, Role::Maker).await.unwrap());
    assert!(!is_open("a").await && is_open("b").await);
    records.add_invitation(&invitation("c")).await.unwrap();
    assert!(records.remove_person(&ana, 9).await.unwrap());
    assert!(!is_open("c").await && is_open("b").await);
}

#[tokio::test]
async fn a_link_for_a_password_is_used_up_with_it_alone() {
    let records = Records::in_memory().await.unwrap();
    records.add_person(&person("Ana", Role::Owner)).await.unwrap();
    let bo = person("Bo", Role::Maker);
    records.add_person(&bo).await.unwrap();
    let reset = Invitation { person: Some(bo.id.clone()), ..invitation("a") };
    records.add_invitation(&reset).await.unwrap();
    assert!(records.accept_password("a", &bo.id, "new", 5).await.unwrap());
    assert!(!records.accept_password("a", &bo.id, "newer", 5).await.unwrap());
    let kept = records.person(&bo.id).await.unwrap().unwrap().password;
    assert_eq!(kept.as_deref(), Some("new"));
    // Who is the last owner does not become something else by a link, which stays.
    records.add_invitation(&invitation("b")).await.unwrap();
    assert!(!records.accept_role("b", "id of Ana", Role::Maker, 5).await.unwrap());
    assert!(records.invitation("b", 5).await.unwrap().is_some());
}

#[tokio::test]
async fn what_somebody_shared_who_is_gone_is_shared_no_more() {
    let records = Records::in_memory().await.unwrap();
    records.add_person(&person("Ana", Role::Owner)).await.unwrap();
    let bo = person("Bo", Role::Maker);
    records.add_person(&bo).await.unwrap();
    let id = GenerationId::from_parts(1, [1; 10]);
    let model = ModelReference::demo();
    let request = Request { model, prompt: "a fox".to_owned(), inputs: Default::default() };
    records.claim_new(&id, &bo.gallery, &request, None, "here", 1).await.unwrap();
    records.finish(&id, &End::Cancelled, 2).await.unwrap();
    let token = records.share(&bo.gallery, &id, true).await.unwrap().unwrap();
    assert!(records.by_share_token(&token).await.unwrap().is_some());
    assert!(records.remove_person(&bo, 3).await.unwrap());
    assert!(records.by_share_token(&token).await.unwrap().is_none());
    // Nor does a proxy bring them back, until somebody says so.
    assert!(records.is_kept_out(&bo.folded).await.unwrap());
    assert!(records.readmit(&bo.folded).await.unwrap());
    assert!(!records.is_kept_out(&bo.folded).await.unwrap());
    assert!(!records.readmit(&bo.folded).await.unwrap());
    assert!(records.get(&id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_browser_is_signed_in_until_it_is_not_or_was_not_used_for_long() {
    let records = Records::in_memory().await.unwrap();
    let ana = person("Ana", Role::Owner);
    records.add_person(&ana).await.unwrap();
    for digest in ["a", "b", "c"] {
        records.add_browser(&ana.id, &browser(digest)).await.unwrap();
    }
    let is_in =
        async |digest, since_ms| records.person_at(digest, since_ms).await.unwrap().is_some();
    assert!(is_in("a", 5).await && !is_in("a", 6).await);
    records.note_browser("a", 9, 0).await.unwrap();
    assert!(is_in("a", 6).await);
    records.sign_out(&ana.id, Some("b")).await.unwrap();
    assert!(is_in("a", 0).await && !is_in("b", 0).await && is_in("c", 0).await);
    // A new password signs the other browsers out.
    records.set_password(&ana.id, "new", Some("c")).await.unwrap();
    assert!(!is_in("a", 0).await && is_in("c", 0).await);
    records.sign_out(&ana.id, None).await.unwrap();
    assert!(!is_in("c", 0).await);
    // The browser of a removed person is signed out too.
    records.add_person(&person("Bo", Role::Owner)).await.unwrap();
    records.add_browser(&ana.id, &browser("d")).await.unwrap();
    assert!(records.remove_person(&ana, 9).await.unwrap());
    assert!(!is_in("d", 0).await);
}

#[tokio::test]
async fn tries_are_free_then_slow_and_many_at_once_are_no_more() {
    let records = Records::in_memory().await.unwrap();
    let tries = (0..40).map(|_| records.count_attempt("Ana", 10, 1_000, 5));
    let tried = futures::future::join_all(tries).await;
    let let_through = tried.into_iter().filter(|tried| matches!(tried, Ok(Ok(())))).count();
    assert_eq!(let_through, 10);
    let next = async |now_ms| records.count_attempt("Ana", 10, 1_000, now_ms).await.unwrap();
    assert_eq!(next(505).await, Err(500));
    assert_eq!(next(1_005).await, Ok(()));
    assert_eq!(next(1_006).await, Err(999));
    assert_eq!(records.count_attempt("Bo", 10, 1_000, 6).await.unwrap(), Ok(()));
    records.forget_attempts("Ana").await.unwrap();
    assert_eq!(next(1_007).await, Ok(()));
}
