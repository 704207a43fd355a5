//! The page in the visitor's language.

use axum::http::{Method, StatusCode};
use scraper::{Html, Selector};

use crate::site::{Browser, Site};

const PORTUGUESE: (&str, &str) = ("accept-language", "pt-BR,pt;q=0.9,en;q=0.8");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn page(browser: &Browser<'_>, headers: &[(&str, &str)]) -> String {
    let answer = browser.ask(Method::GET, "/", headers, Vec::new()).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.text()
}

fn attribute(html: &str, selector: &str, name: &str) -> String {
    let document = Html::parse_document(html);
    let found = document.select(&Selector::parse(selector).unwrap()).next();
    let found = found.unwrap_or_else(|| panic!("there is no {selector}"));
    found.attr(name).unwrap_or_default().to_owned()
}

fn text(html: &str, selector: &str) -> String {
    let document = Html::parse_document(html);
    let found = document.select(&Selector::parse(selector).unwrap()).next();
    found.map(|found| found.text().collect()).unwrap_or_default()
}

#[tokio::test]
async fn the_page_is_in_the_language_that_the_browser_asks_for() {
    let site = Site::new().await;
    let browser = site.browser().await;
    browser.done("a fox").await;
    let html = page(&browser, &[PORTUGUESE]).await;
    assert_eq!(attribute(&html, "html", "lang"), "pt-BR");
    assert_eq!(attribute(&html, "#prompt", "placeholder"), "O que a imagem deve mostrar?");
    for words in ["Gerar", "Galeria", "1 imagem", "Selecionar a fox"] {
        assert!(html.contains(words), "{words}");
    }
    let day = text(&html, ".day__name");
    assert!(day.contains(" de ") || day.starts_with("Hoje"), "{day}");
    // The texts of the interactive parts are in that language too.
    assert!(html.contains("Conexão perdida") && !html.contains("Connection lost"));
    assert!(!html.contains("\u{2068}"), "arguments bring no marks along");

    let english = page(&browser, &[("accept-language", "fr-FR")]).await;
    assert_eq!(attribute(&english, "html", "lang"), "en");
    assert!(english.contains("Generate") && english.contains("1 picture"));
}

#[tokio::test]
async fn a_choice_is_kept_and_leads_back() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let headers = [FORM, PORTUGUESE, ("referer", "http://127.0.0.1:3000/?search=fox")];
    let body = b"language=zh-CN".to_vec();
    let answer = browser.ask(Method::POST, "/language", &headers, body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(answer.header("location"), "/?search=fox");
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_eq!(cookie, "easel_language=zh-CN");

    let html = page(&browser, &[PORTUGUESE, ("cookie", &cookie)]).await;
    assert_eq!(attribute(&html, "html", "lang"), "zh-CN");
    assert_eq!(attribute(&html, "button[name=language][aria-pressed=true]", "value"), "zh-CN");
    assert!(html.contains("生成") && html.contains("提示词"));

    let headers = [FORM, PORTUGUESE];
    let nonsense = b"language=klingon".to_vec();
    let answer = browser.ask(Method::POST, "/language", &headers, nonsense).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (StatusCode::SEE_OTHER, ""));
}

#[tokio::test]
async fn an_error_is_told_in_the_language_of_the_person() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let id = "01912345-6789-7fff-bfff-ffffffffffff";
    let told = |headers: &'static [(&str, &str)]| {
        let browser = &browser;
        async move {
            let answer = browser.ask(Method::GET, &format!("/p/{id}"), headers, Vec::new()).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            answer.text()
        }
    };
    let portuguese = told(&[PORTUGUESE]).await;
    assert_eq!(attribute(&portuguese, "html", "lang"), "pt-BR");
    assert!(portuguese.contains("Esta imagem não está na sua galeria."), "{portuguese}");
    assert!(told(&[]).await.contains("This picture is not in your gallery."));

    // Without script, a form submission returns a page of its own.
    let body = b"model=demo&prompt=".to_vec();
    let refused = browser.ask(Method::POST, "/generate", &[FORM, PORTUGUESE], body).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.text();
    assert!(refused.contains("O modelo não aceitou as entradas."), "{refused}");
    assert!(refused.contains("Escreva o que a imagem deve mostrar."), "{refused}");
}
