//! Every route, and the response that each kind of person gets. A route without a row fails the
//! test.

mod reading;

use std::{collections::BTreeSet, fmt::Debug, path::Path};

use axum::{
    body::Body,
    http::{Method, Request as HttpRequest},
};
use easel::{
    generation::{
        Draft, GenerationId,
        contract::{Fill, GalleryAct, ModelsQuery, Part, SeedUse},
    },
    server::{
        api_keys::new_key,
        store::{Role, Scope, SessionId},
    },
};

use crate::{
    people::generate_call,
    site::{Browser, Site, png},
};

/// The kinds of callers, in the order of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Nobody,
    Viewer,
    /// The owner of the rows' gallery.
    Maker,
    Other,
    Owner,
    /// A program with an API key of the maker.
    Key,
    /// A guest with a link that the maker shared.
    Guest,
}

const ALL: [Who; 7] =
    [Who::Nobody, Who::Viewer, Who::Maker, Who::Other, Who::Owner, Who::Key, Who::Guest];

const ACTS: [GalleryAct; 9] = [
    GalleryAct::Cancel,
    GalleryAct::Star,
    GalleryAct::Unstar,
    GalleryAct::Collect,
    GalleryAct::Delete,
    GalleryAct::Restore,
    GalleryAct::Share,
    GalleryAct::ShareInputs,
    GalleryAct::Unshare,
];

