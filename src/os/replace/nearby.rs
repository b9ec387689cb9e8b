//! Opens places without following links.

use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, Stat};
use rustix::io::Errno;

use super::{Error, Target, step};
use crate::os::view::View;

impl Target {
    /// Opens a place where nothing exists yet, without following links.
    ///
    /// # Errors
    /// [`Error::Exists`] when something is there, even a link.
    pub fn open_new(path: &Path, view: &View) -> Result<Self, Error> {
        let target = Self::open_unresolved(path, view)?;
        if target.existing.is_some() { Err(Error::Exists) } else { Ok(target) }
    }

    /// Opens another name in the same directory, which is not looked up again; follows no link.
    ///
    /// # Errors
    /// [`Error::Step`]
    pub fn beside(&self, name: OsString) -> Result<Self, Error> {
        let directory = self.directory.try_clone();
        let directory =
            directory.map_err(|error| Error::Step("cannot open its directory", error))?;
        let existing = look_up(&directory, &name)?;
        let path = self.path.with_file_name(&name);
        Ok(Self { directory, name, path, existing, kept: Vec::new() })
    }

    /// Looks up what is there now; follows no link.
    ///
    /// # Errors
    /// [`Error::Step`]
    pub fn look_again(&self) -> Result<Option<Stat>, Error> {
        look_up(&self.directory, &self.name)
    }
}

/// Looks up a name in a directory; a link is not followed.
pub(super) fn look_up(directory: &OwnedFd, name: &OsStr) -> Result<Option<Stat>, Error> {
    match rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(found) => Ok(Some(found)),
        Err(Errno::NOENT) => Ok(None),
        Err(Errno::NAMETOOLONG) => Err(Error::NameTooLong),
        Err(error) => Err(step("cannot examine it")(error)),
    }
}
