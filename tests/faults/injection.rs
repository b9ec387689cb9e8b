//! Every system call of a run, paired with everything that can happen to it.

use std::fmt::{self, Display, Formatter};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::judgement::Outcome;
use crate::room::Room;
use crate::scenario::{Scenario, Subject};
use crate::trace::{Call, Trace};

/// What happens to a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It does nothing, and returns this error.
    Error(&'static str),
    /// This signal comes as it begins.
    Signal(&'static str),
    /// It fails, and the process is killed when it then removes a file.
    ErrorAndKill,
}

const FAULTS: [Fault; 6] = [
    Fault::Error("EIO"),
    Fault::Error("ENOSPC"),
    Fault::Signal("SIGKILL"),
    Fault::Signal("SIGINT"),
    Fault::Signal("SIGTERM"),
    Fault::ErrorAndKill,
];

/// A system call and what happens to it.
pub(crate) struct Pair<'a> {
    pub(crate) call: &'a Call,
    pub(crate) fault: Fault,
    /// Whether the new file has content by then, or gets it by this call.
    pub(crate) from_first_write: bool,
    /// Whether the new file was at its place by then.
    pub(crate) after_move: bool,
    /// The name of the new file before it is moved.
    pub(crate) temporary: &'a str,
}

/// Every pair of a run, from its first system call to its last.
pub(crate) fn pairs(trace: &Trace) -> Vec<Pair<'_>> {
    let calls = 1..trace.calls.len(); // execve belongs to strace
    calls
        .flat_map(|index| FAULTS.map(|fault| Pair::new(trace, index, fault)))
        .filter(|pair| pair.can_happen(trace))
        .collect()
}

impl<'a> Pair<'a> {
    fn new(trace: &'a Trace, index: usize, fault: Fault) -> Self {
        Self {
            call: &trace.calls[index],
            fault,
            from_first_write: trace.first_write().is_some_and(|write| index >= write),
            after_move: trace.moves().first().is_some_and(|&moved| index > moved),
            temporary: trace.temporary_name(),
        }
    }

    pub(crate) fn at_first_write(trace: &'a Trace, fault: Fault) -> Self {
        Self::new(trace, trace.first_write().expect("the file is written"), fault)
    }

    fn can_happen(&self, trace: &Trace) -> bool {
        match self.fault {
            // A process that ends receives no signals any more.
            Fault::Signal(signal) => signal == "SIGKILL" || self.call.name != "exit_group",
            // A removal that belongs to success cannot be told from one that cleans up.
            Fault::ErrorAndKill => self.from_first_write && !trace.removes(),
            Fault::Error(_) => true,
        }
    }

    /// The options that make strace do it.
    pub(crate) fn options(&self) -> Vec<String> {
        let inject = |what: &str| {
            format!("--inject={}:{what}:when={}", self.call.name, self.call.occurrence)
        };
        match self.fault {
            Fault::Error(error) => vec![inject(&format!("error={error}"))],
            Fault::Signal(signal) => vec![inject(&format!("signal={signal}"))],
            Fault::ErrorAndKill => {
                vec![inject("error=EIO"), "--inject=unlinkat:signal=SIGKILL".to_owned()]
            }
        }
    }
}

impl Display for Pair<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Call { name, arguments, occurrence, .. } = self.call;
        let arguments = arguments.join(", ");
        match self.fault {
            Fault::Error(fault) | Fault::Signal(fault) => write!(formatter, "{fault}")?,
            Fault::ErrorAndKill => write!(formatter, "EIO, then SIGKILL while cleaning up,")?,
        }
        write!(formatter, " at {name} number {occurrence}, {name}({arguments})")
    }
}

/// Runs once for every pair; gives the violations, and how many runs crashed.
pub(crate) fn try_all(
    subject: &Subject,
    scenario: &Scenario,
    pairs: &[Pair<'_>],
) -> (Vec<String>, usize) {
    let (next, crashes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let violations = Mutex::new(Vec::new());
    let work = || {
        while let Some(pair) = pairs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let room = Room::with(|folder| subject.furnish(scenario, folder));
            let run = subject.disturbed(scenario, &room, &pair.options());
            let outcome = Outcome { subject, scenario, pair, run, folder: room.folder() };
            crashes.fetch_add(usize::from(outcome.is_crash()), Ordering::Relaxed);
            violations.lock().expect("no other thread panics").extend(outcome.violations());
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut violations = violations.into_inner().expect("no thread panics");
    violations.sort();
    (violations, crashes.into_inner())
}
