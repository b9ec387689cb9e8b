//! How an account is let read a file: by its group, where nobody loses a right by that.

use rustix::fs::Stat;
use thiserror::Error;

use super::{Account, READ_BY_GROUP};

const WRITE_BY_GROUP: u32 = 0o020;

/// The group and mode with which an account can read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The account's group.
    pub gid: u32,
    /// All bits of the mode that can be set, `chmod(2)`.
    pub mode: u32,
}

/// Why an account is not let read a file by its group.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// The owner's bits decide.
    #[error("the account owns it, and the rights of owners are left alone")]
    Owner,
    /// Its primary group is not known.
    #[error("the group of the account is not known here, unless --user UID:GID tells it")]
    NoGroup,
    /// A list decides, and its mask is the mode's bits of the group.
    #[error("the access control list is left alone")]
    List,
    /// Those in the file's group would lose what they may.
    #[error("the group that the file has would lose its rights")]
    Shared,
}

impl Account {
    /// The rights that let the account read a file, with all others as they are.
    ///
    /// # Errors
    /// [`Refusal`]
    pub fn grant(&self, found: &Stat, acl: Option<&[u8]>) -> Result<Grant, Refusal> {
        let gid = self.group_to_grant_by(found, acl)?;
        let mode = found.st_mode & 0o7777;
        let has_rights =
            mode & WRITE_BY_GROUP != 0 || found.st_gid != 0 && mode & READ_BY_GROUP != 0;
        if has_rights && found.st_gid != gid {
            return Err(Refusal::Shared);
        }
        Ok(Grant { gid, mode: mode | READ_BY_GROUP })
    }

    /// The same for a new file, of whose rights nobody has made use.
    ///
    /// # Errors
    /// [`Refusal`]
    pub fn grant_of_new(&self, found: &Stat, acl: Option<&[u8]>) -> Result<Grant, Refusal> {
        Ok(Grant { gid: self.group_to_grant_by(found, acl)?, mode: 0o640 })
    }

    fn group_to_grant_by(&self, found: &Stat, acl: Option<&[u8]>) -> Result<u32, Refusal> {
        if self.uid == found.st_uid {
            return Err(Refusal::Owner);
        }
        if acl.is_some() {
            return Err(Refusal::List);
        }
        self.gid.ok_or(Refusal::NoGroup)
    }
}
