//! Calls of the server functions: who asks, the status of what cannot be read, and the budget of an
//! answer until it was sent.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Extension,
    body::{Body, HttpBody},
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use leptos::prelude::provide_context;
use server_fn::error::FromServerFnError;

use crate::{
    app::refusal,
    error::GenerateError,
    server::{
        access::Caller,
        budget::{Sending, Share},
        client_address::ClientAddress,
        session::IsNew,
        state::AppState,
        store::SessionId,
        visitors::Asker,
    },
};

pub async fn server_function(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    request: Request,
) -> Response {
    let is_new = request.extensions().get::<IsNew>().is_some();
    let asker = Asker { session, caller, address, is_new };
    let sending = Sending::default();
    let kept = sending.clone();
    let was_read = WasRead::default();
    let seen = was_read.clone();
    let context = move || {
        provide_context(state.clone());
        provide_context(sending.clone());
        provide_context(was_read.clone());
        provide_context(asker.clone());
    };
    let response = leptos_axum::handle_server_fns_with_context(context, request).await;
    let response = response.into_response();
    // Leptos answers 500 to a body that it cannot decode, before the function is called.
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR && !seen.get() {
        return (StatusCode::BAD_REQUEST, refusal(&unreadable_call()).ser()).into_response();
    }
    held_until_sent(response, kept.take())
}

/// Whether the arguments of a server function could be read. Cheap to clone.
#[derive(Clone, Default)]
pub struct WasRead(Arc<AtomicBool>);

impl WasRead {
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

fn unreadable_call() -> GenerateError {
    let detail = "the server could not read what the page sent; reload the page".to_owned();
    GenerateError::InputRejected { fields: Vec::new(), detail }
}

/// The same answer, whose part of the budget is given back with its last byte.
fn held_until_sent(response: Response, shares: Vec<Share>) -> Response {
    if shares.is_empty() {
        return response;
    }
    let (mut head, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        head.headers.insert(header::CONTENT_LENGTH, length.into());
    }
    let pieces = body.into_data_stream().map(move |piece| {
        let _held = &shares;
        piece
    });
    Response::from_parts(head, Body::from_stream(pieces))
}
