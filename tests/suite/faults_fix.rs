//! Whatever fails and whenever: what `fixkey fix` changes is all changed or all as it was, and at
//! every moment each configuration names a complete key.
//!
//! strace runs the program once to see its system calls, and then once for each of them and each
//! [`Fault`], always in a folder of its own with three keys and three configurations. What is then on
//! the disk is judged. The same checks judge builds that were sabotaged on purpose.

#![cfg(test)]

#[path = "faults/injection.rs"]
mod injection;
#[path = "faults_fix/judgement.rs"]
mod judgement;
#[path = "faults_fix/meanwhile.rs"]
mod meanwhile;
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
#[path = "faults_fix/sabotages.rs"]
mod sabotages;
#[path = "faults_fix/scenario.rs"]
mod scenario;
#[path = "faults_fix/sequence.rs"]
mod sequence;
#[path = "faults_fix/subject.rs"]
mod subject;
#[path = "faults/trace.rs"]
mod trace;
#[path = "faults_fix/trial.rs"]
mod trial;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use room::Room;
use sabotage::Copy;
use sabotages::{Check, SABOTAGES};
use scenario::{DEFAULT, IN_PLACE, NO_BACKUP, Scenario, scenarios};
use subject::{Subject, Trees};
use trial::Trial;

const FIXKEY: &str = env!("CARGO_BIN_EXE_fixkey");

#[test]
fn no_fault_tears_a_configuration_from_its_key() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::new(FIXKEY.into());
    let violations: Vec<String> =
        scenarios().iter().flat_map(|scenario| Trial::of(&subject, scenario).all()).collect();
    assert_none(&violations);
}

#[test]
fn a_second_fault_while_the_first_is_undone_tears_nothing() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::new(FIXKEY.into());
    let possible = scenarios().into_iter().filter(|scenario| scenario.standing.is_none());
    let violations: Vec<String> =
        possible.flat_map(|scenario| Trial::of(&subject, &scenario).while_undoing()).collect();
    assert_none(&violations);
}

#[test]
fn each_file_is_staged_then_moved_then_durable_keys_first() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::new(FIXKEY.into());
    for scenario in &scenarios() {
        assert_none(&sequence::violations(&subject.trace(scenario, &[], 0), scenario));
    }
}

#[test]
fn what_is_changed_meanwhile_is_not_replaced() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::new(FIXKEY.into());
    for scenario in [DEFAULT, NO_BACKUP, IN_PLACE] {
        assert_none(&meanwhile::violations_of_changes(&subject, &scenario));
    }
}

#[test]
fn a_second_run_leaves_all_to_the_first() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::new(FIXKEY.into());
    for scenario in [DEFAULT, NO_BACKUP, IN_PLACE] {
        assert_none(&meanwhile::violations_of_a_second_run(&subject, &scenario));
    }
}

#[test]
fn a_run_that_fails_leaves_the_keys_that_another_uses() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    assert_none(&meanwhile::violations_of_a_neighbour(&Subject::new(FIXKEY.into())));
}

#[test]
fn sabotaged_builds_are_caught() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let copy = Copy::of_this_package();
    for sabotage in &SABOTAGES {
        let possible = sabotage.caught.iter().filter(|(check, _)| check.is_possible());
        let possible: Vec<_> = possible.collect();
        if possible.is_empty() {
            continue;
        }
        let subject = Subject::new(copy.build(sabotage));
        for (check, expected) in possible {
            let violations = violations(check, &subject);
            let caught = violations.iter().any(|violation| violation.contains(expected));
            assert!(caught, "not caught: {}; violations: {violations:#?}", sabotage.name);
        }
    }
}

/// The checks that catch sabotages find nothing in what is not sabotaged.
#[test]
fn this_build_is_not_caught() {
    if peers::strace_is_missing(FIXKEY) {
        return;
    }
    let subject = Subject::new(FIXKEY.into());
    let checks = SABOTAGES.iter().flat_map(|sabotage| sabotage.caught).map(|(check, _)| check);
    for check in checks.filter(|check| check.is_possible()) {
        assert_none(&violations(check, &subject));
    }
}

fn violations(check: &Check, subject: &Subject) -> Vec<String> {
    match check {
        Check::Order(scenario) => sequence::violations(&subject.trace(scenario, &[], 0), scenario),
        Check::Faults(scenario) => Trial::of(subject, scenario).at_moves(),
        Check::Changes => meanwhile::violations_of_changes(subject, &DEFAULT),
        Check::SecondRun => meanwhile::violations_of_a_second_run(subject, &DEFAULT),
    }
}

