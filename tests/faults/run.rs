//! One run under strace.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::room::Room;
use crate::trace::Trace;

/// fixkey forbids core files with this call, which keeps the strace of an account other than root from seeing file
/// names.
pub(crate) const NAMES_ARE_SEEN: &str = "--inject=prctl:retval=0";

/// The result of a run under strace.
pub(crate) struct Run {
    pub(crate) trace: Trace,
    /// Its messages.
    pub(crate) messages: String,
}

impl Run {
    /// Reads the result of a finished run in a room.
    pub(crate) fn of(room: &Room, output: &Output) -> Self {
        let messages = [output.stdout.as_slice(), &output.stderr].concat();
        let trace = fs::read(room.trace_file()).expect("strace writes a trace");
        Self {
            trace: Trace::parse(&String::from_utf8_lossy(&trace)),
            messages: String::from_utf8_lossy(&messages).into_owned(),
        }
    }
}

/// Returns the command that runs `program` in the directory of the room, with these options of strace. On one processor
/// it has one thread, so that its calls always have the same order.
pub(crate) fn strace(
    room: &Room,
    options: &[String],
    program: &Path,
    arguments: &[String],
) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &processor(), "strace"]);
    command.args(["-f", "-s", "64", "-o"]).arg(room.trace_file()).args(options);
    command.arg(program).args(arguments).current_dir(room.folder());
    // Set by cargo; neither taskset nor strace needs it.
    command.env_remove("LD_LIBRARY_PATH");
    command
}

/// Returns the processors of this process in turn.
fn processor() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let status = fs::read_to_string("/proc/self/status").expect("a process can look at itself");
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let number = |text: &str| text.trim().parse::<usize>().expect("a processor has a number");
    let ranges = allowed.expect("there are processors").split(',');
    let all: Vec<usize> = ranges
        .flat_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            number(first)..=number(last)
        })
        .collect();
    all[COUNT.fetch_add(1, Ordering::Relaxed) % all.len()].to_string()
}
