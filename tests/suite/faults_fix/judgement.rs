//! What must hold after a run, whatever happened to it.

use std::collections::BTreeSet;
use std::path::Path;

use super::injection::{Fault, Pair};
use super::room::Room;
use super::run::Run;
use super::scenario::{self, File, NAMES, Scenario, Tree, configuration_path};
use super::subject::{Subject, Trees};
use super::trace::End;

/// What a run with a fault came to.
pub(crate) struct Outcome<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) scenario: &'a Scenario,
    pub(crate) trees: &'a Trees,
    pub(crate) pair: &'a Pair<'a>,
    /// Whether the fault comes while another one is being undone.
    pub(crate) is_second: bool,
    pub(crate) run: Run,
    pub(crate) room: &'a Room,
    pub(crate) found: Tree,
}

/// How much the program could still do about the fault.
#[derive(PartialEq, Eq)]
enum Ending {
    /// It says that all is done.
    Success,
    /// It had the chance to put everything back.
    Failure,
    /// It says that it could not put everything back.
    Stuck,
    /// It had no chance to do anything: a kill, or a crash for want of memory.
    Abrupt,
}

impl Outcome<'_> {
    /// Everything that does not hold, each with the scenario and the pair.
    pub(crate) fn violations(&self) -> Vec<String> {
        let checks = [
            self.fault_came_about(),
            self.status_fits(),
            self.configurations_are_old_or_new(),
            self.keys_that_are_named_are_complete(),
            self.nothing_else_is_changed(),
            self.all_or_nothing(),
            self.message_is_true(),
            self.next_run_finishes(),
        ];
        let (name, pair, end) = (self.scenario.name, self.pair, &self.run.trace.end);
        let second = if self.is_second { "second fault: " } else { "" };
        let violations = checks.into_iter().filter_map(Result::err);
        let place =
            |violation| format!("{name}: {second}{pair}: {violation} [{end:?}{}]", self.said());
        violations.map(place).collect()
    }

    /// What it said went wrong.
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
            _ if self.is_second && self.says_stuck() => Ending::Stuck,
            _ => Ending::Failure,
        }
    }

    fn says_stuck(&self) -> bool {
        self.run.messages.contains("could not be put back")
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
                    || (self.says_closed() && *found == File { mode: 0o600, ..expected.clone() })
            }
            (found, expected) => found.is_none() && expected.is_none(),
        }
    }

    /// A key whose group cannot be set is for its owner only, and the message says so.
    fn says_closed(&self) -> bool {
        self.run.messages.contains("p8: owner") && self.run.messages.contains("mode 0600;")
    }

    /// Where attributes could not be copied, the message says so.
    fn may_lose_attributes(&self) -> bool {
        self.run.messages.contains("extended attribute")
    }

    fn is_old_or_new(&self, path: &str) -> bool {
        let Trees { before, after } = self.trees;
        self.is(path, before) || self.is(path, after) || self.may_be_in_between(path)
    }

    /// A file that was to get rights, or to lose them again, with the new group and not yet what that may.
    fn may_be_in_between(&self, path: &str) -> bool {
        let Trees { before, after } = self.trees;
        let in_between = |old: &File, new: &File| File { owner: new.owner, ..old.clone() };
        let states = before.get(path).zip(after.get(path));
        [Ending::Abrupt, Ending::Stuck].contains(&self.ending())
            && states.is_some_and(|(old, new)| {
                old.content == new.content && self.found.get(path) == Some(&in_between(old, new))
            })
    }

    fn configurations_are_old_or_new(&self) -> Result<(), String> {
        let torn = NAMES.map(configuration_path).into_iter().find(|path| !self.is_old_or_new(path));
        check(torn.is_none(), || format!("neither the old nor the new configuration: {torn:?}"))
    }

    /// A configuration that is old names the old key, one that is new the new one.
    fn keys_that_are_named_are_complete(&self) -> Result<(), String> {
        let is_broken = |name: &&str| {
            let path = configuration_path(name);
            let is_new = self.is(&path, &self.trees.after);
            let key = if is_new { self.scenario.new_key_path(name) } else { old_key_path(name) };
            let content = |tree: &Tree| tree.get(&key).map(|file| file.content.clone());
            let found = content(&self.found);
            found.is_none()
                || [&self.trees.before, &self.trees.after].iter().all(|tree| content(tree) != found)
        };
        let broken = NAMES.into_iter().find(is_broken);
        check(broken.is_none(), || format!("a configuration names no complete key: {broken:?}"))
    }

    /// Old keys and certificates stay; what else there is, is new and whole, or temporary.
    fn nothing_else_is_changed(&self) -> Result<(), String> {
        let is_allowed = |path: &String| self.is_old_or_new(path) || self.may_leave(path);
        let known = self.trees.before.keys().filter(|path| !self.is_old_or_new(path));
        let other = self.found.keys().filter(|path| !is_allowed(path));
        let changed: BTreeSet<&String> = known.chain(other).collect();
        check(changed.is_empty(), || format!("changed or left: {changed:?}"))?;
        let open = self.found.iter().find(|(_, file)| file.mode & 0o007 != 0);
        check(open.is_none(), || format!("a file is open to others: {:?}", open.map(|of| of.0)))
    }

    /// A temporary file, which the next run removes.
    fn may_leave(&self, path: &str) -> bool {
        let could_not = self.is_second || [Ending::Abrupt, Ending::Stuck].contains(&self.ending());
        let is_told = self.run.messages.contains(&format!("{path} cannot be removed"));
        is_temporary(path) && (could_not || is_told)
    }

    fn all_or_nothing(&self) -> Result<(), String> {
        let (state, violation) = match self.ending() {
            Ending::Success => (&self.trees.after, "status 0, and not all is done"),
            Ending::Failure => (&self.trees.before, "a failed run leaves something changed"),
            Ending::Abrupt | Ending::Stuck => return Ok(()),
        };
        let differs = scenario::differences(&self.found, state);
        let is_right = |path: &str| self.is(path, state) || self.may_leave(path);
        let differs: Vec<String> = differs.into_iter().filter(|path| !is_right(path)).collect();
        check(differs.is_empty(), || format!("{violation}: {differs:?}"))
    }

    /// A run says which files it could not put back, all of them and no others; and that nothing was
    /// changed only where that is true.
    fn message_is_true(&self) -> Result<(), String> {
        if !matches!(self.ending(), Ending::Failure | Ending::Stuck) {
            return Ok(());
        }
        let unsaid = scenario::differences(&self.found, &self.trees.before)
            .into_iter()
            .filter(|path| !path.ends_with('~') && !is_temporary(path))
            .filter(|path| self.trees.before.contains_key(path))
            .filter(|path| !self.is(path, &self.trees.before))
            .find(|path| !self.run.messages.contains(&format!("{path} could not be put back")));
        check(unsaid.is_none(), || format!("not put back, and not said: {unsaid:?}"))
    }

    /// Comes last, since it changes what is in the folder.
    fn next_run_finishes(&self) -> Result<(), String> {
        let is_done =
            self.ending() == Ending::Success && !self.found.keys().any(|path| is_temporary(path));
        // A run that begins as the undisturbed one did ends as it did.
        if is_done || self.found == self.trees.before {
            return Ok(());
        }
        let output = self.subject.undisturbed(self.scenario, self.room);
        let messages = String::from_utf8_lossy(&output.stderr);
        check(output.status.success(), || format!("the next run fails: {messages}"))?;
        let left = unfinished(self.room.folder(), self.trees, self.may_lose_attributes());
        check(left.is_empty(), || format!("the next run does not finish: {left:?}"))
    }
}

