//! The new key's file: whether it is there already, its rights, its durable writing, who can read it.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use der::Decode as _;
use pkcs8::PrivateKeyInfoRef;

use super::Conversion;
use crate::account::{self, Account, Accounts, Obstacle};
use crate::cli::Arguments;
use crate::commands::{Failure, Status};
use crate::file::{self, What};
use crate::key::{Encoding, PrivateKey};
use crate::replace::{self, Staged, Target};
use crate::report::{Messages, quoted, shown};

/// Whether `text` is one PKCS#8 block, by the strict reader and by fixkey's own, that holds `key`.
pub(super) fn holds(text: &[u8], key: &PrivateKey<'_>) -> bool {
    let Ok(entries) = file::recognise(text) else { return false };
    let [file::Entry { what: What::Key(written), .. }] = entries.as_slice() else { return false };
    written.encoding == Encoding::Pkcs8
        && PrivateKeyInfoRef::from_der(written.der()).is_ok()
        && written.read().is_ok_and(|written| written.is_same_key(key))
}

/// A file that a converted key is written to.
struct Output<'a> {
    conversion: &'a Conversion<'a>,
    path: &'a Path,
    name: String,
    rights: Rights,
    account: Option<Account>,
}

/// Owner, group and mode that the command line asks for.
struct Rights {
    uid: Option<u32>,
    gid: Option<u32>,
    mode: Option<u32>,
}

impl Rights {
    fn asked_for(&self) -> bool {
        self.uid.is_some() || self.gid.is_some() || self.mode.is_some()
    }
}

/// Writes the new key to `path`, unless it is there already.
pub(super) fn write(
    conversion: &Conversion<'_>,
    path: &Path,
    messages: &mut Messages<'_>,
) -> Result<Status, Failure> {
    let Conversion { arguments, opened, .. } = *conversion;
    let (rights, account) = rights(arguments)?;
    let output = Output { conversion, path, name: shown(path), rights, account };
    let target = Target::open(path).map_err(|error| output.failure(&error))?;
    let up_to_date = output.is_up_to_date(&target);
    let unchanged = !arguments.in_place && !arguments.force;
    if up_to_date || unchanged {
        target.remove_leftover().map_err(|error| output.failure(&error))?;
    }
    let notes = if up_to_date {
        output.change_rights(&target)?
    } else if target.existing.is_some() && unchanged {
        return Err(output.exists(&target));
    } else {
        output.replace(&target)?
    };
    for note in notes {
        output.note(messages, &note);
    }
    let place = if arguments.in_place { String::new() } else { format!("{}: ", output.name) };
    let done = if up_to_date { ", up to date" } else { "" };
    messages.line(&format!("{} -> {place}PKCS#8{done}", conversion.source()));
    if opened.encryption.is_some() {
        output.note(messages, "the key is not encrypted any more: where a configuration names it, take out ssl_key_passphrase, since with it, even \"\", the beats input does not load this key");
    }
    output.tell_who_cannot_read(messages)
}

fn rights(arguments: &Arguments) -> Result<(Rights, Option<Account>), Failure> {
    let accounts = Accounts::beneath(Path::new("/"));
    let usage = |error: account::Error| Failure::new(Status::Usage, error.to_string());
    let account = match &arguments.user {
        Some(user) => Some(accounts.find(user).map_err(usage)?),
        None => accounts.named("logstash"),
    };
    let owner = arguments.owner.as_deref().map(|owner| accounts.find(owner)).transpose();
    let group = arguments.group.as_deref().map(|group| accounts.group(group)).transpose();
    let rights = Rights {
        uid: owner.map_err(usage)?.map(|owner| owner.uid),
        gid: group.map_err(usage)?,
        mode: arguments.mode,
    };
    Ok((rights, account))
}

