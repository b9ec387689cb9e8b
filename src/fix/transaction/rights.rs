//! Changes the permissions of an existing file through its open descriptor, and restores them.

use std::fs::File;
use std::io;

use rustix::fs::{Stat, XattrFlags};

use crate::os::account::Grant;
use crate::os::display::quoted;
use crate::os::replace::{self, Error, Target, Version};
use crate::os::signals::Signals;

/// The attribute that the system removes from a file whose group changes (`capabilities(7)`).
const CAPABILITY: &str = "security.capability";

/// Bytes of `struct vfs_ns_cap_data` (Linux `capability.h`).
const LONGEST_CAPABILITY: usize = 24;

/// New permissions for a file.
pub struct RightsChange<'t> {
    /// The file.
    pub(super) target: &'t Target,
    file: File,
    before: Stat,
    grant: Grant,
    signals: Signals,
}

impl<'t> RightsChange<'t> {
    /// Opens the file that `target` found.
    ///
    /// # Errors
    /// [`Error::Changed`] when it was replaced; [`Error::Step`].
    pub fn new(target: &'t Target, grant: Grant) -> Result<Self, Error> {
        let signals =
            Signals::watch().map_err(|error| Error::Step("cannot watch signals", error))?;
        let before = target.existing.ok_or(Error::Changed)?;
        let file = target.open_existing().map_err(|error| Error::Step("cannot open it", error))?;
        let change = Self { target, file, before, grant, signals };
        change.refuse_changed()?;
        Ok(change)
    }

    /// Sets the new permissions durably.
    ///
    /// # Errors
    /// [`Error::Changed`]; [`Error::Interrupted`]; [`Error::Step`], after which the file may have a part of the
    /// permissions.
    pub(super) fn make(&self) -> Result<(), Error> {
        if let Some(signal) = self.signals.received() {
            return Err(Error::Interrupted(signal));
        }
        self.refuse_changed()?;
        self.set(self.grant).map_err(|error| Error::Step("cannot change its permissions", error))
    }

    /// Restores the old permissions.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub(super) fn put_back(&self) -> io::Result<()> {
        let Stat { st_gid, st_mode, .. } = self.before;
        let now = rustix::fs::fstat(&self.file)?;
        if (now.st_gid, now.st_mode) == (st_gid, st_mode) {
            return Ok(());
        }
        self.set(Grant { gid: st_gid, mode: st_mode & 0o7777 })
    }

    /// Returns the shell command that restores the old permissions.
    pub(super) fn command_to_put_back(&self) -> String {
        let Stat { st_gid, st_mode, .. } = self.before;
        let path = quoted(&self.target.path);
        format!("chgrp {st_gid} {path} && chmod {:o} {path}", st_mode & 0o7777)
    }

    /// Sets group and mode so that no group ever has more permissions than before or after.
    fn set(&self, Grant { gid, mode }: Grant) -> io::Result<()> {
        let now = rustix::fs::fstat(&self.file)?;
        if now.st_gid != gid {
            replace::change_rights(&self.file, None, None, Some(mode & now.st_mode))?;
            self.change_group(gid)?;
        }
        replace::change_rights(&self.file, None, None, Some(mode))?;
        Ok(rustix::fs::fsync(&self.file)?)
    }

    fn change_group(&self, gid: u32) -> io::Result<()> {
        let mut value = [0; LONGEST_CAPABILITY];
        let length = rustix::fs::fgetxattr(&self.file, CAPABILITY, &mut value[..]);
        replace::change_rights(&self.file, None, Some(gid), None)?;
        if let Ok(length) = length {
            rustix::fs::fsetxattr(&self.file, CAPABILITY, &value[..length], XattrFlags::empty())?;
        }
        Ok(())
    }

    fn refuse_changed(&self) -> Result<(), Error> {
        let open = rustix::fs::fstat(&self.file);
        let named = self.target.look_again()?;
        let is_same = |found: &Stat| Version::of(found) == Version::of(&self.before);
        let is_there =
            open.is_ok_and(|open| is_same(&open)) && named.is_some_and(|named| is_same(&named));
        if is_there { Ok(()) } else { Err(Error::Changed) }
    }
}
