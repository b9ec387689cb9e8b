//! Tests what happens if others act during a run: it is stopped, they act, and it continues.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::fix::{DEFAULT, NAMES};
use crate::room::Room;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::subject::Subject;
use crate::trace::{Call, End, Trace};
use crate::tree::{self, Trees};

/// A moment in a run at which another program changes a file.
struct Moment {
    name: &'static str,
    call: for<'t> fn(&'t Trace) -> &'t Call,
    changed: &'static str,
}

const MOMENTS: [Moment; 6] = [
    Moment {
        name: "a configuration once it is read",
        call: |trace| trace.calls.iter().find(|call| call.name == "flock").expect("it locks"),
        changed: LAST,
    },
    Moment {
        name: "a configuration while keys are staged",
        call: |trace| &trace.calls[trace.creations().next().expect("it creates files")],
        changed: LAST,
    },
    Moment {
        name: "a key while keys are staged",
        call: |trace| &trace.calls[trace.creations().next().expect("it creates files")],
        changed: "certs/two.key",
    },
    Moment {
        name: "a configuration while keys are moved",
        call: |trace| &trace.calls[trace.moves()[0]],
        changed: LAST,
    },
    Moment {
        name: "a configuration while others are moved",
        call: |trace| &trace.calls[trace.moves()[4]],
        changed: LAST,
    },
    Moment {
        name: "a configuration between the last look at it and its move",
        call: |trace| &trace.calls[trace.moves().last().expect("it moves files") - 1],
        changed: LAST,
    },
];

/// The configuration that is moved last.
const LAST: &str = "conf.d/two.conf";

/// Changes a file at every moment; the run must leave everything else unchanged, and say so.
pub(crate) fn violations_of_changes(subject: &Subject, scenario: &dyn Scenario) -> Vec<String> {
    let trace = subject.trace(scenario, &[], 0);
    let trees = Trees::of(scenario);
    let violations_at = |moment: &Moment| {
        let room = Room::with(|folder| scenario.furnish(folder));
        let mut expected = trees.before.clone();
        let changed = expected.get_mut(moment.changed).expect("the file is known");
        changed.content.extend(COMMENT);
        let path = room.folder().join(moment.changed);
        let stop = (moment.call)(&trace);
        let run = stopped(subject, scenario, &room, stop, || append(&path, COMMENT));
        let differs = tree::differences(&tree::found(room.folder()), &expected);
        let is_told = run.messages.contains("changed it meanwhile");
        let holds = differs.is_empty() && is_told && run.trace.end == End::Exited(3);
        (!holds).then(|| {
            let Run { messages, trace } = run;
            let name = moment.name;
            let scenario = scenario.name();
            format!(
                "changed meanwhile: {scenario}: {name}: {differs:?} [{:?}, {messages}]",
                trace.end
            )
        })
    };
    MOMENTS.iter().filter_map(violations_at).collect()
}

const COMMENT: &[u8] = b"# changed by hand\n";

/// Starts a second run while the first is staging; it must change nothing, and say so.
pub(crate) fn violations_of_a_second_run(
    subject: &Subject,
    scenario: &dyn Scenario,
) -> Vec<String> {
    let trace = subject.trace(scenario, &[], 0);
    let trees = Trees::of(scenario);
    let room = Room::with(|folder| scenario.furnish(folder));
    let mut violations = Vec::new();
    let staging = trace.creations().next().expect("it creates files");
    let first = stopped(subject, scenario, &room, &trace.calls[staging], || {
        let second = subject.undisturbed(scenario, &room);
        let messages = String::from_utf8_lossy(&second.stderr);
        if second.status.code() != Some(3) || !messages.contains("another fixkey is running") {
            violations.push(format!("the second run: {second:?}"));
        }
    });
    if first.trace.end != End::Exited(0) {
        violations.push(format!("the first run: {:?}, {}", first.trace.end, first.messages));
    }
    let differs = tree::differences(&tree::found(room.folder()), &trees.after);
    violations.extend((!differs.is_empty()).then(|| format!("after both: {differs:?}")));
    violations
}

/// While a run is moving configurations, another one repairs those of a second directory, which point to the same keys.
/// The first then fails, and undoes its changes.
pub(crate) fn violations_of_a_neighbour(subject: &Subject) -> Vec<String> {
    const NEIGHBOUR: &str = "other.d";
    let trace = subject.trace(&DEFAULT, &[], 0);
    let room = Room::with(|folder| DEFAULT.furnish(folder));
    let neighbour = room.folder().join(NEIGHBOUR);
    fs::create_dir(&neighbour).expect("a folder can be made");
    let configurations = NAMES.map(|name| format!("{name}.conf"));
    for name in &configurations {
        fs::copy(room.folder().join("conf.d").join(name), neighbour.join(name)).expect("a copy");
    }
    let moved = &trace.calls[trace.moves()[NAMES.len()]];
    let mut second = None;
    stopped(subject, &DEFAULT, &room, moved, || {
        let mut arguments = subject.arguments(&DEFAULT);
        arguments
            .iter_mut()
            .filter(|path| *path == "conf.d")
            .for_each(|path| *path = NEIGHBOUR.into());
        let mut command = subject.command(&arguments, room.folder());
        second = Some(command.output().expect("it runs"));
        append(&room.folder().join(LAST), COMMENT);
    });
    let names_nothing = |name: &&String| {
        let text = fs::read_to_string(neighbour.join(name)).expect("it can be read");
        let keys = ["key", "p8"].map(|ending| name.replace("conf", ending));
        let named = keys.iter().find(|key| text.contains(*key));
        !named.is_some_and(|key| room.folder().join("certs").join(key).exists())
    };
    let broken: Vec<&String> = configurations.iter().filter(names_nothing).collect();
    let violation = format!("another run on the same keys: no key for {broken:?}; {second:?}");
    (!broken.is_empty()).then_some(violation).into_iter().collect()
}

fn append(path: &Path, text: &[u8]) {
    let file = OpenOptions::new().append(true).open(path);
    file.and_then(|mut file| file.write_all(text)).expect("the file can be changed");
}

/// Runs until a call, then acts, then lets the run finish.
fn stopped(
    subject: &Subject,
    scenario: &dyn Scenario,
    room: &Room,
    call: &Call,
    act: impl FnOnce(),
) -> Run {
    let stop = format!("--inject={}:signal=SIGSTOP:when={}", call.name, call.occurrence);
    let child = subject
        .under_strace(scenario, room, &[stop])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("strace runs");
    let process = wait_until_stopped(room, &child);
    act();
    kill_process(process, Signal::CONT).expect("the run can be continued");
    let output = child.wait_with_output().expect("strace ends");
    Run::of(room, &output)
}

fn wait_until_stopped(room: &Room, child: &Child) -> Pid {
    let start = Instant::now();
    loop {
        let trace = fs::read_to_string(room.trace_file()).unwrap_or_default();
        if let Some(line) = trace.lines().find(|line| line.contains("stopped by SIGSTOP")) {
            let process = line.split(' ').next().and_then(|process| process.parse().ok());
            return process.and_then(Pid::from_raw).expect("strace names the process");
        }
        assert!(start.elapsed() < Duration::from_mins(1), "not stopped: strace {}", child.id());
        std::thread::sleep(Duration::from_millis(5));
    }
}
