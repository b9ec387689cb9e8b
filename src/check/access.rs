//! Decides who can read a key: the permissions of a new one, and what keeps the account that needs it from reading it.

mod opening;

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;

use opening::ClosedFile;
use rustix::fs::Stat;

use crate::check::finding::Severity;
use crate::check::hint::Hint;
use crate::check::named_file::Closed;
use crate::check::report::{NamedAccess, Remark};
use crate::os::account::{self, Account, Accounts, Grant, Obstacles};
use crate::os::acl;
use crate::os::display::shown;
use crate::os::place::Place;
use crate::os::replace;
use crate::os::view::{LocatedPath, OpenFile, View};

/// For Logstash in a container, or under another account name.
const NO_ACCOUNT: &str = "there is no account \"logstash\" here: add --user NAME or --user UID:GID for the account of Logstash";

const READ_BY_OTHERS: u32 = 0o004;
const SETGID: u32 = 0o2000;

/// The options about access.
pub(crate) struct Asked<'a> {
    /// The account that must be able to read the new key.
    pub(crate) user: Option<&'a str>,
    pub(crate) owner: Option<&'a str>,
    pub(crate) group: Option<&'a str>,
    pub(crate) mode: Option<u32>,
}

/// The access policy for new keys.
pub(crate) struct AccessPolicy {
    uid: Option<u32>,
    gid: Option<u32>,
    mode: Option<u32>,
    /// The account that must be able to read new keys.
    account: Option<Account>,
    accounts: Accounts,
}

/// Owner, group and mode of a file.
#[derive(Clone, Copy)]
pub(crate) struct Access {
    uid: u32,
    gid: u32,
    mode: u32,
}

/// Who but its owner may get to read a new key.
#[derive(Clone, Copy)]
pub struct Sharing {
    /// Whether the account of Logstash may be given access.
    pub may_grant: bool,
    /// Whether the group and the access control list of the old key may read the new one as well.
    pub keeps_group: bool,
}

impl Sharing {
    /// What there is where the operator names the key.
    pub const ALLOWED: Self = Self { may_grant: true, keeps_group: true };
}

/// What a new key would get.
pub(crate) struct ExpectedAccess {
    pub(crate) access: NamedAccess,
    /// The remark if the account could not read it.
    pub(crate) blocked: Option<Remark>,
}

/// The change in the permissions of a file.
pub(crate) struct AccessChange<'a> {
    /// What to call the old key or the replaced file, and its access.
    pub(crate) before: Option<(&'a str, Access)>,
    pub(crate) after: Access,
    /// Whether the account was given access.
    pub(crate) granted: bool,
}

impl Access {
    /// Returns the access of an open file.
    #[must_use]
    pub(crate) fn of(file: &Stat) -> Self {
        Self { uid: file.st_uid, gid: file.st_gid, mode: file.st_mode & 0o777 }
    }

    /// Returns the access of a file.
    #[must_use]
    pub(crate) fn of_metadata(file: &Metadata) -> Self {
        Self { uid: file.uid(), gid: file.gid(), mode: file.mode() & 0o777 }
    }

    /// Returns whether both mean the same: keys are read and written, so execute permission does not count.
    fn is_same(self, other: Self) -> bool {
        let rights = |access: Self| (access.uid, access.gid, access.mode & 0o666);
        rights(self) == rights(other)
    }
}

impl AccessChange<'_> {
    /// Returns whether nothing changed.
    pub(crate) fn is_none(&self) -> bool {
        self.before.is_some_and(|(_, before)| before.is_same(self.after))
    }
}

impl AccessPolicy {
    /// Creates the policy with the accounts of a system.
    ///
    /// # Errors
    /// When a requested account or group does not exist.
    pub(crate) fn asked_for(asked: &Asked<'_>, accounts: Accounts) -> Result<Self, account::Error> {
        let account = match asked.user {
            Some(user) => Some(accounts.find(user)?),
            None => accounts.named("logstash"),
        };
        let owner = asked.owner.map(|owner| accounts.find(owner)).transpose();
        let group = asked.group.map(|group| accounts.group(group)).transpose();
        Ok(Self {
            uid: owner?.map(|owner| owner.uid),
            gid: group?,
            mode: asked.mode,
            account,
            accounts,
        })
    }

