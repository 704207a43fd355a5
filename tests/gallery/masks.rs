//! Files in a form: masks and their painter, and original names of uploaded files.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::{Method, StatusCode};
use easel::{
    error::GenerateError,
    generation::{
        Connection, ConnectionState, Draft, Field, FieldKind, InputSchema, KeyUse, Mask, Model,
        ModelReference, PromptUse, ProviderInfo, ProviderKind,
        contract::{FieldAct, Fill, Part, State},
    },
    server::{
        access::Caller,
        fault::Fault,
        provider::{Answer, BUILT_IN, Job, Opening, OpeningKey, Provider, ProviderError, Updates},
    },
};

use crate::{
    drawn::{Drawn, asker, draw, draw_for, uploaded},
    site::{Browser, Site, png},
};

/// Takes a picture, a mask over it, and documents.
struct Inpainter;

const INFO: ProviderInfo = ProviderInfo {
    prefix: "inpainter",
    title: "Inpainter",
    glyph: "I",
    target: Some("name"),
    endpoints: false,
    key: KeyUse::None,
};

const OPENING: Opening = Opening {
    kind: ProviderKind::Other(&INFO),
    services: |_| Vec::new(),
    key: OpeningKey::None,
    open: |_, _| Arc::new(Inpainter),
};

#[async_trait]
impl Provider for Inpainter {
    fn kind(&self) -> ProviderKind {
        OPENING.kind
    }

    fn may_bill(&self) -> bool {
        false
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, Fault> {
        let picture = || FieldKind::File { accept: "image/*".to_owned() };
        let mask = Mask {
            over: Some("image".to_owned()),
            is_inverted: model.named() == "inverted",
            canvas: (model.named() == "canvas").then_some((640, 480)),
        };
        let fields = vec![
            Field::new("image", picture()),
            Field::new("mask", picture()).with_mask(mask),
            Field::new("papers", FieldKind::Files { accept: "*/*".to_owned(), max: None }),
        ];
        Ok(Model {
            reference: model.clone(),
            title: "Inpainter".to_owned(),
            description: None,
            page: None,
            prompt: PromptUse::None,
            schema: InputSchema { fields },
            example: None,
            notices: Vec::new(),
        })
    }

    async fn generate(&self, _: Job, _: Updates) -> Result<Answer, ProviderError> {
        Err(Fault::Internal.into())
    }

    fn suggested(&self) -> Vec<ModelReference> {
        "inpainter:white".parse().into_iter().collect()
    }

    fn connection(&self) -> Connection {
        let (provider, state) = (self.kind(), ConnectionState::Ready);
        Connection { provider, state, details: Vec::new(), error: None, links: Vec::new() }
    }
}

async fn site() -> Site {
    let openings = [BUILT_IN, &[OPENING]];
    Site::opened(&[], &openings.concat()).await
}

fn draft(model: &str, inputs: &[(&str, &str)]) -> Draft {
    let inputs = inputs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Draft { model: format!("inpainter:{model}"), prompt: String::new(), inputs: inputs.collect() }
}

async fn form(site: &Site, browser: &Browser<'_>, model: &str, inputs: &[(&str, &str)]) -> Drawn {
    draw(site, browser, Part::Form { draft: draft(model, inputs), fill: Fill::Keep }).await
}

async fn painter(
    site: &Site,
    browser: &Browser<'_>,
    model: &str,
    inputs: &[(&str, &str)],
) -> Result<Drawn, GenerateError> {
    let part = Part::Painter { draft: draft(model, inputs), input: "mask".to_owned() };
    draw_for(site, &asker(browser, Caller::Operator), part).await
}

#[tokio::test]
async fn a_mask_can_be_painted_as_soon_as_there_is_something_to_paint_on() {
    let site = site().await;
    let browser = site.browser().await;
    let stored = format!("stored:{}", uploaded(&browser, &png("a photo")).await);

    let empty = form(&site, &browser, "white", &[]).await;
    assert!(empty.button("Paint a mask").is_none());
    assert!(empty.html.contains("Choose the picture first"), "{}", empty.html);
    let state = empty.form();
    assert_eq!(state.pictures, ["image", "papers"]);
    assert_eq!(state.masks, [("mask".to_owned(), "image".to_owned())]);
    let canvas = form(&site, &browser, "canvas", &[]).await;
    assert!(canvas.button("Paint a mask").is_some());

    let given = form(&site, &browser, "white", &[("image", &stored)]).await;
    let button = given.button("Paint a mask").unwrap();
    let act = FieldAct::of_value(button.attr("value").unwrap());
    assert_eq!(act, Some(FieldAct::Paint("mask".to_owned())));
    assert!(given.html.contains("White is repainted"), "{}", given.html);
    let inverted = form(&site, &browser, "inverted", &[("image", &stored)]).await;
    assert!(inverted.html.contains("Black is repainted"), "{}", inverted.html);
    let painted = form(&site, &browser, "white", &[("image", &stored), ("mask", &stored)]).await;
    assert!(painted.button("Paint on the mask").is_some());
}

#[tokio::test]
async fn the_painter_lies_over_the_picture_and_goes_on_with_the_mask() {
    let site = site().await;
    let browser = site.browser().await;
    let digest = uploaded(&browser, &png("a photo")).await;
    let stored = format!("stored:{digest}");
    let inputs = [("image", stored.as_str()), ("mask", stored.as_str())];
    let drawn = painter(&site, &browser, "inverted", &inputs).await.unwrap();
    assert_eq!(drawn.state, State::Script("/painter.js".to_owned()));
    let address = format!("/api/images/{digest}");
    for part in [
        "name=\"input\" value=\"input-1\"",
        "href=\"/painter.css\"",
        "name=\"inverted\" value=\"true\"",
        "name=\"opener\" value=\"input-1-paint\"",
        &format!("src=\"{address}\" alt=\"The picture under the mask\""),
        &format!("src=\"{address}\" alt=\"\" hidden"),
    ] {
        assert!(drawn.html.contains(part), "no {part} in {}", drawn.html);
    }
    for name in ["Undo", "Clear", "Cancel", "Use mask"] {
        assert!(drawn.button(name).is_some(), "{name}");
    }
    let canvas = painter(&site, &browser, "canvas", &[]).await.unwrap();
    assert!(canvas.html.contains("width=\"640\" height=\"480\""), "{}", canvas.html);
    assert!(!canvas.html.contains("mask-painter__picture"));
    // Nothing is there to paint on.
    assert!(matches!(painter(&site, &browser, "white", &[]).await, Err(GenerateError::NotFound)));
}

#[tokio::test]
async fn a_file_is_called_as_the_person_calls_it() {
    let site = site().await;
    let (browser, other) = (site.browser().await, site.browser().await);
    let head =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"två 狐 (1).zip\"\r\n\r\n";
    let body = [head.as_bytes(), b"PK\x03\x04 bytes", b"\r\n--x--\r\n"].concat();
    let kind = [("content-type", "multipart/form-data; boundary=x")];
    let answer = browser.ask(Method::POST, "/api/uploads", &kind, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let told: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!(told["name"], "två 狐 (1).zip");
    let stored = format!("stored:{}", told["digest"].as_str().unwrap());
    let drawn = form(&site, &browser, "white", &[("papers", &stored)]).await;
    assert!(drawn.html.contains(">två 狐 (1).zip</span>"), "{}", drawn.html);
    // Another person's name for the same file stays private.
    let drawn = form(&site, &other, "white", &[("papers", &stored)]).await;
    assert!(drawn.html.contains(">A file that you added</span>"), "{}", drawn.html);
}
