//! Tests adding, changing and removing people.

use super::*;

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
    Invitation { digest, role: Role::Maker, person: None, created_ms: 1, expires_ms: 100 }
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
