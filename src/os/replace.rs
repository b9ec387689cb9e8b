//! Replaces one file durably: whatever fails, either the old file or the new one is complete.

mod attributes;
mod nearby;
mod placed;
mod version;

pub use attributes::{change_rights, copy_attributes};
pub use placed::Placed;
pub use version::Version;

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, FlockOperation, Mode, OFlags, RenameFlags, Stat, StatxFlags};
use rustix::io::Errno;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use self::nearby::look_up;
use crate::os::sabotage::{Sabotage, is_sabotaged};
use crate::os::signals::Signals;
use crate::os::view::View;

/// Why nothing was replaced. The old file, if any, is unchanged.
#[derive(Debug, Error)]
pub enum Error {
    /// The path has no file name.
    #[error("not a file name")]
    NoName,
    /// The path leads to something other than a regular file.
    #[error("this is {0}, not a file")]
    NotAFile(&'static str),
    /// A link that leads nowhere.
    #[error("broken link to \"{}\"", .0.display())]
    DanglingLink(PathBuf),
    /// The directory does not exist or cannot be opened.
    #[error("cannot open the directory \"{}\": {}", .0.display(), .1)]
    Folder(PathBuf, io::Error),
    /// The file exists and must not be replaced.
    #[error("the file already exists")]
    Exists,
    /// Another process is writing the same file.
    #[error("another fixkey is writing this file")]
    Busy,
    /// The file is a mount point.
    #[error("it is a mount point, and fixkey cannot replace it")]
    MountPoint,
    /// A step failed.
    #[error("{0}: {1}; nothing was changed")]
    Step(&'static str, io::Error),
    /// The content read back differs from what was written.
    #[error("verification failed: the file does not hold the key that fixkey wrote")]
    Unverified,
    /// The file was changed or replaced after fixkey examined it.
    #[error("another program changed it meanwhile; fixkey changed nothing")]
    Changed,
    /// What came out of its place could not be moved back.
    #[error("its old content is now in \"{}\" and cannot be moved back: {}", .0.display(), .1)]
    NotMovedBack(PathBuf, Errno),
    /// Another account made this link in a world-writable directory.
    #[error("this is a link of another account in a world-writable directory")]
    ForeignLink,
    /// The name is longer than the file system allows.
    #[error("the file name is too long")]
    NameTooLong,
    /// No file in the directory can be renamed or removed.
    #[error("its directory is append-only")]
    AppendOnly,
    /// Something that fixkey did not make has the name of the temporary file.
    #[error("\"{}\" is in the way: fixkey needs this name", .0.display())]
    InTheWay(PathBuf),
    /// A signal came before anything was changed.
    #[error("interrupted; nothing was changed")]
    Interrupted(i32),
    /// The new file is in place, but the directory could not be synced.
    #[error("written, but a power failure may lose it: {0}")]
    NotDurable(Errno),
}

fn step(what: &'static str) -> impl Fn(Errno) -> Error {
    move |error| Error::Step(what, error.into())
}

/// How names of temporary files end.
const SUFFIX: &[u8] = b".fixkey-new";

/// How names of files end that hold the old content while the new content is moved in.
const SUFFIX_OF_OLD: &[u8] = b".fixkey-old";

/// A place for a file: its open directory, and its name there.
pub struct Target {
    directory: OwnedFd,
    name: OsString,
    /// The path with links resolved.
    pub path: PathBuf,
    /// The file that is there now.
    pub existing: Option<Stat>,
    /// Device and inode of files that must not be removed, whatever their names.
    pub kept: Vec<(u64, u64)>,
}

impl Target {
    /// Opens the directory of `path`; if `path` is a link, of the file that it leads to in this view.
    ///
    /// # Errors
    /// When the directory does not exist, or something other than a regular file is there.
    pub fn open(path: &Path, view: &View) -> Result<Self, Error> {
        let target = Self::open_unresolved(path, view)?;
        match target.existing {
            Some(found) if FileType::from_raw_mode(found.st_mode) == FileType::Symlink => {
                target.refuse_foreign_link(&found)?;
                let resolved = view.canonicalize(path).map_err(|error| match error.kind() {
                    io::ErrorKind::NotFound => {
                        Error::DanglingLink(std::fs::read_link(path).unwrap_or_default())
                    }
                    _ => Error::Step("cannot follow the link", error),
                })?;
                Self::open_unresolved(&resolved, view)?.regular()
            }
            _ => target.regular(),
        }
    }

    fn open_unresolved(path: &Path, view: &View) -> Result<Self, Error> {
        let name = path.file_name().ok_or(Error::NoName)?.to_owned();
        if path.as_os_str().as_bytes().ends_with(b"/") && !view.is_dir(path) {
            return Err(Error::NoName);
        }
        if name.as_bytes().ends_with(SUFFIX) {
            return Err(Error::InTheWay(path.to_owned()));
        }
        let parent = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let directory = view
            .open(parent, OFlags::RDONLY | OFlags::DIRECTORY)
            .map_err(|error| Error::Folder(parent.to_owned(), error))?;
        let existing = look_up(&directory, &name)?;
        Ok(Self { directory, name, path: path.to_owned(), existing, kept: Vec::new() })
    }

    /// Refuses what Linux refuses with `fs.protected_symlinks`.
    fn refuse_foreign_link(&self, link: &Stat) -> Result<(), Error> {
        let directory =
            rustix::fs::fstat(&self.directory).map_err(step("cannot examine its directory"))?;
        let everybody_writes = directory.st_mode & 0o1002 == 0o1002;
        let ours = [rustix::process::geteuid().as_raw(), directory.st_uid].contains(&link.st_uid);
        if everybody_writes && !ours { Err(Error::ForeignLink) } else { Ok(()) }
    }

    fn regular(self) -> Result<Self, Error> {
        match self.existing.map(|found| FileType::from_raw_mode(found.st_mode)) {
            None | Some(FileType::RegularFile) => Ok(self),
            Some(FileType::Directory) => Err(Error::NotAFile("a directory")),
            Some(FileType::Fifo) => Err(Error::NotAFile("a pipe")),
            Some(_) => Err(Error::NotAFile("a device or a socket")),
        }
    }

    /// Opens the existing file without following links.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open_existing(&self) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.directory, &self.name, flags, Mode::empty())?.into())
    }

    /// Removes what a killed run left for this place, unless another run is active.
    ///
    /// # Errors
    /// [`Error::Step`] when the leftover cannot be removed.
    pub fn remove_leftover(&self) -> Result<(), Error> {
        match remove_abandoned(self, &self.temporary_name()) {
            Err(Error::Busy) => Ok(()),
            removed => removed,
        }
    }

    /// Returns the name of the temporary file: always the same, so that the next run finds what a killed one left.
    fn temporary_name(&self) -> OsString {
        hidden_name(&self.name, SUFFIX)
    }

    /// Returns the place of the old content while the new content is moved in, in the same directory.
    ///
    /// # Errors
    /// [`Error::Step`]
    pub fn held_beside(&self) -> Result<Self, Error> {
        self.beside(hidden_name(&self.name, SUFFIX_OF_OLD))
    }
}

/// The longest name of a file, in bytes (Linux `NAME_MAX`).
pub const LONGEST_NAME: usize = 255;

/// Returns the name of the hidden file that goes with the file of this name. Different names get different ones, even if
/// the file system ignores case or normal forms, and if a long name is cut.
fn hidden_name(name: &OsStr, suffix: &[u8]) -> OsString {
    let name = name.as_bytes();
    let is_plain = |byte: &u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if name.len() < LONGEST_NAME - suffix.len() && name.iter().all(is_plain) {
        return OsString::from_vec([b".", name, suffix].concat());
    }
    let digest = Sha256::digest(name);
    let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let end = [format!(".{number:016x}").as_bytes(), suffix].concat();
    let name = &name[..name.len().min(LONGEST_NAME - 1 - end.len())];
    OsString::from_vec([b".", name, &end].concat())
}

/// A new file under a temporary name beside its place. Removed on drop unless it is committed.
pub struct Staged<'a> {
    target: &'a Target,
    name: OsString,
    file: File,
    signals: Signals,
    committed: bool,
}

