//! Accounts of a system, and which files one may read (passwd, group, mode bits, POSIX ACLs).

mod grant;

pub use grant::{Grant, Refusal};

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustix::fs::Stat;
use thiserror::Error;

use crate::os::acl::{Acl, AclEntry, Who};
use crate::os::display::shown;
use crate::os::place::{Place, Route};
use crate::os::view::View;

const READ_BY_GROUP: u32 = 0o040;

/// An account, by its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The name, or the number if it has none.
    pub name: String,
    /// User id.
    pub uid: u32,
    /// The primary group's id; `None` for a number without a row.
    pub gid: Option<u32>,
    /// Ids of its other groups.
    pub groups: Vec<u32>,
}

/// Why a name is not an account.
#[derive(Debug, Error)]
pub enum Error {
    /// No such account in the passwd file.
    #[error("there is no account \"{0}\" in {1}")]
    NoAccount(String, String),
    /// No such group in the group file.
    #[error("there is no group \"{0}\" in {1}")]
    NoGroup(String, String),
}

/// The passwd and group files of a system; an unreadable file has no rows.
pub struct Accounts {
    directory: PathBuf,
    view: View,
    passwd: OnceLock<String>,
    group: OnceLock<String>,
}

impl Accounts {
    /// Returns the accounts of the system that the view shows.
    #[must_use]
    pub fn seen_in(view: &View) -> Self {
        Self::in_directory(view.root().join("etc"), view)
    }

    /// Returns no accounts, for a system whose accounts are unknown.
    #[must_use]
    pub fn unknown() -> Self {
        Self::in_directory(PathBuf::from("/dev/null"), &View::default())
    }

    fn in_directory(directory: PathBuf, view: &View) -> Self {
        Self { directory, view: view.clone(), passwd: OnceLock::new(), group: OnceLock::new() }
    }

    /// Returns whether the commands of this machine know these accounts by the same names.
    #[must_use]
    pub fn are_of_this_machine(&self) -> bool {
        self.directory == Path::new("/etc")
    }

    /// The root of their system.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.directory.parent().unwrap_or(&self.directory)
    }

    /// The account with this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Account> {
        let row = rows(self.passwd()).find(|row| row.name == name)?;
        let (uid, gid) = (row.number(0)?, row.number(1));
        Some(Account { name: name.to_owned(), uid, gid, groups: self.groups_of(name) })
    }

    /// Returns the account that `NAME`, `UID` or `UID:GID` stands for.
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
            None => self
                .named(user)
                .ok_or_else(|| Error::NoAccount(user.to_owned(), self.file("passwd")))?,
        };
        if let Some(group) = group {
            account.gid = Some(self.group(group)?);
            account.groups.clear();
        }
        Ok(account)
    }

    fn numbered(&self, uid: u32) -> Account {
        let row = rows(self.passwd()).find(|row| row.number(0) == Some(uid));
        let nameless = || Account { name: uid.to_string(), uid, gid: None, groups: Vec::new() };
        row.and_then(|row| self.named(row.name)).unwrap_or_else(nameless)
    }

    /// Returns the id of a group by name or number.
    ///
    /// # Errors
    /// [`Error::NoGroup`] for a name without a row.
    pub fn group(&self, group: &str) -> Result<u32, Error> {
        let named = || rows(self.groups()).find(|row| row.name == group)?.number(0);
        number(group)
            .or_else(named)
            .ok_or_else(|| Error::NoGroup(group.to_owned(), self.file("group")))
    }

    /// Returns the name of an account, or its number if it has none.
    #[must_use]
    pub fn account_name(&self, uid: u32) -> String {
        self.numbered(uid).name
    }

    /// Returns the name of a group, or its number if it has none.
    #[must_use]
    pub fn group_name(&self, gid: u32) -> String {
        let row = rows(self.groups()).find(|row| row.number(0) == Some(gid));
        row.map_or_else(|| gid.to_string(), |row| row.name.to_owned())
    }

    fn groups_of(&self, name: &str) -> Vec<u32> {
        let has_member = |row: &Row<'_>| {
            row.field(1).is_some_and(|list| list.split(',').any(|member| member == name))
        };
        rows(self.groups()).filter(has_member).filter_map(|row| row.number(0)).collect()
    }

    /// Returns the path of one of the files for messages.
    fn file(&self, name: &str) -> String {
        if self.directory == Path::new("/dev/null") {
            return "the mapped system, whose accounts are not known".to_owned();
        }
        shown(&self.directory.join(name))
    }

    fn passwd(&self) -> &str {
        self.passwd.get_or_init(|| self.read("passwd"))
    }

    fn groups(&self) -> &str {
        self.group.get_or_init(|| self.read("group"))
    }

    fn read(&self, name: &str) -> String {
        // An image may hold a pipe or a device there, which never ends.
        let contents = self.view.read_file(&self.directory.join(name));
        contents.map_or(String::new(), |read| String::from_utf8_lossy(&read.bytes).into_owned())
    }
}

