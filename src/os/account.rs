//! Accounts of a system, and which files one may read (passwd, group, mode bits, POSIX ACLs).

mod grant;

pub use grant::{Grant, Refusal};

use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use rustix::fs::{Stat, XattrFlags};
use rustix::io::Errno;
use thiserror::Error;

use crate::os::view::View;

/// Extended attribute that holds a file's access control list (`acl(5)`).
pub const ACL: &str = "system.posix_acl_access";

const READ_BY_GROUP: u32 = 0o040;

/// An account, by its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name, or its number where it has none.
    pub name: String,
    /// User id.
    pub uid: u32,
    /// The primary group's id; not known of a number without a row.
    pub gid: Option<u32>,
    /// Ids of the groups it is in besides.
    pub groups: Vec<u32>,
}

/// Why a name stands for no account.
#[derive(Debug, Error)]
pub enum Error {
    /// No such account in the passwd file.
    #[error("there is no account \"{0}\" in /etc/passwd")]
    NoAccount(String),
    /// No such group in the group file.
    #[error("there is no group \"{0}\" in /etc/group")]
    NoGroup(String),
}

/// The passwd and group files of a system. What cannot be read holds nobody.
pub struct Accounts {
    folder: PathBuf,
    view: View,
}

impl Accounts {
    /// The accounts of the system that the view shows.
    #[must_use]
    pub fn seen_in(view: &View) -> Self {
        Self { folder: view.root().join("etc"), view: view.clone() }
    }

    /// No accounts at all, where those of the system are not known.
    #[must_use]
    pub fn unknown() -> Self {
        Self { folder: PathBuf::from("/dev/null"), view: View::default() }
    }

    /// Whether names of these accounts mean the same to the commands of this machine.
    #[must_use]
    pub fn are_of_this_machine(&self) -> bool {
        self.folder == Path::new("/etc")
    }

    /// The account with this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Account> {
        let passwd = self.read("passwd");
        let row = rows(&passwd).find(|row| row.name == name)?;
        let (uid, gid) = (row.number(0)?, row.number(1));
        Some(Account { name: name.to_owned(), uid, gid, groups: self.groups_of(name) })
    }

    /// The account that `NAME`, `UID` or `UID:GID` stands for.
    ///
    /// # Errors
    /// [`Error::NoAccount`] for a name without a row.
    pub fn find(&self, specification: &str) -> Result<Account, Error> {
        let (user, group) = match specification.split_once(':') {
            Some((user, group)) => (user, Some(group)),
            None => (specification, None),
        };
        let mut account = match number(user) {
            Some(uid) => self.numbered(uid),
            None => self.named(user).ok_or_else(|| Error::NoAccount(user.to_owned()))?,
        };
        if let Some(group) = group {
            account.gid = Some(self.group(group)?);
            account.groups.clear();
        }
        Ok(account)
    }

    fn numbered(&self, uid: u32) -> Account {
        let passwd = self.read("passwd");
        let row = rows(&passwd).find(|row| row.number(0) == Some(uid));
        let nameless = || Account { name: uid.to_string(), uid, gid: None, groups: Vec::new() };
        row.and_then(|row| self.named(row.name)).unwrap_or_else(nameless)
    }

    /// The id of a group by name or number.
    ///
    /// # Errors
    /// [`Error::NoGroup`] for a name without a row.
    pub fn group(&self, group: &str) -> Result<u32, Error> {
        let groups = self.read("group");
        let named = || rows(&groups).find(|row| row.name == group)?.number(0);
        number(group).or_else(named).ok_or_else(|| Error::NoGroup(group.to_owned()))
    }

    /// The name of an account, or its number where it has none.
    #[must_use]
    pub fn account_name(&self, uid: u32) -> String {
        self.numbered(uid).name
    }

    /// The name of a group, or its number where it has none.
    #[must_use]
    pub fn group_name(&self, gid: u32) -> String {
        let groups = self.read("group");
        let row = rows(&groups).find(|row| row.number(0) == Some(gid));
        row.map_or_else(|| gid.to_string(), |row| row.name.to_owned())
    }

    fn groups_of(&self, name: &str) -> Vec<u32> {
        let has_member = |row: &Row<'_>| {
            row.field(1).is_some_and(|list| list.split(',').any(|member| member == name))
        };
        rows(&self.read("group")).filter(has_member).filter_map(|row| row.number(0)).collect()
    }

    fn read(&self, name: &str) -> String {
        // An image may hold a pipe or a device there, which would not end.
        let contents = self.view.read_file(&self.folder.join(name));
        contents.map_or(String::new(), |read| String::from_utf8_lossy(&read.bytes).into_owned())
    }
}

