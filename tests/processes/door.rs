//! Who may come in is said before anybody does, and nobody else on the machine reads along.

use tempfile::TempDir;

use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn beyond_loopback_it_starts_only_when_somebody_said_who_may_come_in() {
    let folder = TempDir::new().unwrap();
    let elsewhere = ("LEPTOS_SITE_ADDR", "0.0.0.0:0".to_owned());
    let said = Server::refused(folder.path(), std::slice::from_ref(&elsewhere)).await;
    assert!(said.starts_with("easel: EASEL_ACCESS must say who may come in"), "{said}");
    assert!(said.contains("EASEL_ACCESS=open"), "{said}");
    assert!(!folder.path().join("easel.db").exists());

    let open = ("EASEL_ACCESS", "open".to_owned());
    let server = Server::start(folder.path(), &[elsewhere, open]).await;
    assert!(server.stop().await);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_on_the_machine_reads_what_it_keeps() {
    use std::{fs, os::unix::fs::PermissionsExt, path::Path};

    use crate::page::{Page, new_id, request};

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
