//! The commands: each takes its options and streams, and says how it ended.

pub mod check;
pub mod convert;
pub mod explain;
pub mod fix;
pub mod generate;
mod near;
mod result_stream;
mod setup;

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::Path;

use clap::Parser as _;
use clap::error::{ContextKind, ContextValue};

use self::result_stream::ResultStream;
use crate::check::hint::Hint;
use crate::check::report::{FixReport, Report, RunFailure};
use crate::cli::{Arguments, Command};
use crate::os::display::holds_key;
use crate::os::passphrase::{PassphraseSource, SourceError};
use crate::report::human::Style;
use crate::report::{self, Format, Messages};

/// How a command ended, from good to bad; the same numbers for every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    pub hints: Vec<Hint>,
}

impl Failure {
    /// A failure with this message. An option's value may be a key that somebody pasted: no message and no hint shows
    /// one, in any format.
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Self {
        let message = message.into();
        let message = if holds_key(&message) { KEY_AS_ARGUMENT.to_owned() } else { message };
        Self { status, message, hints: Vec::new() }
    }

    /// The same with one more action to take.
    pub(crate) fn hint(self, action: impl Into<String>) -> Self {
        self.with(Hint::action(action))
    }

    /// The same with one more hint.
    pub(crate) fn with(mut self, hint: Hint) -> Self {
        self.hints.extend(Some(hint).filter(|hint| !holds_key(hint.text())));
        self
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
        let Self { status, message, hints } = Self::of(error);
        let report = Report {
            working_directory: std::env::current_dir().unwrap_or_default(),
            fix,
            failure: Some(RunFailure { message, hints }),
            ..Report::default()
        };
        let style = Style { is_quiet: false, is_verbose: false, is_coloured: false };
        report::print(&report, format, style, status.code(), stdout);
    }

    /// Prints it, and returns its status.
    pub fn print(&self, stderr: &mut dyn Write) -> Status {
        let mut messages = Messages::new(stderr);
        messages.labelled("error", &self.message);
        for hint in &self.hints {
            messages.labelled("hint", hint.text());
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
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // A line of a log is not repeated.
    let is_log_line = arguments.get(1).is_some_and(|command| command == "explain");
    if !is_log_line && arguments.iter().any(|argument| is_pasted_key(argument)) {
        let failure = Failure::new(Status::Usage, KEY_AS_ARGUMENT);
        return Err(failure.hint("save the key to a file, and give its name").into());
    }
    let Arguments { command, conversion } = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return not_parsed(error, streams),
    };
    match command {
        None => convert::run(&conversion, streams),
        Some(Command::Convert(arguments)) => convert::run(&arguments, streams),
        Some(Command::Check(arguments)) => reported(streams, |own| check::run(&arguments, own)),
        Some(Command::Fix(arguments)) => fix::run(&arguments, streams),
        Some(Command::Explain(arguments)) => reported(streams, |own| explain::run(&arguments, own)),
        Some(Command::Generate(arguments)) => {
            reported(streams, |own| generate::run(&arguments, own))
        }
    }
}

/// Runs a command whose result is a report: one that could not be written is no success.
fn reported(
    streams: &mut Streams<'_>,
    command: impl FnOnce(&mut Streams<'_>) -> anyhow::Result<Status>,
) -> anyhow::Result<Status> {
    let mut stdout = ResultStream::new(streams.stdout);
    let mut own = Streams { stdout: &mut stdout, stderr: &mut *streams.stderr };
    let status = command(&mut own);
    stdout.finish().map_err(|error| result_stream::failure(&error))?;
    status
}

/// Unknown arguments of more bytes are not repeated: a key may be glued to an option.
const LONGEST_ARGUMENT: usize = 50;

/// What is said in place of a message that would show a key.
const KEY_AS_ARGUMENT: &str = "an argument is a private key, not a file name";

/// Returns whether an argument holds a private key, and is no file: messages would repeat it.
fn is_pasted_key(argument: &OsStr) -> bool {
    holds_key(&argument.to_string_lossy()) && !Path::new(argument).exists()
}

/// Options that replace a key or give access.
const GRAVE: [&str; 4] = ["--force", "--in-place", "--decrypt", "--grant"];

/// Prints the help, the version, or what is wrong with the arguments.
fn not_parsed(mut error: clap::Error, streams: &mut Streams<'_>) -> anyhow::Result<Status> {
    // No tip to pass an option as a value, and none that replaces a key or gives access: a typing error asks for neither.
    error.remove(ContextKind::Suggested);
    let tip = error.get(ContextKind::SuggestedArg);
    if matches!(tip, Some(ContextValue::String(tip)) if GRAVE.contains(&tip.as_str())) {
        error.remove(ContextKind::SuggestedArg);
    }
    if matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::String(argument)) if argument.len() > LONGEST_ARGUMENT)
    {
        let shown = ContextValue::String("(too long to show)".to_owned());
        error.insert(ContextKind::InvalidArg, shown);
    }
    let text = error.to_string();
    let print = |stream: &mut dyn Write| {
        let mut messages = Messages::new(stream);
        text.lines().for_each(|line| messages.line(line));
    };
    if error.use_stderr() {
        print(streams.stderr);
        return Ok(Status::Usage);
    }
    reported(streams, |own| {
        print(own.stdout);
        Ok(Status::Done)
    })
}

/// What `--passin` says. The value is never repeated, since it may be a passphrase.
fn passphrase_source(passin: Option<&OsStr>) -> Result<Option<PassphraseSource>, Failure> {
    let parse = |source: &OsStr| source.to_str().ok_or(SourceError::Unknown)?.parse();
    passin
        .map(parse)
        .transpose()
        .map_err(|error| Failure::new(Status::Usage, format!("--passin: {error}")))
}