    /// Returns whether the account that needs the key is unknown.
    pub(crate) fn know_no_account(&self) -> bool {
        self.account.is_none()
    }

    fn are_asked_for(&self) -> bool {
        self.uid.is_some() || self.gid.is_some() || self.mode.is_some()
    }

    /// Applies the options to a file, if there are any.
    pub(crate) fn give_asked(&self, file: &File) -> io::Result<()> {
        replace::change_rights(file, self.uid, self.gid, self.mode)
    }

    /// Returns whether the options differ from the file's access.
    pub(crate) fn gives_asked(&self, file: &Stat) -> bool {
        self.uid.is_some_and(|uid| uid != file.st_uid)
            || self.gid.is_some_and(|gid| gid != file.st_gid)
            || self.mode.is_some_and(|mode| mode != file.st_mode & 0o777)
    }

    /// Gives the account access through the file's group, if the options set nothing and fixkey runs as root. Nobody
    /// loses access: a replaced file keeps a group that reads it, and an access control list is left alone.
    pub(crate) fn grant(&self, file: &File, replaces: bool) -> io::Result<bool> {
        let found = rustix::fs::fstat(file)?;
        let acl = acl::acl_of_open(file)?;
        let grant = self.wanted_grant(&found, acl.as_deref(), replaces);
        // Root of a container cannot give a file to every group; the account is then reported as blocked.
        Ok(grant.is_some_and(|Grant { gid, mode }| {
            replace::change_rights(file, None, Some(gid), Some(mode)).is_ok()
        }))
    }

    /// Returns the permissions that give the account access, if they are wanted.
    fn wanted_grant(&self, found: &Stat, acl: Option<&[u8]>, replaces: bool) -> Option<Grant> {
        let account = self.account.as_ref().filter(|_| !self.are_asked_for())?;
        if account.may(4, found, acl) || !rustix::process::geteuid().is_root() {
            return None;
        }
        let grant =
            if replaces { account.grant(found, acl) } else { account.grant_of_new(found, acl) };
        grant.ok()
    }

    /// Returns the access that a new key would get: that of the file that it replaces, or what [`inherit`] takes from
    /// the old key; then the options, or what [`AccessPolicy::grant`] gives.
    pub(crate) fn expected(
        &self,
        new: &Path,
        replaced: Option<&Stat>,
        old: Option<&OpenFile>,
        sharing: Sharing,
        view: &View,
    ) -> io::Result<ExpectedAccess> {
        let (mut found, acl) = match (replaced, old) {
            (Some(replaced), _) => {
                let mut kept = *replaced;
                kept.st_mode &= !0o7007;
                (kept, acl::acl_of(new)?)
            }
            (None, Some(old)) => inherited(old, sharing.keeps_group, new)?,
            (None, None) => (created(&rustix::fs::stat("/")?, new)?, None),
        };
        found.st_uid = self.uid.unwrap_or(found.st_uid);
        found.st_gid = self.gid.unwrap_or(found.st_gid);
        found.st_mode = self.mode.map_or(found.st_mode, |mode| found.st_mode & !0o7777 | mode);
        let grant = self.wanted_grant(&found, acl.as_deref(), replaced.is_some());
        if let Some(grant) = grant.filter(|_| sharing.may_grant) {
            found.st_gid = grant.gid;
            found.st_mode = found.st_mode & !0o7777 | grant.mode;
        }
        let blocked = self.expected_obstacle(new, &found, acl.as_deref(), view)?;
        Ok(ExpectedAccess { access: self.named(Access::of(&found)), blocked })
    }

    /// Returns what would keep the account from reading a new key with this access.
    fn expected_obstacle(
        &self,
        new: &Path,
        found: &Stat,
        acl: Option<&[u8]>,
        view: &View,
    ) -> io::Result<Option<Remark>> {
        let Some(account) = &self.account else { return Ok(None) };
        let mut closed = account.closed_directories(&view.route(new)?, None)?;
        closed.retain(|directory| view.shows(&directory.path));
        if closed.is_empty() && account.may(4, found, acl) {
            return Ok(None);
        }
        let severity = if self.are_asked_for() { Severity::Warning } else { Severity::Error };
        let closed = not_entered(&closed, None);
        let text = format!("account \"{}\" would not be able to read it{closed}", account.name);
        Ok(Some(Remark { severity, ..Remark::warning(text) }))
    }

