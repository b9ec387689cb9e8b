//! Whether a file can be replaced at all, found out before anything is planned.

use std::path::Path;

use rustix::fs::{Access, AtFlags, CWD, StatxFlags};
use rustix::io::Errno;

use super::{Hint, Obstacle};
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
    folder(&resolved, Hint::from)
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
    folder(path, |hint| {
        Hint::fix("--key-dir DIR").behind(format!("{hint}, or choose another directory: "))
    })
}

fn folder(path: &Path, or: impl Fn(&'static str) -> Hint) -> Result<(), Obstacle> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let access = Access::WRITE_OK | Access::EXEC_OK;
    rustix::fs::accessat(CWD, folder, access, AtFlags::EACCESS).map_err(|error| {
        let (what, hint) = match error {
            Errno::NOENT => ("does not exist", format!("mkdir -p {}", quoted(folder)).into()),
            Errno::ROFS => (
                "is on a file system that is read-only",
                or("run fixkey where the files can be written"),
            ),
            _ => {
                ("cannot be written to", or("run fixkey as root or as the owner of the directory"))
            }
        };
        Obstacle::could_not(format!("the directory {} {what}", shown(folder)), hint)
    })
}
