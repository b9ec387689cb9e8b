//! Tests that whatever fails, fixkey writes all or nothing, and that each configuration always points to a complete
//! key.
//!
//! strace runs the program once to list its system calls, then once for each call and fault, each time in a separate
//! directory. Then the files on disk are checked. The same checks are run on deliberate bugs, since a check that cannot
//! fail proves nothing.

#![cfg(test)]

mod build;
mod caught;
mod convert;
mod fix;
mod injection;
mod judgement;
mod limits;
mod meanwhile;
mod order;
mod peers;
mod room;
mod run;
mod scenario;
mod sequence;
mod subject;
mod trace;
mod tree;
mod trial;

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::process::{Command, Output, Stdio};

use clap::ValueEnum as _;
use fixkey::os::sabotage::Sabotage;

use caught::CHECKS;
use fix::{DEFAULT, IN_PLACE, NO_BACKUP};
use injection::{Fault, Pair};
use room::Room;
use scenario::{Scenario, scenarios, without_standing_fault};
use subject::{FIXKEY, Subject};
use trace::End;
use tree::Trees;
use trial::Trial;

#[test]
fn no_fault_tears_a_key_or_a_configuration_from_its_key() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::fixkey();
    assert_none(scenarios().flat_map(|scenario| Trial::of(&subject, scenario).all()));
}

#[test]
fn a_second_fault_while_the_first_is_undone_tears_nothing() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::fixkey();
    let possible = fix::SCENARIOS.iter().filter(|fix| fix.is_possible());
    let possible = possible.filter(|fix| fix.standing().is_none());
    assert_none(possible.flat_map(|fix| Trial::of(&subject, fix).while_undoing()));
}

#[test]
fn each_file_is_staged_then_moved_then_durable_keys_first() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::fixkey();
    assert_none(
        scenarios()
            .flat_map(|scenario| sequence::violations(&subject.trace(scenario, &[], 0), scenario)),
    );
}

#[test]
fn an_interrupted_run_ends_by_the_signal_and_leaves_all_as_it_was() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::fixkey();
    for scenario in scenarios() {
        let trace = subject.trace(scenario, &[], 0);
        let index = trace.first_write().expect("the file is written");
        for signal in ["SIGINT", "SIGTERM"] {
            let pair = Pair { call: &trace.calls[index], index, fault: Fault::Signal(signal) };
            let room = Room::with(|folder| scenario.furnish(folder));
            let before = tree::found(room.folder());
            let run = subject.disturbed(scenario, &room, &pair.options());
            let name = scenario.name();
            assert_eq!(run.trace.end, End::Killed(signal.to_owned()), "{name}: {pair}");
            let differs = tree::differences(&tree::found(room.folder()), &before);
            assert!(differs.is_empty(), "{name}: {pair}: {differs:?}");
        }
    }
}

#[test]
fn what_is_changed_meanwhile_is_not_replaced() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::fixkey();
    let all = [DEFAULT, NO_BACKUP, IN_PLACE];
    assert_none(all.iter().flat_map(|fix| meanwhile::violations_of_changes(&subject, fix)));
}

#[test]
fn a_second_run_leaves_all_to_the_first() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::fixkey();
    let all = [DEFAULT, NO_BACKUP, IN_PLACE];
    assert_none(all.iter().flat_map(|fix| meanwhile::violations_of_a_second_run(&subject, fix)));
}

#[test]
fn a_run_that_fails_leaves_the_keys_that_another_uses() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    assert_none(meanwhile::violations_of_a_neighbour(&Subject::fixkey()).into_iter());
}

#[test]
fn every_sabotage_is_caught() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    for &sabotage in Sabotage::value_variants() {
        let catches = caught::catches(sabotage);
        assert!(!catches.is_empty(), "no check is to catch {sabotage:?}");
        let subject = Subject::with_feature(Some(sabotage));
        for (check, expected) in catches.iter().filter(|(check, _)| check.is_possible()) {
            let violations = check.violations(&subject);
            let caught = violations.iter().any(|violation| violation.contains(expected));
            assert!(caught, "not caught: {sabotage:?}; violations: {violations:#?}");
        }
    }
}

