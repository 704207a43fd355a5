//! Who may come in, where several servers let people in at once.

use easel::server::store::{Accepted, Invitation, Person, Records, Role, SessionId};

use crate::test_store::TestStore;

fn person(name: &str, role: Role) -> Person {
    Person {
        id: format!("id of {name}"),
        name: name.to_owned(),
        folded: name.to_lowercase(),
        role,
        password: None,
        gallery: SessionId::new(format!("gallery of {name}")),
        created_ms: 1,
    }
}

/// As two servers have it.
async fn two(place: &TestStore) -> [Records; 2] {
    match place.is_sqlite() {
        true => [place.records.clone(), place.records.clone()],
        false => [place.records_again().await, place.records_again().await],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_who_remove_each_other_at_once_one_stays() {
    for round in 0..6 {
        let place = TestStore::new().await;
        let [here, there] = two(&place).await;
        let [ana, bo] = ["Ana", "Bo"].map(|name| person(name, Role::Owner));
        for person in [&ana, &bo] {
            assert!(here.add_person(person).await.unwrap());
        }
        let (one, other) = if round % 2 == 0 {
            tokio::join!(here.remove_person(&ana, 2), there.remove_person(&bo, 2))
        } else {
            let role = Role::Maker;
            tokio::join!(here.set_role(&ana.id, role), there.set_role(&bo.id, role))
        };
        assert!(one.unwrap() != other.unwrap(), "one of both");
        assert!(here.has_owner().await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_printed_links_that_are_followed_at_once_one_makes_an_owner() {
    for _ in 0..5 {
        let place = TestStore::new().await;
        let [here, there] = two(&place).await;
        for digest in ["a", "b"] {
            let (digest, role) = (digest.to_owned(), Role::Owner);
            let (person, inviter, created_ms, expires_ms) = (None, None, 1, 100);
            let printed = Invitation { digest, role, person, inviter, created_ms, expires_ms };
            here.add_invitation(&printed).await.unwrap();
        }
        let (ana, bo) = (person("Ana", Role::Owner), person("Bo", Role::Owner));
        let (one, other) =
            tokio::join!(here.accept_new("a", &ana, 5), there.accept_new("b", &bo, 5));
        let mut accepted = [one.unwrap(), other.unwrap()];
        accepted.sort_by_key(|accepted| *accepted != Accepted::Done);
        assert_eq!(accepted, [Accepted::Done, Accepted::Gone]);
        assert_eq!(here.people().await.unwrap().len(), 1);
    }
}