impl<'a> Staged<'a> {
    /// Creates the temporary file with mode 0600, after removing what a killed run left.
    ///
    /// # Errors
    /// [`Error::Busy`] when another run is active; [`Error::Step`].
    pub fn create(target: &'a Target) -> Result<Self, Error> {
        let signals =
            Signals::watch().map_err(|error| Error::Step("cannot watch signals", error))?;
        // A temporary file could not go again.
        if is_append_only(&target.directory, Path::new("")) {
            return Err(Error::AppendOnly);
        }
        let name = target.temporary_name();
        for _ in 0..8 {
            if let Some(file) = create_locked(target, &name)? {
                let staged = Self { target, name, file, signals, committed: false };
                return staged.without_access_list();
            }
        }
        Err(Error::Busy)
    }

    /// Removes the list inherited from the directory: it would open the file to others as soon as the mode does.
    fn without_access_list(self) -> Result<Self, Error> {
        match rustix::fs::fremovexattr(&self.file, crate::os::acl::ATTRIBUTE) {
            Ok(()) | Err(Errno::NODATA | Errno::OPNOTSUPP) => Ok(self),
            Err(error) => Err(step("cannot remove its access control list")(error)),
        }
    }

    /// Writes all of the content.
    ///
    /// # Errors
    /// [`Error::Step`], for instance on a full disk.
    pub fn write(&mut self, content: &[u8]) -> Result<(), Error> {
        self.file.write_all(content).map_err(|error| Error::Step("cannot write it", error))
    }

