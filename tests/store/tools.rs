//! The store's data for other tools: keys, requests, messages, and listings of their galleries.

use easel::{
    generation::{GenerationId, ModelReference, RecordState, RunTime},
    server::store::{
        AddedKey, ApiCaller, ApiKey, ApiMessage, ApiRequest, Delivery, End, Listing, Scope,
        SessionId,
    },
};

use crate::test_store::{TestStore, session};

fn id(number: u64) -> GenerationId {
    GenerationId::from_parts(number, [0; 10])
}

fn key(name: &str, digest: &str) -> ApiKey {
    ApiKey {
        id: format!("id-{digest}"),
        name: name.to_owned(),
        digest: digest.to_owned(),
        ending: "abcd".to_owned(),
        session: SessionId::new("s"),
        scope: Scope { models: Some(vec!["demo".to_owned()]), ..Scope::default() },
        created_ms: 1,
        used_ms: None,
        revoked_ms: None,
    }
}

#[tokio::test]
async fn a_key_is_known_by_its_digest_until_it_is_taken_back() {
    let place = TestStore::new().await;
    let records = &place.records;
    assert_eq!(records.add_api_key(&key("webui", "a")).await.unwrap(), AddedKey::Kept);
    assert_eq!(records.add_api_key(&key("webui", "b")).await.unwrap(), AddedKey::NameTaken);
    records.note_api_key(&key("webui", "a"), 7_200_005).await.unwrap();
    let kept = records.api_key("a").await.unwrap().unwrap();
    assert_eq!(kept, ApiKey { used_ms: Some(7_200_000), ..key("webui", "a") });
    let revoked = records.revoke_api_key("id-a", None, 5).await.unwrap();
    assert_eq!(revoked.as_deref(), Some("webui"));
    assert_eq!(records.api_key("a").await.unwrap(), None);
    assert_eq!(records.add_api_key(&key("webui", "b")).await.unwrap(), AddedKey::Kept);
    assert_eq!(records.api_keys(None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn of_those_who_ask_again_one_has_the_request() {
    let place = TestStore::new().await;
    let records = &place.records;
    let request = |id: &str, name: Option<&str>| ApiRequest {
        id: id.to_owned(),
        asker: "key".to_owned(),
        fingerprint: "print".to_owned(),
        idempotency: name.map(str::to_owned),
        generations: vec![self::id(1), self::id(2)],
        caller: ApiCaller::Waiting,
        server: "one".to_owned(),
        changed_ms: 1_000,
        created_ms: 1_000,
        taken: 0,
    };
    let first = request("a", None);
    assert!(records.add_api_request(&first).await.unwrap());
    let ids = &first.generations;
    let (one, other) = tokio::join!(
        records.take_api_request(&first, ids, "two", 2_000),
        records.take_api_request(&first, ids, "three", 2_000)
    );
    let taken: Vec<_> = [one.unwrap(), other.unwrap()].into_iter().flatten().collect();
    assert_eq!(taken.len(), 1);
    records.note_api_caller(&taken[0], ApiCaller::Delivered, 3_000).await.unwrap();
    let kept = records.equal_api_requests("key", "print", 0).await.unwrap();
    assert_eq!((kept.len(), kept[0].caller), (1, ApiCaller::Delivered));
    assert!(records.add_api_request(&request("b", Some("order 7"))).await.unwrap());
    assert!(!records.add_api_request(&request("c", Some("order 7"))).await.unwrap());
    assert_eq!(records.api_request_called("key", "order 7").await.unwrap().unwrap().id, "b");
    records.forget_api_requests(9_000).await.unwrap();
    assert_eq!(records.api_request_called("key", "order 7").await.unwrap(), None);
}

fn message(id: &str, generation: &GenerationId) -> ApiMessage {
    ApiMessage {
        id: id.to_owned(),
        asker: "key".to_owned(),
        session: session("a"),
        generation: generation.clone(),
        url: "https://a.example/hook".to_owned(),
        base: "http://here".to_owned(),
        delivery: Delivery::Waiting,
        tries: 0,
        next_ms: 1_000,
        status: None,
        error: None,
        tried_ms: None,
        created_ms: 1_000,
    }
}

#[tokio::test]
async fn a_message_is_due_when_its_generation_has_ended_and_is_had_by_one_server() {
    let place = TestStore::new().await;
    let records = &place.records;
    let running = place.running("me", 1).await.item.id;
    let first = message("msg_1", &running);
    records.add_api_message(&first).await.unwrap();
    // The same URL gets one message.
    records.add_api_message(&message("msg_2", &running)).await.unwrap();
    assert_eq!(records.due_api_messages(5_000).await.unwrap(), []);
    records.finish(&running, &End::Cancelled, 3).await.unwrap();
    assert_eq!(records.due_api_messages(999).await.unwrap(), []);
    assert_eq!(records.due_api_messages(1_000).await.unwrap(), vec![first.clone()]);

    let (one, other) = tokio::join!(
        records.take_api_message(&first, 61_000),
        records.take_api_message(&first, 61_000)
    );
    assert!(one.unwrap() != other.unwrap());
    assert_eq!(records.due_api_messages(60_999).await.unwrap(), []);
    let tried = ApiMessage {
        tries: 1,
        next_ms: 6_000,
        status: Some(500),
        error: Some("no".to_owned()),
        tried_ms: Some(2_000),
        ..first.clone()
    };
    records.note_api_message(&tried).await.unwrap();
    assert_eq!(records.due_api_messages(6_000).await.unwrap(), vec![tried.clone()]);
    // A server that was delayed must not overwrite a newer result.
    assert!(records.take_api_message(&tried, 66_000).await.unwrap());
    let late = ApiMessage { delivery: Delivery::Failed, ..tried.clone() };
    records.note_api_message(&late).await.unwrap();
    let delivered = ApiMessage {
        tries: 2,
        delivery: Delivery::Delivered,
        status: Some(204),
        error: None,
        ..tried
    };
    records.note_api_message(&delivered).await.unwrap();
    assert_eq!(records.due_api_messages(i64::MAX).await.unwrap(), []);
    let kept = records.api_messages_of(&session("a"), None, 10).await.unwrap();
    assert_eq!(kept, [delivered]);
    let after = records.api_messages_of(&session("a"), Some((1_000, "msg_1")), 10).await.unwrap();
    assert_eq!(after, []);
    records.forget_api_messages(1_001).await.unwrap();
    assert_eq!(records.api_messages_of(&session("a"), None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_hook_keeps_its_secret_when_its_address_changes() {
    let place = TestStore::new().await;
    let records = &place.records;
    assert_eq!(records.known_api_hook("key").await.unwrap(), None);
    assert_eq!(records.api_hook("key", "first").await.unwrap().secret, "first");
    records.set_api_hook("key", Some("https://a/")).await.unwrap();
    let hook = records.api_hook("key", "second").await.unwrap();
    assert_eq!((hook.url.as_deref(), hook.secret.as_str()), (Some("https://a/"), "first"));
    records.set_api_hook("key", None).await.unwrap();
    assert_eq!(records.known_api_hook("key").await.unwrap().unwrap().url, None);
}

#[tokio::test]
async fn a_gallery_is_listed_by_state_and_model_page_by_page() {
    let place = TestStore::new().await;
    let records = &place.records;
    let mut made = Vec::new();
    for number in 1..=3 {
        made.push(place.running("me", number).await.item);
    }
    records.finish(&made[1].id, &End::Cancelled, 3).await.unwrap();
    let a = session("a");
    let ids = async |wanted: Listing| {
        let (items, next) = records.listed(&a, &wanted, None, 10).await.unwrap();
        assert_eq!(next, None);
        items.into_iter().map(|item| item.id).collect::<Vec<_>>()
    };
    let model = |model: &ModelReference| Listing { model: Some(model.clone()), state: None };
    let state = |state| Listing { state: Some(state), model: None };
    assert_eq!(ids(Listing::default()).await.len(), 3);
    assert_eq!(ids(state(RecordState::Cancelled)).await, [made[1].id.clone()]);
    assert_eq!(ids(state(RecordState::Running)).await.len(), 2);
    assert_eq!(ids(model(&made[0].request.model)).await.len(), 3);
    let other: ModelReference =
        format!("{}x", made[0].request.model).parse().unwrap_or_else(|_| "hf:a/b".parse().unwrap());
    assert_eq!(ids(model(&other)).await.len(), 0);
    let both = Listing { state: Some(RecordState::Running), ..model(&made[0].request.model) };
    let (first, next) = records.listed(&a, &both, None, 1).await.unwrap();
    assert_eq!((first[0].id.clone(), next.is_some()), (made[2].id.clone(), true));
    let (second, next) = records.listed(&a, &both, next.as_ref(), 1).await.unwrap();
    assert_eq!((second[0].id.clone(), next), (made[0].id.clone(), None));
}

#[tokio::test]
async fn the_last_times_of_a_model_are_remembered_and_starts_stand_apart() {
    let place = TestStore::new().await;
    let (records, model) = (&place.records, "hf:a/b".parse::<ModelReference>().unwrap());
    let time = |took_ms, was_cold| RunTime { took_ms, was_cold };
    for number in 1..=45 {
        let now_ms = i64::try_from(number).unwrap();
        records.keep_run_time(&model, &id(number), time(number, false), now_ms).await.unwrap();
    }
    records.keep_run_time(&model, &id(46), time(900, true), 46).await.unwrap();
    let times = records.run_times(&model).await.unwrap();
    assert_eq!(times.len(), 41);
    assert_eq!((times[0], times[1], times[40]), (time(900, true), time(45, false), time(6, false)));
}
