//! One state of a file, to tell whether it was changed or replaced since fixkey examined it.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;

use rustix::fs::Stat;

/// What distinguishes one state of a file from another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Version {
    device: u64,
    inode: u64,
    size: i64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Version {
    /// Returns the state of a file.
    #[must_use]
    pub fn of(file: &Stat) -> Self {
        Self {
            device: file.st_dev,
            inode: file.st_ino,
            size: file.st_size,
            modified: (file.st_mtime, file.st_mtime_nsec.cast_signed()),
            changed: (file.st_ctime, file.st_ctime_nsec.cast_signed()),
        }
    }

    /// Returns the state of an open file.
    #[must_use]
    pub fn of_metadata(file: &Metadata) -> Self {
        Self {
            device: file.dev(),
            inode: file.ino(),
            size: file.size().cast_signed(),
            modified: (file.mtime(), file.mtime_nsec()),
            changed: (file.ctime(), file.ctime_nsec()),
        }
    }
}
