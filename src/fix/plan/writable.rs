//! Checks before planning that a file can be replaced.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD, StatxFlags};
use rustix::io::Errno;

use super::{Obstacle, Options};
use crate::check::hint::Hint;
use crate::fix::backup::old_beside;
use crate::os::display::{quoted, shown};
use crate::os::replace::{self, Target};

/// `STATX_ATTR_MOUNT_ROOT` of Linux 5.8, `statx(2)`.
const MOUNT_ROOT: u64 = 0x2000;

/// The directories of files that are to change, each with what keeps it from being written to.
#[derive(Default)]
pub(super) struct Directories(HashMap<PathBuf, Result<(), Obstacle>>);

impl Directories {
    /// Refuses a file that cannot be replaced: one that is mounted by itself, one whose name leaves no room for that of its
    /// backup, or one in a directory that cannot be written to.
    pub(super) fn file(&mut self, path: &Path, options: &Options) -> Result<(), Obstacle> {
        refuse_mount_point(path)?;
        let resolved = options.view.resolved(path).unwrap_or_else(|| path.to_owned());
        self.of(&resolved)?;
        backup(&resolved, options)
    }

    /// Refuses a new key in a directory that cannot be written to.
    pub(super) fn of_key(&mut self, path: &Path) -> Result<(), Obstacle> {
        self.of(path).map_err(Obstacle::or_other_directory)
    }

    fn of(&mut self, path: &Path) -> Result<(), Obstacle> {
        let directory = path.parent().unwrap_or(Path::new("/"));
        if let Some(known) = self.0.get(directory) {
            return known.clone();
        }
        let writable = is_writable(directory);
        self.0.insert(directory.to_owned(), writable.clone());
        writable
    }
}

fn refuse_mount_point(path: &Path) -> Result<(), Obstacle> {
    let found = rustix::fs::statx(CWD, path, AtFlags::empty(), StatxFlags::BASIC_STATS);
    if found.is_ok_and(|found| found.stx_attributes.bits() & MOUNT_ROOT != 0) {
        return Err(Obstacle::could_not(
            format!("{} is a mount point, so fixkey cannot replace it here", shown(path)),
            "run fixkey on the system that the file is mounted from",
        ));
    }
    Ok(())
}

/// The most that a backup adds to the name of a file, in bytes: `.~10000~`.
const MOST_ADDED: usize = 8;

fn backup(path: &Path, options: &Options) -> Result<(), Obstacle> {
    let length = path.file_name().map_or(0, OsStr::len);
    if length + MOST_ADDED <= replace::LONGEST_NAME {
        return Ok(());
    }
    let place =
        Target::open(path, options.view).and_then(|target| old_beside(&target, options.no_backup));
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

fn is_writable(directory: &Path) -> Result<(), Obstacle> {
    if replace::is_append_only(CWD, directory) {
        let hint = Hint::Command(format!("chattr -a {}", quoted(directory)));
        let message = format!("the directory {} is append-only", shown(directory));
        return Err(Obstacle::could_not_with(message, vec![hint]));
    }
    let access = Access::WRITE_OK | Access::EXEC_OK;
    rustix::fs::accessat(CWD, directory, access, AtFlags::EACCESS).map_err(|error| {
        let (what, hint) = match error {
            Errno::NOENT => {
                ("does not exist", Hint::Command(format!("mkdir -p {}", quoted(directory))))
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
        Obstacle::could_not_with(format!("the directory {} {what}", shown(directory)), vec![hint])
    })
}