    /// Returns the temporary file.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Syncs the content and passes what the disk then holds to `verify`.
    ///
    /// # Errors
    /// [`Error::Unverified`] when `verify` returns false; [`Error::Step`].
    pub fn sync_and_verify(&mut self, verify: impl FnOnce(&[u8]) -> bool) -> Result<(), Error> {
        self.sync().map_err(|error| Error::Step("cannot make it durable", error))?;
        let reading = |error| Error::Step("cannot read it back", error);
        self.file.rewind().map_err(reading)?;
        let length = self.file.metadata().map_err(reading)?.len();
        let mut content = Zeroizing::new(vec![0; usize::try_from(length).unwrap_or(0)]);
        self.file.read_exact(&mut content).map_err(reading)?;
        if verify(&content) { Ok(()) } else { Err(Error::Unverified) }
    }

    fn sync(&self) -> io::Result<()> {
        if is_sabotaged(Sabotage::FileNotSynced) || is_sabotaged(Sabotage::FileSyncedAfterMove) {
            return Ok(());
        }
        self.file.sync_all()
    }

    /// Moves the file into place and syncs the directory. It replaces what [`Target::existing`] found and nothing else.
    ///
    /// # Errors
    /// As [`Staged::place`]; and [`Error::NotDurable`], the only error after which the file is in place.
    pub fn commit(self) -> Result<(), Error> {
        let placed = self.place()?;
        placed.sync().map_err(|error| {
            if placed.target.existing.is_some() {
                return Error::NotDurable(error);
            }
            let _ = placed.remove();
            step("cannot make it durable")(error)
        })
    }

    /// Moves the file into place without making that durable.
    ///
    /// # Errors
    /// [`Error::Exists`] when a file has appeared; [`Error::Changed`] when the old one was replaced;
    /// [`Error::MountPoint`]; [`Error::Interrupted`]; [`Error::Step`].
    pub fn place(mut self) -> Result<Placed<'a>, Error> {
        if let Some(signal) = self.signals.received() {
            return Err(Error::Interrupted(signal));
        }
        let Target { directory, name, existing, .. } = self.target;
        if !is_at(&self.file, directory, &self.name) {
            return Err(Error::Busy);
        }
        let found = rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW).ok();
        if let (Some(existing), Some(found)) = (existing, found)
            && Version::of(existing) != Version::of(&found)
            && !is_sabotaged(Sabotage::ChangeSinceStagedIgnored)
        {
            return Err(Error::Changed);
        }
        match existing {
            Some(existing) => rename_over(directory, &self.name, name, existing)?,
            None => rename_to_nothing(directory, &self.name, name).map_err(not_moved)?,
        }
        self.committed = true;
        if is_sabotaged(Sabotage::FileSyncedAfterMove) {
            let _ = self.file.sync_all();
        }
        Ok(Placed::new(self.target, &self.file))
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if self.committed || !is_at(&self.file, &self.target.directory, &self.name) {
            return;
        }
        if is_sabotaged(Sabotage::TemporaryFileLeft) {
            return;
        }
        // If it cannot be removed, it is at least emptied.
        if rustix::fs::unlinkat(&self.target.directory, &self.name, AtFlags::empty()).is_err() {
            let _ = self.file.set_len(0);
        }
    }
}