/// A route, and its status for: nobody, viewer, maker, other maker, owner, key, guest of a share.
#[rustfmt::skip]
const TABLE: &[(&str, [u16; 7])] = &[
    // The page and its assets.
    ("GET /",                                                [303, 200, 200, 200, 200, 303, 303]),
    ("GET /p/{id}",                                          [303, 404, 200, 404, 404, 303, 303]),
    ("GET /shortcuts",                                       [303, 200, 200, 200, 200, 303, 303]),
    ("POST /generate",                                       [401, 403, 303, 303, 303, 401, 401]),
    ("POST /api/{*function} generate",                       [401, 403, 200, 200, 200, 401, 401]),
    ("POST /api/{*function} draw Start",                     [401, 200, 200, 200, 200, 401, 401]),
    ("POST /api/{*function} draw Form",                      [401, 200, 200, 200, 200, 401, 401]),
    ("POST /api/{*function} draw FormOf",                    [401, 404, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} draw FormOfPicture",             [401, 404, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} draw DraftOf",                   [401, 404, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} draw Models",                    [401, 200, 200, 200, 200, 401, 401]),
    ("POST /api/{*function} draw Tiles",                     [401, 200, 200, 200, 200, 401, 401]),
    ("POST /api/{*function} draw Tile",                      [401, 200, 200, 200, 200, 401, 401]),
    ("POST /api/{*function} draw Viewer",                    [401, 404, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} draw Outputs",                   [401, 404, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} draw Connections",               [401, 200, 200, 200, 200, 401, 401]),
    ("POST /api/{*function} draw SpaceCopy",                 [401, 404, 404, 404, 200, 401, 401]),
    ("POST /api/{*function} draw Painter",                   [401, 404, 404, 404, 404, 401, 401]),
    ("POST /api/{*function} draw Loaded",                    [401, 200, 200, 200, 200, 401, 401]),
    ("POST /api/{*function} draw SpaceCopyMade",             [401, 404, 404, 404, 200, 401, 401]),
    ("POST /api/{*function} act Cancel",                      [401, 403, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} act Star",                        [401, 403, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} act Unstar",                      [401, 403, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} act Collect",                     [401, 403, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} act Delete",                      [401, 403, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} act Restore",                     [401, 403, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} act Share",                       [401, 403, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} act ShareInputs",                 [401, 403, 200, 404, 404, 401, 401]),
    ("POST /api/{*function} act Unshare",                     [401, 403, 200, 404, 404, 401, 401]),
    ("GET /api/events",                                      [401, 200, 200, 200, 200, 401, 401]),
    ("GET /api/generations/{id}/events",                     [401, 404, 200, 404, 404, 401, 401]),
    ("GET /api/generations/{id}/previews/{number}",          [401, 404, 404, 404, 404, 401, 401]),
    ("GET /api/generations/{id}/download/{position}",        [401, 404, 200, 404, 404, 401, 401]),
    ("GET /api/generations/{id}/files/{position}/{name}",    [401, 404, 200, 404, 404, 401, 401]),
    ("GET /api/images/{digest}",                             [401, 404, 200, 404, 404, 401, 401]),
    ("GET /api/thumbnails/{digest}",                         [401, 404, 200, 404, 404, 401, 401]),
    ("GET /api/zip",                                         [401, 404, 200, 404, 404, 401, 401]),
    ("POST /api/zip",                                        [401, 404, 200, 404, 404, 401, 401]),
    ("POST /api/uploads",                                    [401, 403, 200, 200, 200, 401, 401]),
    // Comparisons and grids.
    ("GET /series",                                          [303, 200, 200, 200, 200, 303, 303]),
    ("POST /series",                                         [401, 403, 303, 303, 303, 401, 401]),
    ("POST /series/plan",                                    [401, 200, 200, 200, 200, 401, 401]),
    ("GET /c/{id}",                                          [303, 404, 200, 404, 404, 303, 303]),
    ("POST /c/{id}",                                         [401, 403, 303, 404, 404, 401, 401]),
    ("GET /c/{id}/picture/{position}",                       [303, 404, 200, 404, 404, 303, 303]),
    // Pictures as inputs.
    ("GET /input/{digest}",                                  [303, 404, 200, 404, 404, 303, 303]),
    ("POST /share",                                          [401, 403, 303, 303, 303, 401, 401]),
    // Saved texts.
    ("GET /words",                                           [303, 200, 200, 200, 200, 303, 303]),
    ("POST /words",                                          [401, 403, 200, 200, 200, 401, 401]),
    ("POST /words/forget",                                   [401, 403, 200, 200, 200, 401, 401]),
    // Habits, and another model for a running generation.
    ("GET /habits",                                          [303, 200, 200, 200, 200, 303, 303]),
    ("POST /habits",                                         [401, 403, 200, 200, 200, 401, 401]),
    ("POST /instead/{id}",                                   [401, 403, 404, 404, 404, 401, 401]),
    // Browsers that are told while all pages are closed.
    ("GET /push",                                            [303, 403, 200, 200, 200, 303, 303]),
    ("POST /push",                                           [401, 403, 204, 204, 204, 401, 401]),
    ("POST /push/known",                                     [401, 404, 404, 404, 404, 401, 401]),
    ("POST /push/forget",                                    [401, 204, 204, 204, 204, 401, 401]),
    // The offline page of the installed app.
    ("GET /offline",                                         [200, 200, 200, 200, 200, 200, 200]),
    ("GET /sw.js",                                           [200, 200, 200, 200, 200, 200, 200]),
    ("POST /language",                                       [303, 303, 303, 303, 303, 303, 303]),
    // People.
    ("GET /sign-in",                                         [200, 303, 303, 303, 303, 200, 200]),
    ("POST /sign-in",                                        [403, 403, 403, 403, 403, 403, 403]),
    ("GET /invite",                                          [404, 404, 404, 404, 404, 404, 404]),
    ("POST /invite",                                         [404, 404, 404, 404, 404, 404, 404]),
    ("GET /session",                                         [303, 303, 303, 303, 303, 303, 303]),
    ("POST /session",                                        [401, 303, 303, 303, 303, 401, 401]),
    ("GET /people",                                          [303, 200, 200, 200, 200, 303, 303]),
    ("POST /people/password",                                [401, 403, 403, 403, 403, 401, 401]),
    ("POST /people/sign-out",                                [401, 303, 303, 303, 303, 401, 401]),
    ("POST /people/invite",                                  [401, 403, 403, 403, 200, 401, 401]),
    ("POST /people/take-back",                               [401, 403, 403, 403, 303, 401, 401]),
    ("POST /people/role",                                    [401, 403, 403, 403, 303, 401, 401]),
    ("POST /people/remove",                                  [401, 403, 403, 403, 200, 401, 401]),
    // Money.
    ("GET /money",                                           [303, 403, 200, 200, 200, 303, 303]),
    ("GET /money.csv",                                       [303, 403, 200, 200, 200, 303, 303]),
    ("POST /money/price",                                    [401, 403, 403, 403, 200, 401, 401]),
    ("POST /money/price/remove",                             [401, 403, 403, 403, 200, 401, 401]),
    ("POST /money/currency",                                 [401, 403, 403, 403, 200, 401, 401]),
    ("POST /money/budget",                                   [401, 403, 403, 403, 200, 401, 401]),
    ("POST /money/budget/remove",                            [401, 403, 403, 403, 200, 401, 401]),
    // Limits.
    ("GET /limits",                                          [303, 403, 403, 403, 200, 303, 303]),
    ("POST /limits",                                         [401, 403, 403, 403, 200, 401, 401]),
    // The log of people's actions.
    ("GET /happened",                                        [303, 403, 403, 403, 200, 303, 303]),
    ("GET /happened.csv",                                    [303, 403, 403, 403, 200, 303, 303]),
    // Keys of providers, and API keys for other tools.
    ("GET /connections",                                     [303, 403, 200, 200, 200, 303, 303]),
    ("POST /connections/key",                                [401, 403, 403, 403, 422, 401, 401]),
    ("POST /connections/key/remove",                         [401, 403, 403, 403, 200, 401, 401]),
    ("POST /connections/own",                                [401, 403, 403, 403, 200, 401, 401]),
    ("POST /connections/own-key",                            [401, 403, 422, 422, 422, 401, 401]),
    ("POST /connections/own-key/remove",                     [401, 403, 200, 200, 200, 401, 401]),
    ("POST /connections/models",                             [401, 403, 403, 403, 200, 401, 401]),
    ("POST /connections/origins",                            [401, 403, 403, 403, 200, 401, 401]),
    ("GET /keys",                                            [303, 403, 200, 200, 200, 303, 303]),
    ("POST /keys",                                           [401, 403, 200, 200, 200, 401, 401]),
    ("POST /keys/revoke",                                    [401, 403, 200, 200, 200, 401, 401]),
    // Share links.
    ("GET /s/{token}",                                       [404, 404, 404, 404, 404, 404, 200]),
    ("GET /s/{token}/image/{position}",                      [404, 404, 404, 404, 404, 404, 200]),
    ("GET /s/{token}/files/{position}/{name}",               [404, 404, 404, 404, 404, 404, 200]),
    // Public routes.
    ("GET /healthz",                                         [200, 200, 200, 200, 200, 200, 200]),
    ("GET /readyz",                                          [200, 200, 200, 200, 200, 200, 200]),
    ("GET /progress/{percent}",                              [200, 200, 200, 200, 200, 200, 200]),
    ("GET /openapi.json",                                    [200, 200, 200, 200, 200, 200, 200]),
    ("POST PATH",                                            [401, 401, 401, 401, 401, 401, 401]),
    // The API for other tools. A browser's session has no meaning there.
    ("GET /v1/models",                                       [401, 401, 401, 401, 401, 200, 401]),
    ("GET /v1/models/capabilities",                          [401, 401, 401, 401, 401, 200, 401]),
    ("GET /v1/models/{*id}",                                 [401, 401, 401, 401, 401, 200, 401]),
    ("GET /v1/models/{id}",                                  [401, 401, 401, 401, 401, 200, 401]),
    ("POST /v1/images/generations",                          [401, 401, 401, 401, 401, 200, 401]),
    ("POST /v1/images/edits",                                [401, 401, 401, 401, 401, 400, 401]),
    ("POST /v1/generations",                                 [401, 401, 401, 401, 401, 202, 401]),
    ("GET /v1/generations",                                  [401, 401, 401, 401, 401, 200, 401]),
    ("GET /v1/generations/{id}",                             [401, 401, 401, 401, 401, 200, 401]),
    ("DELETE /v1/generations/{id}",                          [401, 401, 401, 401, 401, 200, 401]),
    ("POST /v1/generations/{id}/cancel",                     [401, 401, 401, 401, 401, 202, 401]),
    ("GET /v1/generations/{id}/events",                      [401, 401, 401, 401, 401, 200, 401]),
    ("GET /v1/generations/{id}/images/{position}",           [401, 401, 401, 401, 401, 200, 401]),
    ("POST /v1/files",                                       [401, 401, 401, 401, 401, 200, 401]),
    ("GET /v1/files/{name}",                                 [404, 404, 404, 404, 404, 404, 404]),
    ("GET /v1/webhook",                                      [401, 401, 401, 401, 401, 200, 401]),
    ("PUT /v1/webhook",                                      [401, 401, 401, 401, 401, 400, 401]),
    ("DELETE /v1/webhook",                                   [401, 401, 401, 401, 401, 200, 401]),
    ("GET /v1/webhook/deliveries",                           [401, 401, 401, 401, 401, 200, 401]),
    ("ANY /v1/{*rest}",                                      [404, 404, 404, 404, 404, 404, 404]),
    ("ANY /sdapi/{*rest}",                                   [404, 404, 404, 404, 404, 404, 404]),
    ("POST /images/generations",                             [404, 404, 404, 404, 404, 404, 404]),
    ("POST /images/edits",                                   [404, 404, 404, 404, 404, 404, 404]),
    ("POST /chat/completions",                               [404, 404, 404, 404, 404, 404, 404]),
    ("GET /metrics",                                         [401, 401, 401, 401, 401, 403, 401]),
    ("POST /sdapi/v1/txt2img",                               [401, 401, 401, 401, 401, 200, 401]),
    ("POST /sdapi/v1/img2img",                               [401, 401, 401, 401, 401, 400, 401]),
    ("GET /sdapi/v1/options",                                [401, 401, 401, 401, 401, 200, 401]),
    ("POST /sdapi/v1/options",                               [401, 401, 401, 401, 401, 200, 401]),
    ("GET /sdapi/v1/sd-models",                              [401, 401, 401, 401, 401, 200, 401]),
    ("GET /sdapi/v1/progress",                               [401, 401, 401, 401, 401, 200, 401]),
    ("POST /sdapi/v1/interrupt",                             [401, 401, 401, 401, 401, 200, 401]),
    ("POST /sdapi/v1/skip",                                  [401, 401, 401, 401, 401, 200, 401]),
    ("GET /sdapi/v1/samplers",                               [401, 401, 401, 401, 401, 200, 401]),
    ("GET /sdapi/v1/schedulers",                             [401, 401, 401, 401, 401, 200, 401]),
    ("GET /sdapi/v1/upscalers",                              [401, 401, 401, 401, 401, 200, 401]),
    ("GET /sdapi/v1/scripts",                                [401, 401, 401, 401, 401, 200, 401]),
    ("GET /sdapi/v1/cmd-flags",                              [401, 401, 401, 401, 401, 200, 401]),
    ("GET /sdapi/v1/embeddings",                             [401, 401, 401, 401, 401, 200, 401]),
    ("GET /sdapi/v1/memory",                                 [401, 401, 401, 401, 401, 200, 401]),
    ("POST /sdapi/v1/refresh-checkpoints",                   [401, 401, 401, 401, 401, 200, 401]),
    ("GET &format!(\"/sdapi/v1/{name}\")",                   [401, 401, 401, 401, 401, 200, 401]),
];

/// What rows call a part or an act: the name of its variant.
fn name_of(variant: impl Debug) -> String {
    format!("{variant:?}").split([' ', '(']).next().unwrap().to_owned()
}

#[test]
fn every_route_has_a_row() {
    let routes = reading::routes(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(routes.len() > 60, "{routes:#?}");
    let name = |row: &str| row.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let rows: BTreeSet<_> = TABLE.iter().map(|(row, _)| name(row)).collect();
    let missing: Vec<_> = routes.difference(&rows).collect();
    assert!(missing.is_empty(), "say in the table who may come to {missing:#?}");
    let gone: Vec<_> = rows.difference(&routes).collect();
    assert!(gone.is_empty(), "there is nothing any more at {gone:#?}");
}

#[test]
fn everything_that_is_drawn_or_done_has_a_row() {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generation");
    for (function, file, list, least) in
        [("draw", "contract.rs", "Part", 15), ("act", "contract/acts.rs", "GalleryAct", 9)]
    {
        let variants = reading::variants(&contract.join(file), list);
        assert!(variants.len() >= least, "{variants:?}");
        let row = |name: &str| format!("POST /api/{{*function}} {function} {name}");
        for name in &variants {
            let has_row = TABLE.iter().any(|(of, _)| *of == row(name));
            assert!(has_row, "say in the table who may have {list}::{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_what_is_theirs_at_every_route() {
    let mut wrong = Vec::new();
    let to_look = Stage::new().await;
    for (row, expected) in TABLE {
        // A row that changes something must not affect the next row.
        let to_act;
        let stage = if row.starts_with("GET") {
            &to_look
        } else {
            to_act = Stage::new().await;
            &to_act
        };
        if row.ends_with(" act Restore") {
            stage.delete().await;
        }
        let mut found = Vec::new();
        for who in ALL {
            found.push(stage.ask(row, who).await);
        }
        if found != *expected {
            wrong.push(format!("{row}: {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// An Easel with several people, and with data of the maker.
struct Stage {
    site: Site,
    cookies: [String; 4],
    id: GenerationId,
    /// A comparison that contains the generation.
    series: String,
    digest: String,
    file: String,
    /// The token of the share link.
    token: String,
    key: String,
}

impl Stage {
    async fn new() -> Self {
        let public = ("EASEL_PUBLIC_URL", "https://easel.example");
        let offers = [("EASEL_MODELS", "demo"), ("EASEL_DEMO_COLD_START", "off")];
        let site = Site::with(&[crate::people::PEOPLE, public, offers[0], offers[1]]).await;
        let cookie = |browser: &Browser<'_>| browser.cookie.clone();
        let viewer = cookie(&site.person("Viewer", Role::Viewer).await);
        let other = cookie(&site.person("Other", Role::Maker).await);
        let owner = cookie(&site.person("Owner", Role::Owner).await);
        site.person("Somebody", Role::Maker).await;
        let maker = site.person("Maker", Role::Maker).await;
        let (id, file) = maker.made_a_file().await;
        maker.act(&id, GalleryAct::ShareInputs).await.unwrap();
        let token = maker.link(&id).await.unwrap().replace("/s/", "");
        let records = site.state.records();
        let digest = records.get(&id).await.unwrap().unwrap().item.images[0].digest.clone();
        let series = crate::series::kept(&maker, &id).await.to_string();
        let (mut key, text) = new_key("of the maker", Scope::default());
        key.session = maker.session.clone();
        records.add_api_key(&key).await.unwrap();
        let cookies = [viewer, cookie(&maker), other, owner];
        let file = file.rsplit('/').next().unwrap().to_owned();
        Self { cookies, id, series, digest, file, token, key: text, site }
    }

    /// The status that `who` gets.
    async fn ask(&self, row: &str, who: Who) -> u16 {
        let (method, place) = row.split_once(' ').unwrap();
        let method = if method == "ANY" { "GET" } else { method };
        let mut place = place.split(' ').next().unwrap().to_owned();
        if let Some(function) = row.split("{*function} ").nth(1) {
            let function = function.split(' ').next().unwrap();
            place = format!("/api/{function}");
        }
        let place = match place.as_str() {
            "PATH" => "/webhooks/replicate".to_owned(),
            place if place.starts_with("&format!") => "/sdapi/v1/loras".to_owned(),
            place => place.to_owned(),
        };
        let is_guest = who == Who::Guest;
        let token = if is_guest { self.token.as_str() } else { "guessed" };
        let id = match place.as_str() {
            place if place.starts_with("/v1/models") => "demo",
            place if place.starts_with("/c/") => self.series.as_str(),
            _ => self.id.as_str(),
        };
        let name = if place.starts_with("/v1/files") { "none.png" } else { &self.file };
        let mut path = place
            .replace("{id}", id)
            .replace("{*id}", id)
            .replace("{digest}", &self.digest)
            .replace("{position}", "0")
            .replace("{number}", "1")
            .replace("{percent}", "50")
            .replace("{name}", name)
            .replace("{token}", token)
            .replace("{*rest}", "nothing/here");
        if path == "/api/zip" {
            path = format!("/api/zip?ids={}", self.id);
        }
        if row == "GET /habits" {
            path = "/habits?model=demo".to_owned();
        }
        let mut request = HttpRequest::builder().uri(path);
        request = match who {
            Who::Nobody | Who::Guest => request,
            Who::Key => request.header("authorization", format!("Bearer {}", self.key)),
            Who::Viewer => request.header("cookie", &self.cookies[0]),
            Who::Maker => request.header("cookie", &self.cookies[1]),
            Who::Other => request.header("cookie", &self.cookies[2]),
            Who::Owner => request.header("cookie", &self.cookies[3]),
        };
        let (kind, body) = self.body(row);
        let request =
            request.method(method.parse::<Method>().unwrap()).header("content-type", kind);
        self.site.status(request.body(Body::from(body)).unwrap()).await.as_u16()
    }

    /// Moves the generation to the bin.
    async fn delete(&self) {
        let maker = SessionId::new("gallery of Maker");
        let ids = std::slice::from_ref(&self.id);
        self.site.state.act(&maker, ids, GalleryAct::Delete, "").await.unwrap();
    }

    /// One of each that can be drawn.
    fn parts(&self) -> Vec<Part> {
        let generation = || self.id.clone();
        let draft = || Draft { model: "demo".to_owned(), ..Draft::default() };
        let (seed, fill) = (SeedUse::Same, Fill::Keep);
        let copy = || vec![("model".to_owned(), "demo".to_owned())];
        vec![
            Part::Start { draft: draft(), shown: vec![generation()] },
            Part::Form { draft: draft(), fill },
            Part::FormOf { generation: generation(), seed },
            Part::FormOfPicture { draft: draft(), digest: self.digest.clone() },
            Part::DraftOf { generation: generation(), seed },
            Part::Models(ModelsQuery::default()),
            Part::Tiles { query: String::new(), offset_minutes: 0 },
            Part::Tile(generation()),
            Part::Viewer { id: generation(), position: 0, offset_minutes: 0 },
            Part::Outputs(generation()),
            Part::Connections { check: String::new() },
            Part::SpaceCopy(copy()),
            Part::Painter { draft: draft(), input: "mask".to_owned() },
            Part::Loaded("shortcuts".to_owned(), String::new()),
            Part::SpaceCopyMade { fields: copy(), seen: None },
        ]
    }

    /// Something that whoever may ask is answered.
    fn body(&self, row: &str) -> (&'static str, Vec<u8>) {
        let typed = "application/octet-stream";
        let form = |text: &str| ("application/x-www-form-urlencoded", text.as_bytes().to_vec());
        let json = |text: &str| ("application/json", text.as_bytes().to_vec());
        let new_id: GenerationId = uuid::Uuid::now_v7().to_string().parse().unwrap();
        match row {
            "POST /api/{*function} generate" => (typed, generate_call(&new_id)),
            row if row.starts_with("POST /api/{*function} draw ") => {
                let parts = self.parts();
                let part = parts.iter().find(|part| row.ends_with(&format!(" {}", name_of(part))));
                (typed, postcard::to_allocvec(&(part.unwrap(),)).unwrap())
            }
            row if row.starts_with("POST /api/{*function} act ") => {
                let act = ACTS.iter().find(|act| row.ends_with(&format!(" {}", name_of(act))));
                let act = (vec![self.id.clone()], *act.unwrap(), String::new());
                (typed, postcard::to_allocvec(&act).unwrap())
            }
            "POST /generate" => form("prompt=a+fox&model=demo"),
            "POST /series" => form("prompt=a+{fox|cat}&model=demo"),
            "POST /series/plan" => form("prompt=a+{fox|cat}&model=demo"),
            "POST /c/{id}" => form("act=share"),
            "POST /words" => form("kind=style&name=Ink&prefix=ink"),
            "POST /words/forget" => form("kind=style&name=Ink"),
            "POST /habits" => form("act=spare&model=demo&habit-model="),
            "POST /instead/{id}" => form("model=demo"),
            "POST /push" => json(crate::push::SUBSCRIPTION),
            "POST /push/known" | "POST /push/forget" => {
                json(r#"{"endpoint": "https://a.example/x"}"#)
            }
            "POST /api/zip" => form(&format!("ids={}", self.id)),
            "POST /api/uploads" | "POST /v1/files" | "POST /share" => {
                let name = if row == "POST /share" { "picture" } else { "file" };
                let head = "--x\r\ncontent-disposition: form-data; filename=\"a.png\"; name=";
                let mut body = format!("{head}\"{name}\"\r\n\r\n").into_bytes();
                body.extend(png("a gift"));
                body.extend(b"\r\n--x--\r\n");
                ("multipart/form-data; boundary=x", body)
            }
            "POST /language" => form("language=en"),
            "POST /sign-in" => form("name=Nobody&password=guessed+password"),
            "POST /invite" => form("token=guessed&name=Nobody&password=a+long+password"),
            "POST /people/password" => form("old=guessed+password&new=a+new+password"),
            "POST /people/sign-out" => form("browser=all"),
            "POST /people/invite" => form("role=maker"),
            "POST /people/take-back" => form("invitation=none"),
            "POST /people/role" => form("person=id+of+Somebody&role=viewer"),
            "POST /people/remove" => form("person=id+of+Somebody"),
            "POST /money/price" => form("pattern=demo&amount=0.02&unit=image"),
            "POST /money/price/remove" => form("pattern=demo"),
            "POST /money/currency" => form("currency=EUR"),
            "POST /limits" => form("at-once=5&starts="),
            "POST /money/budget" => form("whose=each&period=month&amount=5&generations="),
            "POST /money/budget/remove" => form("whose=each"),
            "POST /connections/key" | "POST /connections/own-key" => form("provider=hf&key=short"),
            "POST /connections/own" => form("allowed=yes"),
            "POST /connections/own-key/remove" => form("provider=hf"),
            "POST /connections/models" => form("entries=demo"),
            "POST /connections/origins" => form("entries=http%3A%2F%2F127.0.0.1%3A7860"),
            "POST /connections/key/remove" => form("provider=hf"),
            "POST /keys" => form("name=new"),
            "POST /keys/revoke" => form("key=new"),
            "POST /v1/images/generations" | "POST /v1/generations" | "POST /sdapi/v1/txt2img" => {
                json(r#"{"prompt": "a fox", "model": "demo", "steps": 1}"#)
            }
            _ => json("{}"),
        }
    }
}

/// Where people may bring keys of their own, those who make pictures may, and nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn keys_of_ones_own_are_given_and_removed_by_those_who_make_pictures() {
    let stage = Stage::new().await;
    stage.site.state.settings.allow_own_keys(true).await.unwrap();
    for row in ["POST /connections/own-key", "POST /connections/own-key/remove"] {
        let (_, expected) = TABLE.iter().find(|(of, _)| *of == row).unwrap();
        for (who, expected) in ALL.into_iter().zip(expected) {
            assert_eq!(stage.ask(row, who).await, *expected, "{row} {who:?}");
        }
    }
}
