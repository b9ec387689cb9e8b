//! What must hold after a run, whatever happened to it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::injection::Pair;
use super::room::{self, MODE};
use super::run::Run;
use super::scenario::{Found, Scenario, Subject};
use super::trace::{End, Trace};

/// What a run with a fault came to.
pub(crate) struct Outcome<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) scenario: &'a Scenario,
    pub(crate) pair: &'a Pair<'a>,
    /// The trace of an undisturbed run.
    pub(crate) undisturbed: &'a Trace,
    pub(crate) run: Run,
    pub(crate) folder: &'a Path,
}

/// How much the program could still do about the fault.
enum Ending {
    /// It says that all is done.
    Success,
    /// It had the chance to clean up.
    Failure,
    /// It had no chance to do anything: a kill, or a crash for want of memory.
    Abrupt,
}

impl Outcome<'_> {
    /// Everything that does not hold, each with the scenario and the pair.
    pub(crate) fn violations(&self) -> Vec<String> {
        let end = format!("{:?}, left {:?}", self.run.trace.end, room::names(self.folder));
        let checks = [
            self.fault_came_about(),
            self.status_fits(),
            self.input_is_whole(),
            self.output_is_old_or_new(),
            self.nothing_else_is_left(),
            self.message_is_true(),
            self.rights_are_kept(),
            self.nothing_is_for_others(),
            self.next_run_succeeds_and_cleans_up(),
        ];
        let place = format!("{}: {}", self.scenario.name, self.pair);
        let violations = checks.into_iter().filter_map(Result::err);
        violations.map(|violation| format!("{place}: {violation} [{end}]")).collect()
    }

    pub(crate) fn is_crash(&self) -> bool {
        self.pair.is_crash(&self.run.trace.end)
    }

    fn ending(&self) -> Ending {
        match &self.run.trace.end {
            End::Exited(0) => Ending::Success,
            End::Killed(signal) if signal == "SIGKILL" => Ending::Abrupt,
            _ if self.is_crash() => Ending::Abrupt,
            _ => Ending::Failure,
        }
    }

    /// Whether the new file was at its place when the fault came.
    fn is_after_move(&self) -> bool {
        self.undisturbed.moves().first().is_some_and(|&moved| self.pair.index > moved)
    }

    fn temporary_name(&self) -> String {
        let created = self.undisturbed.creations().next();
        let name = created.map(|created| self.undisturbed.calls[created].argument(1));
        name.unwrap_or_default().trim_matches('"').to_owned()
    }

    fn output(&self) -> Found {
        self.subject.output(self.scenario, self.folder)
    }

    fn fault_came_about(&self) -> Result<(), String> {
        let came = self.pair.came_about(&self.run.trace);
        check(came, "the fault did not come about")
    }

    fn status_fits(&self) -> Result<(), String> {
        let fits = matches!(self.run.trace.end, End::Exited(0 | 3) | End::Killed(_));
        check(fits || self.is_crash(), "a fault of the machine is said to be another's")
    }

    fn input_is_whole(&self) -> Result<(), String> {
        let whole = self.subject.input_is_whole(self.scenario, self.folder);
        check(whole, "the key file is not what it was")
    }

    fn output_is_old_or_new(&self) -> Result<(), String> {
        let whole = match self.output() {
            Found::Nothing => !self.scenario.replaces(),
            Found::Old | Found::New => true,
            Found::Neither => false,
        };
        check(whole, "the output is neither the old nor the complete new one")?;
        let missing = matches!(self.ending(), Ending::Success) && self.output() != Found::New;
        check(!missing, "the status says that it is done, and the new output is not there")
    }

    fn nothing_else_is_left(&self) -> Result<(), String> {
        let mut allowed = self.scenario.names_before();
        if self.output() == Found::New {
            allowed.insert(self.scenario.output.to_owned());
        }
        match self.ending() {
            Ending::Success => check(self.is_left(&allowed), "a file is left beside the output"),
            Ending::Failure => check(self.is_left(&allowed), "a failed run leaves a file"),
            Ending::Abrupt => {
                let temporary = [self.temporary_name()].into();
                let left: BTreeSet<_> =
                    room::names(self.folder).difference(&temporary).cloned().collect();
                check(left == allowed, "a killed run leaves more than its temporary file")
            }
        }
    }

    fn is_left(&self, allowed: &BTreeSet<String>) -> bool {
        room::names(self.folder) == *allowed
    }

    /// A run that fails after the move may leave the new output only if it says so, and may say so
    /// only if it is true.
    fn message_is_true(&self) -> Result<(), String> {
        if !matches!(self.ending(), Ending::Failure) {
            return Ok(());
        }
        let said = self.run.messages.contains("is written");
        match self.output() {
            Found::New => {
                check(
                    self.is_after_move(),
                    "a run that fails before the move leaves a new output",
                )?;
                check(said, "a failed run leaves the new output and does not say so")
            }
            _ => check(!said, "a failed run says that the output is written, and it is not"),
        }
    }

    fn rights_are_kept(&self) -> Result<(), String> {
        if !self.scenario.replaces() || self.output() != Found::New {
            return Ok(());
        }
        let output = self.folder.join(self.scenario.output);
        let mode = fs::metadata(output).map_or(0, |metadata| metadata.mode() & 0o7777);
        check(mode == MODE, "the new output has not the mode of the old one")?;
        let kept = self.subject.attribute_is_kept(self.scenario, self.folder)
            || self.run.messages.contains("extended attribute");
        let told = matches!(self.ending(), Ending::Abrupt);
        check(kept || told, "an extended attribute is lost without a word")
    }

    fn nothing_is_for_others(&self) -> Result<(), String> {
        let mode = |name: String| {
            fs::metadata(self.folder.join(name)).map_or(0, |metadata| metadata.mode())
        };
        let open = room::names(self.folder).into_iter().any(|name| mode(name) & 0o007 != 0);
        check(!open, "a file with a key is open to others")
    }

    /// Comes last, since it changes what is in the folder.
    fn next_run_succeeds_and_cleans_up(&self) -> Result<(), String> {
        if matches!(self.ending(), Ending::Success) {
            return Ok(());
        }
        let next = self.subject.undisturbed(self.scenario, self.folder);
        next.map_err(|messages| format!("the next run fails: {messages}"))?;
        check(self.output() == Found::New, "the next run does not write the output")?;
        check(
            self.is_left(&self.scenario.names_after()),
            "the next run does not remove what this one left",
        )
    }
}

fn check(holds: bool, violation: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(violation.to_owned()) }
}
