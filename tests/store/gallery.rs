//! The gallery of a session: pages, search, filters, stars, the bin, share links.

use easel::{
    error::GenerateError,
    generation::{GalleryFilter, GenerationId, ModelReference, Output, OutputValue, ProviderKind},
    server::store::{End, SessionId},
};

use crate::test_store::{TestStore, new_id, request, session};

impl TestStore {
    async fn made(
        &self,
        session: &SessionId,
        model: &str,
        prompt: &str,
        now_ms: i64,
    ) -> GenerationId {
        let mut request = request(prompt);
        request.model = model.parse::<ModelReference>().unwrap();
        let id = new_id();
        self.records.claim_new(&id, session, &request, None, "me", now_ms).await.unwrap();
        let end = End::Done {
            images: vec![crate::lifecycle::image(0)],
            files: vec![],
            outputs: vec![],
            facts: vec![],
        };
        self.records.finish(&id, &end, now_ms + 1).await.unwrap();
        id
    }

    /// The prompts in the gallery, over all pages of `limit` entries.
    async fn shown(
        &self,
        session: &SessionId,
        filter: &GalleryFilter,
        limit: usize,
    ) -> Vec<String> {
        let (mut prompts, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.records.list(session, filter, cursor.as_ref(), limit).await.unwrap();
            assert!(page.items.len() <= limit);
            prompts.extend(page.items.into_iter().map(|item| item.request.prompt));
            match page.next {
                // It crosses the wire as text.
                Some(next) => cursor = Some(next.to_string().parse().unwrap()),
                None => return prompts,
            }
        }
    }

    async fn found(&self, search: &str) -> Vec<String> {
        let filter = GalleryFilter { search: Some(search.to_owned()), ..Default::default() };
        self.shown(&session("a"), &filter, 2).await
    }
}

#[tokio::test]
async fn what_was_made_beside_pictures_is_found_too() {
    let place = TestStore::new().await;
    let id = place.running("me", 1).await.item.id;
    let row = place.records.get(&id).await.unwrap().unwrap();
    let film = OutputValue::File {
        position: 0,
        name: "clip-1.mp4".to_owned(),
        content_type: "video/mp4".to_owned(),
        bytes: 1,
    };
    let outputs = vec![Output::text("Caption", "a marmalade cat"), Output::new("", film)];
    let end = End::Done { images: vec![], files: vec![], outputs, facts: vec![] };
    place.records.finish(&id, &end, 2).await.unwrap();
    for (words, count) in [("marmal", 1), ("\"clip-1.mp4\"", 1), ("caption", 1), ("dog", 0)] {
        let filter = GalleryFilter { search: Some(words.to_owned()), ..Default::default() };
        let shown = place.shown(&row.session, &filter, 2).await;
        assert_eq!(shown.len(), count, "{words}");
    }
    let prompt =
        GalleryFilter { search: Some(row.item.request.prompt.clone()), ..Default::default() };
    assert_eq!(place.shown(&row.session, &prompt, 2).await.len(), 1);
}

#[tokio::test]
async fn pages_are_newest_first_and_lose_nothing() {
    let place = TestStore::new().await;
    let mut expected = Vec::new();
    for i in 0..23 {
        let prompt = format!("picture {i}");
        // Some are made within the same millisecond.
        place.made(&session("a"), "demo", &prompt, 1000 + i / 3).await;
        expected.push(prompt);
    }
    place.made(&session("b"), "demo", "of another", 1002).await;
    expected.reverse();

    for limit in [1, 4, 23, 100] {
        let shown = place.shown(&session("a"), &GalleryFilter::default(), limit).await;
        assert_eq!(shown, expected, "pages of {limit}");
        let search = GalleryFilter { search: Some("pic".into()), ..Default::default() };
        assert_eq!(place.shown(&session("a"), &search, limit).await, expected);
    }
    let page = place.records.list(&session("a"), &GalleryFilter::default(), None, 5).await.unwrap();
    assert!(page.items.iter().all(|item| item.images.len() == 1));
}

#[tokio::test]
async fn a_page_stays_right_while_new_ones_come() {
    let place = TestStore::new().await;
    for i in 0..6 {
        place.made(&session("a"), "demo", &format!("{i}"), 1000 + i).await;
    }
    let filter = GalleryFilter::default();
    let first = place.records.list(&session("a"), &filter, None, 3).await.unwrap();
    place.made(&session("a"), "demo", "new", 2000).await;
    let second = place.records.list(&session("a"), &filter, first.next.as_ref(), 3).await.unwrap();
    let prompts: Vec<_> = second.items.iter().map(|item| item.request.prompt.as_str()).collect();
    assert_eq!(prompts, ["2", "1", "0"]);
    assert_eq!(second.next, None);
}

