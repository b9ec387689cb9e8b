//! Checks before planning that a file can be replaced.

use std::ffi::OsStr;
use std::path::Path;

use rustix::fs::{Access, AtFlags, CWD, StatxFlags};
use rustix::io::Errno;

use super::Obstacle;
use crate::check::hint::Hint;
use crate::fix::backup::old_beside;
use crate::os::display::{quoted, shown};
use crate::os::replace::{self, Target};
use crate::os::view::View;

/// `STATX_ATTR_MOUNT_ROOT` of Linux 5.8, `statx(2)`.
const MOUNT_ROOT: u64 = 0x2000;

/// Refuses a file that cannot be replaced: one that is mounted by itself, one whose name leaves no room for that of its
/// backup, or one in a directory that cannot be written to.
pub(super) fn file(path: &Path, view: &View, no_backup: bool) -> Result<(), Obstacle> {
    let found = rustix::fs::statx(CWD, path, AtFlags::empty(), StatxFlags::BASIC_STATS);
    if found.is_ok_and(|found| found.stx_attributes.bits() & MOUNT_ROOT != 0) {
        return Err(Obstacle::could_not(
            format!("{} is a mount point, so fixkey cannot replace it here", shown(path)),
            "run fixkey on the system that the file is mounted from",
        ));
    }
    let resolved = view.resolved(path).unwrap_or_else(|| path.to_owned());
    folder(&resolved)?;
    backup(&resolved, view, no_backup)
}

/// The most that a backup adds to the name of a file, in bytes: `.~10000~`.
const MOST_ADDED: usize = 8;

fn backup(path: &Path, view: &View, no_backup: bool) -> Result<(), Obstacle> {
    let length = path.file_name().map_or(0, OsStr::len);
    if length + MOST_ADDED <= replace::LONGEST_NAME {
        return Ok(());
    }
    let place = Target::open(path, view).and_then(|target| old_beside(&target, no_backup));
    place.map(|_| ()).map_err(|error| {
        let message = format!("cannot keep a backup of {}: {error}", shown(path));
        Obstacle::could_not(message, "give the file a shorter name, or add --no-backup")
    })
}

/// Refuses a file whose permissions cannot be changed; `hints` change them if possible.
pub(super) fn rights(path: &Path, hints: &[Hint]) -> Result<(), Obstacle> {
    let name = shown(path);
    if !rustix::process::geteuid().is_root() {
        let message = format!("only root can change the group of {name}");
        return Err(Obstacle::could_not_with(message, hints.to_vec()));
    }
    rustix::fs::accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS).map_err(|error| {
        let message = format!("cannot change the permissions of {name}: {error}");
        Obstacle::could_not(message, "run fixkey where the file is writable")
    })
}

/// Refuses a new key in a directory that is not writable.
pub(super) fn folder_of_key(path: &Path) -> Result<(), Obstacle> {
    folder(path).map_err(Obstacle::or_other_directory)
}

fn folder(path: &Path) -> Result<(), Obstacle> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    if replace::is_append_only(CWD, folder) {
        let hint = Hint::Command(format!("chattr -a {}", quoted(folder)));
        let message = format!("the directory {} is append-only", shown(folder));
        return Err(Obstacle::could_not_with(message, vec![hint]));
    }
    let access = Access::WRITE_OK | Access::EXEC_OK;
    rustix::fs::accessat(CWD, folder, access, AtFlags::EACCESS).map_err(|error| {
        let (what, hint) = match error {
            Errno::NOENT => {
                ("does not exist", Hint::Command(format!("mkdir -p {}", quoted(folder))))
            }
            Errno::ROFS => (
                "is on a read-only file system",
                Hint::action("run fixkey where the directory is writable"),
            ),
            _ => (
                "is not writable",
                Hint::action("run fixkey as root or as the owner of the directory"),
            ),
        };
        Obstacle::could_not_with(format!("the directory {} {what}", shown(folder)), vec![hint])
    })
}
