//! Tests where requests carry keys, and which need none.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request};
use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::*;

fn head(headers: &[(&str, &str)], peer: &str) -> Parts {
    let mut request = Request::builder();
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (mut head, ()) = request.body(()).unwrap().into_parts();
    head.extensions.insert(ConnectInfo::<SocketAddr>(peer.parse().unwrap()));
    head
}

fn config(variables: &[(&str, &str)]) -> Config {
    let found = |name: &str| variables.iter().find(|(variable, _)| *variable == name);
    Config::read(|name| found(name).map(|(_, value)| (*value).to_owned())).unwrap()
}

async fn keys(variables: &[(&str, &str)], access: Access) -> ApiKeys {
    ApiKeys::new(&config(variables), access, Records::in_memory().await.unwrap())
}

#[test]
fn a_key_is_found_wherever_clients_put_it() {
    let login = format!("Basic {}", BASE64_STANDARD.encode("user:sk-1"));
    let keyless_login = format!("Basic {}", BASE64_STANDARD.encode("user"));
    for (name, value, found) in [
        ("authorization", "Bearer sk-1", Some("sk-1")),
        ("authorization", "bearer  sk-1 ", Some("sk-1")),
        ("authorization", "BEARER sk-1", Some("sk-1")),
        ("authorization", "Bearer", None),
        ("authorization", "sk-1", None),
        ("authorization", &login, Some("sk-1")),
        ("authorization", &keyless_login, None),
        ("api-key", "sk-1", Some("sk-1")),
        ("x-api-key", "sk-1", Some("sk-1")),
        ("cookie", "key=sk-1", None),
    ] {
        let head = head(&[(name, value)], "127.0.0.1:9");
        assert_eq!(key_in(&head.headers).as_deref(), found, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_key_opens_the_gallery_it_was_made_with_until_it_is_taken_back() {
    let keys = keys(&[], Access::Open).await;
    let (kept, text) = new_key("webui", Scope::default());
    assert!(text.starts_with("sk-easel-") && text.len() == 52 && text.ends_with(&kept.ending));
    assert!(!format!("{kept:?}").contains(&text));
    let bearer = format!("Bearer {text}");
    let head = head(&[("authorization", &bearer)], "192.0.2.1:9");
    assert!(matches!(keys.caller(&head).await, Err(Unknown::WrongKey)));
    keys.0.records.add_api_key(&kept).await.unwrap();
    let caller = keys.caller(&head).await.unwrap();
    assert_eq!((&caller.key, &caller.session), (&kept.id, &kept.session));
    assert!(keys.0.records.api_key(&kept.digest).await.unwrap().unwrap().used_ms.is_some());
    keys.0.records.revoke_api_key(&kept.id, None, 1).await.unwrap();
    assert!(matches!(keys.caller(&head).await, Err(Unknown::WrongKey)));
}

#[tokio::test]
async fn the_key_of_the_environment_has_one_gallery() {
    let keys = keys(&[("EASEL_API_KEY", "a-key-of-my-own-choice")], Access::Open).await;
    let head = |key: &str| head(&[("authorization", &format!("Bearer {key}"))], "192.0.2.1:9");
    let first = keys.caller(&head("a-key-of-my-own-choice")).await.unwrap();
    assert_eq!(keys.caller(&head("a-key-of-my-own-choice")).await.unwrap(), first);
    assert!(matches!(keys.caller(&head("another-key-of-my-own")).await, Err(Unknown::WrongKey)));
}

#[tokio::test]
async fn without_a_key_only_programs_on_this_machine_ask_and_only_where_the_operator_said_so() {
    let host = ("host", "localhost:3000");
    let wrong_key = ("authorization", "Bearer sk-wrong");
    let asked = [
        (&[host][..], "127.0.0.1:9", true),
        (&[("host", "127.0.0.1:3000")], "[::ffff:127.0.0.1]:9", true),
        (&[("host", "[::1]:3000")], "[::1]:9", true),
        (&[host], "192.0.2.1:9", false),
        (&[("host", "easel.example")], "127.0.0.1:9", false),
        (&[host, ("origin", "http://localhost:3000")], "127.0.0.1:9", false),
        (&[host, ("sec-fetch-site", "cross-site")], "127.0.0.1:9", false),
        (&[host, ("x-forwarded-for", "192.0.2.1")], "127.0.0.1:9", false),
        (&[host, ("forwarded", "for=192.0.2.1")], "127.0.0.1:9", false),
        (&[host, wrong_key], "127.0.0.1:9", false),
    ];
    let loopback = [("EASEL_API_KEYLESS", "loopback")];
    for (headers, peer, allowed) in asked {
        let head = head(headers, peer);
        let let_in = keys(&loopback, Access::Local).await.caller(&head).await.is_ok();
        assert_eq!(let_in, allowed, "{headers:?} from {peer}");
        assert!(keys(&loopback, Access::Open).await.caller(&head).await.is_err(), "{headers:?}");
        assert!(keys(&[], Access::Local).await.caller(&head).await.is_err(), "{headers:?}");
    }
}

#[tokio::test]
async fn a_minute_has_room_for_so_many() {
    let keys = keys(&[], Access::Local).await;
    let scope = Scope { per_minute: Some(3), ..Scope::default() };
    let (key, _) = new_key("webui", scope);
    let caller =
        ApiCaller { key: key.id, session: key.session, scope: key.scope, caller: Caller::Operator };
    // The minute may end in between.
    let mut counted = Vec::new();
    for _ in 0..7 {
        counted.push(keys.count(&caller).await.is_ok());
    }
    assert!(counted[..3].iter().all(|counted| *counted), "{counted:?}");
    assert!(counted[3..].iter().any(|counted| !counted), "{counted:?}");
    let free = ApiCaller { scope: Scope::default(), ..caller };
    assert!(matches!(keys.count(&free).await, Ok(None)));
}

#[tokio::test]
async fn a_key_may_what_the_person_may_whose_it_is() {
    use crate::server::store::{Person, Role};

    for (access, role, caller, read_only) in [
        (Access::People, Role::Owner, Caller::Operator, false),
        (Access::People, Role::Maker, Caller::Maker, false),
        (Access::People, Role::Viewer, Caller::Viewer, true),
        // Also while nobody is asked for a name.
        (Access::Open, Role::Maker, Caller::Maker, false),
        (Access::Open, Role::Viewer, Caller::Viewer, true),
        (Access::Local, Role::Maker, Caller::Operator, false),
    ] {
        let keys = keys(&[], access).await;
        let (kept, text) = new_key("webui", Scope::default());
        let person = Person {
            id: "1".to_owned(),
            name: "Ana".to_owned(),
            folded: "ana".to_owned(),
            role,
            password: None,
            gallery: kept.session.clone(),
            created_ms: 1,
        };
        let records = &keys.0.records;
        records.add_api_key(&kept).await.unwrap();
        let head = head(&[("x-api-key", &text)], "192.0.2.1:9");
        // A key that the operator made by command has no owner.
        assert_eq!(keys.caller(&head).await.unwrap().caller, Caller::Operator);
        records.add_person(&person).await.unwrap();
        let found = keys.caller(&head).await.unwrap();
        assert_eq!((found.caller, found.scope.read_only), (caller, read_only));
        if role != Role::Owner {
            // A removed person has no keys.
            assert!(records.remove_person(&person, 2).await.unwrap());
            assert!(matches!(keys.caller(&head).await, Err(Unknown::WrongKey)));
        }
    }
}
