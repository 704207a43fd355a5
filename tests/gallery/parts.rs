//! The wall and the viewer, as the server draws them.

use axum::http::StatusCode;
use easel::{
    app::GalleryQuery,
    error::GenerateError,
    generation::{
        GalleryCursor, GenerationId,
        contract::{GalleryAct, Part, State},
    },
};
use scraper::{Html, Selector};

use crate::site::Site;

/// Of each element that matches `selector`, an attribute or the text.
fn found(html: &str, selector: &str, attribute: Option<&str>) -> Vec<String> {
    let document = Html::parse_document(html);
    let selector = Selector::parse(selector).unwrap();
    let elements = document.select(&selector);
    let value = |element: scraper::ElementRef<'_>| match attribute {
        Some(name) => element.value().attr(name).unwrap_or_default().to_owned(),
        None => element.text().collect::<String>().trim().to_owned(),
    };
    elements.map(value).collect()
}

/// The names of the pictures on the wall, in order.
fn pictures(html: &str) -> Vec<String> {
    found(html, "img.tile__image", Some("alt"))
}

/// The ids of all generations on the wall, in order.
fn ids(html: &str) -> Vec<String> {
    found(html, "li[id^=g-]", Some("id")).iter().map(|id| id.replacen("g-", "", 1)).collect()
}

fn next(state: &State) -> Option<GalleryCursor> {
    match state {
        State::Tiles(next) => next.as_ref().map(|next| next.parse().unwrap()),
        other => panic!("{other:?} is no page of tiles"),
    }
}

#[tokio::test]
async fn the_page_shows_the_newest_first_and_names_pictures_by_their_prompt() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (first, _) = browser.done("a fox & a \"hare\"").await;
    let (second, _) = browser.done("a wolf").await;

    let page = browser.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    let html = page.text();
    assert_eq!(found(&html, "section[aria-label=Gallery]", Some("class")).len(), 1);
    assert_eq!(pictures(&html), ["a wolf", "a fox & a \"hare\""]);
    assert_eq!(ids(&html), [second.as_str(), first.as_str()]);
    assert!(!html.contains(" onclick="));
}

#[tokio::test]
async fn a_page_that_cannot_come_to_life_says_so_and_its_script_takes_that_back() {
    let site = Site::new().await;
    let page = site.stranger("/").await.text();
    let said = found(&page, "[role=alert].unalive", None);
    assert!(matches!(&said[..], [words] if words.contains("WebAssembly")), "{said:?}");
    let scripts = found(&page, "script", None);
    assert!(scripts.iter().any(|script| script.contains("setAttribute('data-runs', '')")));
}

#[tokio::test]
async fn what_came_to_nothing_is_one_line_and_what_runs_is_not_there() {
    let site = Site::new().await;
    let browser = site.browser().await;
    browser.done("a fox").await;
    browser.failed("a bear").await;
    browser.failed("an owl").await;
    let running = browser.begun("a wolf").await;

    let html = browser.whole_wall().await;
    assert_eq!(pictures(&html), ["a fox"]);
    assert_eq!(found(&html, "details summary", None), ["2 failed · show"]);
    assert_eq!(found(&html, "details li a", None), ["an owl", "a bear"]);
    assert!(!html.contains(running.as_str()));
    let drawn = browser.draw(Part::Tile(running)).await.unwrap();
    assert_eq!(drawn.html.0, "");
}

#[tokio::test]
async fn a_day_tells_how_many_pictures_it_has() {
    let site = Site::new().await;
    let browser = site.browser().await;
    for number in 0..62 {
        browser.done(&format!("fox {number}")).await;
    }
    let first = browser.wall(GalleryQuery::default()).await;
    let heads = found(&first.html.0, "h3", None);
    assert_eq!(heads, ["14 November 2023 62 pictures"]);
    assert_eq!(found(&first.html.0, ".wall__count", None), ["62 pictures"]);
    // The next page continues the same day, so it has no heading of its own.
    let before = next(&first.state);
    let second = browser.wall(GalleryQuery { before, ..GalleryQuery::default() }).await;
    assert!(found(&second.html.0, "h3", None).is_empty());
    assert_eq!(pictures(&second.html.0), ["fox 1", "fox 0"]);
}