/// `STATX_ATTR_APPEND`, `statx(2)`.
const APPEND: u64 = 0x20;

/// Returns whether files in a directory, at `path` beneath an open one or that one itself, can be made but never renamed
/// or removed (`chattr +a`).
#[must_use]
pub fn is_append_only(directory: impl AsFd, path: &Path) -> bool {
    let found = rustix::fs::statx(directory, path, AtFlags::EMPTY_PATH, StatxFlags::empty());
    found.is_ok_and(|found| found.stx_attributes.bits() & APPEND != 0)
}

/// Returns whether the open file has this name.
fn is_at(file: &File, directory: &OwnedFd, name: &OsStr) -> bool {
    let open = rustix::fs::fstat(file);
    let named = rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW);
    matches!((open, named), (Ok(open), Ok(named)) if (open.st_dev, open.st_ino) == (named.st_dev, named.st_ino))
}

/// Creates and locks the temporary file; `None` if one was in the way and another try is due.
///
/// The lock tells a file that is being written from one that a killed run left.
fn create_locked(target: &Target, name: &OsStr) -> Result<Option<File>, Error> {
    let mut flags =
        OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut mode = Mode::RUSR | Mode::WUSR;
    if is_sabotaged(Sabotage::TemporaryFileTakenOver) {
        flags.remove(OFlags::EXCL);
    }
    if is_sabotaged(Sabotage::TemporaryFileReadable) {
        mode |= Mode::RGRP | Mode::ROTH;
    }
    match rustix::fs::openat(&target.directory, name, flags, mode) {
        Ok(file) => {
            // Without locks, no second run can take this file for abandoned.
            let locked = rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive);
            let file = File::from(file);
            if locked == Err(Errno::WOULDBLOCK) || !is_at(&file, &target.directory, name) {
                return Ok(None);
            }
            Ok(Some(file))
        }
        Err(Errno::EXIST) if is_sabotaged(Sabotage::LeftoverInTheWay) => Err(Error::Exists),
        Err(Errno::EXIST) => remove_abandoned(target, name).map(|()| None),
        Err(error) => Err(step("cannot write to its directory")(error)),
    }
}

fn remove_abandoned(target: &Target, name: &OsStr) -> Result<(), Error> {
    let in_the_way = || Error::InTheWay(target.path.with_file_name(name));
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let abandoned = match rustix::fs::openat(&target.directory, name, flags, Mode::empty()) {
        Err(Errno::NOENT) => return Ok(()),
        Err(Errno::LOOP | Errno::ACCESS) => return Err(in_the_way()),
        abandoned => File::from(abandoned.map_err(step("cannot open what an earlier run left"))?),
    };
    let found =
        rustix::fs::fstat(&abandoned).map_err(step("cannot examine what an earlier run left"))?;
    let is_file = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
    if !is_file || target.kept.contains(&(found.st_dev, found.st_ino)) {
        return Err(in_the_way());
    }
    match rustix::fs::flock(&abandoned, FlockOperation::NonBlockingLockExclusive) {
        Err(Errno::WOULDBLOCK) if found.st_uid == rustix::process::geteuid().as_raw() => {
            return Err(Error::Busy);
        }
        Err(Errno::WOULDBLOCK) => return Err(in_the_way()),
        locked => locked.map_err(step("cannot lock what an earlier run left"))?,
    }
    if !is_at(&abandoned, &target.directory, name) {
        return Ok(());
    }
    match rustix::fs::unlinkat(&target.directory, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(step("cannot remove what an earlier run left")(error)),
    }
}

