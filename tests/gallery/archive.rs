//! Downloads of several pictures as one archive.

use axum::http::StatusCode;

use crate::site::Site;

// Its replacement cannot read from memory yet.
#[expect(deprecated)]
#[tokio::test]
async fn an_archive_holds_each_picture_as_its_download() {
    let site = Site::new().await;
    let (browser, other) = (site.browser().await, site.browser().await);
    let (fox, _) = browser.done("a fox").await;
    let (bear, _) = browser.done("a bear").await;
    let (wolf, _) = other.done("a wolf").await;
    let failed = browser.failed("nothing").await;

    let address = format!("/api/zip?ids={fox},{wolf}&ids={bear},{failed}");
    let answer = browser.get(&address).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/zip"));
    assert!(answer.header("content-disposition").contains("easel.zip"));
    let archive = async_zip::base::read::mem::ZipFileReader::new(answer.bytes).await.unwrap();
    let mut files = Vec::new();
    for (index, entry) in archive.file().entries().iter().enumerate() {
        let mut bytes = Vec::new();
        let mut reader = archive.reader_with_entry(index).await.unwrap();
        reader.read_to_end_checked(&mut bytes).await.unwrap();
        files.push((entry.filename().as_str().unwrap().to_owned(), bytes));
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names[0].starts_with("a-fox-") && names[0].ends_with(".png"), "{names:?}");
    assert!(names[1].starts_with("a-bear-"), "{names:?}");
    assert_eq!(names.len(), 2);
    let download = browser.get(&format!("/api/generations/{fox}/download/0")).await;
    assert_eq!(files[0].1, download.bytes);
}

#[tokio::test]
async fn an_archive_of_nothing_is_refused() {
    let site = Site::new().await;
    let browser = site.browser().await;
    for (address, status) in [
        ("/api/zip", StatusCode::NOT_FOUND),
        ("/api/zip?ids=01912345-6789-7fff-bfff-ffffffffffff", StatusCode::NOT_FOUND),
        ("/api/zip?ids=fox", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(browser.get(address).await.status, status, "{address}");
    }
}
