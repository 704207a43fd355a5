//! The whole server with its own data folder, called without a network.

use std::sync::atomic::{AtomicI64, Ordering};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request as HttpRequest, StatusCode},
};
use easel::{
    app::{self, GalleryQuery},
    error::{Billed, GenerateError},
    generation::{
        Fact, GenerationId, ImageType, ModelReference, Output, OutputValue, Request, StoredImage,
        contract::{Drawn, GalleryAct, Part, State},
    },
    server::{
        access::Caller,
        client_address::ClientAddress,
        config::Config,
        provider::{self, Opening},
        router::router,
        state::AppState,
        store::{Claim, End, FileRow, Records, SessionId},
        visitors::Asker,
    },
};
use image::RgbImage;
use leptos::config::LeptosOptions;
use scraper::{Html, Selector};
use tempfile::TempDir;
use tower::ServiceExt;

pub struct Site {
    pub state: AppState,
    router: Router,
    clock: AtomicI64,
    _folder: TempDir,
}

/// One browser: its cookie, and the session that the cookie stands for.
pub struct Browser<'site> {
    site: &'site Site,
    pub cookie: String,
    pub session: SessionId,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Site {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// A site with these environment variables.
    pub async fn with(variables: &[(&str, &str)]) -> Self {
        Self::opened(variables, provider::BUILT_IN).await
    }

    /// The same with these providers.
    pub async fn opened(variables: &[(&str, &str)], openings: &[Opening]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut config = Config::read(|name| {
            let (_, value) = variables.iter().find(|(variable, _)| *variable == name)?;
            Some((*value).to_owned())
        })
        .unwrap();
        config.data_dir = folder.path().to_owned();
        let leptos = LeptosOptions::builder().output_name("easel").build();
        let state = AppState::open_with(config, leptos, openings).await.unwrap();
        let clock = AtomicI64::new(1_700_000_000_000);
        Self { router: router(state.clone()), state, clock, _folder: folder }
    }

    /// A browser on its first visit.
    pub async fn browser(&self) -> Browser<'_> {
        let answer = self.send(Method::GET, "/", "", Body::empty()).await;
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        let mut headers = HeaderMap::new();
        headers.insert("cookie", cookie.parse().unwrap());
        let session = self.state.signer.session(&headers).unwrap();
        Browser { site: self, cookie, session }
    }

    pub async fn send(&self, method: Method, path: &str, cookie: &str, body: Body) -> Answer {
        let request = HttpRequest::builder().method(method).uri(path).header("cookie", cookie);
        self.answer(request.body(body).unwrap()).await
    }

    /// Returns the status only, because some responses never end.
    pub async fn status(&self, request: HttpRequest<Body>) -> StatusCode {
        self.router.clone().oneshot(request).await.unwrap().status()
    }

    async fn answer(&self, request: HttpRequest<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// A browser with this cookie, whose gallery is `session`.
    pub fn browser_with(&self, cookie: String, session: SessionId) -> Browser<'_> {
        Browser { site: self, cookie, session }
    }

    /// The response to a client without a cookie.
    pub async fn stranger(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "", Body::empty()).await
    }
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.site.send(Method::GET, path, &self.cookie, Body::empty()).await
    }

    pub async fn post(&self, path: &str) -> Answer {
        self.site.send(Method::POST, path, &self.cookie, Body::empty()).await
    }

    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = HttpRequest::builder().method(method).uri(path);
        for (name, value) in headers.iter().chain(&[("cookie", self.cookie.as_str())]) {
            request = request.header(*name, *value);
        }
        self.site.answer(request.body(body.into()).unwrap()).await
    }

    pub async fn stream(&self, path: &str) -> Body {
        let request = HttpRequest::builder().uri(path).header("cookie", &self.cookie);
        let request = request.body(Body::empty()).unwrap();
        self.site.router.clone().oneshot(request).await.unwrap().into_body()
    }

    /// Draws a part for this browser.
    pub async fn draw(&self, part: Part) -> Result<Drawn, GenerateError> {
        let asker = Asker {
            session: self.session.clone(),
            caller: Caller::Operator,
            address: ClientAddress::new([127, 0, 0, 1].into()),
            is_new: false,
            key: None,
        };
        app::draw(&self.site.state, &asker, part).await
    }

    /// A page of the wall.
    pub async fn wall(&self, query: GalleryQuery) -> Drawn {
        let offset_minutes = query.offset_minutes;
        let query = query.to_query();
        self.draw(Part::Tiles { query, offset_minutes }).await.unwrap()
    }

    /// The HTML of the whole wall.
    pub async fn whole_wall(&self) -> String {
        self.wall(GalleryQuery::default()).await.html.0
    }

    /// One picture in the viewer: its details, and the picture itself.
    pub async fn view(&self, id: &GenerationId) -> (String, String) {
        let part = Part::Viewer { id: id.clone(), position: 0, offset_minutes: 0 };
        match self.draw(part).await.unwrap() {
            Drawn { html, state: State::Viewer(stage) } => (html.0, stage.0),
            other => panic!("{other:?} is no viewer"),
        }
    }

    /// The URL of its share link, as the viewer shows it to the owner.
    pub async fn link(&self, id: &GenerationId) -> Option<String> {
        let (side, _) = self.view(id).await;
        let links = Selector::parse("a[href^='/s/']").unwrap();
        let side = Html::parse_fragment(&side);
        let link = side.select(&links).next()?;
        Some(link.attr("href")?.to_owned())
    }

    /// The token of the share link of the series with this path.
    pub async fn shared_series(&self, path: &str) -> String {
        let id = path.rsplit('/').next().unwrap().parse().unwrap();
        let share = self.site.state.series.share_of(&self.session, &id).await.unwrap();
        share.unwrap().0
    }

    /// The rows, for preparing test data.
    pub fn records(&self) -> &Records {
        self.site.state.records()
    }

    pub async fn act(&self, id: &GenerationId, act: GalleryAct) -> Result<u32, GenerateError> {
        self.site.state.act(&self.session, std::slice::from_ref(id), act, "").await
    }

    /// A generation that is running.
    pub async fn begun(&self, prompt: &str) -> GenerationId {
        self.begun_with(ModelReference::demo(), prompt).await
    }

    async fn begun_with(&self, model: ModelReference, prompt: &str) -> GenerationId {
        let id: GenerationId = uuid::Uuid::now_v7().to_string().parse().unwrap();
        let request = Request { model, prompt: prompt.to_owned(), inputs: Default::default() };
        let now_ms = self.site.clock.fetch_add(1_000, Ordering::Relaxed);
        let records = self.site.state.records();
        let claim =
            records.claim_new(&id, &self.session, &request, None, "test", now_ms).await.unwrap();
        assert!(matches!(claim, Claim::Started(_)));
        id
    }

    async fn end(&self, id: &GenerationId, end: &End) {
        let now_ms = self.site.clock.load(Ordering::Relaxed);
        assert!(self.site.state.records().finish(id, end, now_ms).await.unwrap());
    }

    /// A failed generation of this model.
    pub async fn made_with(&self, model: &ModelReference) -> GenerationId {
        let id = self.begun_with(model.clone(), "a fox").await;
        let error = GenerateError::ModelFailed { detail: String::new(), billed: Billed::Maybe };
        self.end(&id, &End::Failed(error)).await;
        id
    }

    pub async fn failed(&self, prompt: &str) -> GenerationId {
        let id = self.begun(prompt).await;
        let error = GenerateError::ModelFailed {
            detail: "<b>out of memory</b>".to_owned(),
            billed: Billed::Maybe,
        };
        self.end(&id, &End::Failed(error)).await;
        id
    }

    /// A generation with a picture, and the picture's digest.
    pub async fn done(&self, prompt: &str) -> (GenerationId, String) {
        let id = self.begun(prompt).await;
        let digest = self.site.state.images().put(png(prompt).into()).await.unwrap();
        let image = StoredImage {
            position: 0,
            digest: digest.clone(),
            content_type: ImageType::Png,
            width: 16,
            height: 8,
            bytes: png(prompt).len() as u64,
        };
        let facts = vec![Fact::new("Seed", 42)];
        self.end(&id, &End::Done { images: vec![image], files: vec![], outputs: vec![], facts })
            .await;
        (id, digest)
    }

    /// A generation with this picture.
    pub async fn made(&self, picture: Vec<u8>, content_type: ImageType) -> GenerationId {
        let (id, bytes) = (self.begun("a fox").await, picture.len() as u64);
        let digest = self.site.state.images().put(picture.into()).await.unwrap();
        let (position, width, height) = (0, 24, 16);
        let image = StoredImage { position, digest, content_type, width, height, bytes };
        self.end(
            &id,
            &End::Done { images: vec![image], files: vec![], outputs: vec![], facts: vec![] },
        )
        .await;
        id
    }

    /// A generation that made only a sound and a text, and the URL of the sound.
    pub async fn made_a_sound(&self) -> (GenerationId, String) {
        let id = self.begun("a bell").await;
        let bytes = &b"RIFF\x24\0\0\0WAVEfmt "[..];
        let digest = self.site.state.images().put(bytes.into()).await.unwrap();
        let name = "bell.wav".to_owned();
        let value = OutputValue::File {
            position: 0,
            name: name.clone(),
            content_type: "audio/wav".to_owned(),
            bytes: bytes.len() as u64,
        };
        let address = value.address(&id).unwrap();
        let file = FileRow { position: 0, name, digest, bytes: bytes.len() as u64 };
        let outputs = vec![Output::text("Note", "All done."), Output::new("Bell", value)];
        let end = End::Done { images: vec![], files: vec![file], outputs, facts: vec![] };
        self.end(&id, &end).await;
        (id, address)
    }

    /// A generation that made a picture and an HTML page with a script, and the URL of the page.
    pub async fn made_a_file(&self) -> (GenerationId, String) {
        let (picture, id) = (png("a fox"), self.begun("a fox").await);
        let images = self.site.state.images();
        let digest = images.put(SCRIPT.into()).await.unwrap();
        let file = FileRow {
            position: 0,
            name: "fox.html".to_owned(),
            digest,
            bytes: SCRIPT.len() as u64,
        };
        let image = StoredImage {
            position: 0,
            digest: images.put(picture.clone().into()).await.unwrap(),
            content_type: ImageType::Png,
            width: 16,
            height: 8,
            bytes: picture.len() as u64,
        };
        let value = OutputValue::File {
            position: 0,
            name: file.name.clone(),
            content_type: "text/html".to_owned(),
            bytes: file.bytes,
        };
        let address = value.address(&id).unwrap();
        let outputs = vec![Output::new("Page", value)];
        let end = End::Done { images: vec![image], files: vec![file], outputs, facts: vec![] };
        self.end(&id, &end).await;
        (id, address)
    }
}

/// HTML that must never run in Easel's origin.
pub const SCRIPT: &str = "<html><script>alert(1)</script></html>";

/// A small picture, unique to its prompt, that contains the prompt as many apps' files do.
pub fn png(prompt: &str) -> Vec<u8> {
    let mut pixels = RgbImage::new(16, 8);
    for (pixel, byte) in pixels.pixels_mut().zip(prompt.bytes()) {
        pixel.0 = [byte, 0, 0];
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 16, 8);
    encoder.set_color(png::ColorType::Rgb);
    encoder.add_text_chunk("prompt".to_owned(), prompt.to_owned()).unwrap();
    encoder.write_header().unwrap().write_image_data(pixels.as_raw()).unwrap();
    bytes
}
