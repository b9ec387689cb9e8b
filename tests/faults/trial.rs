//! Runs one scenario with every fault.

use std::collections::BTreeSet;

use crate::injection::{self, Fault, Pair};
use crate::judgement::Outcome;
use crate::peers;
use crate::room::Room;
use crate::scenario::Scenario;
use crate::subject::Subject;
use crate::trace::{Call, Trace};
use crate::tree::{self, Trees};

/// The second faults.
const SECOND_FAULTS: [Fault; 2] = [Fault::Error("EIO"), Fault::Signal("SIGKILL")];

/// A scenario, and its run without a fault.
pub(crate) struct Trial<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) scenario: &'a dyn Scenario,
    pub(crate) trees: Trees,
    pub(crate) undisturbed: Trace,
}

impl<'a> Trial<'a> {
    pub(crate) fn of(subject: &'a Subject, scenario: &'a dyn Scenario) -> Self {
        let undisturbed = subject.trace(scenario, &[], 0);
        Self { subject, scenario, trees: Trees::of(scenario), undisturbed }
    }

    /// Tries every pair of a call and a fault; reports how many there were.
    pub(crate) fn all(&self) -> Vec<String> {
        let pairs = self.scenario.pairs(&self.undisturbed);
        let (violations, crashes) = self.try_all(&pairs, None);
        let late = pairs.iter().filter(|pair| pair.is_from_first_write(&self.undisturbed)).count();
        assert!(late > 0, "{}: no write to the new file was seen", self.scenario.name());
        peers::say(&format!(
            "faults: {}: {} pairs of system call and fault, {late} of them from the first write on; {crashes} runs crashed",
            self.scenario.name(),
            pairs.len(),
        ));
        violations
    }

    /// Fails the move of the last configuration, or the sync of its directory, and tries a second fault at every call
    /// that then undoes changes. Reports how many there were.
    pub(crate) fn while_undoing(&self) -> Vec<String> {
        let &last = self.undisturbed.moves().last().expect("files are moved");
        let sync = self.undisturbed.calls[last..].iter().find(|call| call.name == "fsync");
        let firsts = [&self.undisturbed.calls[last], sync.expect("the last folder is synced")];
        firsts.into_iter().flat_map(|first| self.after_first(first)).collect()
    }

    fn after_first(&self, call: &Call) -> Vec<String> {
        let first = format!("--inject={}:error=EIO:when={}", call.name, call.occurrence);
        let trace = self.subject.trace(self.scenario, std::slice::from_ref(&first), 3);
        let is_first =
            |later: &Call| later.name == call.name && later.occurrence == call.occurrence;
        let begin = trace.calls.iter().position(is_first).expect("the first fault came about");
        let mut pairs = injection::pairs(&trace, begin + 1, &SECOND_FAULTS);
        // strace takes one fault for all calls of a name; these calls are tried with the other first fault.
        pairs.retain(|pair| pair.call.name != call.name);
        let (violations, crashes) = self.try_all(&pairs, Some(&first));
        peers::say(&format!(
            "faults: {}: {} pairs of system call and second fault after the {} of the last configuration failed; {crashes} runs crashed",
            self.scenario.name(),
            pairs.len(),
            call.name,
        ));
        violations
    }

    /// Tries a small part of the matrix, which is enough to notice a sabotage.
    pub(crate) fn at_moves(&self) -> Vec<String> {
        let first = self.undisturbed.moves().first().copied().unwrap_or(0);
        let faults = [Fault::Error("EIO"), Fault::Signal("SIGKILL")];
        let mut pairs = injection::pairs(&self.undisturbed, first, &faults);
        pairs.retain(|pair| ["renameat", "renameat2", "fsync"].contains(&pair.call.name.as_str()));
        self.try_all(&pairs, None).0
    }

    /// Runs once for every pair; returns the violations, and how many runs crashed.
    fn try_all(&self, pairs: &[Pair<'_>], first: Option<&String>) -> (Vec<String>, usize) {
        injection::try_all(pairs, |pair| {
            let room = Room::with(|folder| self.scenario.furnish(folder));
            let mut options: Vec<String> =
                first.into_iter().cloned().chain(pair.options()).collect();
            options.extend(only_these(&options, self.scenario.standing()));
            let run = self.subject.disturbed(self.scenario, &room, &options);
            let found = tree::found(room.folder());
            let is_second = first.is_some();
            let outcome = Outcome { trial: self, pair, is_second, run, room: &room, found };
            (outcome.violations(), outcome.is_crash())
        })
    }
}

/// Returns the options that make strace stop the program only at calls with a fault, which is faster. Signals do not
/// work in this mode.
fn only_these(options: &[String], standing: Option<&str>) -> Vec<String> {
    let faults = options.iter().filter_map(|option| option.strip_prefix("--inject="));
    let names = faults.chain(standing).filter_map(|fault| fault.split(':').next());
    let names: BTreeSet<&str> = names.collect();
    let names: Vec<&str> = names.into_iter().collect();
    let trace = format!("--trace={}", names.join(","));
    if options.iter().any(|option| option.contains(":signal=")) {
        return vec![trace];
    }
    vec![trace, "--seccomp-bpf".to_owned()]
}