fn not_moved(error: Errno) -> Error {
    match error {
        Errno::EXIST => Error::Exists,
        Errno::BUSY => Error::MountPoint,
        error => step("cannot move the new file into place")(error),
    }
}

/// Replaces the file that was examined, and moves back whatever else came out of its place: what another program saves at
/// the last moment is not lost. On file systems without `RENAME_EXCHANGE` (NFS), it is.
fn rename_over(directory: &OwnedFd, from: &OsStr, to: &OsStr, old: &Stat) -> Result<(), Error> {
    let exchange = || {
        if is_sabotaged(Sabotage::OldFileTruncated) {
            let _ =
                rustix::fs::openat(directory, to, OFlags::WRONLY | OFlags::TRUNC, Mode::empty());
            return Err(Errno::NOSYS);
        }
        rustix::fs::renameat_with(directory, from, directory, to, RenameFlags::EXCHANGE)
    };
    let is_old = |out: &Stat| {
        Version::is_only_renamed(old, out) || is_sabotaged(Sabotage::ChangeSinceStagedIgnored)
    };
    match exchange() {
        Err(Errno::INVAL | Errno::NOSYS) => {
            return rustix::fs::renameat(directory, from, directory, to).map_err(not_moved);
        }
        exchanged => exchanged.map_err(not_moved)?,
    }
    let out = rustix::fs::statat(directory, from, AtFlags::SYMLINK_NOFOLLOW);
    let failed = match out {
        Ok(out) if is_old(&out) => {
            let removed = rustix::fs::unlinkat(directory, from, AtFlags::empty());
            removed.map_err(step("cannot remove the old file"))
        }
        _ => Err(Error::Changed),
    };
    failed.map_err(|error| match exchange() {
        Ok(()) => error,
        Err(errno) => Error::NotMovedBack(kept(directory, from, to), errno),
    })
}

/// Gives the old content a name that the next run does not take for a leftover; returns its name.
fn kept(directory: &OwnedFd, from: &OsStr, to: &OsStr) -> PathBuf {
    let name = [to.as_bytes(), b".fixkey-saved"].concat();
    let name = OsStr::from_bytes(&name);
    let moved = rustix::fs::renameat_with(directory, from, directory, name, RenameFlags::NOREPLACE);
    PathBuf::from(if moved.is_ok() { name } else { from })
}

/// Renames without replacing. File systems without `RENAME_NOREPLACE` have hard links, which do not
/// replace either.
fn rename_to_nothing(directory: &OwnedFd, from: &OsStr, to: &OsStr) -> Result<(), Errno> {
    match rustix::fs::renameat_with(directory, from, directory, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS) => {
            rustix::fs::linkat(directory, from, directory, to, AtFlags::empty())?;
            rustix::fs::unlinkat(directory, from, AtFlags::empty()).inspect_err(|_| {
                let _ = rustix::fs::unlinkat(directory, to, AtFlags::empty());
            })
        }
        renamed => renamed,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn hidden_names_fit_and_differ_where_names_do() {
        let long = "k".repeat(244);
        let names =
            ["our.key", "Our.key", "OUR.key", "\u{e9}.key", "e\u{301}.key"].map(str::to_owned);
        let cut = ["1.key", "2.key", "Z.key", "z.key"].map(|end| format!("{long}{end}"));
        let hidden: HashSet<String> = names
            .iter()
            .chain(&cut)
            .map(|name| hidden_name(OsStr::new(name), SUFFIX))
            .map(|name| name.to_string_lossy().to_lowercase())
            .collect();
        assert_eq!(hidden.len(), names.len() + cut.len());
        assert!(
            hidden.iter().all(|name| name.len() <= LONGEST_NAME && name.ends_with(".fixkey-new"))
        );
        assert!(hidden.contains(".our.key.fixkey-new"), "as earlier releases named it");
    }
}
