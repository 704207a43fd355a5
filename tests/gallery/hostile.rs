//! Texts from outside that would run if they were taken for HTML. Wherever they come from and
//! wherever the server draws them, they stay text.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::{Method, StatusCode};
use easel::{
    generation::{
        Badge, ChoiceOption, Connection, ConnectionState, Draft, Event, Fact, Field, FieldError,
        FieldKind, GenerationId, InputSchema, InputValue, KeyUse, Mask, Model, ModelPage,
        ModelReference, Outcome, Output, PromptUse, ProviderInfo, ProviderKind, Request, Role,
        contract::{Fill, GalleryAct, ModelsQuery, Part, SeedUse, State},
    },
    server::{
        access::Caller,
        fault::Fault,
        picture,
        provider::{
            Answer, AnswerBuilder, BUILT_IN, Job, Opening, OpeningKey, OutputFile, Provider,
            ProviderError, Updates,
        },
    },
};
use scraper::{Html, Selector};

use crate::{
    drawn::asker,
    site::{Browser, Site, png},
};

/// A text that closes every possible context, and would run after it.
const CANARY: &str = r#"fox"'></textarea></script></title><img src=x onerror=canary()><script>canary()</script><svg onload=canary()>{{7*7}}"#;

/// A provider that uses this text wherever it can supply one.
struct Hostile;

const INFO: ProviderInfo = ProviderInfo {
    prefix: "hostile",
    title: "Hostile",
    glyph: "H",
    target: Some("name"),
    endpoints: false,
    key: KeyUse::None,
};

const OPENING: Opening = Opening {
    kind: ProviderKind::Other(&INFO),
    services: |_| Vec::new(),
    key: OpeningKey::None,
    open: |_, _| Arc::new(Hostile),
};

fn reference(name: &str) -> ModelReference {
    format!("hostile:{name}").parse().unwrap()
}

fn words() -> InputValue {
    InputValue::Text(CANARY.to_owned())
}

fn fields() -> Vec<Field> {
    let text = |multiline| FieldKind::Text {
        multiline,
        min_length: None,
        max_length: None,
        secret: false,
    };
    let options = vec![
        ChoiceOption::new(CANARY, words()),
        ChoiceOption::new("plain", InputValue::Integer(1)),
    ];
    let number = FieldKind::Number { min: Some(0.0), max: Some(1.0), step: Some(0.5) };
    let picture = FieldKind::File { accept: format!("image/*,{CANARY}") };
    let kinds = [
        ("line", text(false)),
        ("lines", text(true)),
        ("one", FieldKind::Choice { options: options.clone(), custom: false }),
        ("own", FieldKind::Choice { options: options.clone(), custom: true }),
        ("any", FieldKind::Choices { options, custom: false, max: None }),
        ("many", FieldKind::List { numbers: false }),
        ("json", FieldKind::Json),
        ("colour", FieldKind::Colour),
        ("day", FieldKind::DateTime { time: false }),
        ("switch", FieldKind::Boolean),
        ("number", number),
        ("seed", FieldKind::Integer { min: None, max: None, step: None }),
        ("picture", picture.clone()),
        ("file", FieldKind::Files { accept: "*/*".to_owned(), max: None }),
    ];
    let mut fields: Vec<_> = kinds
        .map(|(name, kind)| {
            let default = matches!(kind, FieldKind::Text { .. } | FieldKind::Choice { .. });
            let field = Field {
                label: format!("{name} {CANARY}"),
                default: default.then(words),
                ..Field::new(format!("{name} {CANARY}"), kind).with_help(CANARY)
            };
            if name == "seed" { Field { role: Some(Role::Seed), ..field } } else { field }
        })
        .into();
    let over = Some(format!("picture {CANARY}"));
    let mask = Mask { over, canvas: Some((40, 20)), ..Mask::default() };
    let mask = Field::new(format!("mask {CANARY}"), picture).with_mask(mask);
    fields.push(Field { label: CANARY.to_owned(), ..mask });
    fields
}

#[async_trait]
impl Provider for Hostile {
    fn kind(&self) -> ProviderKind {
        OPENING.kind
    }