/// The checks that catch sabotages find nothing in the same build without one.
#[test]
fn a_build_with_the_feature_goes_wrong_only_where_it_is_told_to() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::with_feature(None);
    let possible = CHECKS.iter().filter(|check| check.is_possible());
    assert_none(possible.flat_map(|check| check.violations(&subject)));
}

#[test]
fn an_unknown_sabotage_is_refused() {
    let room = Room::with(|folder| convert::FRESH.furnish(folder));
    let arguments = Subject::fixkey().arguments(&convert::FRESH);
    let mut command = Command::new(build::program());
    command.args(arguments).current_dir(room.folder()).env(build::CHOICE, "no-such-point");
    let output = command.output().expect("fixkey runs");
    assert!(String::from_utf8_lossy(&output.stderr).contains("names no point: no-such-point"));
    assert!(!output.status.success(), "{output:?}");
}

/// The normal build, and the release if `FIXKEY_RELEASE` points to one.
#[cfg(not(feature = "sabotage"))]
#[test]
fn a_build_without_the_feature_holds_no_trace_of_it() {
    const KNOWN: &str = "fixkey-new";
    let name = |sabotage: &Sabotage| sabotage.to_possible_value().expect("it has a name");
    let names = Sabotage::value_variants().iter().map(name);
    let names = names.map(|name| name.get_name().to_owned());
    let words = names.chain([KNOWN.to_owned(), build::CHOICE.to_owned()]);
    let words: Vec<String> = words.map(|word| format!("--regexp={word}")).collect();
    for program in [FIXKEY.to_owned()].into_iter().chain(std::env::var("FIXKEY_RELEASE")) {
        let mut command = Command::new("grep");
        command.args(["--text", "--only-matching", "--fixed-strings"]).args(&words).arg(&program);
        let output = command.output().expect("grep runs");
        let found: BTreeSet<_> = output.stdout.lines().map_while(Result::ok).collect();
        assert_eq!(found, [KNOWN.to_owned()].into(), "{program}");
    }
}

#[test]
fn many_runs_at_once_end_as_one_does() {
    let subject = Subject::fixkey();
    for scenario in [DEFAULT, NO_BACKUP, IN_PLACE] {
        for _ in 0..5 {
            let room = Room::with(|folder| scenario.furnish(folder));
            let outputs = at_once(&subject, &scenario, &room);
            let is_done = |output: &Output| output.status.code() == Some(0);
            let is_turned_away = |output: &Output| {
                let messages = String::from_utf8_lossy(&output.stderr);
                let why = ["another fixkey is running", "changed it meanwhile"];
                output.status.code() == Some(3) && why.iter().any(|why| messages.contains(why))
            };
            let other = outputs.iter().find(|output| !is_done(output) && !is_turned_away(output));
            assert!(other.is_none(), "{}: {other:?}", scenario.name());
            assert!(outputs.iter().any(is_done), "{}: {outputs:?}", scenario.name());
            let differs =
                tree::differences(&tree::found(room.folder()), &Trees::of(&scenario).after);
            assert!(differs.is_empty(), "{}: {differs:?}", scenario.name());
        }
    }
}

fn at_once(subject: &Subject, scenario: &dyn Scenario, room: &Room) -> Vec<Output> {
    let start = |_| {
        let mut command = subject.command(&subject.arguments(scenario), room.folder());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("fixkey runs")
    };
    let runs: Vec<_> = (0..12).map(start).collect();
    runs.into_iter().map(|run| run.wait_with_output().expect("fixkey ends")).collect()
}

#[test]
fn a_disk_that_is_too_small_leaves_all_as_it_was() {
    let Some(unshare) = peers::unshare_that_mounts() else { return };
    let subject = Subject::fixkey();
    without_standing_fault()
        .for_each(|scenario| limits::try_small_disks(unshare, &subject, scenario));
}

#[test]
fn a_limit_on_the_size_of_files_leaves_all_as_it_was() {
    let subject = Subject::fixkey();
    without_standing_fault().for_each(|scenario| limits::try_file_size_limit(&subject, scenario));
}

fn assert_none(violations: impl Iterator<Item = String>) {
    let violations: Vec<String> = violations.collect();
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}