/// An id; the largest number is none, since it means "unchanged" to the system.
fn number(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|number| *number != u32::MAX)
}

/// A row of a passwd or group file.
struct Row<'a> {
    name: &'a str,
    /// What follows the password.
    rest: &'a str,
}

impl<'a> Row<'a> {
    fn field(&self, index: usize) -> Option<&'a str> {
        self.rest.split(':').nth(index)
    }

    fn number(&self, index: usize) -> Option<u32> {
        number(self.field(index)?)
    }
}

fn rows(file: &str) -> impl Iterator<Item = Row<'_>> {
    file.lines().filter_map(|line| {
        let (name, rest) = line.split_once(':')?;
        let (_password, rest) = rest.split_once(':')?;
        Some(Row { name, rest })
    })
}

impl Account {
    /// Whether the account may do what `wanted` says, 4 for reading and 1 for entering a folder.
    #[must_use]
    pub fn may(&self, wanted: u32, file: &Stat, acl: Option<&[u8]>) -> bool {
        if self.uid == 0 {
            return true;
        }
        if self.uid == file.st_uid {
            return file.st_mode >> 6 & wanted == wanted;
        }
        if let Some(entries) = acl.and_then(acl_entries) {
            return self.may_by_acl(wanted, file, &entries);
        }
        let shift = if self.is_in(file.st_gid) { 3 } else { 0 };
        file.st_mode >> shift & wanted == wanted
    }

    fn is_in(&self, gid: u32) -> bool {
        self.gid == Some(gid) || self.groups.contains(&gid)
    }

    /// The access check algorithm of `acl(5)`, after the owner.
    fn may_by_acl(&self, wanted: u32, file: &Stat, entries: &[AclEntry]) -> bool {
        let mask =
            entries.iter().find(|entry| entry.tag == AclEntry::MASK).map_or(7, |mask| mask.rights);
        let allows = |entry: &AclEntry| entry.rights & mask & wanted == wanted;
        let mut users = entries.iter().filter(|entry| entry.tag == AclEntry::USER);
        if let Some(entry) = users.find(|entry| entry.id == self.uid) {
            return allows(entry);
        }
        let mut groups = entries
            .iter()
            .filter(|entry| match entry.tag {
                AclEntry::GROUP_OBJ => self.is_in(file.st_gid),
                AclEntry::GROUP => self.is_in(entry.id),
                _ => false,
            })
            .peekable();
        if groups.peek().is_some() {
            return groups.any(allows);
        }
        file.st_mode & wanted == wanted
    }

    /// What keeps the account from reading the file at `path`.
    ///
    /// # Errors
    /// When the path cannot be looked at.
    pub fn obstacles(&self, path: &Path) -> io::Result<Obstacles> {
        let path = fs::canonicalize(path)?;
        let folders = self.closed_directories(path.parent().unwrap_or(&path))?;
        Ok(Obstacles { folders, file: !self.may_at(4, &path)? })
    }

    /// Returns the directories that the account cannot enter, from the root to this one.
    ///
    /// # Errors
    /// When one cannot be examined.
    pub fn closed_directories(&self, directory: &Path) -> io::Result<Vec<PathBuf>> {
        let directory = fs::canonicalize(directory)?;
        let mut closed = Vec::new();
        for directory in directory.ancestors() {
            if !self.may_at(1, directory)? {
                closed.insert(0, directory.to_owned());
            }
        }
        Ok(closed)
    }