#[tokio::test]
async fn search_finds_words_and_beginnings_in_prompt_and_model() {
    let place = TestStore::new().await;
    for (now, model, prompt) in [
        (1, "demo", "A red-haired Fox, sleeping"),
        (2, "hf:black-forest-labs/FLUX.1-dev", "a blue fox"),
        (3, "demo", "一只红色的狐狸"),
        (4, "demo", "uma praça à noite"),
    ] {
        place.made(&session("a"), model, prompt, now).await;
    }
    place.made(&session("b"), "demo", "a fox of another", 5).await;

    assert_eq!(place.found("fox").await, ["a blue fox", "A red-haired Fox, sleeping"]);
    assert_eq!(place.found("FOX sle").await, ["A red-haired Fox, sleeping"]);
    assert_eq!(place.found("red-haired").await, ["A red-haired Fox, sleeping"]);
    assert_eq!(place.found("flux.1").await, ["a blue fox"]);
    assert_eq!(place.found("labs").await, ["a blue fox"]);
    assert_eq!(place.found("红色").await, ["一只红色的狐狸"]);
    assert_eq!(place.found("praça").await, ["uma praça à noite"]);
    assert_eq!(place.found("dog").await, Vec::<String>::new());
    // Neither quotes nor operators reach the database as syntax.
    assert_eq!(place.found("\" OR NOT (").await, Vec::<String>::new());
    assert_eq!(place.found("fox' & | ! <->").await.len(), 2);
    // A blank search is no search; a search without a match finds nothing.
    assert_eq!(place.found(" \t").await.len(), 4);
    assert_eq!(place.found(" * ").await, Vec::<String>::new());
}

#[tokio::test]
async fn search_finds_what_looks_the_same() {
    let place = TestStore::new().await;
    let prompts = [
        "Crème brûlée on a CAFÉ table",
        "İstanbul bei Nacht, Straße im Regen",
        "ΣΊΣΥΦΟΣ с ёлкой",
        "ＦＵＬＬ　ＷＩＤＴＨ fox",
        "한국의 가을",
        "गुलाबी हिन्दी किताब",
        "น้ำตกสวยงาม",
        "שָׁלוֹם مُحَمَّد",
        "🦊 in the snow, 👩🏽‍🚀 waves",
        "\u{202e}gnp.xof\u{202c} soft\u{ad}ware",
    ];
    for (prompt, now) in prompts.iter().zip(1..) {
        place.made(&session("a"), "demo", prompt, now).await;
    }
    for (search, which) in [
        ("creme brulee", Some(0)),
        ("cre\u{300}me", Some(0)),
        ("ｃａｆé", Some(0)),
        ("istanbul", Some(1)),
        ("STRASSE", Some(1)),
        ("σισυφος", Some(2)),
        ("ЕЛКОЙ", Some(2)),
        ("full width", Some(3)),
        ("\u{1112}\u{1161}\u{11ab}국의", Some(4)),
        ("हिन्दी", Some(5)),
        ("हिन्दी किता", Some(5)),
        // A different vowel is a different word.
        ("गुलबी", None),
        ("ตก", Some(6)),
        ("שלום", Some(7)),
        ("محمد", Some(7)),
        ("🦊", Some(8)),
        ("👩", Some(8)),
        ("🐺", None),
        ("gnp.xof", Some(9)),
        ("software", Some(9)),
        ("!?", None),
        ("…", None),
        ("\u{200b}", None),
        ("'", None),
        ("\\", None),
    ] {
        let expected: Vec<_> = which.map(|i: usize| prompts[i]).into_iter().collect();
        assert_eq!(place.found(search).await, expected, "{search}");
    }
    // Long texts are found by their words, and a search beyond the databases' limits is not an
    // error.
    let long = "狐 fox ".repeat(9_000);
    place.made(&session("a"), "demo", &long, 99).await;
    assert_eq!(place.found("狐 fox").await.len(), 1);
    assert_eq!(place.found(&"狐fox".repeat(300)).await.len(), 1);
    assert_eq!(place.found(&long).await.len(), 1);
}

