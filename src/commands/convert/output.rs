//! The new key's file: whether it is there already, its rights, its durable writing, who can read it.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::Stat;

use super::outcome::{Change, Outcome};
use super::{Conversion, place};
use crate::check::access::{
    Access, AccessChange, AccessPolicy, Asked, Blocked, ExpectedAccess, Sharing,
};
use crate::check::finding::Severity;
use crate::check::report::Remark;
use crate::cli::ConvertArguments;
use crate::commands::setup::unknown_account;
use crate::commands::{Failure, Status};
use crate::fix::new_key::{self, GivenAccess, NewKey, StagedKey};
use crate::os::account::Accounts;
use crate::os::display::{quoted, shown};
use crate::os::replace::{self, Target, Version};
use crate::os::view::{LocatedPath, View};
use keyfile::file::{self, What};

/// A file that a converted key is written to.
struct Output<'a> {
    conversion: &'a Conversion<'a>,
    path: &'a Path,
    name: String,
    access: AccessPolicy,
}

/// Writes the new key to `path`, unless it is there already; with `--diff`, says what that would do.
pub(super) fn write(
    conversion: &Conversion<'_>,
    path: &Path,
    outcome: &mut Outcome,
) -> Result<(), Failure> {
    let Conversion { arguments, opened, .. } = *conversion;
    let access = AccessPolicy::asked_for(&asked(arguments), Accounts::seen_in(&View::default()))
        .map_err(|error| unknown_account(&error))?;
    let output = Output { conversion, path, name: shown(path), access };
    let mut target =
        Target::open(path, &View::default()).map_err(|error| output.failure(&error))?;
    target.kept.extend(conversion.input.metadata().map(|key| (key.dev(), key.ino())));
    output.refuse_another_file(&target)?;
    let up_to_date = output.is_up_to_date(&target);
    let is_kept = !arguments.in_place && !arguments.force;
    if !arguments.diff && (up_to_date || is_kept) {
        target.remove_leftover().map_err(|error| output.failure(&error))?;
    }
    if target.existing.is_some() && !up_to_date && is_kept {
        return Err(output.exists(&target));
    }
    if arguments.diff {
        return output.tell_change_to_come(&target, up_to_date, outcome);
    }
    let (mut notes, change) = match &target.existing {
        Some(existing) if up_to_date => (Vec::new(), output.give_asked_rights(&target, existing)?),
        _ => output.replace(&target)?,
    };
    let path = path.to_owned();
    outcome.change = Some(match (up_to_date, change.is_none()) {
        (true, true) => Change::UpToDate(path),
        (true, false) => Change::GivenPermissions(path),
        (false, _) => Change::Written(path),
    });
    let blocked =
        output.access.obstacle(&LocatedPath::of_this_machine(output.path), &View::default());
    notes.extend(output.access.told(&change, matches!(blocked, Ok(None))));
    outcome.remarks.extend(notes.into_iter().map(|note| output.remark(note)));
    if opened.encryption.is_some() {
        outcome.remarks.push(output.remark(Remark::warning(DECRYPTED)));
    }
    output.tell_who_cannot_read(blocked, outcome)
}

fn asked(arguments: &ConvertArguments) -> Asked<'_> {
    Asked {
        user: arguments.user.as_deref(),
        owner: arguments.owner.as_deref(),
        group: arguments.group.as_deref(),
        mode: arguments.mode,
    }
}

/// For the key of a configuration that still gives its passphrase.
const DECRYPTED: &str = "the key is now unencrypted: remove ssl_key_passphrase, even an empty one, or the beats input cannot load the key";

