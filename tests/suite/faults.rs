//! Whatever fails and whenever: the old files are whole, and nothing but an old or a complete new
//! output exists.
//!
//! strace runs the program once to see its system calls, and then once for each of them and each
//! [`Fault`], always in a folder of its own. What is then on the disk is judged. The same checks
//! judge builds that were sabotaged on purpose, since checks that cannot fail prove nothing.

#![cfg(test)]

#[path = "faults/injection.rs"]
mod injection;
#[path = "faults/judgement.rs"]
mod judgement;
#[path = "faults/order.rs"]
mod order;
#[path = "faults/peers.rs"]
mod peers;
#[path = "faults/room.rs"]
mod room;
#[path = "faults/run.rs"]
mod run;
#[path = "faults/sabotage.rs"]
mod sabotage;
#[path = "faults/sabotages.rs"]
mod sabotages;
#[path = "faults/scenario.rs"]
mod scenario;
#[path = "faults/trace.rs"]
mod trace;

use std::path::Path;
use std::process::Command;

use injection::{Fault, Pair};
use judgement::Outcome;
use room::Room;
use sabotage::Copy;
use sabotages::{Check, SABOTAGES};
use scenario::{FORCE, FRESH, Found, SCENARIOS, Scenario, Subject};
use trace::{End, Trace};

const FIXKEY: &str = env!("CARGO_BIN_EXE_fixkey");

const FAULTS: [Fault; 6] = [
    Fault::Error("EIO"),
    Fault::Error("ENOSPC"),
    Fault::Signal("SIGKILL"),
    Fault::Signal("SIGINT"),
    Fault::Signal("SIGTERM"),
    Fault::ErrorAndKill,
];

#[test]
fn no_fault_loses_a_key_and_no_failed_run_leaves_anything() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::new(FIXKEY.into());
    let violations: Vec<String> =
        SCENARIOS.iter().flat_map(|scenario| tried(&subject, scenario)).collect();
    assert_none(&violations);
}

/// Tries every pair of a scenario, and says how many they were.
fn tried(subject: &Subject, scenario: &Scenario) -> Vec<String> {
    let trace = subject.trace(scenario);
    let pairs = injection::pairs(&trace, 0, &FAULTS);
    let (violations, crashes) = try_all(subject, scenario, &trace, &pairs);
    let late = pairs.iter().filter(|pair| pair.is_from_first_write(&trace)).count();
    assert!(late > 0, "{}: no write to the new file was seen", scenario.name);
    peers::say(&format!(
        "faults: {}: {} pairs of system call and fault, {late} of them from the first write on; {crashes} runs crashed",
        scenario.name,
        pairs.len(),
    ));
    violations
}

#[test]
fn a_key_is_written_then_synced_then_moved_then_its_folder_synced() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::new(FIXKEY.into());
    for scenario in &SCENARIOS {
        assert_none(&order::violations(&subject.trace(scenario), scenario.output));
    }
}

#[test]
fn an_interrupted_run_ends_by_the_signal() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::new(FIXKEY.into());
    for scenario in &SCENARIOS {
        let trace = subject.trace(scenario);
        let index = trace.first_write().expect("the file is written");
        for signal in ["SIGINT", "SIGTERM"] {
            let pair = Pair { call: &trace.calls[index], index, fault: Fault::Signal(signal) };
            let room = Room::with(|folder| subject.furnish(scenario, folder));
            let run = subject.disturbed(scenario, &room, &pair.options());
            assert_eq!(run.trace.end, End::Killed(signal.to_owned()), "{}: {pair}", scenario.name);
            assert_untouched(&subject, scenario, room.folder());
        }
    }
}

#[test]
fn sabotaged_builds_are_caught() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let copy = Copy::of_this_package();
    for sabotage in &SABOTAGES {
        let subject = Subject::new(copy.build(sabotage));
        for (check, expected) in sabotage.caught {
            let violations = match check {
                Check::Order => order::violations(&subject.trace(&FORCE), FORCE.output),
                Check::Faults => violations_from_first_write_on(&subject, &FORCE),
            };
            let caught = violations.iter().any(|violation| violation.contains(expected));
            assert!(caught, "not caught: {}; violations: {violations:#?}", sabotage.name);
        }
    }
}