#[test]
fn many_runs_at_once_end_as_one_does() {
    let subject = Subject::new(FIXKEY.into());
    for scenario in [DEFAULT, NO_BACKUP, IN_PLACE] {
        for _ in 0..5 {
            let room = Room::with(|folder| scenario.furnish(folder));
            let outputs = at_once(&subject, &scenario, &room);
            let is_done = |output: &Output| output.status.code() == Some(0);
            let is_turned_away = |output: &Output| {
                let messages = String::from_utf8_lossy(&output.stderr);
                let why = ["another fixkey is at work", "changed in the meantime"];
                output.status.code() == Some(3) && why.iter().any(|why| messages.contains(why))
            };
            let other = outputs.iter().find(|output| !is_done(output) && !is_turned_away(output));
            assert!(other.is_none(), "{}: {other:?}", scenario.name);
            assert!(outputs.iter().any(is_done), "{}: {outputs:?}", scenario.name);
            let differs =
                scenario::differences(&scenario::found(room.folder()), &Trees::of(&scenario).after);
            assert!(differs.is_empty(), "{}: {differs:?}", scenario.name);
        }
    }
}

fn at_once(subject: &Subject, scenario: &Scenario, room: &Room) -> Vec<Output> {
    let start = |_| {
        let mut command = Command::new(&subject.program);
        command.args(subject.arguments(scenario)).current_dir(room.folder());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("fixkey runs")
    };
    let runs: Vec<_> = (0..12).map(start).collect();
    runs.into_iter().map(|run| run.wait_with_output().expect("fixkey ends")).collect()
}

#[test]
fn a_disk_that_is_too_small_leaves_all_as_it_was() {
    let Some(unshare) = peers::unshare_that_mounts() else { return };
    let subject = Subject::new(FIXKEY.into());
    for scenario in scenarios().iter().filter(|scenario| scenario.standing.is_none()) {
        let fits: Vec<bool> =
            (0..=16).map(|pages| fits_on_disk(unshare, &subject, scenario, pages)).collect();
        let first = fits.iter().position(|fits| *fits).expect("sixteen pages are enough");
        assert!(first > 0 && fits[first..].iter().all(|fits| *fits), "{}: {fits:?}", scenario.name);
        peers::say(&format!(
            "faults: {}: disks with 0 to {} free pages are too small",
            scenario.name,
            first - 1
        ));
    }
}

/// Runs on a disk with so many free pages: whether all was done, or else nothing.
fn fits_on_disk(unshare: &[&str], subject: &Subject, scenario: &Scenario, pages: usize) -> bool {
    let room = Room::with(|folder| scenario.furnish(folder));
    let (disk, left) = (room.beside("disk"), room.beside("left"));
    let output = Command::new(unshare[0])
        .args(&unshare[1..])
        .args(["sh", "-euc", RUN_ON_SMALL_DISK, "sh"])
        .args([room.folder(), &disk, &left])
        .arg(pages.to_string())
        .arg(FIXKEY)
        .args(subject.arguments(scenario))
        .output()
        .expect("unshare runs");
    let messages = String::from_utf8_lossy(&output.stderr);
    if output.status.code() != Some(0) {
        assert_eq!(output.status.code(), Some(3), "{}: {messages}", scenario.name);
        assert!(messages.contains("No space left on device"), "{}: {messages}", scenario.name);
    }
    let trees = trees_on_disk(scenario, &left);
    let expected = if output.status.success() { trees.after } else { trees.before };
    let differs = scenario::differences(&scenario::found(&left), &expected);
    assert!(differs.is_empty(), "{}, {pages} pages: {differs:?}, {messages}", scenario.name);
    output.status.success()
}

/// Not every file system that can be small has attributes.
fn trees_on_disk(scenario: &Scenario, left: &Path) -> Trees {
    let has_attributes = room::attribute_is_kept(&left.join("certs/one.crt"));
    let mut before = Trees::of(scenario).before;
    for file in before.values_mut() {
        file.attribute &= has_attributes;
    }
    Trees { after: scenario.after(&before), before }
}

/// Its arguments: the folder with the files, where the disk is mounted, where they are copied to
/// when it is over, how many pages are free, and the command.
const RUN_ON_SMALL_DISK: &str = r#"
    from=$1 disk=$2 left=$3 pages=$4
    shift 4
    mount -t tmpfs -o size=256k fixkey-small "$disk"
    cp -a "$from/." "$disk"
    cd "$disk"
    head -c 1000000 /dev/zero >filling 2>/dev/null || true
    truncate -s "-$((pages * $(getconf PAGESIZE)))" filling
    status=0
    "$@" || status=$?
    rm filling
    cp -a "$disk/." "$left"
    exit $status
"#;

/// The kernel reports this limit by a signal first, and only to who survives it by an error.
#[test]
fn a_limit_on_the_size_of_files_leaves_all_as_it_was() {
    let subject = Subject::new(FIXKEY.into());
    for scenario in [DEFAULT, NO_BACKUP, IN_PLACE] {
        let room = Room::with(|folder| scenario.furnish(folder));
        let output = Command::new("sh")
            .args(["-c", r#"ulimit -f 1; exec "$@""#, "sh", FIXKEY])
            .args(subject.arguments(&scenario))
            .current_dir(room.folder())
            .output()
            .expect("sh runs");
        assert_eq!(output.status.code(), Some(3), "{}: {output:?}", scenario.name);
        let before = Trees::of(&scenario).before;
        let differs = scenario::differences(&scenario::found(room.folder()), &before);
        assert!(differs.is_empty(), "{}: {differs:?}", scenario.name);
    }
}

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}
