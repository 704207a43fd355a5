//! The route table, and the middleware of every response.

mod aside;
mod calls;
mod changes;
mod downloads;
mod events;
mod failures;
mod files;
mod gate;
mod habits;
pub(super) mod handing;
mod happened;
mod health;
mod hosts;
mod keys;
mod language;
mod layers;
mod limits;
mod message;
mod money;
mod offline;
mod page;
mod people;
mod pictures;
mod plain;
mod progress_icon;
mod provider_keys;
mod push;
mod series;
mod session;
mod shared;
mod sharing;
mod sign_in;
mod site;
mod status_updates;
mod streams;
pub(super) mod uploads;
mod words;
mod zip;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Extensions, HeaderMap, StatusCode, Version, header},
    middleware,
    routing::{get, post},
};
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::{DefaultOnFailure, TraceLayer},
};
use tracing::Level;

use self::hosts::Hosts;
pub use self::{
    failures::{of_limit, status_of, when_again},
    streams::Streams,
};
use super::{
    access,
    client_address::{self, TrustedProxies},
    doors, lookups,
    people::with_person,
    rate_limits::{self, RateLimits},
    session::with_session,
    state::AppState,
};

/// The largest body of a request: a prompt and its inputs.
const MAX_REQUEST_BYTES: usize = 64 * 1024;

/// The same for a browser without script, which cannot check in advance that a prompt is too long.
const MAX_FORM_BYTES: usize = 256 * 1024;

/// The whole server.
pub fn router(state: AppState) -> Router {
    // Leptos spawns on the runtime of this server; a second server in a test finds the executor
    // set.
    let _ = any_spawner::Executor::init_tokio();
    let hosts = Hosts::new(&state.config);
    let proxies = TrustedProxies::new(state.config.door.trusted_proxies.clone());

    let pages = Router::new()
        .route("/", get(page::page))
        .route("/p/{id}", get(page::page))
        .route("/generate", post(plain::generate).layer(RequestBodyLimitLayer::new(MAX_FORM_BYTES)))
        .route("/session", get(session::page).post(session::forget))
        .route("/people", get(people::page))
        .route("/shortcuts", get(session::shortcuts))
        .route("/input/{digest}", get(sharing::takers))
        .merge(
            Router::new()
                .route("/series", get(series::list).post(series::begin))
                .route("/series/plan", post(series::plan))
                .route("/c/{id}", get(series::page).post(series::act))
                .route("/words", get(words::list).post(words::keep))
                .route("/words/forget", post(words::forget))
                .route("/habits", get(habits::panel).post(habits::keep))
                .route("/instead/{id}", post(habits::instead))
                .route("/push", get(push::key).post(push::keep))
                .route("/push/known", post(push::known))
                .route("/push/forget", post(push::forget))
                .layer(RequestBodyLimitLayer::new(MAX_FORM_BYTES)),
        )
        .merge(
            Router::new()
                .route("/keys", get(keys::page).post(keys::create))
                .route("/keys/revoke", post(keys::revoke))
                .route("/connections", get(provider_keys::page))
                .route("/connections/own-key", post(provider_keys::give_own))
                .route("/connections/own-key/remove", post(provider_keys::remove_own))
                .layer(RequestBodyLimitLayer::new(MAX_REQUEST_BYTES))
                .layer(middleware::from_fn(access::with_keys)),
        )
        // Pages are small: this level makes them a fifth smaller than level 1 does, for a few
        // tenths of a millisecond; higher levels save nothing more.
        .layer(
            CompressionLayer::new().quality(CompressionLevel::Precise(5)).compress_when(is_html),
        );
    // Without compression: pictures are compressed already, and a thousand event streams, which
    // must not wait, are open at the same time. The layer takes 6 kB for each response, even for
    // those that it leaves unchanged.
    let with_a_session = Router::new()
        .route(
            "/api/{*function}",
            post(calls::server_function).layer(RequestBodyLimitLayer::new(MAX_REQUEST_BYTES)),
        )
        .route("/api/generations/{id}/events", get(events::events))
        .route("/api/generations/{id}/previews/{number}", get(pictures::preview))
        .route("/api/generations/{id}/download/{position}", get(downloads::download))
        .route("/api/generations/{id}/files/{position}/{name}", get(files::file))
        .route("/api/images/{digest}", get(pictures::image))
        .route("/api/zip", get(zip::zip).post(zip::zip))
        .route("/api/thumbnails/{digest}", get(downloads::thumbnail))
        .route("/c/{id}/picture/{position}", get(series::picture))
        .route("/api/events", get(events::of_page))
        .route(
            "/api/uploads",
            post(uploads::upload).layer(DefaultBodyLimit::max(uploads::MAX_UPLOAD_BYTES)),
        )
        .route(
            "/share",
            post(sharing::share).layer(DefaultBodyLimit::max(uploads::MAX_UPLOAD_BYTES)),
        )
        .merge(pages)
        .merge(own_account())
        .merge(about_money())
        .merge(for_operator())
        .layer(middleware::from_fn_with_state(state.clone(), gate::enter))
        .merge(for_strangers())
        .layer(middleware::from_fn(lookups::of_request))
        .layer(middleware::from_fn_with_state(RateLimits::default(), rate_limits::limit))
        .layer(middleware::from_fn_with_state(state.people.clone(), with_person))
        .layer(middleware::from_fn_with_state(state.signer.clone(), with_session))
        .layer(middleware::from_fn_with_state(hosts.clone(), layers::refuse_cross_site))
        .layer(middleware::from_fn_with_state(state.clone(), message::refused::in_words));

    Router::new()
        .merge(with_a_session)
        .merge(doors::routes(&state))
        .merge(state.registry.routes().with_state(()))
        .route("/progress/{percent}", get(progress_icon::icon))
        .route("/sw.js", get(offline::script))
        .route("/healthz", get(health::health))
        .route("/readyz", get(health::ready))
        .route("/s/{token}", get(shared::page))
        .route("/s/{token}/image/{position}", get(shared::image))
        .route("/s/{token}/files/{position}/{name}", get(files::shared))
        .fallback_service(
            site::site(&state.assets)
                .layer(middleware::from_fn_with_state(state.clone(), message::where_nothing_is)),
        )
        .layer(
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
                .layer(
                    TraceLayer::new_for_http()
                        .make_span_with(layers::request_span)
                        // The code that caused the failure has logged it.
                        .on_failure(DefaultOnFailure::new().level(Level::DEBUG)),
                )
                .layer(PropagateRequestIdLayer::x_request_id())
                .layer(middleware::from_fn(layers::security_headers))
                .layer(middleware::from_fn(language::with_language))
                .layer(middleware::from_fn(layers::refuse_impossible_names))
                .layer(middleware::from_fn_with_state(hosts, hosts::refuse_others))
                .layer(middleware::from_fn_with_state(proxies, client_address::with_client_address))
                .layer(middleware::from_fn_with_state(state.access, access::with_caller))
                .layer(CatchPanicLayer::new()),
        )
        .with_state(state)
}

