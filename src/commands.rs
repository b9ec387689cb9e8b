//! The commands: each takes its options and streams, and says how it ended.

pub mod check;
pub mod convert;
pub mod explain;
pub mod fix;
mod result_stream;
mod setup;

use std::ffi::{OsStr, OsString};
use std::io::Write;

use self::result_stream::ResultStream;
use crate::check::report::{FixReport, Report, RunFailure};
use crate::os::passphrase::{PassphraseSource, SourceError};
use crate::report::human::Style;
use crate::report::{self, Format, Messages};

/// How a command ended; the same numbers for every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done, or nothing to do.
    Done,
    /// The input is at fault.
    InputAtFault,
    /// Wrong usage.
    Usage,
    /// It could not be done.
    CouldNot,
    /// A signal asked for the end.
    Signalled(i32),
}

impl Status {
    /// The exit status for the shell.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::InputAtFault => 1,
            Self::Usage => 2,
            Self::CouldNot | Self::Signalled(_) => 3,
        }
    }
}

/// Where a command writes: results to `stdout`, messages to `stderr`.
pub struct Streams<'a> {
    /// Results.
    pub stdout: &'a mut dyn Write,
    /// Messages.
    pub stderr: &'a mut dyn Write,
}

/// Why a command stops: what its `error:` and `hint:` lines say, and the exit status.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The exit status.
    pub status: Status,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), hint: None }
    }

    /// The same with what to do next.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The failure that an error is: one with its own status and hint, or else that something could not be done.
    #[must_use]
    pub fn of(error: &anyhow::Error) -> Self {
        let own = error.downcast_ref::<Self>().cloned();
        own.unwrap_or_else(|| Self::new(Status::CouldNot, format!("{error:#}")))
    }

    /// Prints the report of a run that failed with `error`, in the formats for programs. That of `check` has no `fix`.
    pub(crate) fn report(
        error: &anyhow::Error,
        fix: Option<FixReport>,
        format: Format,
        stdout: &mut dyn Write,
    ) {
        let Self { status, message, hint } = Self::of(error);
        let report = Report {
            working_directory: std::env::current_dir().unwrap_or_default(),
            fix,
            failure: Some(RunFailure { message, hint }),
            ..Report::default()
        };
        let style = Style { is_quiet: false, is_coloured: false };
        report::print(&report, format, style, status.code(), stdout);
    }

    /// Prints it, and returns its status.
    pub fn print(&self, stderr: &mut dyn Write) -> Status {
        let mut messages = Messages::new(stderr);
        messages.labelled("error", &self.message);
        if let Some(hint) = &self.hint {
            messages.labelled("hint", hint);
        }
        self.status
    }
}

/// Reads the command line and runs what it says.
///
/// # Errors
/// Why the command stops; [`Failure::of`] says with which status and hint.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    streams: &mut Streams<'_>,
) -> anyhow::Result<Status> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.get(1).is_some_and(|first| first == "help") {
        // `help` and `help COMMAND` as of other tools; no key is looked for behind that name.
        arguments.remove(1);
        arguments.push("--help".into());
    }
    if let Some(failure) = arguments.get(1).and_then(|first| convert::command_of_later(first)) {
        return Err(failure.into());
    }
    if arguments.get(1).is_some_and(|first| first == "fix") {
        return parsed(arguments.into_iter().skip(1), fix::run, streams);
    }
    if arguments.get(1).is_some_and(|first| first == "check") {
        return reported(arguments, check::run, streams);
    }
    if arguments.get(1).is_some_and(|first| first == "explain") {
        return reported(arguments, explain::run, streams);
    }
    parsed(arguments, convert::run, streams)
}

/// Runs a command whose result is a report: one that could not be written is no success.
fn reported<A: clap::Parser>(
    arguments: Vec<OsString>,
    command: impl FnOnce(&A, &mut Streams<'_>) -> anyhow::Result<Status>,
    streams: &mut Streams<'_>,
) -> anyhow::Result<Status> {
    let mut stdout = ResultStream::new(streams.stdout);
    let mut own = Streams { stdout: &mut stdout, stderr: &mut *streams.stderr };
    let status = parsed(arguments.into_iter().skip(1), command, &mut own);
    stdout.finish().map_err(|error| result_stream::failure(&error))?;
    status
}

/// Parses the arguments of a command and runs it.
fn parsed<A: clap::Parser>(
    arguments: impl IntoIterator<Item = OsString>,
    command: impl FnOnce(&A, &mut Streams<'_>) -> anyhow::Result<Status>,
    streams: &mut Streams<'_>,
) -> anyhow::Result<Status> {
    match A::try_parse_from(arguments) {
        Ok(arguments) => command(&arguments, streams),
        Err(error) => {
            let stream: &mut dyn Write =
                if error.use_stderr() { streams.stderr } else { streams.stdout };
            for line in error.to_string().lines() {
                Messages::new(stream).line(line);
            }
            Ok(if error.use_stderr() { Status::Usage } else { Status::Done })
        }
    }
}

/// What `--passin` says. The value is never repeated, since it may be a passphrase.
fn passphrase_source(passin: Option<&OsStr>) -> Result<Option<PassphraseSource>, Failure> {
    let parse = |source: &OsStr| source.to_str().ok_or(SourceError::Unknown)?.parse();
    passin
        .map(parse)
        .transpose()
        .map_err(|error| Failure::new(Status::Usage, format!("--passin: {error}")))
}
