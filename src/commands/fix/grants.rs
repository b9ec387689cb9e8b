//! The rights that `fix --grant` gives: the files first, opened and checked, and in the end what is told.

use std::os::unix::fs::MetadataExt as _;

use serde_json::{Value, json};

use super::apply::{failure, refuse_changed};
use super::story::{Story, notes_of};
use crate::commands::Failure;
use crate::commands::new_key::Notes;
use crate::commands::rights::{Access, Blocked, Change};
use crate::commands::setup::Setup;
use crate::fix::plan::{GrantChange, Plan};
use crate::fix::transaction::RightsChange;
use crate::os::display::shown;
use crate::os::replace::Target;
use crate::report::Messages;

/// The files that are to get rights, where they are still those that were read.
pub(super) fn targets(plan: &Plan<'_>) -> Result<Vec<Target>, Failure> {
    let target = |grant: &GrantChange<'_>| {
        let path = &grant.file.located.path;
        let target = Target::open(path).map_err(|error| failure(path, &error))?;
        refuse_changed(&target, grant.file.metadata.as_ref())?;
        Ok(target)
    };
    plan.grants.iter().map(target).collect()
}

/// The same, open.
pub(super) fn opened<'t>(
    plan: &Plan<'_>,
    targets: &'t [Target],
) -> Result<Vec<RightsChange<'t>>, Failure> {
    let open = |(grant, target): (&GrantChange<'_>, &'t Target)| {
        RightsChange::new(target, grant.grant).map_err(|error| failure(&target.path, &error))
    };
    plan.grants.iter().zip(targets).map(open).collect()
}

/// What there is to say about each file that got rights.
pub(super) fn told(plan: &Plan<'_>, setup: &Setup) -> Vec<Notes> {
    plan.grants.iter().map(|grant| told_of(grant, setup)).collect()
}

fn told_of(grant: &GrantChange<'_>, setup: &Setup) -> Notes {
    let path = &grant.file.located.path;
    let name = shown(grant.path());
    let blocked = setup.obstacle(path);
    let mut notes = Notes::new();
    if let (Some(old), Ok(new)) = (&grant.file.metadata, std::fs::metadata(path)) {
        let before = Some((name.as_str(), Access::of_metadata(old)));
        let change = Change { before, after: Access::of_metadata(&new), granted: true };
        notes.extend(setup.rights.told(&change, matches!(blocked, Ok(None))));
        if new.nlink() > 1 {
            notes.push(("note", "it has other hard links, which have the same rights".to_owned()));
        }
    }
    match blocked {
        Ok(None) => {}
        Ok(Some(Blocked { kind, what, hint, .. })) => {
            notes.push((kind, format!("the right is given, but {what}")));
            notes.push(("hint", hint));
        }
        Err(error) => {
            notes.push(("warning", format!("who can read it cannot be found out: {error}")));
        }
    }
    notes
}

impl Story<'_> {
    pub(super) fn tell_grants(&self, lines: &mut Messages<'_>) {
        for (index, grant) in self.plan.grants.iter().enumerate() {
            let path = grant.path();
            if self.arguments.diff {
                lines.line(&format!("{}: {}", shown(path), self.would_grant(grant)));
            }
            for note in notes_of(self.applied.grants.get(index)) {
                self.tell_note(path, note, lines);
            }
            if let Some(renewal) = self.renewal_of(grant).filter(|_| !self.arguments.diff) {
                lines.labelled("note", &renewal);
            }
        }
    }

    fn would_grant(&self, grant: &GrantChange<'_>) -> String {
        let rights = &self.setup.rights;
        let has_group =
            grant.file.metadata.as_ref().is_some_and(|found| found.gid() == grant.grant.gid);
        let group = if has_group {
            String::new()
        } else {
            format!("group {} and ", rights.name(grant.grant.gid, true))
        };
        let account = rights.account_name().unwrap_or_default();
        format!("{group}read for the group would be given, so that {account} can read it")
    }

    /// What has to be done when another program leads a link elsewhere.
    fn renewal_of(&self, grant: &GrantChange<'_>) -> Option<String> {
        let link = grant.file.located.link.as_ref()?;
        let command = self.own.spelled_out("\u{2}--grant\u{3}");
        Some(format!(
            "{} is a link, which another program may lead to a file without this right; after each renewal run {command}",
            shown(&link.at)
        ))
    }

    /// The rights that were given, or would be, for a program.
    pub(super) fn json_of_grants(&self) -> Vec<Value> {
        let grant = |(index, change): (usize, &GrantChange<'_>)| {
            let before = change.file.metadata.as_ref();
            let group = |gid: u32| self.setup.rights.name(gid, true);
            let notes = notes_of(self.applied.grants.get(index)).iter();
            json!({
                "path": change.path().to_string_lossy(),
                "group": group(change.grant.gid),
                "group_before": before.map(|found| group(found.gid())),
                "mode": octal(change.grant.mode),
                "mode_before": before.map(|found| octal(found.mode())),
                "notes": notes.map(|(kind, note)| json!({ "kind": kind, "message": note })).collect::<Vec<_>>(),
            })
        };
        self.plan.grants.iter().enumerate().map(grant).collect()
    }
}

fn octal(mode: u32) -> String {
    format!("{:04o}", mode & 0o7777)
}
