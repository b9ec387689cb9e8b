//! Whether a file can be replaced at all, found out before anything is planned.

use std::path::Path;

use rustix::fs::{Access, AtFlags, CWD, StatxFlags};
use rustix::io::Errno;

use super::Obstacle;
use crate::report::shown;

/// `STATX_ATTR_MOUNT_ROOT` of Linux 5.8, `statx(2)`.
const MOUNT_ROOT: u64 = 0x2000;

/// Refuses a file that cannot be replaced: one that is mounted by itself, or in a folder that cannot be written to.
pub(super) fn file(path: &Path) -> Result<(), Obstacle> {
    let resolved = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let found = rustix::fs::statx(CWD, &resolved, AtFlags::empty(), StatxFlags::BASIC_STATS);
    if found.is_ok_and(|found| found.stx_attributes.bits() & MOUNT_ROOT != 0) {
        return Err(Obstacle::could_not(
            format!("{} is mounted by itself, and cannot be replaced from here", shown(path)),
            "run fixkey where the file is mounted from",
        ));
    }
    folder_of(&resolved)
}

/// Refuses a file whose folder cannot be written to.
pub(super) fn folder_of(path: &Path) -> Result<(), Obstacle> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let access = Access::WRITE_OK | Access::EXEC_OK;
    rustix::fs::accessat(CWD, folder, access, AtFlags::EACCESS).map_err(|error| {
        let message = format!("the folder {} cannot be written to: {error}", shown(folder));
        let message = message.split(" (os error").next().unwrap_or_default().to_owned();
        let hint = match error {
            Errno::NOENT => "make the folder first",
            Errno::ROFS => "run fixkey where the files can be written, or name another folder with --key-dir",
            _ => "run fixkey as root or as the owner of the folder, or name another folder with --key-dir",
        };
        Obstacle::could_not(message, hint)
    })
}
