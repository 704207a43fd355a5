//! The studio's page.

use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use axum_extra::extract::CookieJar;
use leptos::prelude::provide_context;

use super::message;
use crate::{
    app::{
        Document, PageQuery,
        form::FirstForm,
        viewer::{self, OpenedViewer},
        wall::WallPage,
    },
    generation::contract::{Drawn, OFFSET_COOKIE, PictureAddress, State as Drawing},
    server::{
        access::Caller, client_address::ClientAddress, session::IsNew, state::AppState,
        store::SessionId, visitors::Asker,
    },
};

/// The page, with the viewer open when the URL names a picture.
pub async fn page(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    cookies: CookieJar,
    request: Request,
) -> Response {
    let is_first_visit = request.extensions().get::<IsNew>().is_some();
    // Without script the filters of the gallery are in the page's own URL.
    let asked = request.uri().query().unwrap_or_default();
    let mut query = PageQuery::of(asked);
    let asker = Asker { session, caller, address, is_new: is_first_visit, key: None };
    let form = match query.brought.is_empty() {
        true => FirstForm::of(&state, &asker).await,
        false => FirstForm::brought(&state, &asker, &query.brought).await,
    };
    let offset = cookies.get(OFFSET_COOKIE).and_then(|offset| offset.value().parse().ok());
    query.gallery.offset_minutes = offset.unwrap_or(0);
    let opened = match PictureAddress::of(request.uri().path(), asked) {
        Some(PictureAddress { id, position }) => {
            let offset_minutes = query.gallery.offset_minutes;
            match viewer::draw(&state, &asker, &id, position, offset_minutes).await {
                Ok(Drawn { html: side, state: Drawing::Viewer(stage) }) => {
                    Some(OpenedViewer { stage, side })
                }
                Ok(_) => None,
                Err(error) => return message::answer(&state, &error),
            }
        }
        None => None,
    };
    let gallery = WallPage::of(&state, &asker, query.gallery.clone()).await;
    // The studio works without the gallery, and reports problems of the store itself.
    let gallery = gallery.unwrap_or_else(|_| WallPage::without(caller));
    let context = state.clone();
    let handler = leptos_axum::render_app_async_with_context(
        move || provide_context(context.clone()),
        move || {
            let (state, form, opened) = (state.clone(), form.clone(), opened.clone());
            let (query, gallery) = (query.clone(), gallery.clone());
            leptos::view! { <Document state form query gallery opened is_first_visit/> }
        },
    );
    handler(request).await
}