    /// Returns the remarks about a change of permissions; `readable` is whether the account can read the file now.
    pub(crate) fn told(&self, change: &AccessChange<'_>, readable: bool) -> Option<Remark> {
        let AccessChange { before, after, granted } = *change;
        if after.mode & READ_BY_OTHERS != 0 {
            let message =
                format!("every account on this machine can read it ({})", self.named(after));
            return Some(Remark::warning(message));
        }
        let is_same = match before {
            Some((_, before)) => before.is_same(after),
            None => !granted && !self.are_asked_for(),
        };
        if is_same {
            return None;
        }
        let reason = match &self.account {
            Some(account) if granted && readable => {
                format!(", so that account \"{}\" can read it", account.name)
            }
            _ => String::new(),
        };
        let had = before
            .map_or(String::new(), |(name, before)| format!("; {name} had {}", self.named(before)));
        let mut remark = Remark::note(format!("{}{reason}{had}", self.named(after)));
        if before.is_some_and(|(_, before)| before.mode & READ_BY_OTHERS != 0)
            && self.account.is_none()
        {
            remark.hints.push(Hint::action(NO_ACCOUNT));
        }
        Some(remark)
    }

    /// Returns the user id of the account that must be able to read keys.
    pub(crate) fn account_uid(&self) -> Option<u32> {
        self.account.as_ref().map(|account| account.uid)
    }

    /// Returns the name of the account that must be able to read keys.
    pub(crate) fn account_name(&self) -> Option<&str> {
        self.account.as_ref().map(|account| account.name.as_str())
    }

    /// Returns the name of an account or a group, or its number if it has none.
    pub(crate) fn name(&self, number: u32, is_group: bool) -> String {
        if is_group { self.accounts.group_name(number) } else { self.accounts.account_name(number) }
    }

    /// Returns the name of a file's owner.
    pub(crate) fn owner(&self, file: &Stat) -> String {
        self.accounts.account_name(file.st_uid)
    }

    fn named(&self, Access { uid, gid, mode }: Access) -> NamedAccess {
        let (owner, group) = (self.accounts.account_name(uid), self.accounts.group_name(gid));
        NamedAccess { owner, group, mode }
    }

    /// What keeps the account from reading the file, and what lets it; `None` where nothing does.
    /// Directories above what `view` maps are not those that the account sees.
    pub(crate) fn obstacle(&self, file: &LocatedPath, view: &View) -> io::Result<Option<Blocked>> {
        self.obstacle_in(None, file, view)
    }

    /// The same of a file that is found by listing a directory.
    pub(crate) fn obstacle_in(
        &self,
        listed: Option<&Path>,
        file: &LocatedPath,
        view: &View,
    ) -> io::Result<Option<Blocked>> {
        let Some(account) = &self.account else { return Ok(None) };
        let route = view.route_of(file)?;
        let listed = listed.and_then(|listed| view.resolved(listed));
        let mut obstacles = account.obstacles(&route, listed.as_deref())?;
        obstacles.directories.retain(|directory| view.shows(&directory.path));
        let Obstacles { directories, file: is_closed } = &obstacles;
        if directories.is_empty() && !is_closed {
            return Ok(None);
        }
        let severity = if self.are_asked_for() { Severity::Warning } else { Severity::Error };
        let first = directories.first().map_or_else(|| route.end(), Ok)?;
        let list = if account.is_judged_by_list(first)? { " (access control list)" } else { "" };
        let what = format!(
            "account \"{}\" cannot read it{}{list}",
            account.name,
            not_entered(directories, listed.as_deref())
        );
        let (path, listed) = (file.path.as_path(), listed.as_deref());
        let closed = ClosedFile { account, path, route: &route, listed, obstacles: &obstacles };
        let (hints, grant) = self.opening(&closed)?;
        Ok(Some(Blocked { severity, what, hints, grant }))
    }
}

