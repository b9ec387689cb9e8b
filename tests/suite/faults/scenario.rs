//! The ways of writing a key that are put to the test, and the program that is.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::room::{Room, attribute_is_kept, place};
use super::run::{self, Run};
use super::trace::{End, Trace};

const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/rsa2048-pkcs1.pem");

/// A way of writing a key.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    arguments: &'static [&'static str],
    /// The file that is to hold the new key.
    pub(crate) output: &'static str,
    old: Old,
    /// A fault that each of its runs has, as `inject` of strace takes it.
    pub(crate) standing: Option<&'static str>,
}

/// What is at the output's path before the run.
#[derive(PartialEq, Eq)]
enum Old {
    Nothing,
    OtherContent,
    TheKey,
}

const INPUT: &str = "our.key";

pub(crate) const FRESH: Scenario = Scenario {
    name: "fresh output",
    arguments: &[INPUT, "-o", "our.p8"],
    output: "our.p8",
    old: Old::Nothing,
    standing: None,
};

pub(crate) const FORCE: Scenario = Scenario {
    name: "--force",
    arguments: &[INPUT, "-o", "our.p8", "--force"],
    old: Old::OtherContent,
    ..FRESH
};

pub(crate) const SCENARIOS: [Scenario; 4] = [
    FRESH,
    FORCE,
    Scenario {
        name: "--in-place",
        arguments: &["--in-place", INPUT],
        output: INPUT,
        old: Old::TheKey,
        ..FRESH
    },
    // NFS is one.
    Scenario {
        name: "fresh output, on a file system that cannot rename without replacing",
        standing: Some("renameat2:error=EINVAL"),
        ..FRESH
    },
];

impl Scenario {
    /// Whether something is at the output's path before the run.
    pub(crate) fn replaces(&self) -> bool {
        self.old != Old::Nothing
    }

    pub(crate) fn names_before(&self) -> BTreeSet<String> {
        let output = self.replaces().then_some(self.output);
        [INPUT].into_iter().chain(output).map(str::to_owned).collect()
    }

    pub(crate) fn names_after(&self) -> BTreeSet<String> {
        [INPUT, self.output].map(str::to_owned).into()
    }
}

/// What is at the output's path after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    Old,
    New,
    /// Neither the old nor the complete new content.
    Neither,
}

/// A build of fixkey, with what goes in and what has to come out.
pub(crate) struct Subject {
    program: PathBuf,
    key: Vec<u8>,
    other_content: Vec<u8>,
    new: Vec<u8>,
    account: String,
    attributes: bool,
}

impl Subject {
    /// Finds out from an undisturbed run what the complete output is.
    pub(crate) fn new(program: PathBuf) -> Self {
        let key = fs::read(KEY).expect("the key of the fixtures can be read");
        // Longer than the new content, so that nobody can take the rest of it for a key either.
        let other_content = b"this was the output of an earlier day\n".repeat(100);
        let mut subject = Self {
            program,
            key,
            other_content,
            new: Vec::new(),
            account: String::new(),
            attributes: false,
        };
        let room = Room::with(|folder| subject.furnish(&FORCE, folder));
        let input = room.folder().join(INPUT);
        let metadata = fs::metadata(&input).expect("the key is there");
        subject.account = metadata.uid().to_string();
        subject.attributes = attribute_is_kept(&input);
        subject.undisturbed(&FORCE, room.folder()).expect("an undisturbed run succeeds");
        subject.new = fs::read(room.folder().join(FORCE.output)).expect("there is an output");
        assert!(subject.new.starts_with(b"-----BEGIN PRIVATE KEY-----\n"));
        subject
    }

    /// The options and operands. They name the account that must be able to read the key, so that
    /// it is not for the machine to decide whether there is one.
    pub(crate) fn arguments(&self, scenario: &Scenario) -> Vec<String> {
        let account = ["--user".to_owned(), self.account.clone()];
        scenario.arguments.iter().map(|&argument| argument.to_owned()).chain(account).collect()
    }

    /// Puts what is there before a run in its folder.
    pub(crate) fn furnish(&self, scenario: &Scenario, folder: &Path) {
        place(&folder.join(INPUT), &self.key);
        if scenario.old == Old::OtherContent {
            place(&folder.join(scenario.output), &self.other_content);
        }
    }

    /// Runs without strace; when that fails, gives the messages.
    pub(crate) fn undisturbed(&self, scenario: &Scenario, folder: &Path) -> Result<(), String> {
        let mut command = Command::new(&self.program);
        command.args(self.arguments(scenario)).current_dir(folder);
        let output = command.output().expect("fixkey runs");
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(messages) }
    }

    /// Runs with these options of strace, and with the standing fault of the scenario.
    pub(crate) fn disturbed(&self, scenario: &Scenario, room: &Room, options: &[String]) -> Run {
        let standing = scenario.standing.map(|fault| format!("--inject={fault}"));
        let options: Vec<String> = standing.into_iter().chain(options.iter().cloned()).collect();
        Run::under_strace(room, &options, &self.program, &self.arguments(scenario))
    }

    /// The trace of a run without other than the standing faults.
    pub(crate) fn trace(&self, scenario: &Scenario) -> Trace {
        let room = Room::with(|folder| self.furnish(scenario, folder));
        let run = self.disturbed(scenario, &room, &[run::NAMES_ARE_SEEN.to_owned()]);
        assert_eq!(run.trace.end, End::Exited(0), "{}: {}", scenario.name, run.messages);
        run.trace
    }

    /// Whether the key file holds what it held, or may hold something else since it is the output.
    pub(crate) fn input_is_whole(&self, scenario: &Scenario, folder: &Path) -> bool {
        scenario.output == INPUT
            || fs::read(folder.join(INPUT)).is_ok_and(|found| found == self.key)
    }

    pub(crate) fn output(&self, scenario: &Scenario, folder: &Path) -> Found {
        let old = match scenario.old {
            Old::Nothing => None,
            Old::OtherContent => Some(&self.other_content),
            Old::TheKey => Some(&self.key),
        };
        match fs::read(folder.join(scenario.output)) {
            Err(_) => Found::Nothing,
            Ok(found) if found == self.new => Found::New,
            Ok(found) if Some(&found) == old => Found::Old,
            Ok(_) => Found::Neither,
        }
    }

    /// Whether a replaced output has the extended attribute of the old one.
    pub(crate) fn attribute_is_kept(&self, scenario: &Scenario, folder: &Path) -> bool {
        !self.attributes || attribute_is_kept(&folder.join(scenario.output))
    }
}
