//! Prevents other users of this machine from reading anything.

/// Restricts files and folders that this process creates from now on to its own user.
pub fn keep_to_ourselves() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// Restricts the data folder of an earlier version, which others could read. A folder whose
/// permissions were changed stays as it is, and so does one with another purpose.
#[cfg(unix)]
pub fn close(data_dir: &std::path::Path) {
    // A folder without a database is not Easel's, or new.
    if !data_dir.join("easel.db").is_file() || is_home(data_dir) {
        return;
    }
    let mut closed = Vec::new();
    for (name, open, private) in [
        ("", 0o755, 0o700),
        ("images", 0o755, 0o700),
        ("easel.db", 0o644, 0o600),
        ("easel.db-wal", 0o644, 0o600),
        ("easel.db-shm", 0o644, 0o600),
    ] {
        let path = data_dir.join(name);
        match close_one(&path, open, private) {
            Ok(true) => closed.push(path.display().to_string()),
            Ok(false) => {}
            Err(error) => {
                let path = path.display();
                tracing::warn!(%path, %error, "other users of this machine may read it");
            }
        }
    }
    if !closed.is_empty() {
        tracing::info!(?closed, "other users of this machine may not read these any more");
    }
}

#[cfg(not(unix))]
pub fn close(_: &std::path::Path) {}

/// Whether it had the mode `open` and has `private` now.
#[cfg(unix)]
fn close_one(path: &std::path::Path, open: u32, private: u32) -> std::io::Result<bool> {
    use std::{
        fs,
        os::unix::fs::{MetadataExt, PermissionsExt},
    };

    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        metadata => metadata?,
    };
    let is_ours = metadata.uid() == rustix::process::geteuid().as_raw();
    if !is_ours || metadata.is_symlink() || metadata.mode() & 0o7777 != open {
        return Ok(false);
    }
    fs::set_permissions(path, fs::Permissions::from_mode(private))?;
    Ok(true)
}

/// The home and the working directory hold other files, too.
#[cfg(unix)]
fn is_home(data_dir: &std::path::Path) -> bool {
    let real = |path: std::path::PathBuf| path.canonicalize().ok();
    let data_dir = real(data_dir.to_owned());
    let here = std::env::current_dir().ok().and_then(real);
    let home = std::env::home_dir().and_then(real);
    data_dir.is_none() || data_dir == here || data_dir == home
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt, path::Path};

    use super::*;

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn an_open_data_folder_is_closed() {
        let folder = tempfile::TempDir::new().unwrap();
        let (data, database) = (folder.path().join("data"), folder.path().join("data/easel.db"));
        fs::create_dir_all(data.join("images")).unwrap();
        set(&data, 0o755);
        close(&data);
        assert_eq!(mode(&data), 0o755, "it holds no database");
        fs::write(&database, "").unwrap();
        set(&database, 0o644);
        set(&data.join("images"), 0o755);
        close(&data);
        assert_eq!(
            [mode(&data), mode(&data.join("images")), mode(&database)],
            [0o700, 0o700, 0o600]
        );
    }

    #[test]
    fn what_its_owner_decided_stays() {
        let folder = tempfile::TempDir::new().unwrap();
        let database = folder.path().join("easel.db");
        fs::write(&database, "").unwrap();
        set(&database, 0o640);
        set(folder.path(), 0o750);
        close(folder.path());
        assert_eq!([mode(folder.path()), mode(&database)], [0o750, 0o640]);
    }
}