/// Parses an id. The largest number is none: to the system it means "unchanged".
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
    /// Returns whether the account has the permission `wanted`: 4 to read, 1 to enter a directory.
    #[must_use]
    pub fn may(&self, wanted: u32, file: &Stat, acl: Option<&[u8]>) -> bool {
        if self.uid == 0 {
            return true;
        }
        if self.uid == file.st_uid {
            return file.st_mode >> 6 & wanted == wanted;
        }
        if let Some(acl) = acl.and_then(Acl::read) {
            return self.may_by_acl(wanted, file, &acl);
        }
        let shift = if self.is_in(file.st_gid) { 3 } else { 0 };
        file.st_mode >> shift & wanted == wanted
    }

    fn is_in(&self, gid: u32) -> bool {
        self.gid == Some(gid) || self.groups.contains(&gid)
    }

    /// The access check algorithm of `acl(5)`, after the owner.
    fn may_by_acl(&self, wanted: u32, file: &Stat, acl: &Acl) -> bool {
        let allows = |entry: &AclEntry| acl.effective(entry) & wanted == wanted;
        if let Some(entry) = acl.iter().find(|entry| entry.who == Who::User(self.uid)) {
            return allows(entry);
        }
        let mut groups = acl
            .iter()
            .filter(|entry| match entry.who {
                Who::OwningGroup => self.is_in(file.st_gid),
                Who::Group(gid) => self.is_in(gid),
                _ => false,
            })
            .peekable();
        if groups.peek().is_some() {
            return groups.any(allows);
        }
        file.st_mode & wanted == wanted
    }

    /// Whether the account may do what `wanted` says at a place.
    ///
    /// # Errors
    /// When its access control list cannot be read.
    pub fn may_at(&self, wanted: u32, place: &Place) -> io::Result<bool> {
        Ok(self.may(wanted, &place.found, place.acl()?))
    }

    /// What keeps the account from reading the file at the end of a route, and from listing one directory on it.
    ///
    /// # Errors
    /// When a place on it cannot be looked at.
    pub fn obstacles(&self, route: &Route, listed: Option<&Path>) -> io::Result<Obstacles> {
        let directories = self.closed_directories(route, listed)?;
        Ok(Obstacles { directories, file: !self.may_at(4, route.end()?)? })
    }

    /// Returns the directories on a route that the account cannot enter, or list where that is `listed`, in the order
    /// in which it comes to them.
    ///
    /// # Errors
    /// When one cannot be looked at.
    pub fn closed_directories(
        &self,
        route: &Route,
        listed: Option<&Path>,
    ) -> io::Result<Vec<Arc<Place>>> {
        let mut closed = Vec::new();
        for directory in route.directories()? {
            let wanted = if listed == Some(&directory.path) { 5 } else { 1 };
            if !self.may_at(wanted, directory)? {
                closed.push(Arc::clone(directory));
            }
        }
        Ok(closed)
    }

    /// Whether the access control list of a place decides what the account may there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_judged_by_list(&self, place: &Place) -> io::Result<bool> {
        Ok(place.found.st_uid != self.uid && place.acl()?.is_some())
    }
}

/// Whether an account that owns nothing and is in no group may enter every directory on a route.
#[must_use]
pub fn everyone_enters(route: &Route) -> bool {
    let is_open = |directory: &Arc<Place>| directory.found.st_mode & 1 != 0;
    route.directories().is_ok_and(|mut directories| directories.all(is_open))
}

/// Whether anybody but root and the account `uid` may write to a place: its owner may always give himself the right.
#[must_use]
pub fn is_written_by_others(uid: u32, place: &Place) -> bool {
    const WRITE: u32 = 2;
    let is_trusted = |user: u32| user == 0 || user == uid;
    let (mode, gid) = (place.found.st_mode, place.found.st_gid);
    let Ok(acl) = place.acl() else { return true };
    let by_group = match acl.and_then(Acl::read) {
        Some(acl) => acl.iter().filter(|entry| acl.effective(entry) & WRITE != 0).any(|entry| {
            match entry.who {
                Who::User(user) => !is_trusted(user),
                Who::OwningGroup => gid != 0,
                Who::Group(group) => group != 0,
                Who::Mask | Who::Else => false,
            }
        }),
        None => mode >> 3 & WRITE != 0 && gid != 0,
    };
    !is_trusted(place.found.st_uid) || by_group || mode & WRITE != 0
}

/// What keeps an account from reading a file.
#[derive(Clone, Debug)]
pub struct Obstacles {
    /// The directories on the way to it that the account may not enter, in the order of the way.
    pub directories: Vec<Arc<Place>>,
    /// Whether the file itself has no right for the account.
    pub file: bool,
}
