//! Beyond loopback people have to sign in; and other users of the machine cannot read the server's
//! files.

use easel::error::GenerateError;
use tempfile::TempDir;

use crate::{
    page::{Answer, Page, new_id, request},
    server::Server,
};

#[tokio::test(flavor = "multi_thread")]
async fn beyond_loopback_people_are_asked_who_they_are() {
    let folder = TempDir::new().unwrap();
    let elsewhere = ("LEPTOS_SITE_ADDR", "0.0.0.0:0".to_owned());
    let local = ("EASEL_ACCESS", "local".to_owned());
    let said = Server::refused(folder.path(), &[elsewhere.clone(), local]).await;
    assert!(said.starts_with("easel: EASEL_ACCESS is local, which is for"), "{said}");
    assert!(!folder.path().join("easel.db").exists());

    let server = Server::start(folder.path(), &[elsewhere]).await;
    let address = server.address.replace("0.0.0.0", "127.0.0.1");
    let page = Page::open(&address).await;
    let refused = page.generate(&address, &new_id(), &request(1, 1)).await;
    assert!(matches!(refused, Answer::Bad(GenerateError::NotSignedIn)), "{refused:?}");
    assert!(server.stop().await);
    let (is_well, link) = Server::command(folder.path(), &["people", "link"]).await;
    assert!(is_well && link.contains("/invite?token="), "{link}");
    let (is_well, list) = Server::command(folder.path(), &["people"]).await;
    assert!(is_well && list.contains("easel people link"), "{list}");
    assert!(!Server::command(folder.path(), &["people", "reset", "Ana"]).await.0);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_on_the_machine_reads_what_it_keeps() {
    use std::{fs, os::unix::fs::PermissionsExt, path::Path};

    fn open_to_others(path: &Path, found: &mut Vec<String>) {
        let mode = fs::metadata(path).unwrap().permissions().mode();
        if mode & 0o077 != 0 {
            found.push(format!("{} {mode:o}", path.display()));
        }
        if path.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                open_to_others(&entry.unwrap().path(), found);
            }
        }
    }

    let folder = TempDir::new().unwrap();
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let server = Server::start(&data, &[]).await;
    let page = Page::open(&server.address).await;
    page.finish(&server.address, &new_id(), &request(1, 1)).await;
    assert!(Server::command(&data, &["export", backup.to_str().unwrap()]).await.0);
    let mut found = Vec::new();
    open_to_others(&data, &mut found);
    open_to_others(&backup, &mut found);
    assert_eq!(found, [""; 0]);
    assert!(data.join("key").is_file());
    assert!(server.stop().await);
}
