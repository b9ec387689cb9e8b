//! Grants an account read access to a file through its group, if nobody loses access.

use rustix::fs::Stat;
use thiserror::Error;

use super::{Account, READ_BY_GROUP};

const WRITE_BY_GROUP: u32 = 0o020;

/// The group and mode with which an account can read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The account's group.
    pub gid: u32,
    /// All bits that `chmod(2)` can set.
    pub mode: u32,
}

/// Why an account does not get access through its group.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// The owner's bits decide.
    #[error("the account owns the file, and fixkey does not change the permissions of owners")]
    Owner,
    /// Its primary group is not known.
    #[error("the group of the account is unknown; use --user UID:GID")]
    NoGroup,
    /// A list decides, and its mask takes the place of the group bits.
    #[error("fixkey does not change access control lists")]
    List,
    /// Members of the file's group would lose access.
    #[error(
        "its present group would lose permissions, or the new group would get more than read permission"
    )]
    Shared,
}

impl Account {
    /// Returns the permissions that let the account read the file and change nothing else.
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

    /// As [`Account::grant`], for a new file whose permissions nobody has used.
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails so")]

    use super::*;

    const LOGSTASH: u32 = 996;

    fn granted(uid: u32, gid: u32, mode: u32) -> Result<Grant, Refusal> {
        let account =
            Account { name: "logstash".into(), uid: 997, gid: Some(LOGSTASH), groups: vec![110] };
        let mut found = rustix::fs::stat("/").unwrap();
        (found.st_uid, found.st_gid, found.st_mode) = (uid, gid, 0o100_000 | mode);
        account.grant(&found, None)
    }

    #[test]
    fn only_the_group_and_its_read_bit_change() {
        for (gid, mode, expected) in [
            (0, 0o600, 0o640),
            (0, 0o640, 0o640),
            (7, 0o400, 0o440),
            (7, 0o604, 0o644),
            (0, 0o4700, 0o4740),
            (LOGSTASH, 0o620, 0o660),
        ] {
            assert_eq!(granted(0, gid, mode), Ok(Grant { gid: LOGSTASH, mode: expected }));
        }
    }

    #[test]
    fn nobody_loses_a_right_or_gets_one_to_write() {
        assert_eq!(granted(0, 110, 0o640), Err(Refusal::Shared));
        assert_eq!(granted(0, 7, 0o620), Err(Refusal::Shared));
        assert_eq!(granted(0, 0, 0o660), Err(Refusal::Shared));
        assert_eq!(granted(997, 0, 0o200), Err(Refusal::Owner));
    }
}