#[tokio::test]
async fn nobody_sees_the_gallery_of_another_session() {
    let site = Site::new().await;
    let (owner, other) = (site.browser().await, site.browser().await);
    let (id, digest) = owner.done("a fox").await;

    assert!(ids(&other.get("/").await.text()).is_empty());
    assert!(ids(&other.whole_wall().await).is_empty());
    for path in [
        format!("/p/{id}"),
        format!("/api/images/{digest}"),
        format!("/api/thumbnails/{digest}"),
        format!("/api/generations/{id}/download/0"),
        format!("/api/zip?ids={id}"),
    ] {
        assert_eq!(owner.get(&path).await.status, StatusCode::OK, "{path}");
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(site.stranger(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let viewer = Part::Viewer { id: id.clone(), position: 0, offset_minutes: 0 };
    assert_eq!(other.draw(viewer).await, Err(GenerateError::NotFound));
    assert_eq!(other.draw(Part::Tile(id.clone())).await.unwrap().html.0, "");
    for act in [GalleryAct::Star, GalleryAct::Delete, GalleryAct::Restore, GalleryAct::Share] {
        assert_eq!(other.act(&id, act).await, Err(GenerateError::NotFound), "{act:?}");
    }
    assert_eq!(ids(&owner.whole_wall().await), [id.as_str()]);
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_and_can_be_drawn_again() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let mut made = Vec::new();
    for number in 0..130 {
        made.push(browser.failed(&format!("fox {number}")).await);
    }
    made.reverse();

    let (mut seen, mut query) = (Vec::new(), GalleryQuery::default());
    query.search = "fox".to_owned();
    let mut pages = Vec::new();
    loop {
        let drawn = browser.wall(query.clone()).await;
        let until = next(&drawn.state);
        seen.extend(ids(&drawn.html.0));
        pages.push((query.clone(), until.clone()));
        if until.is_none() {
            break;
        }
        query.before = until;
    }
    let all: Vec<String> = made.iter().map(ToString::to_string).collect();
    assert_eq!((seen, pages.len()), (all, 3));

    // A page keeps its bounds, whatever is added or removed within it.
    browser.act(&made[60], GalleryAct::Delete).await.unwrap();
    browser.failed("fox at the top").await;
    let shown = |(query, until): &(GalleryQuery, Option<GalleryCursor>)| {
        browser.wall(GalleryQuery { until: until.clone(), ..query.clone() })
    };
    let (first, second) = (shown(&pages[0]).await, shown(&pages[1]).await);
    assert_eq!((ids(&first.html.0).len(), ids(&second.html.0).len()), (61, 59));
    assert_eq!((next(&first.state), next(&second.state)), (pages[0].1.clone(), pages[1].1.clone()));
}

#[tokio::test]
async fn filters_leave_the_rest_out() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (fox, _) = browser.done("a fox").await;
    let bear = browser.failed("a bear").await;
    browser.act(&fox, GalleryAct::Star).await.unwrap();

    for (address, shown) in [
        ("/?failed=on", vec![bear.as_str()]),
        ("/?starred=on", vec![fox.as_str()]),
        ("/?search=bea&provider=demo", vec![bear.as_str()]),
        ("/?provider=replicate", vec![]),
        ("/?search=fox", vec![fox.as_str()]),
        ("/?before=x", vec![bear.as_str(), fox.as_str()]),
    ] {
        let mut there = ids(&browser.get(address).await.text());
        there.sort_by_key(|id| *id != bear.as_str());
        assert_eq!(there, shown, "{address}");
    }
    let nothing = browser.get("/?search=zzzz").await.text();
    assert_eq!(
        found(&nothing, ".wall__none", None),
        ["No picture for “zzzz”. Words are found by how they begin. Clear search"]
    );
    assert_eq!(found(&nothing, ".wall__none a", Some("href")), ["/"]);
    // The form shows the search.
    assert_eq!(found(&nothing, "input[type=search]", Some("value")), ["zzzz"]);
}

#[tokio::test]
async fn the_viewer_tells_all_and_escapes_what_others_say() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (fox, digest) = browser.done("a fox").await;
    let (side, stage) = browser.view(&fox).await;
    assert_eq!(found(&stage, "img", Some("src")), [format!("/api/images/{digest}")]);
    assert_eq!(found(&stage, "img", Some("alt")), ["a fox"]);
    // The values of buttons hold their data.
    for (button, value) in [("seed", "42"), ("copy", "a fox"), ("use", digest.as_str())] {
        assert_eq!(found(&side, &format!("#viewer-{button}"), Some("value")), [value]);
    }
    let facts = found(&side, "dt, dd", None).join(" ");
    for fact in ["Model Demo", "Size 16 × 8 PNG, 1 kB", "Seed 42 use", "Attempts 1"] {
        assert!(facts.contains(fact), "{fact} is not in {facts}");
    }
    assert!(!facts.contains("State"));
    let buttons = found(&side, "button, a.viewer__act", None);
    for words in [
        "More like this",
        "Edit and run",
        "Same seed",
        "Star",
        "Share",
        "Delete",
        "Download",
        "Copy prompt",
        "Use as input",
    ] {
        assert!(buttons.iter().any(|button| button == words), "{words} is not in {buttons:?}");
    }
    let download = format!("/api/generations/{fox}/download/0");
    assert_eq!(found(&side, "a[download]", Some("href")), [download]);

    let bear = browser.failed("a bear").await;
    let (side, stage) = browser.view(&bear).await;
    assert!(stage.contains("&lt;b&gt;out of memory&lt;/b&gt;"), "{stage}");
    assert!(!side.contains("Use as input") && !side.contains("Download"));
}

#[tokio::test]
async fn the_viewer_leads_to_the_neighbours_and_the_ends() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let mut made = Vec::new();
    for name in ["an ape", "a bear", "a cat"] {
        made.push(browser.done(name).await.0);
        browser.failed("nothing").await;
    }
    let (side, stage) = browser.view(&made[1]).await;
    // The keys press these links.
    let links = [("newer", 2), ("older", 0), ("newest", 2), ("oldest", 0)];
    for (link, picture) in links {
        let address = format!("/p/{}", made[picture]);
        assert_eq!(found(&stage, &format!("a#viewer-{link}"), Some("href")), [address], "{link}");
    }
    assert_eq!(found(&side, "nav img", Some("alt")), ["a cat", "a bear", "an ape"]);
    assert_eq!(found(&side, "nav [aria-current]", Some("href")), [format!("/p/{}", made[1])]);
    let (_, stage) = browser.view(&made[2]).await;
    assert!(found(&stage, "#viewer-newer", None).is_empty());
}

