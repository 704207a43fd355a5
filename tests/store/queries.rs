//! How many database statements frequent operations need.

use easel::{
    generation::GalleryFilter,
    server::store::{End, FileRow},
};

use crate::{
    counting::statements,
    test_store::{TestStore, session},
};

#[tokio::test]
async fn what_is_asked_often_takes_few_statements() {
    let place = TestStore::new().await;
    let records = &place.records;
    let running = place.running("me", 1).await.item.id;
    let done = place.running("me", 2).await.item.id;
    let file = FileRow { position: 0, name: "a.txt".to_owned(), digest: "a".repeat(64), bytes: 1 };
    let end = End::Done {
        images: (0..3).map(crate::lifecycle::image).collect(),
        files: vec![file],
        outputs: Vec::new(),
        facts: vec![],
    };
    records.finish(&done, &end, 3).await.unwrap();
    let a = session("a");
    let all = GalleryFilter::default();
    let search = GalleryFilter { search: Some("fox".to_owned()), ..all.clone() };

    // One for the row; for a finished one, one more for its pictures and one for its files.
    assert_eq!(statements(records.get(&running)).await, 1);
    assert_eq!(statements(records.get(&done)).await, 3);
    assert_eq!(statements(records.get_of(&a, &done)).await, 3);
    // A page of rows, and the pictures of all of them.
    assert_eq!(statements(records.list(&a, &all, None, 60)).await, 2);
    assert_eq!(statements(records.list(&a, &search, None, 60)).await, 2);
}
