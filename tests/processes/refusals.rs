//! A failed start names the file or address at fault, and says what to do.

use std::path::Path;

use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    page::{Answer, Page, new_id, request},
    peers::Peer,
    port,
    server::Server,
};

fn says(said: &str, words: &[&str]) {
    for words in words {
        assert!(said.contains(words), "{words:?} is not in {said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_file_that_cannot_be_used_is_named() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("easel.db");
    std::fs::write(&database, "no database ".repeat(1000)).unwrap();
    let name = database.display().to_string();
    let said = Server::refused(folder.path(), &[]).await;
    says(&said, &["easel: the database file ", &name, "is damaged", "Put a backup in its place"]);

    // One that was in use: its head is zeroed, or it is cut.
    std::fs::remove_file(&database).unwrap();
    assert!(Server::start(folder.path(), &[]).await.stop().await);
    let whole = std::fs::read(&database).unwrap();
    let zeroed = [&[0; 4096], &whole[4096..]].concat();
    let noise: Vec<u8> = (0..whole.len()).map(|at| (at * 31 % 251) as u8).collect();
    for broken in [&zeroed, &noise, &whole[..whole.len() / 2 + 100]] {
        std::fs::write(&database, broken).unwrap();
        let said = Server::refused(folder.path(), &[]).await;
        says(&said, &["easel: the database file ", &name, "is damaged"]);
    }

    std::fs::remove_file(&database).unwrap();
    std::fs::create_dir(&database).unwrap();
    let said = Server::refused(folder.path(), &[]).await;
    says(&said, &[&name, "cannot be opened", "EASEL_DATA_DIR"]);

    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let said = Server::refused(&file.join("data"), &[]).await;
    says(&said, &["the folder ", &file.join("data").display().to_string()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_or_read_only_is_named() {
    for (options, words) in [
        ("size=4k", ["the disk is full", "Free some space"]),
        ("ro", ["cannot be written", "EASEL_DATA_DIR"]),
    ] {
        let folder = TempDir::new().unwrap();
        let mut command = Command::new("unshare");
        if std::env::var("USER").is_ok_and(|user| user != "root") {
            command.args(["--user", "--map-root-user"]);
        }
        let script = format!(r#"mount -t tmpfs -o {options} easel "$1" && exec "$0""#);
        command.args(["--mount", "sh", "-c", &script, env!("CARGO_BIN_EXE_easel")]);
        command.arg(folder.path());
        let output = Server::once(command, folder.path(), &[], &[]).await;
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        says(&said, &[&folder.path().display().to_string()]);
        says(&said, &words);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_server_that_cannot_be_used_is_named_without_its_password() {
    let (cluster, folder) = (TempDir::new_in("/tmp").unwrap(), TempDir::new().unwrap());
    let port = port::free();
    let refused = async |database: &str| {
        let url = format!("postgres://easel:very-secret@127.0.0.1:{port}/{database}");
        let said = Server::refused(folder.path(), &[("DATABASE_URL", url)]).await;
        says(&said, &[&format!("the database at postgres://127.0.0.1:{port}/{database}:")]);
        assert!(!said.contains("very-secret"), "{said}");
        said
    };
    says(&refused("easel").await, &["does not answer", "Check that PostgreSQL runs there"]);
    let postgres = Peer::postgres_in(cluster.path(), port).await;
    says(&refused("none").await, &["there is no such database", "createdb"]);
    postgres.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_not_there_is_named() {
    let (s3, folder) = (Peer::s3().await, TempDir::new().unwrap());
    let mut variables = vec![
        ("STORAGE_URL", "s3://none/pictures".to_owned()),
        ("AWS_ENDPOINT_URL", s3.address.clone()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
    ];
    let said = Server::refused(folder.path(), &variables).await;
    says(&said, &["the picture store s3://none/pictures: there is no such bucket", "Create the"]);

    // An unreachable store may come back: the server reports it, and runs.
    variables[1].1 = "http://127.0.0.1:1".to_owned();
    drop(Server::start(folder.path(), &variables).await);
    s3.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_database_is_told_until_it_is_adopted() {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let server = Server::start(folder.path(), &[]).await;
    let page = Page::open(&server.address).await;
    let answer = page.finish(&server.address, &new_id(), &request(3, 1)).await;
    assert!(matches!(answer, Answer::Good(_)), "{answer:?}");
    assert!(server.stop().await);

    let storage = ("STORAGE_URL", format!("file://{}", folder.path().display()));
    let wrong = async |arguments: &'static [&str]| {
        let command = Command::new(env!("CARGO_BIN_EXE_easel"));
        let output =
            Server::once(command, other.path(), std::slice::from_ref(&storage), arguments).await;
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    // A database with files of its own.
    assert!(Server::start(other.path(), &[]).await.stop().await);
    let (well, said) = wrong(&["check"]).await;
    assert!(!well);
    says(&said, &["These files were last used with another database.", "easel check --adopt"]);
    // Checking changes nothing.
    let (well, said) = Server::command(folder.path(), &["check"]).await;
    assert!(well, "{said}");

    drop(Server::start(other.path(), std::slice::from_ref(&storage)).await);
    let (well, said) = Server::command(folder.path(), &["check"]).await;
    assert!(!well);
    says(&said, &["Another database was used with these files too."]);
    let (well, said) = Server::command(folder.path(), &["check", "--adopt"]).await;
    assert!(well, "{said}");
    assert!(pictures(folder.path()) == 1);
}

fn pictures(folder: &Path) -> usize {
    let list = |path: &Path| std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    list(&folder.join("images")).flat_map(|shelf| list(&shelf).collect::<Vec<_>>()).count()
}
