//! The buttons on the page of a series.

use axum::{
    Extension, Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    error::GenerateError,
    generation::series::SeriesId,
    server::{
        access::Caller,
        router::message,
        state::AppState,
        store::{Deed as Written, SessionId},
    },
};

/// The action of a button, by its value.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeriesAct {
    /// This picture is the best.
    Best,
    /// Reveals the names without a winner.
    Reveal,
    Cancel,
    CancelOne,
    Share,
    ShareInputs,
    Unshare,
    Delete,
}

#[derive(Deserialize)]
pub struct Deed {
    act: SeriesAct,
    /// The picture that the action concerns.
    position: Option<u32>,
}

/// `POST /c/{id}`: carries out a button's action, and redirects back.
pub async fn act(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    Path(id): Path<String>,
    Form(Deed { act, position }): Form<Deed>,
) -> Response {
    match done(&state, caller, &session, &id, act, position).await {
        Ok(()) if matches!(act, SeriesAct::Delete) => Redirect::to("/series").into_response(),
        Ok(()) => Redirect::to(&format!("/c/{id}")).into_response(),
        Err(error) => message::answer(&state, &error),
    }
}

async fn done(
    state: &AppState,
    caller: Caller,
    session: &SessionId,
    id: &str,
    act: SeriesAct,
    position: Option<u32>,
) -> Result<(), GenerateError> {
    caller.must_make()?;
    let id: SeriesId = id.parse().map_err(|_| GenerateError::NotFound)?;
    let series = &state.series;
    let one = || position.ok_or(GenerateError::NotFound);
    let written = match act {
        SeriesAct::Share | SeriesAct::ShareInputs => Some(Written::Shared),
        SeriesAct::Unshare => Some(Written::Unshared),
        SeriesAct::Delete => Some(Written::Deleted),
        SeriesAct::Best | SeriesAct::Reveal | SeriesAct::Cancel | SeriesAct::CancelOne => None,
    };
    match act {
        SeriesAct::Best => series.judge(session, &id, Some(one()?)).await,
        SeriesAct::Reveal => series.judge(session, &id, None).await,
        SeriesAct::Cancel => series.cancel(session, &id).await,
        SeriesAct::CancelOne => series.cancel_member(session, &id, one()?).await,
        SeriesAct::Share => series.share(session, &id, false).await,
        SeriesAct::ShareInputs => series.share(session, &id, true).await,
        SeriesAct::Unshare => series.unshare(session, &id).await,
        SeriesAct::Delete => series.delete(session, &id).await,
    }?;
    if let Some(deed) = written {
        state.happened.by(session, deed, format!("/c/{id}")).await;
    }
    Ok(())
}
