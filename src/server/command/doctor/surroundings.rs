//! Checks Easel's own machine: the address, the data folder, the disk.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{CHECK_TIMEOUT, Finding};
use crate::server::store::FreeSpace;

/// A running Easel responds to this with 200.
const QUESTION: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

const GB: f64 = 1_073_741_824.0;

pub(super) async fn address(address: SocketAddr) -> Finding {
    let error = match TcpListener::bind(address).await {
        Ok(_) => return Finding::ok("address", format!("{address} is free")),
        Err(error) => error,
    };
    if error.kind() != io::ErrorKind::AddrInUse {
        return Finding::wrong(
            "address",
            format!("LEPTOS_SITE_ADDR {address} cannot be used: {error}"),
            "Choose an address of this machine, and a port above 1024.",
        );
    }
    match tokio::time::timeout(CHECK_TIMEOUT / 2, is_healthy(address)).await {
        Ok(Ok(true)) => Finding::ok("address", format!("an Easel already answers at {address}")),
        _ => Finding::wrong(
            "address",
            format!("{address} is in use by something that is not a healthy Easel"),
            "Stop it, look at the log of the running Easel, or choose another LEPTOS_SITE_ADDR.",
        ),
    }
}

async fn is_healthy(address: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(QUESTION).await?;
    let mut answer = Vec::new();
    stream.take(1024).read_to_end(&mut answer).await?;
    Ok(answer.starts_with(b"HTTP/1.1 200"))
}

/// Whether this user may write to `folder`, or create it.
pub(super) async fn folder(check: &'static str, folder: PathBuf) -> Finding {
    let looked = tokio::task::spawn_blocking(move || match existing(&folder) {
        Ok(above) => look_into(check, &folder, above),
        Err(error) => unusable(check, &folder, &error),
    });
    looked.await.unwrap_or_else(|_| Finding::note(check, "could not be checked"))
}

fn look_into(check: &'static str, folder: &Path, above: &Path) -> Finding {
    // An unnamed file, which disappears immediately.
    if let Err(error) = tempfile::tempfile_in(above) {
        return unusable(check, folder, &error);
    }
    if above != folder {
        return Finding::ok(check, format!("{} will be made at the first start", folder.display()));
    }
    #[cfg(unix)]
    if let Ok(metadata) = std::fs::metadata(folder) {
        let mode = std::os::unix::fs::MetadataExt::mode(&metadata);
        if mode & 0o077 != 0 {
            let folder = folder.display();
            return Finding::note(
                check,
                format!(
                    "{folder} can be written, and other users of this machine may look into it: \
                     chmod 700 {folder}"
                ),
            );
        }
    }
    Finding::ok(check, format!("{} can be written", folder.display()))
}

fn unusable(check: &'static str, folder: &Path, error: &io::Error) -> Finding {
    Finding::wrong(
        check,
        format!("{} cannot be written: {error}", folder.display()),
        "Let the user that Easel runs as write there, or choose another folder with \
         EASEL_DATA_DIR (or STORAGE_URL).",
    )
}

/// The folder, or its nearest existing ancestor.
fn existing(folder: &Path) -> io::Result<&Path> {
    for above in folder.ancestors() {
        // The last ancestor of a relative path is the working directory.
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        match std::fs::metadata(above) {
            Ok(metadata) if metadata.is_dir() => return Ok(above),
            Ok(_) => return Err(io::ErrorKind::NotADirectory.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

pub(super) async fn disk(folder: PathBuf) -> Finding {
    let looked = tokio::task::spawn_blocking(move || {
        let above = existing(&folder)?.to_owned();
        Ok::<_, io::Error>((fs4::statvfs(&above)?.available_space(), above))
    });
    let Ok(Ok((free, above))) = looked.await else {
        return Finding::note("disk", "does not say how much is free");
    };
    match FreeSpace::below([above]).check().await {
        Ok(()) => Finding::ok("disk", format!("{:.1} GB are free", free as f64 / GB)),
        Err(full) => Finding::wrong(
            "disk",
            full.to_string(),
            "Free some space, or choose a larger disk with EASEL_DATA_DIR.",
        ),
    }
}