#[tokio::test]
async fn an_address_opens_its_picture_and_says_when_there_is_none() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (fox, digest) = browser.done("a fox").await;
    let html = browser.get(&format!("/p/{fox}?n=1")).await.text();
    let shown = found(&html, "dialog[open] .viewer__stage img.viewer__image", Some("src"));
    assert_eq!(shown, [format!("/api/images/{digest}")]);
    assert_eq!(found(&html, "dialog #viewer-close", Some("href")), ["/"]);
    assert!(found(&browser.get("/").await.text(), "dialog.viewer[open]", None).is_empty());

    let gone = GenerationId::from_parts(1, [1; 10]);
    let answer = browser.get(&format!("/p/{gone}")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(found(&answer.text(), "h1", None), ["This picture is not in your gallery."]);
}

#[tokio::test]
async fn what_was_deleted_comes_back_by_undo() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, digest) = browser.done("a fox").await;

    assert_eq!(browser.act(&id, GalleryAct::Delete).await, Ok(1));
    assert!(ids(&browser.whole_wall().await).is_empty());
    let picture = browser.get(&format!("/api/images/{digest}")).await;
    assert_eq!(picture.status, StatusCode::NOT_FOUND);

    assert_eq!(browser.act(&id, GalleryAct::Restore).await, Ok(1));
    assert_eq!(ids(&browser.whole_wall().await), [id.as_str()]);
}

#[tokio::test]
async fn what_is_put_into_a_collection_is_found_there() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let ((fox, _), (bear, _)) = (browser.done("a fox").await, browser.done("a bear").await);
    let collect = |id: GenerationId, name: &'static str| {
        let (state, session) = (site.state.clone(), browser.session.clone());
        async move { state.act(&session, &[id], GalleryAct::Collect, name).await }
    };
    assert_eq!(collect(fox.clone(), " Red  foxes ").await, Ok(1));
    assert_eq!(ids(&browser.get("/?collection=Red+foxes").await.text()), [fox.as_str()]);
    // Every page links to the collection, and a search stays within it.
    assert!(browser.get("/").await.text().contains("href=\"/?collection=Red+foxes\""));
    let page = browser.get("/?collection=Red+foxes&search=bear").await.text();
    assert!(page.contains("No picture for “bear”"), "{page}");
    let both = browser.get("/?collection=Red+foxes&search=fo").await.text();
    assert_eq!(ids(&both), [fox.as_str()]);
    assert!(browser.get(&format!("/p/{fox}")).await.text().contains("take out"));

    let other = site.browser().await;
    assert!(ids(&other.get("/?collection=Red+foxes").await.text()).is_empty());
    let theirs = site
        .state
        .act(&other.session, std::slice::from_ref(&fox), GalleryAct::Collect, "Mine")
        .await;
    assert_eq!(theirs, Err(GenerateError::NotFound));
    let name = "x".repeat(81).leak();
    assert!(matches!(collect(bear, name).await, Err(GenerateError::InputRejected { .. })));

    assert_eq!(collect(fox, " ").await, Ok(1));
    assert!(!browser.get("/").await.text().contains("collection=Red+foxes"));
}
