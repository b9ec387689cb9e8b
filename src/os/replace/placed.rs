//! A file that was moved into place and may have to be moved back.

use std::fs::File;
use std::path::PathBuf;

use rustix::fs::{AtFlags, Stat};
use rustix::io::Errno;

use super::{Staged, Target};
use crate::os::sabotage::{Sabotage, is_sabotaged};

/// A file that is in place and may have to be moved back.
pub struct Placed<'a> {
    pub(super) target: &'a Target,
    inode: Option<(u64, u64)>,
}

fn inode(file: &Stat) -> (u64, u64) {
    (file.st_dev, file.st_ino)
}

impl<'a> Placed<'a> {
    pub(super) fn new(target: &'a Target, file: &File) -> Self {
        Self { target, inode: rustix::fs::fstat(file).as_ref().map(inode).ok() }
    }

    /// Makes the move durable.
    ///
    /// # Errors
    /// When the directory cannot be synced.
    pub fn sync(&self) -> Result<(), Errno> {
        if is_sabotaged(Sabotage::DirectoryNotSynced) {
            return Ok(());
        }
        rustix::fs::fsync(&self.target.directory)
    }

    /// Removes the file, unless another one has replaced it.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self) -> Result<(), Errno> {
        let Target { directory, name, .. } = self.target;
        let found = rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if self.inode == Some(inode(&found)) {
            rustix::fs::unlinkat(directory, name, AtFlags::empty())?;
        }
        self.sync()
    }

    /// Moves the file, a copy of what was at `target` before, over what is there now.
    ///
    /// # Errors
    /// When it cannot be moved; it then keeps its name.
    pub fn restore(&self, target: &Target) -> Result<(), Errno> {
        let Target { directory, name, .. } = self.target;
        rustix::fs::renameat(directory, name, &target.directory, &target.name)?;
        rustix::fs::fsync(&target.directory)
    }
}

impl Staged<'_> {
    /// Returns its temporary path.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.target.path.with_file_name(&self.name)
    }

    /// Removes the temporary file.
    ///
    /// # Errors
    /// When it cannot be removed; it is then emptied.
    pub fn remove(mut self) -> Result<(), Errno> {
        self.committed = true;
        rustix::fs::unlinkat(&self.target.directory, &self.name, AtFlags::empty()).inspect_err(
            |_| {
                let _ = self.file.set_len(0);
            },
        )
    }

    /// Moves the file, a copy of what was at `target` before, over what is there now.
    ///
    /// # Errors
    /// When it cannot be moved; it then keeps its temporary name.
    pub fn restore(mut self, target: &Target) -> Result<(), Errno> {
        let Target { directory, .. } = self.target;
        self.committed = true;
        rustix::fs::renameat(directory, &self.name, &target.directory, &target.name)?;
        rustix::fs::fsync(&target.directory)
    }
}