/// A small part of the matrix, which is enough to tell a sabotaged build.
fn violations_from_first_write_on(subject: &Subject, scenario: &Scenario) -> Vec<String> {
    let trace = subject.trace(scenario);
    let first = trace.first_write().unwrap_or(0);
    try_all(subject, scenario, &trace, &injection::pairs(&trace, first, &FAULTS)).0
}

/// Runs once for every pair; gives the violations, and how many runs crashed.
fn try_all(
    subject: &Subject,
    scenario: &Scenario,
    undisturbed: &Trace,
    pairs: &[Pair<'_>],
) -> (Vec<String>, usize) {
    injection::try_all(pairs, |pair| {
        let room = Room::with(|folder| subject.furnish(scenario, folder));
        let run = subject.disturbed(scenario, &room, &pair.options());
        let folder = room.folder();
        let outcome = Outcome { subject, scenario, pair, undisturbed, run, folder };
        (outcome.violations(), outcome.is_crash())
    })
}

#[test]
fn a_full_disk_leaves_the_old_files_and_nothing_new() {
    let Some(unshare) = peers::unshare_that_mounts() else { return };
    let subject = Subject::new(FIXKEY.into());
    for scenario in SCENARIOS.iter().filter(|scenario| scenario.standing.is_none()) {
        let room = Room::with(|folder| subject.furnish(scenario, folder));
        let (disk, left) = (room.beside("disk"), room.beside("left"));
        let output = Command::new(unshare[0])
            .args(&unshare[1..])
            .args(["sh", "-euc", RUN_ON_FULL_DISK, "sh"])
            .args([room.folder(), &disk, &left])
            .arg(FIXKEY)
            .args(subject.arguments(scenario))
            .output()
            .expect("unshare runs");
        let messages = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{}: {messages}", scenario.name);
        assert!(messages.contains("No space left on device"), "{}: {messages}", scenario.name);
        assert_untouched(&subject, scenario, &left);
    }
}

/// Its arguments: the folder with the files, where the disk is mounted, where they are copied to
/// when it is over, and the command.
const RUN_ON_FULL_DISK: &str = r#"
    from=$1 disk=$2 left=$3
    shift 3
    mount -t tmpfs -o size=64k fixkey-full "$disk"
    cp -a "$from/." "$disk"
    cd "$disk"
    head -c 1000000 /dev/zero >filling 2>/dev/null || true
    status=0
    "$@" || status=$?
    rm filling
    cp -a "$disk/." "$left"
    exit $status
"#;

/// The kernel reports this limit by a signal first, and only to who survives it by an error.
#[test]
fn a_limit_on_the_size_of_files_leaves_the_old_files_and_nothing_new() {
    let subject = Subject::new(FIXKEY.into());
    for scenario in [&FRESH, &FORCE] {
        let room = Room::with(|folder| subject.furnish(scenario, folder));
        let output = Command::new("sh")
            .args(["-c", r#"ulimit -f 1; exec "$@""#, "sh", FIXKEY])
            .args(subject.arguments(scenario))
            .current_dir(room.folder())
            .output()
            .expect("sh runs");
        assert_eq!(output.status.code(), Some(3), "{}: {output:?}", scenario.name);
        assert_untouched(&subject, scenario, room.folder());
    }
}

fn assert_untouched(subject: &Subject, scenario: &Scenario, folder: &Path) {
    let name = scenario.name;
    assert_eq!(room::names(folder), scenario.names_before(), "{name}: the files of the folder");
    assert!(subject.input_is_whole(scenario, folder), "{name}: the key is not what it was");
    let old = if scenario.replaces() { Found::Old } else { Found::Nothing };
    assert_eq!(subject.output(scenario, folder), old, "{name}: the output");
}

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}
