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

    /// Returns whether a file is as it was before its name changed. That sets the time of the last change, so owner and
    /// mode, for which it stands, are compared instead.
    #[must_use]
    pub fn is_only_renamed(before: &Stat, after: &Stat) -> bool {
        let rights = |file: &Stat| (file.st_mode, file.st_uid, file.st_gid);
        let before_renaming = Self { changed: Self::of(before).changed, ..Self::of(after) };
        before_renaming == Self::of(before) && rights(before) == rights(after)
    }
}
