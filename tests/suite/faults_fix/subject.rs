//! The program that is put to the test.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use super::room::Room;
use super::run::{self, Run};
use super::scenario::{self, Scenario, Tree};
use super::trace::{End, Trace};

/// A build of fixkey, and the account that has to read what it writes.
pub(crate) struct Subject {
    pub(crate) program: PathBuf,
    account: String,
}

/// What is there before a run and after it.
pub(crate) struct Trees {
    pub(crate) before: Tree,
    pub(crate) after: Tree,
}

impl Subject {
    pub(crate) fn new(program: PathBuf) -> Self {
        let room = Room::with(|_| ());
        let metadata = std::fs::metadata(room.folder()).expect("the room is there");
        Self { program, account: format!("{}:{}", metadata.uid(), metadata.gid()) }
    }

    /// The options and operands. Nothing is left to what the machine has: neither accounts, nor
    /// variables, nor the place of the room.
    pub(crate) fn arguments(&self, scenario: &Scenario) -> Vec<String> {
        const PLACE: [&str; 5] = ["--map", "/etc/logstash=.", "--env-file", "env", "conf.d"];
        let account = scenario.account.map(|(user, group)| format!("{user}:{group}"));
        let start = ["fix", "--user", account.as_ref().unwrap_or(&self.account)];
        let all = start.iter().chain(&PLACE).chain(scenario.options);
        all.map(|&argument| argument.to_owned()).collect()
    }

    /// Runs without strace in the folder of a room.
    pub(crate) fn undisturbed(&self, scenario: &Scenario, room: &Room) -> Output {
        let mut command = Command::new(&self.program);
        command.args(self.arguments(scenario)).current_dir(room.folder());
        command.output().expect("fixkey runs")
    }

    /// Runs with these options of strace, and with the standing fault of the scenario.
    pub(crate) fn disturbed(&self, scenario: &Scenario, room: &Room, options: &[String]) -> Run {
        let standing = scenario.standing.map(|fault| format!("--inject={fault}"));
        let options: Vec<String> = standing.into_iter().chain(options.iter().cloned()).collect();
        Run::under_strace(room, &options, &self.program, &self.arguments(scenario))
    }

    /// The trace of a run with these options of strace, which ends with this status.
    pub(crate) fn trace(&self, scenario: &Scenario, options: &[String], status: i32) -> Trace {
        let room = Room::with(|folder| scenario.furnish(folder));
        let options = [options, &[run::NAMES_ARE_SEEN.to_owned()]].concat();
        let run = self.disturbed(scenario, &room, &options);
        assert_eq!(run.trace.end, End::Exited(status), "{}: {}", scenario.name, run.messages);
        run.trace
    }
}

impl Trees {
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let room = Room::with(|folder| scenario.furnish(folder));
        let before = scenario::found(room.folder());
        Self { after: scenario.after(&before), before }
    }
}
