//! Whether a file can be replaced at all, found out before anything is planned.

use std::path::Path;

use rustix::fs::{Access, AtFlags, CWD, StatxFlags};
use rustix::io::Errno;

use super::Obstacle;
use crate::os::display::{quoted, shown};

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
    folder(&resolved, "")
}

/// Refuses a file whose rights cannot be changed; `command` changes them where that is possible.
pub(super) fn rights(path: &Path, command: &str) -> Result<(), Obstacle> {
    let name = shown(path);
    if !rustix::process::geteuid().is_root() {
        let message = format!("only root may give {name} another group");
        return Err(Obstacle::could_not(message, command));
    }
    rustix::fs::accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS).map_err(|error| {
        let message = format!("the rights of {name} cannot be changed: {error}");
        Obstacle::could_not(message, "run fixkey where the file can be written")
    })
}

/// Refuses a new key whose folder cannot be written to.
pub(super) fn folder_of_key(path: &Path) -> Result<(), Obstacle> {
    folder(path, ", or name another folder: \u{2}--key-dir DIR\u{3}")
}

fn folder(path: &Path, or: &str) -> Result<(), Obstacle> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let access = Access::WRITE_OK | Access::EXEC_OK;
    rustix::fs::accessat(CWD, folder, access, AtFlags::EACCESS).map_err(|error| {
        let (what, hint) = match error {
            Errno::NOENT => ("does not exist", format!("mkdir -p {}", quoted(folder))),
            Errno::ROFS => (
                "is on a file system that is read-only",
                format!("run fixkey where the files can be written{or}"),
            ),
            _ => (
                "cannot be written to",
                format!("run fixkey as root or as the owner of the folder{or}"),
            ),
        };
        Obstacle::could_not(format!("the folder {} {what}", shown(folder)), hint)
    })
}
