//! Export, import and check from the command line.

use std::path::Path;

use sqlx::{Connection, SqliteConnection};
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
    assert_eq!((well, said.as_str()), (true, "1 generations and 1 files checked, 0 problems\n"));

    std::fs::remove_file(to.path().join("images").join(&digest[..2]).join(&digest)).unwrap();
    let (well, said) = Server::command(to.path(), &["check"]).await;
    assert!(!well && said.contains(&format!("the picture {digest} is missing")), "{said}");
    let (well, said) = Server::command(to.path(), &["check", "--json"]).await;
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((well, &said["problems"], &said["files"]), (false, &1.into(), &1.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_are_as_documented() {
    let folder = TempDir::new().unwrap();
    let address = ("LEPTOS_SITE_ADDR", "nowhere".to_owned());
    for (code, variables, arguments) in [
        (0, &[][..], &["--help"][..]),
        (0, &[], &["--version"]),
        (0, &[], &["completions", "bash"]),
        (1, &[], &["check"]),
        (1, std::slice::from_ref(&address), &[]),
        (1, std::slice::from_ref(&address), &["doctor"]),
        (2, &[], &["chekc"]),
        (2, &[], &["check", "--remove-orphans"]),
    ] {
        let output = Server::once(Server::binary(), folder.path(), variables, arguments).await;
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_prints_no_key_and_ends_without_a_network() {
    let folder = TempDir::new().unwrap();
    let token = "hf_verysecrettoken";
    let variables = [
        ("HF_AUTH_KEY", token.to_owned()),
        // An address without a listener.
        ("HF_ENDPOINT", "http://127.0.0.1:9".to_owned()),
        ("HF_INFERENCE_ENDPOINT", "http://127.0.0.1:9".to_owned()),
    ];
    let (well, said) = Server::command_with(folder.path(), &variables, &["doctor"]).await;
    assert!(!well && said.contains("WRONG  network") && !said.contains(token), "{said}");
    let (_, said) = Server::command_with(folder.path(), &variables, &["doctor", "--json"]).await;
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["ok"], false);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_the_env_file_is_told_without_the_key() {
    let folder = TempDir::new().unwrap();
    for line in ["HF_AUTH_KEY=\"hf_verysecrettoken", "HF_AUTH_KEY=hf_verysecrettoken and more"] {
        std::fs::write(folder.path().join(".env"), format!("# Mine.\n\n{line}")).unwrap();
        for arguments in [&[][..], &["check"], &["doctor"]] {
            let mut command = Server::binary();
            command.args(arguments).current_dir(folder.path()).env_clear().kill_on_drop(true);
            let output = command.output().await.unwrap();
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
            assert!(said.contains(".env, line 3,"), "{arguments:?}: {said}");
            assert!(!said.contains("verysecret"), "{arguments:?}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_folder_for_a_backup_is_named_and_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("file"));
    std::fs::write(&file, "mine").unwrap();
    let refused = async |command: &str, place: &Path| {
        let place = place.to_str().unwrap();
        let output = Server::once(Server::binary(), &data, &[], &[command, place]).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{command} {place}: {said}");
        assert!(said.contains(place) && !said.contains("EASEL_DATA_DIR"), "{command}: {said}");
    };
    for missing in [folder.path().join("missing"), file.clone()] {
        refused("import", &missing).await;
        assert!(!data.exists(), "a database was made");
    }
    assert!(Server::start(&data, &[]).await.stop().await);
    let inside = data.join("backup");
    for wrong in [&file, &data, &inside] {
        refused("export", wrong).await;
    }
    assert!(!data.join("generations.jsonl").exists() && !inside.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_knows_which_version_wrote_a_database() {
    let folder = TempDir::new().unwrap();
    assert!(Server::start(folder.path(), &[]).await.stop().await);
    let address = format!("sqlite://{}", folder.path().join("easel.db").display());
    let mut database = SqliteConnection::connect(&address).await.unwrap();
    for (change, finding) in [
        ("SELECT 1", "easel.db answers\n"),
        (
            "UPDATE _sqlx_migrations SET version = version + 1 \
             WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
            "was written by a newer version of Easel\n",
        ),
        (
            "DELETE FROM _sqlx_migrations \
             WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
            "easel.db answers, and is updated at the next start\n",
        ),
    ] {
        sqlx::query(change).execute(&mut database).await.unwrap();
        let (_, said) = Server::command(folder.path(), &["doctor"]).await;
        assert!(said.contains(finding), "{finding}: {said}");
    }
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
    assert!(said.contains("1 generations and 1 files checked"), "{said}");
    // No log remains that could be applied to another database in its place.
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