impl Output<'_> {
    /// In place, only the very file that was read is replaced; with `--force`, none whose owner would
    /// get a key that was never theirs.
    fn refuse_another_file(&self, target: &Target) -> Result<(), Failure> {
        let Some(existing) = &target.existing else { return Ok(()) };
        let Conversion { arguments, input, .. } = self.conversion;
        if arguments.in_place {
            let read = input.metadata().map(Version::of_metadata);
            let same = read == Some(Version::of(existing));
            return if same { Ok(()) } else { Err(self.failure(&replace::Error::Changed)) };
        }
        let own = rustix::process::geteuid().as_raw();
        let expected = [Some(0), Some(own), input.metadata().map(MetadataExt::uid)];
        if !arguments.force
            || arguments.owner.is_some()
            || expected.contains(&Some(existing.st_uid))
        {
            return Ok(());
        }
        Err(self
            .could_not(&format!(
                "it belongs to {}, who would own the new key",
                self.access.owner(existing)
            ))
            .hint("name the owner with --owner, or another output"))
    }

    fn failure(&self, error: &replace::Error) -> Failure {
        let status = match error {
            replace::Error::Interrupted(signal) => Status::Signalled(*signal),
            _ => Status::CouldNot,
        };
        let failure = Failure::new(status, format!("{}: {error}", self.name));
        match error {
            _ if self.path.starts_with("/dev") || self.path.starts_with("/proc") => {
                failure.hint("for standard output: -o -")
            }
            replace::Error::NotAFile("a directory") => {
                let key = &self.conversion.input.path;
                let name = place::suggestion(key).file_name().map(PathBuf::from).unwrap_or_default();
                let inside = self.path.join(name);
                failure.hint(format!("fixkey {} -o {}", quoted(key), quoted(&inside)))
            }
            replace::Error::MountPoint => {
                failure.hint("write the new key to a file that is not a mount point, with -o")
            }
            replace::Error::Step(_, error) if error.kind() == io::ErrorKind::PermissionDenied => {
                failure.hint("run fixkey as root or as the owner of the directory; if root cannot write either, check lsattr")
            }
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
    fn give_asked_rights(
        &self,
        target: &Target,
        existing: &Stat,
    ) -> Result<AccessChange<'_>, Failure> {
        let file = target.open_existing();
        let given = file.map_err(new_key::Error::Open).and_then(|file| {
            self.access.give_asked(&file).map_err(new_key::Error::Rights)?;
            rustix::fs::fstat(&file).map_err(|error| new_key::Error::Rights(error.into()))
        });
        let after = given.map_err(|error| self.not_staged(&error))?;
        let before = Some((self.name.as_str(), Access::of(existing)));
        Ok(AccessChange { before, after: Access::of(&after), granted: false })
    }

    fn not_staged(&self, error: &new_key::Error) -> Failure {
        match error {
            new_key::Error::Replace(error) => self.failure(error),
            new_key::Error::Rights(_) | new_key::Error::Owner(_)
                if rustix::process::geteuid().is_root() =>
            {
                let hint =
                    "write the new key to a file system that keeps owners and permissions, with -o";
                self.could_not(&error.to_string()).hint(hint)
            }
            new_key::Error::Rights(reason) if reason.kind() == io::ErrorKind::PermissionDenied => {
                self.could_not(&error.to_string())
                    .hint("only root can give a file to another account")
            }
            new_key::Error::Owner(_) => self
                .could_not(&error.to_string())
                .hint("run fixkey as root or as the owner of the file"),
            error => self.could_not(&error.to_string()),
        }
    }

    fn could_not(&self, message: &str) -> Failure {
        Failure::new(Status::CouldNot, format!("{}: {message}", self.name))
    }

    fn exists(&self, target: &Target) -> Failure {
        let held = target.open_existing().ok().and_then(|mut file| {
            let bytes = crate::os::view::read_all(&mut file, 0).ok()?;
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

    /// The remark, with the file's name.
    fn remark(&self, remark: Remark) -> Remark {
        Remark { text: format!("{}: {}", self.name, remark.text), ..remark }
    }

    /// Tells what a run without `--diff` would do.
    fn tell_change_to_come(
        &self,
        target: &Target,
        up_to_date: bool,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        let path = self.path.to_owned();
        let existing = target.existing.as_ref();
        if up_to_date && existing.is_none_or(|existing| !self.access.gives_asked(existing)) {
            outcome.change = Some(Change::UpToDate(path));
            return Ok(());
        }
        let (old, view) = (self.conversion.input.file.as_ref(), View::new(Vec::new()));
        let expected = self.access.expected(self.path, existing, old, Sharing::ALLOWED, &view);
        let ExpectedAccess { access, blocked } = expected.map_err(|error| {
            self.could_not(&format!("its permissions cannot be found out: {error}"))
        })?;
        if access.is_open() {
            let open = Remark::warning("everyone on this machine would be able to read it");
            outcome.remarks.push(self.remark(open));
        }
        outcome.remarks.extend(blocked.map(|blocked| self.remark(blocked)));
        if self.conversion.opened.encryption.is_some() {
            outcome.remarks.push(self.remark(Remark::warning(DECRYPTED)));
        }
        outcome.change = Some(Change::WouldWrite(path, access));
        Ok(())
    }

    /// Puts the new key in its place; returns what there is to say about its rights.
    fn replace(&self, target: &Target) -> Result<(Vec<Remark>, AccessChange<'_>), Failure> {
        let Conversion { input, key, text, .. } = self.conversion;
        let old = input.file.as_ref();
        let new = NewKey { text: text.as_bytes(), key, old, sharing: Sharing::ALLOWED };
        let staged = new.stage(target, &self.access).map_err(|error| self.not_staged(&error))?;
        let before = match (&target.existing, input.metadata()) {
            (Some(existing), _) => Some((self.name.as_str(), Access::of(existing))),
            (None, Some(key)) => Some((input.name.as_str(), Access::of_metadata(key))),
            (None, None) => None,
        };
        let StagedKey { staged, given: GivenAccess { after, granted, remarks } } = staged;
        staged.commit().map_err(|error| self.failure(&error))?;
        Ok((remarks, AccessChange { before, after, granted }))
    }

    /// Notes what keeps the account from reading the new key, and what grants it.
    fn tell_who_cannot_read(
        &self,
        blocked: io::Result<Option<Blocked>>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        let blocked = blocked.map_err(|error| {
            self.could_not(&format!(
                "the key is written, but who can read it cannot be found out: {error}"
            ))
        })?;
        if let Some(blocked) = blocked {
            let remark = blocked.remark("the key is written");
            outcome.is_unreadable = remark.severity == Severity::Error;
            outcome.remarks.push(self.remark(remark));
        }
        Ok(())
    }
}