impl Output<'_> {
    fn failure(&self, error: &replace::Error) -> Failure {
        let status = match error {
            replace::Error::Interrupted(signal) => Status::Signalled(*signal),
            _ => Status::CouldNot,
        };
        let failure = Failure::new(status, format!("{}: {error}", self.name));
        match error {
            replace::Error::NotAFile("a directory") => {
                let inside = self.path.join(
                    super::place::suggestion(&self.conversion.input.path)
                        .file_name()
                        .unwrap_or_default(),
                );
                failure.hint(format!(
                    "fixkey {} -o {}",
                    quoted(&self.conversion.input.path),
                    quoted(&inside)
                ))
            }
            replace::Error::MountPoint => {
                failure.hint("write the new key to a file that is not a mount point, with -o")
            }
            replace::Error::Interrupted(_) => failure.hint("nothing was changed"),
            _ => failure,
        }
    }

    /// Whether the file holds these very bytes already.
    fn is_up_to_date(&self, target: &Target) -> bool {
        let same_length = |file: &File| {
            file.metadata().is_ok_and(|found| found.len() == self.conversion.text.len() as u64)
        };
        target.existing.is_some()
            && target.open_existing().is_ok_and(|mut file| {
                let mut found = zeroize::Zeroizing::new(vec![0; self.conversion.text.len()]);
                same_length(&file)
                    && file.read_exact(&mut found).is_ok()
                    && *found == self.conversion.text.as_bytes()
            })
    }

    /// Applies what the command line asks for to a file whose content stays.
    fn change_rights(&self, target: &Target) -> Result<Vec<String>, Failure> {
        let file = target.open_existing();
        let file =
            file.map_err(|error| self.could_not(&format!("it cannot be opened: {error}")))?;
        Ok(self.give_asked_rights(&file)?.into_iter().collect())
    }

    fn give_asked_rights(&self, file: &File) -> Result<Option<String>, Failure> {
        let Rights { uid, gid, mode } = self.rights;
        replace::change_rights(file, uid, gid, mode)
            .map_err(|error| self.could_not(&format!("owner and mode cannot be set: {error}")))?;
        let given = [
            uid.map(|uid| format!("owner {uid}")),
            gid.map(|gid| format!("group {gid}")),
            mode.map(|mode| format!("mode {mode:04o}")),
        ];
        let given: Vec<String> = given.into_iter().flatten().collect();
        Ok((!given.is_empty()).then(|| format!("{}, as asked", given.join(", "))))
    }

    fn could_not(&self, message: &str) -> Failure {
        Failure::new(Status::CouldNot, format!("{}: {message}", self.name))
    }

    fn exists(&self, target: &Target) -> Failure {
        let held = target.open_existing().ok().and_then(|mut file| {
            let bytes = crate::view::read_all(&mut file, 0).ok()?;
            let entries = file::recognise(&bytes).ok()?;
            let same = entries.iter().any(|entry| match &entry.what {
                What::Key(found) => {
                    found.read().is_ok_and(|found| found.is_same_key(&self.conversion.key))
                }
                _ => false,
            });
            Some(if same { "the same key, written differently" } else { "something else" })
        });
        let held = held.map_or(String::new(), |held| format!(", and holds {held}"));
        self.could_not(&format!("this file exists already{held}"))
            .hint("give another name with -o, or replace it with --force")
    }

    fn note(&self, messages: &mut Messages<'_>, note: &str) {
        messages.labelled("note", &format!("{}: {note}", self.name));
    }

    /// Puts the new key in its place; returns what there is to say about its rights.
    fn replace(&self, target: &Target) -> Result<Vec<String>, Failure> {
        let failed = |error: replace::Error| self.failure(&error);
        let mut staged = Staged::create(target).map_err(failed)?;
        staged.write(self.conversion.text.as_bytes()).map_err(failed)?;
        let mut notes = if target.existing.is_some() {
            self.keep_rights(target, &staged)?
        } else {
            self.inherit_rights(&staged)?
        };
        notes.extend(self.give_rights(&staged)?);
        staged.sync_and_verify(|found| holds(found, &self.conversion.key)).map_err(failed)?;
        staged.commit().map_err(failed)?;
        Ok(notes)
    }

    /// A replaced file's owner, attributes and mode, without the rights of others.
    fn keep_rights(&self, target: &Target, staged: &Staged<'_>) -> Result<Vec<String>, Failure> {
        let Some(old) = &target.existing else { return Ok(Vec::new()) };
        let mut notes = Vec::new();
        staged.set_owner(Some(old.st_uid), Some(old.st_gid)).map_err(|error| {
            self.could_not(&format!("its owner and group cannot be kept: {error}"))
                .hint("run fixkey as root or as the owner of the file")
        })?;
        let old_file = target
            .open_existing()
            .map_err(|error| self.could_not(&format!("it cannot be opened: {error}")))?;
        match replace::copy_attributes(&old_file, staged.file()) {
            Ok(names) => notes.extend(
                names.iter().map(|name| format!("its extended attribute {name} could not be kept")),
            ),
            Err(error) => notes.push(format!("its extended attributes could not be kept: {error}")),
        }
        let mode = old.st_mode & 0o7770;
        staged.set_mode(mode).map_err(|error| self.failure(&error))?;
        if old.st_mode & 0o007 != 0 {
            notes.push(format!("others could read it; its mode is now {mode:04o}"));
        }
        if old.st_nlink > 1 {
            notes.push("it has other hard links, which keep the old content".to_owned());
        }
        Ok(notes)
    }

    /// A new file's owner, group and mode: those of the old key, without the rights of others.
    fn inherit_rights(&self, staged: &Staged<'_>) -> Result<Vec<String>, Failure> {
        use std::os::unix::fs::MetadataExt as _;
        let Some(old) = &self.conversion.input.metadata else { return Ok(Vec::new()) };
        let mut notes = Vec::new();
        let mut mode = old.mode() & 0o660;
        if staged.set_owner(Some(old.uid()), None).is_err() {
            notes.push(format!(
                "it belongs to you, and not to the owner of {}",
                self.conversion.input.name
            ));
            mode |= 0o600;
        }
        if staged.set_owner(None, Some(old.gid())).is_ok() {
            if let Some(acl) = account::acl_of(&self.conversion.input.path) {
                let copied = account::set_acl(staged.file(), &acl);
                mode = if copied.is_ok() { mode } else { mode & 0o600 };
            }
        } else if mode & 0o070 != 0 {
            mode &= 0o600;
            notes.push(format!(
                "its mode is {mode:04o}, since it cannot be given the group of {}",
                self.conversion.input.name
            ));
        }
        if old.mode() & 0o007 != 0 {
            notes.push(format!(
                "its mode is {mode:04o}: the rights of others on {} are not passed on",
                self.conversion.input.name
            ));
        }
        staged.set_mode(mode).map_err(|error| self.failure(&error))?;
        Ok(notes)
    }

    /// What the command line asks for; without that, and for root, what the account needs.
    fn give_rights(&self, staged: &Staged<'_>) -> Result<Option<String>, Failure> {
        let denied = |error| self.could_not(&format!("owner and mode cannot be set: {error}"));
        if self.rights.asked_for() {
            return self.give_asked_rights(staged.file());
        }
        let Some(account) = &self.account else { return Ok(None) };
        let found = rustix::fs::fstat(staged.file()).map_err(|error| denied(error.into()))?;
        let mut acl = vec![0; 4096];
        let acl = rustix::fs::fgetxattr(staged.file(), account::ACL, &mut acl[..])
            .ok()
            .map(|length| acl[..length].to_vec());
        if account.may(4, &found, acl.as_deref()) || !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        replace::change_rights(staged.file(), None, Some(account.gid), Some(0o640))
            .map_err(denied)?;
        let group = Accounts::beneath(Path::new("/")).group_name(account.gid);
        Ok(Some(format!(
            "its group is {group} and its mode 0640, so that {} can read it",
            account.name
        )))
    }

    /// Says what keeps the account from reading the new key, and what grants it.
    fn tell_who_cannot_read(&self, messages: &mut Messages<'_>) -> Result<Status, Failure> {
        let Some(account) = &self.account else { return Ok(Status::Done) };
        let obstacle = account.obstacle(self.path).map_err(|error| {
            self.could_not(&format!(
                "the key is written, but who can read it cannot be found out: {error}"
            ))
        })?;
        let (what, command) = match obstacle {
            None => return Ok(Status::Done),
            Some(Obstacle::Folder(folder)) => (
                format!(
                    "{} cannot read it, since it may not enter the folder {}",
                    account.name,
                    shown(&folder)
                ),
                format!("setfacl -m u:{}:x {}", account.name, quoted(&folder)),
            ),
            Some(Obstacle::File) if account::acl_of(self.path).is_some() => {
                let command = format!("setfacl -m u:{}:r {}", account.name, quoted(self.path));
                (format!("{} cannot read it", account.name), command)
            }
            Some(Obstacle::File) => {
                let group = Accounts::beneath(Path::new("/")).group_name(account.gid);
                let path = quoted(self.path);
                (
                    format!("{} cannot read it", account.name),
                    format!("chgrp {group} {path} && chmod 640 {path}"),
                )
            }
        };
        let (kind, status) = if self.rights.asked_for() {
            ("warning", Status::Done)
        } else {
            ("error", Status::InputAtFault)
        };
        messages.labelled(kind, &format!("{}: the key is written, but {what}", self.name));
        messages.labelled("hint", &command);
        Ok(status)
    }
}
