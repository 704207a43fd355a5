//! Saved texts, and form values that come from a URL or from another app.

use axum::http::{Method, StatusCode};
use easel::{generation::contract::Part, server::provider::BUILT_IN};

use crate::{
    drawn::draw,
    site::{Answer, Browser, Site, png},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn post(browser: &Browser<'_>, path: &str, form: &str) -> Answer {
    browser.ask(Method::POST, path, &[FORM], form.into()).await
}

#[tokio::test]
async fn words_are_kept_for_whoever_keeps_them_and_earlier_prompts_are_found() {
    let site = Site::new().await;
    let (me, you) = (site.browser().await, site.browser().await);
    me.done("a red fox").await;
    me.done("a red fox").await;
    me.done("a blue whale").await;
    let kept = post(&me, "/words", "kind=style&name=Mine&prefix=tiny+&suffix=&negative=").await;
    assert_eq!(kept.status, StatusCode::OK);
    assert!(kept.text().contains("data-prefix=\"tiny \""), "{}", kept.text());
    let panel = draw(&site, &me, Part::Loaded("word-panel".to_owned(), String::new())).await.html;
    assert_eq!(panel.matches("value=\"a red fox\"").count(), 1, "each once: {panel}");
    assert!(panel.contains("Mine") && panel.contains("Watercolour"), "{panel}");
    let found = me.get("/words?search=whale").await.text();
    assert!(found.contains("a blue whale") && !found.contains("a red fox"), "{found}");
    let others = you.get("/words").await.text();
    assert!(!others.contains("Mine") && !others.contains("a red fox"), "{others}");
    for wrong in ["kind=poem&name=a&prefix=b", "kind=style&name=&prefix=b", "kind=style&name=a"] {
        assert_eq!(post(&me, "/words", wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let markup = "kind=prompt&name=%3Cb%3E&prefix=%22%3E%3Cscript%3E";
    let drawn = post(&me, "/words", markup).await.text();
    assert!(!drawn.contains("<script>") && !drawn.contains("<b>"), "{drawn}");
    let left = post(&me, "/words/forget", "kind=style&name=Mine").await.text();
    assert!(!left.contains("Mine"), "{left}");
}

#[tokio::test]
async fn what_another_app_shares_stands_in_the_form_and_nothing_begins() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let part = |name: &str, text: &str| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let kind = [("content-type", "multipart/form-data; boundary=x")];
    let words = [part("title", "A fox"), part("text", "in the snow"), "--x--\r\n".to_owned()];
    let answer = browser.ask(Method::POST, "/share", &kind, words.concat().into()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let page = browser.get(answer.header("location")).await.text();
    assert!(page.contains(">A fox\nin the snow</textarea>"), "{page}");
    assert!(browser.whole_wall().await.is_empty() || !browser.whole_wall().await.contains("fox"));

    let head = "--x\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"a\"\r\n\r\n";
    let body = [head.as_bytes(), &png("a gift"), b"\r\n--x--\r\n"].concat();
    let answer = browser.ask(Method::POST, "/share", &kind, body).await;
    let location = answer.header("location").to_owned();
    assert!(location.starts_with("/input/"), "{location}");
    let page = browser.get(&location).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Use this picture"), "{}", page.text());
    assert_eq!(site.browser().await.get(&location).await.status, StatusCode::NOT_FOUND);
    let no_picture = [part("picture", "words"), "--x--\r\n".to_owned()].concat();
    let answer = browser.ask(Method::POST, "/share", &kind, no_picture.into()).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", answer.text());
}

#[tokio::test]
async fn a_picture_is_brought_to_a_model_that_takes_one_by_an_address() {
    let openings = [BUILT_IN, &[crate::series::provider::OPENING]].concat();
    let models = [("EASEL_MODELS", "demo, scripted:quick, scripted:redraw")];
    let site = Site::opened(&models, &openings).await;
    let (me, you) = (site.browser().await, site.browser().await);
    let (_, digest) = me.done("a fox").await;
    let list = me.get(&format!("/input/{digest}")).await.text();
    assert!(list.contains("Edit by words") && list.contains("redraw"), "{list}");
    assert!(!list.contains("quick"), "it takes none: {list}");
    let address = format!("/?model=scripted%3Aredraw&picture={digest}");
    assert!(list.contains(&address.replace('&', "&amp;")), "{list}");
    let input = format!("value=\"stored:{digest}\"");
    let page = me.get(&address).await.text();
    assert!(page.contains(&input), "{page}");
    let page = you.get(&address).await.text();
    assert!(!page.contains(&input) && page.contains("could not be used"), "{page}");
    let page = me.get(&format!("/?model=demo&picture={digest}")).await.text();
    assert!(page.contains("could not be used"), "{page}");
}