/// Where a tree is not what it has to be in the end; further backups of the same old text are
/// allowed, since a run does not know whose the first one is.
pub(crate) fn unfinished(folder: &Path, trees: &Trees, may_lose_attributes: bool) -> Vec<String> {
    let found = scenario::found(folder);
    let is_right = |path: &String| match (found.get(path), trees.after.get(path)) {
        (Some(found), Some(expected)) => is_same(found, expected, may_lose_attributes),
        (Some(found), None) => is_backup(path, &found.content, trees),
        (None, _) => false,
    };
    let differs = scenario::differences(&found, &trees.after);
    differs.into_iter().filter(|path| !is_right(path)).collect()
}

fn is_backup(path: &str, content: &[u8], trees: &Trees) -> bool {
    NAMES.map(configuration_path).iter().any(|configuration| {
        let ending = path.strip_prefix(configuration.as_str());
        ending.is_some_and(|ending| ending.ends_with('~'))
            && content == trees.before[configuration].content
    })
}

fn is_same(found: &File, expected: &File, may_lose_attributes: bool) -> bool {
    let attribute = if may_lose_attributes { expected.attribute } else { found.attribute };
    File { attribute, ..found.clone() } == *expected
}

fn is_temporary(path: &str) -> bool {
    path.contains("/.") && path.ends_with(".fixkey-new")
}

fn old_key_path(name: &str) -> String {
    format!("certs/{name}.key")
}

fn check(holds: bool, violation: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(violation()) }
}
