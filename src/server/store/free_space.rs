//! Checks whether the disks have room for anything new.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// This much stays free, for pictures in progress, for the database and for other programs. Of a
/// small disk, the fraction `1 / FLOOR_PART` stays free.
const FLOOR_BYTES: u64 = 1024 * 1024 * 1024;
const FLOOR_PART: u64 = 20;

/// The disks of some folders. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct FreeSpace(Arc<[PathBuf]>);

/// A disk is almost full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only {} MB are free on the disk of Easel's files, and {} MB have to stay free", self.free / MB, self.floor / MB)]
pub struct NoRoom {
    /// Bytes.
    pub free: u64,
    /// Bytes that have to stay free.
    pub floor: u64,
}

const MB: u64 = 1024 * 1024;

impl FreeSpace {
    /// The disks that hold these folders.
    pub fn below(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        Self(folders.into_iter().collect())
    }

    /// Checks every disk. One whose free space is unknown does not count as full.
    ///
    /// # Errors
    ///
    /// [`NoRoom`] when less than 1 GB is free, or a twentieth of a disk under 20 GB.
    pub async fn check(&self) -> Result<(), NoRoom> {
        let folders = self.0.clone();
        // A network disk may take its time.
        let looked =
            tokio::task::spawn_blocking(move || folders.iter().try_for_each(|at| look(at)));
        looked.await.unwrap_or(Ok(()))
    }
}

fn look(folder: &Path) -> Result<(), NoRoom> {
    let Ok(disk) = fs4::statvfs(folder) else { return Ok(()) };
    enough(disk.available_space(), disk.total_space())
}

fn enough(free: u64, total: u64) -> Result<(), NoRoom> {
    let floor = FLOOR_BYTES.min(total / FLOOR_PART);
    if free < floor { Err(NoRoom { free, floor }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_disk_that_is_almost_full_takes_nothing_new() {
        const GB: u64 = 1024 * MB;
        assert_eq!(enough(2 * GB, 500 * GB), Ok(()));
        let full = enough(GB / 2, 500 * GB).unwrap_err();
        assert!(full.to_string().starts_with("only 512 MB are free"), "{full}");
        // A small disk does not always count as full.
        assert_eq!(enough(GB / 2, 8 * GB), Ok(()));
        assert!(enough(GB / 3, 8 * GB).is_err());
        assert_eq!(FreeSpace::below(["/nowhere/at/all".into()]).check().await, Ok(()));
    }
}
