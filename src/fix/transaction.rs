//! Replaces many files at once: stages and verifies each, then moves all in order; if one fails, the earlier ones are
//! moved back.

mod rights;

pub use rights::RightsChange;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags};
use rustix::io::Errno;
use thiserror::Error;

use crate::os::replace::{self, Placed, Staged, Target};
use crate::os::sabotage::{Sabotage, is_sabotaged};
use crate::os::view::View;

/// A file to move into place.
pub struct Change<'t> {
    /// Its place.
    pub target: &'t Target,
    /// The new file, verified.
    pub new: Staged<'t>,
    /// A copy of what it replaces; `None` if nothing is there.
    pub old: Option<Old<'t>>,
}

/// A copy of the old file, verified, with its owner, mode and attributes.
pub enum Old<'t> {
    /// A backup: it gets its name before the new file does, and stays.
    Kept(Staged<'t>),
    /// Only for undoing; it is removed at the end.
    Held(Staged<'t>),
}

/// Why nothing was changed, or which parts of a failed change could not be undone.
#[derive(Debug, Error)]
#[error("{error}")]
pub struct FailedChange {
    /// The file that could not be moved into place.
    pub path: PathBuf,
    /// The reason.
    pub error: replace::Error,
    /// Files that could not be moved back.
    pub stuck: Vec<(PathBuf, Errno)>,
    /// Files that keep new permissions, each with the command that takes them back.
    pub granted: Vec<(PathBuf, io::Error, String)>,
}

/// A change in progress.
struct Begun<'t> {
    target: &'t Target,
    new: Option<Placed<'t>>,
    old: Before<'t>,
}

/// The copy of the old file.
enum Before<'t> {
    Nothing,
    Kept(Placed<'t>),
    Held(Staged<'t>),
}

/// Changes permissions, then moves every new file into place in this order; each move is durable before the next.
///
/// # Errors
/// [`FailedChange`]; everything is unchanged then, except for what is stuck or stays granted.
///
/// Returns the copies held for undoing that could not be removed.
pub fn commit(
    changes: Vec<Change<'_>>,
    grants: &[RightsChange<'_>],
) -> Result<Vec<(PathBuf, Errno)>, FailedChange> {
    let mut begun = Vec::with_capacity(changes.len());
    for (index, grant) in grants.iter().enumerate() {
        if let Err(error) = grant.make() {
            let (path, granted) = (grant.target.path.clone(), take_back(&grants[..=index]));
            return Err(FailedChange { path, error, stuck: Vec::new(), granted });
        }
    }
    for change in changes {
        let path = change.target.path.clone();
        if let Err(error) = place(change, &mut begun) {
            let stuck = put_all_back(begun);
            return Err(FailedChange { path, error, stuck, granted: take_back(grants) });
        }
    }
    let left = begun.into_iter().filter_map(remove_copy);
    Ok(left.collect())
}

/// Takes permissions back, the last first; returns those that could not be taken back.
fn take_back(grants: &[RightsChange<'_>]) -> Vec<(PathBuf, io::Error, String)> {
    if is_sabotaged(Sabotage::PermissionsNotPutBack) {
        return Vec::new();
    }
    let kept = grants.iter().rev().filter_map(|grant| {
        let error = grant.put_back().err()?;
        Some((grant.target.path.clone(), error, grant.command_to_put_back()))
    });
    kept.collect()
}

/// Moves everything back, the last first; returns what could not be moved. After a failure, new files stay: what could
/// not be moved may point to them.
fn put_all_back(begun: Vec<Begun<'_>>) -> Vec<(PathBuf, Errno)> {
    let mut stuck = Vec::new();
    for begun in begun.into_iter().rev() {
        let is_new_file = begun.new.is_some() && matches!(begun.old, Before::Nothing);
        if stuck.is_empty() || !is_new_file {
            stuck.extend(put_back(begun));
        }
    }
    stuck
}

/// Removes a copy held for undoing; returns its path if that fails.
fn remove_copy(begun: Begun<'_>) -> Option<(PathBuf, Errno)> {
    let Before::Held(copy) = begun.old else { return None };
    let path = copy.path();
    copy.remove().err().map(|error| (path, error))
}

fn place<'t>(change: Change<'t>, begun: &mut Vec<Begun<'t>>) -> Result<(), replace::Error> {
    let Change { target, new, old } = change;
    let old = match old {
        None => Before::Nothing,
        Some(Old::Held(_)) if is_sabotaged(Sabotage::CopyNotHeld) => Before::Nothing,
        Some(Old::Kept(_)) if is_sabotaged(Sabotage::BackupNotMoved) => Before::Nothing,
        Some(Old::Held(copy)) => Before::Held(copy),
        Some(Old::Kept(copy)) => Before::Kept(copy.place()?),
    };
    let place = begun.len();
    begun.push(Begun { target, new: None, old });
    if let Before::Kept(copy) = &begun[place].old {
        durable(copy)?;
    }
    let placed = begun[place].new.insert(new.place()?);
    durable(placed)
}

fn durable(placed: &Placed<'_>) -> Result<(), replace::Error> {
    placed
        .sync()
        .map_err(|error| replace::Error::Step("cannot make its directory durable", error.into()))
}

/// Moves the old file back; returns its path if that fails.
fn put_back(begun: Begun<'_>) -> Option<(PathBuf, Errno)> {
    if is_sabotaged(Sabotage::NothingPutBack) {
        return None;
    }
    let Begun { target, new, old } = begun;
    let done = match (new, old) {
        (None, Before::Kept(copy)) => copy.remove(),
        (None, Before::Nothing | Before::Held(_)) => Ok(()),
        (Some(new), Before::Nothing) => new.remove(),
        (Some(_), Before::Kept(copy)) => copy.restore(target),
        (Some(_), Before::Held(copy)) => copy.restore(target),
    };
    done.err().map(|error| (target.path.clone(), error))
}

/// Locks that keep a second run out of the same directories until they are dropped.
pub struct Lock<'v> {
    view: &'v View,
    /// By device and inode, since a directory may have several paths.
    folders: BTreeMap<(u64, u64), OwnedFd>,
}

impl<'v> Lock<'v> {
    /// Returns a lock on nothing yet.
    #[must_use]
    pub fn new(view: &'v View) -> Self {
        Self { view, folders: BTreeMap::new() }
    }

    /// Locks directories that are not locked already, each once.
    ///
    /// # Errors
    /// The directory that another run has locked. A directory without locks, or that cannot be opened, is skipped.
    pub fn add<'p>(&mut self, folders: impl Iterator<Item = &'p Path>) -> Result<(), PathBuf> {
        let folders: BTreeSet<PathBuf> =
            folders.filter_map(|folder| self.view.canonicalize(named(folder)).ok()).collect();
        for folder in folders {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY;
            let Ok(open) = self.view.open(&folder, flags) else { continue };
            let Ok(found) = rustix::fs::fstat(&open) else { continue };
            let inode = (found.st_dev, found.st_ino);
            if self.folders.contains_key(&inode) {
                continue;
            }
            match rustix::fs::flock(&open, FlockOperation::NonBlockingLockExclusive) {
                Err(Errno::WOULDBLOCK) if !is_sabotaged(Sabotage::LockIgnored) => {
                    return Err(folder);
                }
                _ => self.folders.insert(inode, open),
            };
        }
        Ok(())
    }
}

/// Returns the directory as a path that can be opened.
fn named(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}
