//! Tests which clients wait or are gone, and which may take over a request.

use super::*;

const SERVER: &str = "server";

fn request(id: &str, idempotency: Option<&str>) -> ApiRequest {
    ApiRequest {
        id: id.to_owned(),
        asker: "key".to_owned(),
        fingerprint: "print".to_owned(),
        idempotency: idempotency.map(str::to_owned),
        generations: vec![
            GenerationId::from_parts(1, [0; 10]),
            GenerationId::from_parts(2, [0; 10]),
        ],
        caller: Caller::Waiting,
        server: SERVER.to_owned(),
        changed_ms: 1_000,
        created_ms: 1_000,
        taken: 0,
    }
}

#[tokio::test]
async fn only_one_later_caller_has_it_and_the_first_changes_nothing_any_more() {
    let records = Records::in_memory().await.unwrap();
    let first = request("a", None);
    assert!(records.add_api_request(&first).await.unwrap());
    assert_eq!(
        records.equal_api_requests("key", "print", 0).await.unwrap(),
        std::slice::from_ref(&first)
    );
    assert!(records.equal_api_requests("other", "print", 0).await.unwrap().is_empty());

    let ids = &first.generations;
    let second = records.take_api_request(&first, ids, "other", 2_000).await.unwrap().unwrap();
    assert_eq!(records.take_api_request(&first, ids, "third", 2_000).await.unwrap(), None);
    records.note_api_caller(&first, Caller::Lost, 3_000).await.unwrap();
    assert_eq!(
        records.equal_api_requests("key", "print", 0).await.unwrap(),
        std::slice::from_ref(&second)
    );
    records.note_api_caller(&second, Caller::Delivered, 3_000).await.unwrap();
    let last = records.equal_api_requests("key", "print", 0).await.unwrap().remove(0);
    assert_eq!((last.caller, last.changed_ms), (Caller::Delivered, 3_000));
}

#[tokio::test]
async fn a_name_stands_for_one_request_of_a_key() {
    let records = Records::in_memory().await.unwrap();
    assert!(records.add_api_request(&request("a", Some("order 7"))).await.unwrap());
    assert!(!records.add_api_request(&request("b", Some("order 7"))).await.unwrap());
    let elsewhere = ApiRequest { asker: "other".to_owned(), ..request("c", Some("order 7")) };
    assert!(records.add_api_request(&elsewhere).await.unwrap());
    let called = records.api_request_called("key", "order 7").await.unwrap();
    assert_eq!(called, Some(request("a", Some("order 7"))));
    assert!(records.equal_api_requests("key", "print", 0).await.unwrap().is_empty());
}

#[tokio::test]
async fn callers_of_a_server_that_is_gone_are_lost() {
    let records = Records::in_memory().await.unwrap();
    records.add_api_request(&request("a", None)).await.unwrap();
    records.api_callers_wait(SERVER, 20_000).await.unwrap();
    let kept = records.equal_api_requests("key", "print", 0).await.unwrap().remove(0);
    assert!(!kept.is_lost(20_000 + SILENT_MS) && kept.is_lost(20_001 + SILENT_MS));
    records.lose_api_callers(SERVER, 21_000).await.unwrap();
    assert!(!records.equal_api_requests("key", "print", 0).await.unwrap()[0].is_lost(21_000));
    records.lose_api_callers("the next", 21_000).await.unwrap();
    assert!(records.equal_api_requests("key", "print", 0).await.unwrap()[0].is_lost(21_000));
    records.forget_api_requests(21_001).await.unwrap();
    assert!(records.equal_api_requests("key", "print", 0).await.unwrap().is_empty());
}
