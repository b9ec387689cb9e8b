//! The program under test.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clap::ValueEnum as _;
use fixkey::os::sabotage::Sabotage;

use crate::build;
use crate::room::Room;
use crate::run::{self, Run};
use crate::scenario::Scenario;
use crate::trace::{End, Trace};

/// The normal build.
pub(crate) const FIXKEY: &str = env!("CARGO_BIN_EXE_fixkey");

/// A build of fixkey, and its sabotage.
pub(crate) struct Subject {
    program: PathBuf,
    sabotage: Option<Sabotage>,
    owner: (u32, u32),
}

impl Subject {
    /// Returns the normal build.
    pub(crate) fn fixkey() -> Self {
        Self::of(FIXKEY.into(), None)
    }

    /// Returns the build with the feature `sabotage`.
    pub(crate) fn with_feature(sabotage: Option<Sabotage>) -> Self {
        Self::of(build::program().to_owned(), sabotage)
    }

    fn of(program: PathBuf, sabotage: Option<Sabotage>) -> Self {
        let room = Room::with(|_| ());
        let metadata = std::fs::metadata(room.folder()).expect("the room is there");
        Self { program, sabotage, owner: (metadata.uid(), metadata.gid()) }
    }

    pub(crate) fn arguments(&self, scenario: &dyn Scenario) -> Vec<String> {
        scenario.arguments(self.owner)
    }

    /// Returns the command without strace, in a directory.
    pub(crate) fn command(&self, arguments: &[String], folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(folder);
        self.sabotaged(command)
    }

    /// Runs without strace in the directory of a room.
    pub(crate) fn undisturbed(&self, scenario: &dyn Scenario, room: &Room) -> Output {
        let mut command = self.command(&self.arguments(scenario), room.folder());
        command.output().expect("fixkey runs")
    }

    /// Returns the command under strace with these options, in the directory of a room.
    pub(crate) fn under_strace(
        &self,
        scenario: &dyn Scenario,
        room: &Room,
        options: &[String],
    ) -> Command {
        self.sabotaged(run::strace(room, options, &self.program, &self.arguments(scenario)))
    }

    /// Runs with these options of strace, and with the standing fault of the scenario.
    pub(crate) fn disturbed(
        &self,
        scenario: &dyn Scenario,
        room: &Room,
        options: &[String],
    ) -> Run {
        let standing = scenario.standing().map(|fault| format!("--inject={fault}"));
        let options: Vec<String> = standing.into_iter().chain(options.iter().cloned()).collect();
        let output = self.under_strace(scenario, room, &options).output().expect("strace runs");
        Run::of(room, &output)
    }

    /// Returns the trace of a run with these options of strace, which must end with this status.
    pub(crate) fn trace(&self, scenario: &dyn Scenario, options: &[String], status: i32) -> Trace {
        let room = Room::with(|folder| scenario.furnish(folder));
        let options = [options, &[run::NAMES_ARE_SEEN.to_owned()]].concat();
        let run = self.disturbed(scenario, &room, &options);
        assert_eq!(run.trace.end, End::Exited(status), "{}: {}", scenario.name(), run.messages);
        run.trace
    }

    fn sabotaged(&self, mut command: Command) -> Command {
        let name = self.sabotage.and_then(|sabotage| sabotage.to_possible_value());
        match name {
            Some(name) => command.env(build::CHOICE, name.get_name()),
            None => command.env_remove(build::CHOICE),
        };
        command
    }
}
