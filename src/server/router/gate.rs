//! Access control: refuses requests of people who are not signed in where that is required, and
//! says how to sign in.

use axum::{
    extract::{Request, State},
    http::{Method, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use server_fn::error::FromServerFnError;

use super::{sign_in::POLICY, status_of};
use crate::{
    app::{self, RefusedPage},
    error::GenerateError,
    server::{access::Caller, state::AppState},
};

/// Lets only authorized people through.
pub async fn enter(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response {
    if caller.may_enter() {
        return next.run(request).await;
    }
    let path = request.uri().path();
    let is_page = !path.starts_with("/api/");
    if is_page && matches!(*request.method(), Method::GET | Method::HEAD) {
        let then = request.uri().path_and_query().map_or("/", |asked| asked.as_str());
        let then: String = url::form_urlencoded::byte_serialize(then.as_bytes()).collect();
        let is_home = then == "%2F";
        let sign_in = if is_home { "/sign-in".to_owned() } else { format!("/sign-in?then={then}") };
        return ([(header::CACHE_CONTROL, "no-store")], Redirect::to(&sign_in)).into_response();
    }
    refusal(&state, path, GenerateError::NotSignedIn)
}

/// A response in the format that the client at `path` expects.
pub fn refusal(state: &AppState, path: &str, error: GenerateError) -> Response {
    let status = status_of(&error);
    match path {
        "/api/generate" | "/api/draw" | "/api/act" => {
            (status, app::refusal(&error).ser()).into_response()
        }
        path if path.starts_with("/api/") => error.into_response(),
        _ => {
            let style_sheet = state.assets.style_sheet();
            let html = app::html(|| view! { <RefusedPage error style_sheet/> });
            let headers =
                [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")];
            (status, headers, Html(html)).into_response()
        }
    }
}
