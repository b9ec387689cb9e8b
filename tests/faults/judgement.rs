//! Checks what must hold after a run with any fault.

use std::collections::BTreeSet;
use std::path::Path;

use crate::injection::{Fault, Pair};
use crate::room::Room;
use crate::run::Run;
use crate::scenario::Configuration;
use crate::trace::End;
use crate::tree::{self, File, Tree, Trees};
use crate::trial::Trial;

/// The outcome of a run with a fault.
pub(crate) struct Outcome<'a> {
    pub(crate) trial: &'a Trial<'a>,
    pub(crate) pair: &'a Pair<'a>,
    /// Whether the fault occurs while another one is being undone.
    pub(crate) is_second: bool,
    pub(crate) run: Run,
    pub(crate) room: &'a Room,
    pub(crate) found: Tree,
}

/// How much the program could still do about the fault.
#[derive(Debug, PartialEq, Eq)]
enum Ending {
    /// It reports that all is done.
    Success,
    /// It could put everything back.
    Failure,
    /// It reports that the new file is written, with a fault.
    Written,
    /// It reports that it could not put everything back.
    Stuck,
    /// It could do nothing: a kill, or a crash for lack of memory.
    Abrupt,
}

impl Outcome<'_> {
    /// Returns every violation, with the scenario and the pair.
    pub(crate) fn violations(&self) -> Vec<String> {
        let checks = [
            self.fault_came_about(),
            self.status_fits(),
            self.files_are_old_or_new(),
            self.keys_that_are_named_are_complete(),
            self.nothing_else_is_changed(),
            self.nothing_is_for_others(),
            self.all_or_nothing(),
            self.message_is_true(),
            self.next_run_finishes(),
        ];
        let (name, pair, end) = (self.trial.scenario.name(), self.pair, &self.run.trace.end);
        let second = if self.is_second { "second fault: " } else { "" };
        let violations = checks.into_iter().filter_map(Result::err);
        let place =
            |violation| format!("{name}: {second}{pair}: {violation} [{end:?}{}]", self.said());
        violations.map(place).collect()
    }

    /// Returns the failure that it reported.
    fn said(&self) -> String {
        let is_wrong = |line: &&str| line.starts_with("error") || line.starts_with("hint");
        let lines = self.run.messages.lines().filter(is_wrong);
        lines.fold(String::new(), |said, line| said + "; " + line)
    }

    pub(crate) fn is_crash(&self) -> bool {
        self.pair.is_crash(&self.run.trace.end)
    }

    fn ending(&self) -> Ending {
        match &self.run.trace.end {
            End::Exited(0) => Ending::Success,
            End::Killed(signal) if signal == "SIGKILL" => Ending::Abrupt,
            _ if self.is_crash() => Ending::Abrupt,
            _ if self.is_second && self.says("could not be put back") => Ending::Stuck,
            _ if self.says("is written") || self.says("a power failure may lose it") => {
                Ending::Written
            }
            _ => Ending::Failure,
        }
    }

    fn says(&self, words: &str) -> bool {
        self.run.messages.contains(words)
    }

    fn trees(&self) -> &Trees {
        &self.trial.trees
    }

    fn fault_came_about(&self) -> Result<(), String> {
        check(self.pair.came_about(&self.run.trace), || "the fault did not come about".into())
    }

    fn status_fits(&self) -> Result<(), String> {
        let fits = match &self.run.trace.end {
            End::Exited(status) => [0, 3].contains(status),
            End::Killed(signal) => match self.pair.fault {
                Fault::Signal(sent) => signal == sent,
                Fault::ErrorAndKill => signal == "SIGKILL",
                Fault::Error(_) => false,
            },
        };
        check(fits || self.is_crash(), || "a fault of the machine is said to be another's".into())
    }

    fn is(&self, path: &str, state: &Tree) -> bool {
        match (self.found.get(path), state.get(path)) {
            (Some(found), Some(expected)) => {
                is_same(found, expected, self.may_lose_attributes())
                    || (self.may_be_closed(path)
                        && *found == File { mode: 0o600, ..expected.clone() })
            }
            (found, expected) => found.is_none() && expected.is_none(),
        }
    }

    /// Returns whether a new file may be readable only by its owner: its group cannot be set, and the message says so.
    fn may_be_closed(&self, path: &str) -> bool {
        !self.trees().before.contains_key(path) && self.says("p8: owner") && self.says("mode 0600;")
    }

    /// Returns whether attributes may be lost: they could not be copied, and the message says so.
    fn may_lose_attributes(&self) -> bool {
        self.says("extended attribute")
    }

    fn is_old_or_new(&self, path: &str) -> bool {
        let Trees { before, after } = self.trees();
        self.is(path, before) || self.is(path, after) || self.may_be_in_between(path)
    }

    /// Returns whether a file may have the new group but not yet, or no longer, the group's permissions.
    fn may_be_in_between(&self, path: &str) -> bool {
        let Trees { before, after } = self.trees();
        let in_between = |old: &File, new: &File| File { owner: new.owner, ..old.clone() };
        let states = before.get(path).zip(after.get(path));
        [Ending::Abrupt, Ending::Stuck].contains(&self.ending())
            && states.is_some_and(|(old, new)| {
                old.content == new.content && self.found.get(path) == Some(&in_between(old, new))
            })
    }

    fn files_are_old_or_new(&self) -> Result<(), String> {
        let outputs = self.trial.scenario.outputs();
        let torn = outputs.iter().find(|path| !self.is_old_or_new(path));
        check(torn.is_none(), || format!("neither the old nor the new file: {torn:?}"))
    }

    /// Checks that an old configuration points to the old key, and a new one to the new key.
    fn keys_that_are_named_are_complete(&self) -> Result<(), String> {
        let is_broken = |configuration: &Configuration| {
            let Configuration { path, old_key, new_key } = configuration;
            let Trees { before, after } = self.trees();
            let key = if self.is(path, after) { new_key } else { old_key };
            let content = |tree: &Tree| tree.get(key).map(|file| file.content.clone());
            let found = content(&self.found);
            found.is_none() || [before, after].iter().all(|tree| content(tree) != found)
        };
        let broken = self.trial.scenario.configurations().into_iter().find(is_broken);
        check(broken.is_none(), || {
            let path = broken.map(|configuration| configuration.path);
            format!("a configuration names no complete key: {path:?}")
        })
    }

    /// Checks that old files are unchanged or replaced, and other files are new and complete, or temporary.
    fn nothing_else_is_changed(&self) -> Result<(), String> {
        let is_allowed = |path: &String| self.is_old_or_new(path) || self.may_leave(path);
        let known = self.trees().before.keys().filter(|path| !self.is_old_or_new(path));
        let other = self.found.keys().filter(|path| !is_allowed(path));
        let changed: BTreeSet<&String> = known.chain(other).collect();
        check(changed.is_empty(), || format!("changed or left: {changed:?}"))
    }

    fn nothing_is_for_others(&self) -> Result<(), String> {
        let open = self.found.iter().find(|(_, file)| file.mode & 0o007 != 0);
        check(open.is_none(), || format!("a file is open to others: {:?}", open.map(|of| of.0)))
    }

    /// Returns whether this may be a leftover temporary file, which the next run removes.
    fn may_leave(&self, path: &str) -> bool {
        let could_not = self.is_second || [Ending::Abrupt, Ending::Stuck].contains(&self.ending());
        let ending = format!("{path}:");
        let mut lines = self.run.messages.lines();
        let is_told = lines.any(|line| line.contains("cannot remove ") && line.contains(&ending));
        self.is_temporary(path) && (could_not || is_told)
    }

    /// Returns whether the undisturbed run creates a file of this name.
    fn is_temporary(&self, path: &str) -> bool {
        let name = format!("{:?}", path.rsplit('/').next().unwrap_or(path));
        let undisturbed = &self.trial.undisturbed;
        undisturbed.creations().any(|created| undisturbed.calls[created].argument(1) == name)
    }

    fn all_or_nothing(&self) -> Result<(), String> {
        let Trees { before, after } = self.trees();
        let (state, violation) = match self.ending() {
            Ending::Success => (after, "status 0, and not all is done"),
            Ending::Written => (after, "the new file is said to be there, and is not"),
            Ending::Failure => (before, "a failed run leaves something changed"),
            Ending::Abrupt | Ending::Stuck => return Ok(()),
        };
        let differs = tree::differences(&self.found, state);
        let is_right = |path: &str| self.is(path, state) || self.may_leave(path);
        let differs: Vec<String> = differs.into_iter().filter(|path| !is_right(path)).collect();
        check(differs.is_empty(), || format!("{violation}: {differs:?}"))
    }

    /// Checks that a run reports exactly the files that it could not put back, and reports a new file as written only
    /// after its move.
    fn message_is_true(&self) -> Result<(), String> {
        let undisturbed = &self.trial.undisturbed;
        match self.ending() {
            Ending::Success | Ending::Abrupt => Ok(()),
            Ending::Written => {
                let moved = undisturbed.moves().first().copied();
                let is_after_move = moved.is_some_and(|moved| self.pair.index > moved);
                check(is_after_move, || {
                    "a run that fails before the move says that the file is written".into()
                })
            }
            Ending::Failure | Ending::Stuck => {
                let before = &self.trees().before;
                let unsaid = tree::differences(&self.found, before)
                    .into_iter()
                    .filter(|path| before.contains_key(path) && !self.is(path, before))
                    .find(|path| !self.says(&format!("{path} could not be put back")));
                check(unsaid.is_none(), || format!("not put back, and not said: {unsaid:?}"))
            }
        }
    }

    /// Runs last, since it changes the directory.
    fn next_run_finishes(&self) -> Result<(), String> {
        let is_done = self.ending() == Ending::Success
            && !self.found.keys().any(|path| self.is_temporary(path));
        // A run with the same start as the undisturbed one has the same end.
        if is_done || self.found == self.trees().before {
            return Ok(());
        }
        let output = self.trial.subject.undisturbed(self.trial.scenario, self.room);
        let messages = String::from_utf8_lossy(&output.stderr);
        check(output.status.success(), || format!("the next run fails: {messages}"))?;
        let left = self.unfinished(self.room.folder());
        check(left.is_empty(), || format!("the next run does not finish: {left:?}"))
    }

    /// Returns where a tree differs from the expected result; further backups of the same old text are allowed, since a
    /// run does not know whose the first one is.
    fn unfinished(&self, folder: &Path) -> Vec<String> {
        let found = tree::found(folder);
        let after = &self.trees().after;
        let is_right = |path: &String| match (found.get(path), after.get(path)) {
            (Some(found), Some(expected)) => is_same(found, expected, self.may_lose_attributes()),
            (Some(found), None) => self.is_backup(path, &found.content),
            (None, _) => false,
        };
        let differs = tree::differences(&found, after);
        differs.into_iter().filter(|path| !is_right(path)).collect()
    }

    /// Returns whether a file is a backup of an old one: a killed run may have made one already.
    fn is_backup(&self, path: &str, content: &[u8]) -> bool {
        self.trees().before.iter().any(|(old, file)| {
            let ending = path.strip_prefix(old.as_str());
            ending.is_some_and(|ending| ending.ends_with('~')) && content == file.content
        })
    }
}

fn is_same(found: &File, expected: &File, may_lose_attributes: bool) -> bool {
    let attribute = if may_lose_attributes { expected.attribute } else { found.attribute };
    File { attribute, ..found.clone() } == *expected
}

fn check(holds: bool, violation: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(violation()) }
}
