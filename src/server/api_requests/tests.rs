//! Tests which repeated requests get an earlier result.

use super::*;
use crate::{
    error::{Billed, GenerateError},
    generation::{ModelReference, Request},
    server::store::End,
};

struct World {
    records: Records,
    requests: ApiRequests,
}

impl World {
    async fn new() -> Self {
        let records = Records::in_memory().await.unwrap();
        Self { requests: ApiRequests::open(records.clone()).await.unwrap(), records }
    }

    async fn begin(&self, id: &GenerationId) {
        let model = ModelReference::demo();
        let request = Request { model, prompt: "a fox".to_owned(), inputs: Default::default() };
        self.records.claim_new(id, &session(), &request, None, "test", now_ms()).await.unwrap();
    }

    async fn end(&self, id: &GenerationId, end: End) {
        assert!(self.records.finish(id, &end, now_ms()).await.unwrap());
    }

    /// Waits until the client's state is stored.
    async fn lose(&self, ticket: Ticket) {
        let id = ticket.request.id.clone();
        drop(ticket);
        self.until(&id, Standing::Lost).await;
    }

    async fn deliver(&self, ticket: Ticket) {
        let id = ticket.request.id.clone();
        ticket.deliver();
        self.until(&id, Standing::Delivered).await;
    }

    async fn until(&self, id: &str, standing: Standing) {
        loop {
            let all = self.records.equal_api_requests("key", "print", 0).await.unwrap();
            if all.iter().any(|request| request.id == id && request.caller == standing) {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

fn session() -> SessionId {
    SessionId::new("gallery")
}

fn asked() -> RequestIdentity {
    RequestIdentity {
        key: "key".to_owned(),
        session: session(),
        fingerprint: "print".to_owned(),
        idempotency: None,
        is_retry: false,
    }
}

fn done() -> End {
    End::Done { images: vec![], files: vec![], outputs: vec![], facts: vec![] }
}

#[tokio::test]
async fn equal_requests_that_both_wait_are_different_pictures() {
    let world = World::new().await;
    let first = world.requests.new_request(&asked(), 1).await.unwrap();
    assert!(world.requests.again(&asked()).await.unwrap().is_none());
    let second = world.requests.new_request(&asked(), 1).await.unwrap();
    assert_ne!(first.generations(), second.generations());
}

#[tokio::test]
async fn whoever_hung_up_and_asks_again_gets_the_same_and_as_often_as_that_happens() {
    let world = World::new().await;
    let mut ticket = world.requests.new_request(&asked(), 2).await.unwrap();
    let ids = ticket.generations().to_vec();
    world.begin(&ids[0]).await;
    world.end(&ids[0], done()).await;
    for _ in 0..3 {
        world.lose(ticket).await;
        ticket = world.requests.again(&asked()).await.unwrap().unwrap();
        assert!(ticket.is_replay);
        assert_eq!(ticket.generations(), ids);
        // Only one of several equal requests gets it.
        assert!(world.requests.again(&asked()).await.unwrap().is_none());
    }
    world.deliver(ticket).await;
    assert!(world.requests.again(&asked()).await.unwrap().is_none());
    let other = RequestIdentity { key: "other".to_owned(), ..asked() };
    assert!(world.requests.again(&other).await.unwrap().is_none());
}

#[tokio::test]
async fn a_failure_that_may_be_billed_is_the_same_failure_and_a_free_one_is_tried_again() {
    for (error, is_same) in [
        (GenerateError::ModelFailed { detail: String::new(), billed: Billed::Maybe }, true),
        (GenerateError::Busy { host: String::new(), detail: String::new() }, false),
    ] {
        let world = World::new().await;
        let ticket = world.requests.new_request(&asked(), 1).await.unwrap();
        let id = ticket.generations()[0].clone();
        world.begin(&id).await;
        world.end(&id, End::Failed(error.clone())).await;
        world.lose(ticket).await;
        let again = world.requests.again(&asked()).await.unwrap().unwrap();
        assert_eq!(again.generations()[0] == id, is_same, "{error:?}");
    }
}

#[tokio::test]
async fn a_client_that_says_it_asks_again_gets_once_what_was_sent_a_moment_ago() {
    let world = World::new().await;
    let ticket = world.requests.new_request(&asked(), 1).await.unwrap();
    let ids = ticket.generations().to_vec();
    world.deliver(ticket).await;
    assert!(world.requests.again(&asked()).await.unwrap().is_none());
    let retry = RequestIdentity { is_retry: true, ..asked() };
    let again = world.requests.again(&retry).await.unwrap().unwrap();
    assert_eq!(again.generations(), ids);
    world.deliver(again).await;
    assert!(world.requests.again(&retry).await.unwrap().is_none());
}

#[tokio::test]
async fn a_name_stands_for_one_request_whoever_waits() {
    let world = World::new().await;
    let named = RequestIdentity { idempotency: Some("order 7".to_owned()), ..asked() };
    let first = world.requests.new_request(&named, 1).await.unwrap();
    let second = world.requests.again(&named).await.unwrap().unwrap();
    assert_eq!(second.generations(), first.generations());
    let third = world.requests.new_request(&named, 1).await.unwrap();
    assert_eq!(third.generations(), first.generations());
    let other = RequestIdentity { fingerprint: "other".to_owned(), ..named.clone() };
    assert!(matches!(world.requests.again(&other).await, Err(RequestError::Conflict)));
    assert!(matches!(world.requests.new_request(&other, 1).await, Err(RequestError::Conflict)));
    // A request without an idempotency key is another one.
    drop(first);
    assert!(world.requests.again(&asked()).await.unwrap().is_none());
}

#[tokio::test]
async fn callers_of_the_process_before_are_lost() {
    let world = World::new().await;
    let ticket = world.requests.new_request(&asked(), 1).await.unwrap();
    let ids = ticket.generations().to_vec();
    // The process ends without recording it.
    std::mem::forget(ticket);
    let next = ApiRequests::open(world.records.clone()).await.unwrap();
    let again = next.again(&asked()).await.unwrap().unwrap();
    assert_eq!(again.generations(), ids);
}
