//! What lets an account read a file: commands, settings, and what `--grant` gives.

use std::io;
use std::path::Path;

use super::AccessPolicy;
use crate::check::hint::Hint;
use crate::os::account::{Account, Grant, Obstacles, Refusal};
use crate::os::display::quoted;
use crate::os::place::Route;
use crate::os::view::{LocatedPath, View};

/// The group that may enter `/etc/ssl/private` and read the keys there.
///
/// Source: Debian's package ssl-cert 1.1.2, `postinst`: `dpkg-statoverride --update --add root ssl-cert 710
/// /etc/ssl/private`.
const GROUP_OF_KEYS: &str = "ssl-cert";

/// The link by which the kubelet replaces all files of a volume at once.
///
/// Source: `dataDirName` of Kubernetes' `pkg/volume/util/atomic_writer.go`.
const DATA_OF_VOLUME: &str = "..data";

const READ_BY_GROUP: u32 = 0o040;
const ENTERED_BY_GROUP: u32 = 0o010;

/// A file that an account cannot read.
pub(super) struct ClosedFile<'a> {
    pub(super) account: &'a Account,
    pub(super) path: &'a Path,
    pub(super) route: &'a Route,
    pub(super) obstacles: &'a Obstacles,
}

impl AccessPolicy {
    /// Returns what the operator can do, each hint a way of its own, and what `--grant` gives or why it does not.
    pub(super) fn opening(
        &self,
        closed: &ClosedFile<'_>,
    ) -> io::Result<(Vec<Hint>, Result<Grant, String>)> {
        if is_of_kubelet(closed.route) {
            let reason = "the kubelet sets the permissions in a volume of Kubernetes".to_owned();
            return Ok((vec![volume_hint(closed.account)], Err(reason)));
        }
        let ClosedFile { account, path, route, obstacles } = *closed;
        let mut commands = Vec::new();
        if !obstacles.directories.is_empty() {
            let directories = obstacles.directories.iter();
            let directories: Vec<_> =
                directories.map(|directory| quoted(&directory.path)).collect();
            let name = self.name_in_command(account);
            commands.push(format!("setfacl -m u:{name}:x {}", directories.join(" ")));
        }
        let end = route.end()?;
        let grant = account.grant(&end.found, end.acl()?);
        if obstacles.file {
            commands.push(self.grant_command(account, path, grant));
        }
        let mut hints = vec![Hint::command(commands.join(" && "))];
        hints.extend(self.joining(closed, grant).map(Hint::command));
        let grant = match grant {
            _ if !obstacles.directories.is_empty() => {
                Err("--grant never changes the permissions of directories".to_owned())
            }
            grant => grant.map_err(|refusal| refusal.to_string()),
        };
        Ok((hints, grant))
    }

    /// Returns the command that adds the account to the group of keys, where that opens every directory.
    fn joining(&self, closed: &ClosedFile<'_>, grant: Result<Grant, Refusal>) -> Option<String> {
        let ClosedFile { account, path, route, obstacles } = *closed;
        let gid = self.accounts.group(GROUP_OF_KEYS).ok()?;
        let directories = &obstacles.directories;
        let is_opened = !directories.is_empty()
            && directories.iter().all(|directory| {
                let found = &directory.found;
                let has_list = directory.acl().is_ok_and(|acl| acl.is_none());
                found.st_gid == gid && found.st_mode & ENTERED_BY_GROUP != 0 && has_list
            });
        // The account of a number without a name is in no group file.
        if !is_opened || self.accounts.named(&account.name).is_none() {
            return None;
        }
        let root = match self.accounts.root() {
            root if root == Path::new("/") => String::new(),
            root => format!("--prefix {} ", quoted(&std::fs::canonicalize(root).ok()?)),
        };
        let name = quoted(Path::new(&account.name));
        let join = format!("usermod {root}-aG {GROUP_OF_KEYS} {name}");
        let end = &route.end().ok()?.found;
        let is_read = end.st_gid == gid && end.st_mode & READ_BY_GROUP != 0;
        Some(if obstacles.file && !is_read {
            format!("{join} && {}", self.grant_command(account, path, grant))
        } else {
            join
        })
    }

    /// Returns what keeps everyone from reading a file but its owner, its group and the account.
    pub(crate) fn closing(&self, file: &LocatedPath, view: &View) -> io::Result<Vec<Hint>> {
        let close = format!("chmod o= {}", quoted(&file.path));
        let Some(account) = &self.account else {
            let then =
                "if Logstash cannot read the file after that, give its group read permission";
            return Ok(vec![Hint::command(close), Hint::action(then)]);
        };
        let route = view.route_of(file)?;
        if is_of_kubelet(&route) {
            return Ok(vec![volume_hint(account)]);
        }
        let end = route.end()?;
        let (mut closed, acl) = (end.found, end.acl()?);
        closed.st_mode &= !0o007;
        if account.may(4, &closed, acl) {
            return Ok(vec![Hint::command(close)]);
        }
        let grant = account.grant(&closed, acl);
        let command = self.grant_command(account, &file.path, grant);
        let command = if grant.is_ok() { command } else { format!("{close} && {command}") };
        Ok(vec![Hint::command(command)])
    }

    /// The command that lets the account read a file, and takes no right away.
    fn grant_command(
        &self,
        account: &Account,
        path: &Path,
        grant: Result<Grant, Refusal>,
    ) -> String {
        let place = quoted(path);
        match grant {
            Ok(Grant { gid, mode }) => {
                let group = if self.accounts.are_of_this_machine() {
                    quoted(Path::new(&self.accounts.group_name(gid)))
                } else {
                    gid.to_string()
                };
                format!("chgrp {group} {place} && chmod {mode:o} {place}")
            }
            Err(Refusal::Owner) => format!("chmod u+r {place}"),
            Err(_) => format!("setfacl -m u:{}:r {place}", self.name_in_command(account)),
        }
    }

    /// The account as a command of this machine takes it: by number where it is one of an image.
    fn name_in_command(&self, account: &Account) -> String {
        if self.accounts.are_of_this_machine() {
            quoted(Path::new(&account.name))
        } else {
            account.uid.to_string()
        }
    }
}

/// Whether the way leads through a volume whose files the kubelet writes: of a Secret, a `ConfigMap`, or both.
fn is_of_kubelet(route: &Route) -> bool {
    let is_data = |path: &Path| path.file_name().is_some_and(|name| name == DATA_OF_VOLUME);
    route.places().any(|place| place.target.is_some() && is_data(&place.path))
}

/// Returns the settings of a pod that let the account read its volume.
///
/// Source: the Kubernetes API: `defaultMode` of `SecretVolumeSource`, which "support\[s\] ownership management", and
/// `fsGroup` of `PodSecurityContext`: "The owning GID will be the `FSGroup`".
fn volume_hint(account: &Account) -> Hint {
    let group = account.gid.map_or_else(|| "GID".to_owned(), |gid| gid.to_string());
    Hint::Action(format!(
        "in the pod, set defaultMode: 0440 for the volume and securityContext.fsGroup: {group}"
    ))
}
