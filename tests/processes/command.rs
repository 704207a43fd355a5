//! Export, import and check from the command line.

use tempfile::TempDir;

use crate::{
    page::{Answer, Page, new_id, request, whole_pictures},
    server::Server,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_is_imported_and_checked() {
    let (from, to, backup) =
        (TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let server = Server::start(from.path(), &[]).await;
    let page = Page::open(&server.address).await;
    let answer = page.finish(&server.address, &new_id(), &request(3, 1)).await;
    let Answer::Good(outcome) = answer else { panic!("{answer:?}") };
    let digest = whole_pictures(&outcome).remove(0);

    // While the server runs.
    let folder = backup.path().to_str().unwrap();
    let (well, said) = Server::command(from.path(), &["export", folder]).await;
    assert_eq!((well, said.as_str()), (true, "exported 1 generations and 1 files\n"));
    let (well, said) = Server::command(to.path(), &["import", folder]).await;
    assert_eq!((well, said.as_str()), (true, "imported 1 generations and 1 files\n"));
    let (well, said) = Server::command(to.path(), &["check"]).await;
    assert_eq!((well, said.as_str()), (true, "1 generations and 1 files looked at, 0 problems\n"));

    std::fs::remove_file(to.path().join("images").join(&digest[..2]).join(&digest)).unwrap();
    let (well, said) = Server::command(to.path(), &["check"]).await;
    assert!(!well && said.contains(&format!("the picture {digest} is missing")), "{said}");
    assert!(!Server::command(to.path(), &["chekc"]).await.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_stop_a_copy_of_the_database_file_alone_is_whole() {
    let (folder, copy) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let server = Server::start(folder.path(), &[]).await;
    let page = Page::open(&server.address).await;
    let answer = page.finish(&server.address, &new_id(), &request(3, 1)).await;
    let Answer::Good(outcome) = answer else { panic!("{answer:?}") };
    whole_pictures(&outcome);
    assert!(server.stop().await);

    std::fs::copy(folder.path().join("easel.db"), copy.path().join("easel.db")).unwrap();
    let (_, said) = Server::command(copy.path(), &["check"]).await;
    assert!(said.contains("1 generations and 1 files looked at"), "{said}");
    // Nothing is left that would be mixed into another database in its place.
    let log = std::fs::metadata(folder.path().join("easel.db-wal"));
    assert_eq!(log.map_or(0, |log| log.len()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_checked_and_not_made() {
    let folder = TempDir::new().unwrap();
    for arguments in [&["check"][..], &["export", "backup"]] {
        assert!(!Server::command(folder.path(), arguments).await.0, "{arguments:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
