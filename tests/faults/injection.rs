//! Pairs every system call of a run with every possible fault.

use std::fmt::{self, Display, Formatter};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::trace::{Call, End, Trace};

/// A fault in a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It does nothing and returns this error.
    Error(&'static str),
    /// This signal arrives as it begins.
    Signal(&'static str),
    /// It fails, and the process is killed when it then removes a file.
    ErrorAndKill,
}

/// A system call and its fault.
pub(crate) struct Pair<'a> {
    pub(crate) call: &'a Call,
    /// Where in the trace the call is.
    pub(crate) index: usize,
    pub(crate) fault: Fault,
}

/// Returns every pair of a call and one of `faults`, from the call at `first` to the last.
pub(crate) fn pairs<'a>(trace: &'a Trace, first: usize, faults: &[Fault]) -> Vec<Pair<'a>> {
    let pairs_of = |index: usize| {
        let pair = move |&fault: &Fault| Pair { call: &trace.calls[index], index, fault };
        faults.iter().map(pair)
    };
    let first = first.max(1); // execve belongs to strace
    (first..trace.calls.len()).flat_map(pairs_of).filter(|pair| pair.can_happen(trace)).collect()
}

impl Pair<'_> {
    /// Returns whether a new file has content by then, or gets it by this call.
    pub(crate) fn is_from_first_write(&self, trace: &Trace) -> bool {
        trace.first_write().is_some_and(|write| self.index >= write)
    }

    fn can_happen(&self, trace: &Trace) -> bool {
        match self.fault {
            // A process that exits receives no more signals.
            Fault::Signal(signal) => signal == "SIGKILL" || self.call.name != "exit_group",
            // A removal after success cannot be told from a cleanup.
            Fault::ErrorAndKill => self.is_from_first_write(trace) && !trace.removes(),
            Fault::Error(_) => true,
        }
    }

    /// Returns whether the fault occurred in the run with this trace.
    pub(crate) fn came_about(&self, trace: &Trace) -> bool {
        // How often the heap grows depends on thread order: such a call may not recur.
        if self.call.name == "brk" && trace.same(self.call).is_none() {
            return true;
        }
        match self.fault {
            Fault::Signal(signal) => trace.has_signal(signal),
            Fault::Error(_) | Fault::ErrorAndKill => {
                trace.same(self.call).is_some_and(|call| call.result.contains("(INJECTED)"))
            }
        }
    }

    /// Returns whether the program ended by an unsent signal, by a panic, or before it began.
    pub(crate) fn is_crash(&self, end: &End) -> bool {
        const PANIC: i32 = 101;
        const C_LIBRARY_CANNOT_START: i32 = 127;
        match end {
            End::Exited(status) => [PANIC, C_LIBRARY_CANNOT_START].contains(status),
            End::Killed(signal) => match self.fault {
                Fault::Error(_) => true,
                Fault::Signal(sent) => signal != sent,
                Fault::ErrorAndKill => signal != "SIGKILL",
            },
        }
    }

    /// Returns the options of strace for this fault.
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

/// Judges one run for every pair; returns the violations, and how many runs crashed.
pub(crate) fn try_all<'a>(
    pairs: &[Pair<'a>],
    judge: impl Fn(&Pair<'a>) -> (Vec<String>, bool) + Sync,
) -> (Vec<String>, usize) {
    let (next, crashes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let violations = Mutex::new(Vec::new());
    let work = || {
        while let Some(pair) = pairs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (found, is_crash) = judge(pair);
            crashes.fetch_add(usize::from(is_crash), Ordering::Relaxed);
            violations.lock().expect("no other thread panics").extend(found);
        }
    };
    thread::scope(|scope| {
        // More threads than processors, since each waits for disks.
        for _ in 0..4 * thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut violations = violations.into_inner().expect("no thread panics");
    violations.sort();
    (violations, crashes.into_inner())
}