    /// Whether the access control list of what is at `path` decides what the account may there.
    ///
    /// # Errors
    /// When it cannot be looked at.
    pub fn is_judged_by_list(&self, path: &Path) -> io::Result<bool> {
        let is_owner = rustix::fs::stat(path)?.st_uid == self.uid;
        Ok(!is_owner && acl_of(path)?.is_some())
    }

    fn may_at(&self, wanted: u32, path: &Path) -> io::Result<bool> {
        let acl = acl_of(path)?;
        Ok(self.may(wanted, &rustix::fs::stat(path)?, acl.as_deref()))
    }
}

/// Whether an account that owns nothing and is in no group may enter every folder above the file at `path`.
#[must_use]
pub fn everyone_enters(path: &Path) -> bool {
    let is_open =
        |folder: &Path| rustix::fs::stat(folder).is_ok_and(|found| found.st_mode & 1 != 0);
    fs::canonicalize(path).is_ok_and(|path| path.ancestors().skip(1).all(is_open))
}

/// What keeps an account from reading a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacles {
    /// The folders above it that the account may not enter, from the root on.
    pub folders: Vec<PathBuf>,
    /// Whether the file itself has no right for the account.
    pub file: bool,
}

struct AclEntry {
    tag: u16,
    rights: u32,
    id: u32,
}

impl AclEntry {
    const USER: u16 = 0x02;
    const GROUP_OBJ: u16 = 0x04;
    const GROUP: u16 = 0x08;
    const MASK: u16 = 0x10;
}

/// Reads the attribute's value: a version of four bytes, then entries of eight (Linux `posix_acl_xattr.h`).
fn acl_entries(value: &[u8]) -> Option<Vec<AclEntry>> {
    let (version, entries) = value.split_first_chunk()?;
    if u32::from_le_bytes(*version) != 2 {
        return None;
    }
    let entry = |entry: &[u8]| {
        let (tag, rest) = entry.split_first_chunk()?;
        let (rights, rest) = rest.split_first_chunk()?;
        Some(AclEntry {
            tag: u16::from_le_bytes(*tag),
            rights: u32::from(u16::from_le_bytes(*rights)),
            id: u32::from_le_bytes(*rest.first_chunk()?),
        })
    };
    entries.chunks_exact(8).map(entry).collect()
}

/// The access control list of a file, as its attribute holds it; `None` where it has none.
///
/// # Errors
/// When there may be one that cannot be read.
pub fn acl_of(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let length = rustix::fs::getxattr_query(path, ACL);
    read_acl(length, |value| rustix::fs::getxattr(path, ACL, value))
}

/// The same of an open file.
///
/// # Errors
/// When there may be one that cannot be read.
pub fn acl_of_open(file: impl AsFd) -> io::Result<Option<Vec<u8>>> {
    let length = rustix::fs::fgetxattr_query(&file, ACL);
    read_acl(length, |value| rustix::fs::fgetxattr(&file, ACL, value))
}

fn read_acl(
    length: Result<usize, Errno>,
    get: impl FnOnce(&mut [u8]) -> Result<usize, Errno>,
) -> io::Result<Option<Vec<u8>>> {
    match length {
        Ok(length) => {
            let mut value = vec![0; length];
            let length = get(&mut value)?;
            value.truncate(length);
            Ok(Some(value))
        }
        Err(Errno::NODATA | Errno::OPNOTSUPP) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Sets the access control list of an open file.
///
/// # Errors
/// When the file system has none, or does not allow it.
pub fn set_acl(file: impl AsFd, acl: &[u8]) -> io::Result<()> {
    Ok(rustix::fs::fsetxattr(file, ACL, acl, XattrFlags::empty())?)
}