#[tokio::test]
async fn filters_narrow_and_combine() {
    let place = TestStore::new().await;
    let a = session("a");
    let fox = place.made(&a, "demo", "fox", 1).await;
    place.made(&a, "hf:x/y", "fox too", 2).await;
    let failed = new_id();
    place.records.claim_new(&failed, &a, &request("fox failed"), None, "me", 3).await.unwrap();
    place.records.finish(&failed, &End::Failed(GenerateError::Internal), 4).await.unwrap();
    assert!(place.records.set_starred(&a, &fox, true).await.unwrap());

    let all = GalleryFilter::default();
    let demo = GalleryFilter { provider: Some(ProviderKind::Demo), ..all.clone() };
    let fails = GalleryFilter { failed: true, ..all.clone() };
    let starred = GalleryFilter { starred: true, ..all.clone() };
    let search = Some("fox".to_owned());
    let both = GalleryFilter { search, starred: true, ..all.clone() };
    let failed_fox = GalleryFilter { search: Some("fo".into()), failed: true, ..all.clone() };
    let none = GalleryFilter { failed: true, starred: true, ..all };
    assert_eq!(place.shown(&a, &demo, 1).await, ["fox failed", "fox"]);
    assert_eq!(place.shown(&a, &fails, 5).await, ["fox failed"]);
    assert_eq!(place.shown(&a, &starred, 5).await, ["fox"]);
    assert_eq!(place.shown(&a, &both, 5).await, ["fox"]);
    assert_eq!(place.shown(&a, &failed_fox, 5).await, ["fox failed"]);
    assert_eq!(place.shown(&a, &none, 5).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_deleted_is_gone_until_it_is_restored() {
    let place = TestStore::new().await;
    let a = session("a");
    let id = place.made(&a, "demo", "fox", 1).await;
    let token = place.records.share(&a, &id, true).await.unwrap().unwrap();
    assert!(place.records.delete(&a, &id, 10).await.unwrap());
    assert!(!place.records.delete(&a, &id, 11).await.unwrap());
    assert_eq!(place.shown(&a, &GalleryFilter::default(), 5).await, Vec::<String>::new());
    assert_eq!(place.found("fox").await, Vec::<String>::new());
    assert_eq!(place.records.get_of(&a, &id).await.unwrap(), None);
    assert_eq!(place.records.by_share_token(&token).await.unwrap(), None);
    let digest = crate::lifecycle::image(0).digest;
    assert_eq!(place.records.file_of(&a, &digest).await.unwrap(), None);

    assert!(place.records.restore(&a, &id).await.unwrap());
    assert_eq!(place.found("fox").await, ["fox"]);
    // The link was revoked, and restoring does not bring it back.
    assert_eq!(place.records.by_share_token(&token).await.unwrap(), None);
    assert_eq!(place.records.share_of(&a, &id).await.unwrap(), None);
}

#[tokio::test]
async fn what_still_runs_is_not_deleted() {
    let place = TestStore::new().await;
    let record = place.running("me", 1).await;
    assert!(!place.records.delete(&record.session, &record.item.id, 2).await.unwrap());
}

#[tokio::test]
async fn a_session_does_nothing_to_the_rows_of_another() {
    let place = TestStore::new().await;
    let (a, b) = (session("a"), session("b"));
    let id = place.made(&a, "demo", "fox", 1).await;
    let digest = crate::lifecycle::image(0).digest;
    let records = &place.records;

    assert_eq!(records.get_of(&b, &id).await.unwrap(), None);
    assert_eq!(records.file_of(&b, &digest).await.unwrap(), None);
    assert!(!records.set_starred(&b, &id, true).await.unwrap());
    assert!(!records.delete(&b, &id, 2).await.unwrap());
    assert_eq!(records.share(&b, &id, true).await.unwrap(), None);
    assert_eq!(records.share_of(&b, &id).await.unwrap(), None);
    assert_eq!(place.shown(&b, &GalleryFilter::default(), 5).await, Vec::<String>::new());

    // Nor after its owner deleted or shared it.
    let token = records.share(&a, &id, false).await.unwrap().unwrap();
    assert!(!records.unshare(&b, &id).await.unwrap());
    assert!(records.by_share_token(&token).await.unwrap().is_some());
    assert!(records.delete(&a, &id, 2).await.unwrap());
    assert!(!records.restore(&b, &id).await.unwrap());

    let record = place.get(&id).await;
    assert!(!record.item.starred);
    assert_eq!(record.session, a);
}

#[tokio::test]
async fn a_link_shows_what_its_owner_allowed_until_it_is_taken_back() {
    let place = TestStore::new().await;
    let a = session("a");
    let id = place.made(&a, "demo", "a secret prompt", 1).await;
    let other = place.made(&a, "demo", "another", 2).await;
    let records = &place.records;

    let token = records.share(&a, &id, false).await.unwrap().unwrap();
    assert!(token.len() >= 32, "{token}");
    assert_ne!(records.share(&a, &other, false).await.unwrap().unwrap(), token);
    assert_eq!(records.share_of(&a, &id).await.unwrap(), Some((token.clone(), false)));

    let shared = records.by_share_token(&token).await.unwrap().unwrap();
    assert!(!shared.with_inputs);
    assert_eq!(shared.record.item.images.len(), 1);
    assert_eq!(shared.record.item.request.prompt, "");

    // The same link, now with the inputs.
    assert_eq!(records.share(&a, &id, true).await.unwrap().unwrap(), token);
    let shared = records.by_share_token(&token).await.unwrap().unwrap();
    assert_eq!(shared.record.item.request.prompt, "a secret prompt");

    assert!(records.unshare(&a, &id).await.unwrap());
    assert_eq!(records.by_share_token(&token).await.unwrap(), None);
    assert_ne!(records.share(&a, &id, true).await.unwrap().unwrap(), token);
    assert_eq!(records.by_share_token("").await.unwrap(), None);
}
