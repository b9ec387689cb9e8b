//! The file of a new key, staged: its rights first, then its content, durable and read back.

use std::io;

use rustix::fs::Stat;
use thiserror::Error as ThisError;

use super::rights::{self, Access, Rights};
use crate::os::replace::{self, Staged, Target};
use crate::os::view::OpenFile;
use keyfile::key::PrivateKey;

/// What there is to say about a file that was written: the kind of line, and the line.
pub(super) type Notes = Vec<(&'static str, String)>;

/// Why no key was staged.
#[derive(Debug, ThisError)]
pub(super) enum Error {
    #[error(transparent)]
    Replace(#[from] replace::Error),
    #[error("owner and mode cannot be set: {0}")]
    Rights(io::Error),
    #[error("its owner and group cannot be kept: {0}")]
    Owner(io::Error),
    #[error("it cannot be opened: {0}")]
    Open(io::Error),
}

/// A key that is to have a file.
pub(super) struct NewKey<'a> {
    /// One PKCS#8 block.
    pub(super) text: &'a [u8],
    pub(super) key: &'a PrivateKey<'a>,
    /// The old key's file, whose rights a new file gets.
    pub(super) old: Option<&'a OpenFile>,
}

/// A key under its temporary name.
pub(super) struct StagedKey<'a> {
    pub(super) staged: Staged<'a>,
    pub(super) notes: Notes,
    pub(super) after: Access,
    /// Whether the account was let read it.
    pub(super) granted: bool,
}

impl NewKey<'_> {
    /// Writes the key beside its place.
    pub(super) fn stage<'t>(
        &self,
        target: &'t Target,
        rights: &Rights,
    ) -> Result<StagedKey<'t>, Error> {
        let mut staged = Staged::create(target)?;
        let notes = match (&target.existing, self.old) {
            (Some(existing), _) => keep_rights(target, existing, &staged, 0o770)?,
            (None, Some(old)) => {
                rights::inherit(old, staged.file()).map_err(Error::Rights)?;
                Notes::new()
            }
            (None, None) => Notes::new(),
        };
        rights.give_asked(staged.file()).map_err(Error::Rights)?;
        let granted =
            rights.grant(staged.file(), target.existing.is_some()).map_err(Error::Rights)?;
        let after =
            rustix::fs::fstat(staged.file()).map_err(|error| Error::Rights(error.into()))?;
        // Only now, so that nobody reads it who may not.
        staged.write(self.text)?;
        staged.sync_and_verify(|found| self.key.is_written_in(found))?;
        Ok(StagedKey { staged, notes, after: Access::of(&after), granted })
    }
}

/// Gives a file the owner, attributes and mode of the one that it replaces, as far as `mask` lets
/// the mode.
pub(super) fn keep_rights(
    target: &Target,
    old: &Stat,
    staged: &Staged<'_>,
    mask: u32,
) -> Result<Notes, Error> {
    let mut notes = Notes::new();
    replace::change_rights(staged.file(), Some(old.st_uid), Some(old.st_gid), None)
        .map_err(Error::Owner)?;
    let old_file = target.open_existing().map_err(Error::Open)?;
    let left_out = replace::copy_attributes(&old_file, staged.file());
    let lost = |what: String| ("warning", format!("its extended {what} could not be kept"));
    match left_out {
        Ok(names) => notes.extend(names.iter().map(|name| lost(format!("attribute {name}")))),
        Err(error) => notes.push(lost(format!("attributes ({error})"))),
    }
    replace::change_rights(staged.file(), None, None, Some(old.st_mode & mask))
        .map_err(Error::Rights)?;
    if old.st_nlink > 1 {
        notes.push(("note", "it has other hard links, which keep the old content".to_owned()));
    }
    Ok(notes)
}
