//! Stages the file of a new key: permissions first, then content, synced and read back.

use std::io;

use rustix::fs::Stat;
use thiserror::Error as ThisError;

use crate::check::access::{self, Access, AccessPolicy, Sharing};
use crate::check::report::Remark;
use crate::os::replace::{self, Staged, Target};
use crate::os::view::OpenFile;
use keyfile::key::PrivateKey;

/// Why no key was staged.
#[derive(Debug, ThisError)]
pub(crate) enum Error {
    #[error(transparent)]
    Replace(#[from] replace::Error),
    #[error("cannot set owner and mode: {0}")]
    Rights(io::Error),
    #[error("cannot keep its owner and group: {0}")]
    Owner(io::Error),
    #[error("cannot open it: {0}")]
    Open(io::Error),
}

/// A key that gets a file.
pub(crate) struct NewKey<'a> {
    /// One PKCS#8 block.
    pub(crate) text: &'a [u8],
    pub(crate) key: &'a PrivateKey<'a>,
    /// The old key's file, whose permissions a new file inherits.
    pub(crate) old: Option<&'a OpenFile>,
    /// Who may get to read it.
    pub(crate) sharing: Sharing,
}

/// A key under its temporary name.
pub(crate) struct StagedKey<'a> {
    pub(crate) staged: Staged<'a>,
    pub(crate) given: GivenAccess,
}

/// The owner, group and mode that a new key got.
pub(crate) struct GivenAccess {
    pub(crate) after: Access,
    /// Whether the account was given access.
    pub(crate) granted: bool,
    /// The attributes of the replaced file that could not be kept, as remarks.
    pub(crate) remarks: Vec<Remark>,
}

impl NewKey<'_> {
    /// Writes the key beside its place.
    pub(crate) fn stage<'t>(
        &self,
        target: &'t Target,
        rights: &AccessPolicy,
    ) -> Result<StagedKey<'t>, Error> {
        let mut staged = Staged::create(target)?;
        let remarks = match (&target.existing, self.old) {
            (Some(existing), _) => keep_rights(target, existing, &staged, 0o770)?,
            (None, Some(old)) => {
                access::inherit(old, self.sharing.keeps_group, staged.file())
                    .map_err(Error::Rights)?;
                Vec::new()
            }
            (None, None) => Vec::new(),
        };
        rights.give_asked(staged.file()).map_err(Error::Rights)?;
        let granted = self.sharing.may_grant
            && rights.grant(staged.file(), target.existing.is_some()).map_err(Error::Rights)?;
        let after =
            rustix::fs::fstat(staged.file()).map_err(|error| Error::Rights(error.into()))?;
        // Only now, so that no unauthorised account reads it.
        staged.write(self.text)?;
        staged.sync_and_verify(|found| self.key.is_written_in(found))?;
        Ok(StagedKey { staged, given: GivenAccess { after: Access::of(&after), granted, remarks } })
    }
}

/// Gives a file the owner, attributes and mode (limited by `mask`) of the one that it replaces.
pub(crate) fn keep_rights(
    target: &Target,
    old: &Stat,
    staged: &Staged<'_>,
    mask: u32,
) -> Result<Vec<Remark>, Error> {
    let mut notes = Vec::new();
    replace::change_rights(staged.file(), Some(old.st_uid), Some(old.st_gid), None)
        .map_err(Error::Owner)?;
    let old_file = target.open_existing().map_err(Error::Open)?;
    let left_out = replace::copy_attributes(&old_file, staged.file());
    let lost = |what: String| Remark::warning(format!("cannot keep its extended {what}"));
    match left_out {
        Ok(names) => notes.extend(names.iter().map(|name| lost(format!("attribute {name}")))),
        Err(error) => notes.push(lost(format!("attributes ({error})"))),
    }
    replace::change_rights(staged.file(), None, None, Some(old.st_mode & mask))
        .map_err(Error::Rights)?;
    if old.st_nlink > 1 {
        notes.push(Remark::note("it has other hard links, which keep the old content"));
    }
    Ok(notes)
}