    fn may_bill(&self) -> bool {
        false
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, Fault> {
        if model.named() == "unknown" {
            return Err(Fault::ModelNotFound {
                model: CANARY.to_owned(),
                detail: CANARY.to_owned(),
            });
        }
        Ok(Model {
            reference: model.clone(),
            title: CANARY.to_owned(),
            description: Some(CANARY.to_owned()),
            page: Some("https://example.com/".to_owned()),
            prompt: PromptUse::Optional,
            schema: InputSchema { fields: fields() },
            example: None,
            notices: vec![CANARY.to_owned()],
        })
    }

    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, ProviderError> {
        updates.notice(CANARY);
        updates.send(Event::Waking { stage: CANARY.to_owned() });
        if job.request.model.named() == "fails" {
            return Err(Fault::ModelFailed { detail: CANARY.to_owned() }.into());
        }
        let mut made = AnswerBuilder::new(&updates);
        made.image(picture::recognise(png("hostile"))?).await?;
        made.output(Output::text(CANARY, CANARY));
        made.output(Output::number(CANARY, CANARY));
        made.output(Output::json(CANARY, CANARY));
        made.file(CANARY, OutputFile::new(CANARY, "bytes".into())).await?;
        Ok(made.answer(vec![Fact::new(CANARY, CANARY), Fact::new("Inference provider", CANARY)]))
    }

    async fn search(&self, _: &str, _: Option<&str>) -> Result<ModelPage, Fault> {
        let badge = Badge {
            description: Some(CANARY.to_owned()),
            license: Some(CANARY.to_owned()),
            thumbnail: Some(format!("https://example.com/{CANARY}")),
            ..Badge::new(reference("fox"), CANARY)
        };
        let notice = Some(CANARY.to_owned());
        Ok(ModelPage { models: vec![badge], notice, ..ModelPage::default() })
    }

    fn suggested(&self) -> Vec<ModelReference> {
        "hostile:fox".parse().into_iter().collect()
    }

    fn connection(&self) -> Connection {
        Connection {
            provider: self.kind(),
            state: ConnectionState::Failed,
            details: vec![CANARY.to_owned()],
            error: None,
            links: vec![(CANARY.to_owned(), format!("https://example.com/{CANARY}"))],
        }
    }
}

/// Asserts that HTML, parsed as a browser does, contains nothing that runs; `place` names it in
/// failures.
fn is_harmless(place: &str, html: &str) {
    let tree = Html::parse_document(html);
    for element in tree.select(&Selector::parse("*").unwrap()) {
        let name = element.value().name();
        for (attribute, value) in element.value().attrs() {
            assert!(!attribute.starts_with("on"), "{place}: {attribute} of <{name}>");
            let is_address = ["href", "src", "action", "formaction"].contains(&attribute);
            let scheme = value.trim_start().to_ascii_lowercase();
            assert!(!(is_address && scheme.starts_with("javascript:")), "{place}: {value}");
        }
        let text: String = element.text().collect();
        let runs = name == "script" && element.value().attr("type") != Some("text/plain");
        assert!(!(runs && text.contains("canary")), "{place}: a script");
        assert!(element.value().attr("src") != Some("x"), "{place}: a picture of its own");
    }
}

/// The same, for a page that has to show the text.
fn says_it_as_text(place: &str, html: &str) {
    is_harmless(place, html);
    let tree = Html::parse_document(html);
    let said = tree.root_element().text().any(|text| text.contains("<script>canary()"));
    let is_value = |element: scraper::ElementRef<'_>| {
        element.value().attrs().any(|(_, value)| value.contains("<script>canary()"))
    };
    let attributes = tree.select(&Selector::parse("*").unwrap()).any(is_value);
    assert!(said || attributes, "{place} lost the words: {html}");
}

async fn run(site: &Site, browser: &Browser<'_>, model: &str) -> GenerationId {
    let id: GenerationId = uuid::Uuid::now_v7().to_string().parse().unwrap();
    let inputs =
        [("line", words()), ("lines", words()), ("json", InputValue::Json(format!("{CANARY:?}")))];
    let inputs = inputs.map(|(name, value)| (format!("{name} {CANARY}"), value));
    let prompt = CANARY.to_owned();
    let request = Request { model: reference(model), prompt, inputs: inputs.into() };
    let asker = asker(browser, Caller::Operator);
    let draft = Some(Draft::of(&request));
    loop {
        match site.state.generate(&asker, &id, draft.clone()).await.map(|held| held.value) {
            Ok(Outcome::Running | Outcome::Loading { .. }) => {}
            Ok(Outcome::Done { .. }) | Err(_) => return id,
        }
    }
}

