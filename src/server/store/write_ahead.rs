//! Reads SQLite's write-ahead log before SQLite does. SQLite treats damage as the end of the log
//! and never reports that later commits are lost.
//!
//! The format: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const MAGIC: u32 = 0x377f_0682;

/// True when the log of the database at `path` holds commits behind a damaged frame. A killed
/// process leaves no such log: it writes in order, and its last frames end without a commit.
pub(super) fn is_torn(path: &Path) -> io::Result<bool> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = Path::new(&log);
    // A server that writes meanwhile moves the end, or starts the log again.
    let first = scan(log)?;
    Ok(first.is_torn && scan(log)? == first)
}

#[derive(PartialEq, Eq, Default)]
struct Scan {
    header: Vec<u8>,
    /// Frames that are complete and follow each other.
    whole: u64,
    is_torn: bool,
}

fn scan(log: &Path) -> io::Result<Scan> {
    let file = match File::open(log) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Scan::default()),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    let mut file = BufReader::with_capacity(1 << 16, file);
    let mut scan = Scan { header: vec![0; HEADER], ..Scan::default() };
    if !fill(&mut file, &mut scan.header)? {
        return Ok(Scan::default());
    }
    let word = |at: usize| be(&scan.header[at..at + 4]);
    let (magic, page) = (word(0), word(8) as usize);
    let (salts, big_endian) = (scan.header[16..24].to_vec(), magic & 1 == 1);
    let mut sum = checksum((0, 0), &scan.header[..24], big_endian);
    let sound = magic & !1 == MAGIC
        && (512..=65_536).contains(&page)
        && page.is_power_of_two()
        && sum == (word(24), word(28));
    if !sound {
        // Without the header, everything after it is lost.
        scan.is_torn = length > (HEADER + FRAME_HEADER) as u64;
        return Ok(scan);
    }

    let mut frame = vec![0; FRAME_HEADER + page];
    let mut broken = false;
    while fill(&mut file, &mut frame)? {
        let is_of_this_log = frame[8..16] == salts;
        if !broken {
            sum = checksum(checksum(sum, &frame[..8], big_endian), &frame[24..], big_endian);
            broken = !is_of_this_log || sum != (be(&frame[16..20]), be(&frame[20..24]));
            scan.whole += u64::from(!broken);
        } else if is_of_this_log && be(&frame[4..8]) != 0 {
            scan.is_torn = true;
            return Ok(scan);
        }
    }
    Ok(scan)
}

/// False at the end of the file.
fn fill(file: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn checksum(sum: (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    let word = |bytes: &[u8]| if big_endian { be(bytes) } else { be(bytes).swap_bytes() };
    bytes.chunks_exact(8).fold(sum, |(first, second), pair| {
        let first = first.wrapping_add(word(&pair[..4])).wrapping_add(second);
        (first, second.wrapping_add(word(&pair[4..])).wrapping_add(first))
    })
}

fn be(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use sqlx::{AnyPool, Executor};
    use tempfile::TempDir;

    use super::*;

    /// A database whose log holds twenty commits, while it is open.
    async fn filled(path: &Path) -> AnyPool {
        sqlx::any::install_default_drivers();
        let url = format!("sqlite://{}?mode=rwc", path.display());
        let pool = AnyPool::connect(&url).await.unwrap();
        pool.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (x TEXT)").await.unwrap();
        for _ in 0..20 {
            pool.execute("INSERT INTO t VALUES (hex(randomblob(3000)))").await.unwrap();
        }
        pool
    }

    /// The same, as a killed process leaves it.
    async fn killed() -> (TempDir, std::path::PathBuf) {
        let folder = TempDir::new().unwrap();
        let (path, copy) = (folder.path().join("a.db"), folder.path().join("b.db"));
        let _pool = filled(&path).await;
        for ending in ["", "-wal"] {
            let name = |path: &Path| format!("{}{ending}", path.display());
            std::fs::copy(name(&path), name(&copy)).unwrap();
        }
        (folder, copy)
    }

    fn change_log(path: &Path, change: impl Fn(&mut Vec<u8>)) {
        let log = format!("{}-wal", path.display());
        let mut bytes = std::fs::read(&log).unwrap();
        change(&mut bytes);
        std::fs::write(log, bytes).unwrap();
    }

    #[tokio::test]
    async fn a_log_that_was_cut_off_by_a_kill_is_sound() {
        let (_folder, path) = killed().await;
        assert!(!is_torn(&path).unwrap());
        for end in [100_001, 5000, 40, 32, 20, 0] {
            change_log(&path, |log| log.truncate(end));
            assert!(!is_torn(&path).unwrap(), "{end}");
        }
        assert!(!is_torn(&path.with_extension("none")).unwrap());
    }

    #[tokio::test]
    async fn commits_behind_a_damaged_place_are_noticed() {
        for at in [0, 9, 26, 32 + 3, 32 + 18, 32 + 2000, 70_000] {
            let (_folder, path) = killed().await;
            change_log(&path, |log| log[at] ^= 1);
            assert!(is_torn(&path).unwrap(), "{at}");
        }
    }

    #[tokio::test]
    async fn a_log_that_is_written_anew_is_sound() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.db");
        let pool = filled(&path).await;
        pool.execute("PRAGMA wal_checkpoint(RESTART)").await.unwrap();
        pool.execute("INSERT INTO t VALUES ('one')").await.unwrap();
        // The frames of the previous log are still behind the new ones.
        assert!(std::fs::metadata(folder.path().join("a.db-wal")).unwrap().len() > 50_000);
        assert!(!is_torn(&path).unwrap());
    }
}