/// Sign-in pages and the language menu, for people who are not signed in.
fn for_strangers() -> Router<AppState> {
    Router::new()
        .route("/offline", get(offline::page))
        .route("/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route("/invite", get(sign_in::invitation).post(sign_in::accept))
        .route("/language", post(language::choose))
        .layer(RequestBodyLimitLayer::new(MAX_REQUEST_BYTES))
}

/// Changes that people with a name make to their own account, and that an owner makes to all.
fn own_account() -> Router<AppState> {
    let of_owner = Router::new()
        .route("/people/invite", post(people::invite))
        .route("/people/take-back", post(people::take_back))
        .route("/people/role", post(people::set_role))
        .route("/people/remove", post(people::remove))
        .layer(middleware::from_fn(access::operator_only));
    Router::new()
        .route("/people/password", post(people::change_password))
        .route("/people/sign-out", post(people::sign_out))
        .merge(of_owner)
        .layer(middleware::from_fn(people::with_a_name))
        .layer(RequestBodyLimitLayer::new(MAX_REQUEST_BYTES))
}

/// Prices and budgets, which an owner sets.
fn about_money() -> Router<AppState> {
    let of_owner = Router::new()
        .route("/money/price", post(money::set_price))
        .route("/money/price/remove", post(money::remove_price))
        .route("/money/currency", post(money::set_currency))
        .route("/money/budget", post(money::set_budget))
        .route("/money/budget/remove", post(money::remove_budget))
        .layer(middleware::from_fn(access::operator_only));
    Router::new()
        .route("/money", get(money::page))
        .route("/money.csv", get(money::csv))
        .merge(of_owner)
        .layer(middleware::from_fn(access::with_money))
        .layer(RequestBodyLimitLayer::new(MAX_REQUEST_BYTES))
}

/// The operator's pages: provider keys, models on offer, limits, and the audit log.
fn for_operator() -> Router<AppState> {
    Router::new()
        .route("/connections/key", post(provider_keys::give))
        .route("/connections/key/remove", post(provider_keys::remove))
        .route("/connections/own", post(provider_keys::allow_own))
        .route("/connections/models", post(provider_keys::set_models))
        .route("/connections/origins", post(provider_keys::set_origins))
        .route("/limits", get(limits::page).post(limits::set))
        .route("/happened", get(happened::page))
        .route("/happened.csv", get(happened::csv))
        .layer(middleware::from_fn(access::operator_only))
        .layer(RequestBodyLimitLayer::new(MAX_REQUEST_BYTES))
}

/// Selects the responses to compress. Files of the page are stored in compressed form.
fn is_html(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    content_type.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
