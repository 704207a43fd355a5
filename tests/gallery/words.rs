//! Words that people keep, and what comes into the form by an address or from another app.

use axum::http::{Method, StatusCode};
use easel::generation::contract::Part;

use crate::{
    drawn::draw,
    site::{Answer, Browser, Site},
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