#[tokio::test]
async fn words_that_would_run_are_text_wherever_they_are_drawn() {
    let openings = [BUILT_IN, &[OPENING]];
    let site = Site::opened(&[], &openings.concat()).await;
    let browser = site.browser().await;
    let (done, failed) = (run(&site, &browser, "fox").await, run(&site, &browser, "fails").await);
    let asker = asker(&browser, Caller::Operator);
    let collection = CANARY.replace(['/', '<'], "");
    for name in [CANARY, collection.as_str()] {
        // Refusing such a name is fine, too.
        let _ = site
            .state
            .act(&asker.session, std::slice::from_ref(&done), GalleryAct::Collect, name)
            .await;
    }

    let draft = |model: &str| Draft {
        model: format!("hostile:{model}"),
        prompt: CANARY.to_owned(),
        inputs: fields().into_iter().map(|field| (field.name, CANARY.to_owned())).collect(),
    };
    let errors: Vec<_> =
        fields().iter().map(|field| FieldError::new(&field.name, CANARY)).collect();
    let keep = |model: &str| Part::Form { draft: draft(model), fill: Fill::Keep };
    let of = |id: &GenerationId| Part::FormOf { generation: id.clone(), seed: SeedUse::AsItWas };
    let viewer =
        |id: &GenerationId| Part::Viewer { id: id.clone(), position: 0, offset_minutes: 0 };
    let query = ModelsQuery { query: CANARY.to_owned(), ..ModelsQuery::default() };
    let recent = format!("hostile:fox\t{CANARY}");
    for (place, part) in [
        ("the form", keep("fox")),
        ("a form with errors", Part::Form { draft: draft("fox"), fill: Fill::Errors(errors) }),
        ("a form that there is not", keep("unknown")),
        (
            "a form that nobody serves",
            Part::Form {
                draft: Draft { model: CANARY.to_owned(), ..draft("x") },
                fill: Fill::Keep,
            },
        ),
        ("the form of a generation", of(&done)),
        ("the painter", Part::Painter { draft: draft("fox"), input: format!("mask {CANARY}") }),
        ("the viewer", viewer(&done)),
        ("the viewer of a failure", viewer(&failed)),
        ("a tile", Part::Tile(done.clone())),
        ("the outputs", Part::Outputs(done.clone())),
        ("the wall", Part::Tiles { query: String::new(), offset_minutes: 0 }),
        ("the models", Part::Models(query)),
        ("recent models", Part::Models(ModelsQuery { recent, ..ModelsQuery::default() })),
        ("the connections", Part::Connections { check: String::new() }),
    ] {
        let drawn = browser.draw(part).await.unwrap_or_else(|error| panic!("{place}: {error}"));
        let mut html = drawn.html.0;
        if let State::Viewer(stage) = drawn.state {
            html.push_str(&stage.0);
        }
        match place {
            // A known model shows its own title instead.
            "recent models" => is_harmless(place, &html),
            _ => says_it_as_text(place, &html),
        }
    }
}

#[tokio::test]
async fn words_that_would_run_are_text_on_every_page() {
    let openings = [BUILT_IN, &[OPENING]];
    let site = Site::opened(&[], &openings.concat()).await;
    let browser = site.browser().await;
    let (done, failed) = (run(&site, &browser, "fox").await, run(&site, &browser, "fails").await);
    // JSON, which no browser renders.
    let events = browser.get(&format!("/api/generations/{failed}/events")).await;
    assert!(events.header("content-type").starts_with("text/event-stream"));
    assert!(events.text().contains("canary()"));
    let escaped: String = CANARY.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for (place, path) in [
        ("the page", "/".to_owned()),
        ("the page of a picture", format!("/p/{done}")),
        ("the page of a failure", format!("/p/{failed}")),
        ("a search", format!("/?search={escaped}")),
        ("a collection", format!("/?collection={escaped}")),
    ] {
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{place}");
        says_it_as_text(place, &answer.text());
    }
    for act in [GalleryAct::Share, GalleryAct::ShareInputs] {
        browser.act(&done, act).await.unwrap();
        let link = browser.link(&done).await.expect("it is shared");
        let path = link.find("/s/").map_or(link.as_str(), |at| &link[at..]).to_owned();
        is_harmless("the shared page", &site.stranger(&path).await.text());
    }
}

#[tokio::test]
async fn words_in_the_page_without_script_are_text() {
    let openings = [BUILT_IN, &[OPENING]];
    let site = Site::opened(&[], &openings.concat()).await;
    let browser = site.browser().await;
    let escaped: String = CANARY.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for body in [
        format!("model=hostile%3Afails&prompt={escaped}"),
        format!("model={escaped}&prompt={escaped}"),
        format!("model=hostile%3Afox&prompt={escaped}&input%3Aone={escaped}"),
    ] {
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let answer = browser.ask(Method::POST, "/generate", &kind, body.into_bytes()).await;
        is_harmless("the answer of the plain form", &answer.text());
    }
}

#[tokio::test]
async fn words_in_a_picture_are_text() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, 1, 1);
    encoder.set_color(::png::ColorType::Rgb);
    let lines = format!(
        "{CANARY}\nNegative prompt: {CANARY}\nSteps: 4, Sampler: Euler, CFG scale: 7, Seed: 7, Size: 64x64"
    );
    encoder.add_text_chunk("parameters".to_owned(), lines).unwrap();
    encoder.write_header().unwrap().write_image_data(&[0; 3]).unwrap();
    let digest = crate::drawn::uploaded(&browser, &bytes).await;
    let draft = Draft { model: "demo".to_owned(), ..Draft::default() };
    let drawn = browser.draw(Part::FormOfPicture { draft, digest }).await.unwrap();
    let State::Form(form) = &drawn.state else { panic!("{:?}", drawn.state) };
    assert!(form.prompt.as_ref().unwrap().contains("<script>canary()"), "{:?}", form.prompt);
    is_harmless("the form of a picture", &drawn.html.0);
}