/// Says which directories an account cannot enter, or list, as the end of a sentence.
fn not_entered(directories: &[Arc<Place>], listed: Option<&Path>) -> String {
    let names: Vec<String> = directories.iter().map(|directory| shown(&directory.path)).collect();
    match names.split_last() {
        None => String::new(),
        Some((name, [])) if listed == Some(&directories[0].path) => {
            format!(": it cannot list the directory {name}")
        }
        Some((name, [])) => format!(": it cannot enter the directory {name}"),
        Some((last, others)) => {
            format!(": it cannot enter the directories {} and {last}", others.join(", "))
        }
    }
}

/// Gives a new file the owner, group and access control list of the old key, and its mode without
/// the rights of others; where that is not allowed, less, never more. Without `keeps_group` only the owner gets
/// something.
pub(crate) fn inherit(old: &OpenFile, keeps_group: bool, file: &File) -> io::Result<()> {
    let access = Access::of_metadata(&old.metadata);
    let mut mode = access.mode & 0o660;
    if replace::change_rights(file, Some(access.uid), None, None).is_err() {
        mode |= 0o600;
    }
    if !keeps_group || pass_on_group(old, access.gid, file).is_err() {
        mode &= 0o600;
    }
    replace::change_rights(file, None, None, Some(mode))
}

/// Returns the directory that a path is in.
fn directory_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Returns the metadata of such a file if this process created it at `new`: its own, and readable by nobody else. In a
/// setgid directory it gets the directory's group.
fn created(of_type: &Stat, new: &Path) -> io::Result<Stat> {
    let directory = rustix::fs::stat(directory_of(new))?;
    let has_group = directory.st_mode & SETGID != 0;
    let mut created = *of_type;
    created.st_uid = rustix::process::geteuid().as_raw();
    created.st_gid = if has_group { directory.st_gid } else { rustix::process::getegid().as_raw() };
    created.st_mode = of_type.st_mode & !0o7777 | 0o600;
    Ok(created)
}

/// What [`inherit`] would make of a new file, and its access control list.
fn inherited(old: &OpenFile, keeps_group: bool, new: &Path) -> io::Result<(Stat, Option<Vec<u8>>)> {
    let found = rustix::fs::fstat(&old.file)?;
    let mut new = created(&found, new)?;
    let is_root = rustix::process::geteuid().is_root();
    let is_own = new.st_uid == found.st_uid;
    let mut mode = found.st_mode & 0o660;
    if is_root || is_own {
        new.st_uid = found.st_uid;
    } else {
        mode |= 0o600;
    }
    let groups = rustix::process::getgroups()?;
    let is_group_of_process = groups.iter().any(|group| group.as_raw() == found.st_gid);
    let mut acl = None;
    if keeps_group && (is_root || is_group_of_process || new.st_gid == found.st_gid) {
        new.st_gid = found.st_gid;
        acl = acl::acl_of_open(&old.file)?;
    } else {
        mode &= 0o600;
    }
    new.st_mode = new.st_mode & !0o7777 | mode;
    Ok((new, acl))
}

/// Passes on group and access control list of the old key: without both, its group bits mean something else.
fn pass_on_group(old: &OpenFile, gid: u32, file: &File) -> io::Result<()> {
    let acl = acl::acl_of_open(&old.file)?;
    replace::change_rights(file, None, Some(gid), None)?;
    acl.map_or(Ok(()), |acl| acl::set_acl(file, &acl))
}

/// Why the account cannot read the new key.
pub(crate) struct Blocked {
    /// An error, or a warning where the command line asks for these permissions.
    pub(crate) severity: Severity,
    /// Which account, and since when: the end of a sentence.
    pub(crate) what: String,
    /// The hints that give it access.
    pub(crate) hints: Vec<Hint>,
    /// The permissions that give it access, or why they are not given.
    pub(crate) grant: Result<Grant, String>,
}

impl From<Blocked> for Closed {
    fn from(Blocked { what, hints, grant, .. }: Blocked) -> Self {
        Self { message: what, hints, grant }
    }
}

impl Blocked {
    /// Returns the remark on a file in this `state`, such as "the key is written".
    pub(crate) fn remark(self, state: &str) -> Remark {
        let Self { severity, what, hints, .. } = self;
        Remark { severity, text: format!("{state}, but {what}"), hints }
    }
}
