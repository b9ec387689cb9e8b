//! Hints: what the operator can do next.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::check::new_name::new_name;
use crate::os::display::quoted;

/// One next step. Several hints of one message are alternatives, or steps in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Hint {
    /// A command that can be pasted into `sh` as it is.
    Command(String),
    /// One sentence, without its capital letter and full stop.
    Action(String),
}

impl Hint {
    /// Creates a command.
    pub fn command(text: impl Into<String>) -> Self {
        Self::Command(text.into())
    }

    /// Creates an action.
    pub fn action(text: impl Into<String>) -> Self {
        Self::Action(text.into())
    }

    /// Returns the command or the sentence.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Command(text) | Self::Action(text) => text,
        }
    }

    /// Returns the word for its kind in the formats for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Command(_) => "command",
            Self::Action(_) => "action",
        }
    }
}

/// Returns the hints as one text, as version 1 of the JSON documents has them; `None` without hints.
#[must_use]
pub fn joined(hints: &[Hint]) -> Option<String> {
    let texts: Vec<&str> = hints.iter().map(Hint::text).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// Names that `fixkey` takes for a command if they are its first argument: the hidden `convert` comes last.
pub(crate) const COMMANDS: [&str; 6] = ["check", "fix", "explain", "generate", "help", "convert"];

/// Returns a key file's path as the first argument of `fixkey`, quoted for `sh`.
#[must_use]
pub fn key_argument(path: &Path) -> String {
    if COMMANDS.iter().any(|command| path.as_os_str() == *command) {
        return quoted(&Path::new(".").join(path));
    }
    quoted(path)
}

/// Returns where a converted key goes by default: beside the old one, or `our.p8` for standard input.
#[must_use]
pub fn converted(path: &Path) -> PathBuf {
    if path.as_os_str() == "-" {
        return PathBuf::from("our.p8");
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(new_name(&name))
}

/// Returns `NAME.EXTENSION` beside a file, or `NAME.1.EXTENSION` and so on where that exists: commands that redirect
/// into it overwrite nothing.
#[must_use]
pub fn unused_beside(path: &Path, extension: &str) -> PathBuf {
    let name = path.file_name().filter(|name| *name != "-").unwrap_or(OsStr::new("our"));
    let candidates =
        std::iter::once(String::new()).chain((1..1000).map(|number| format!(".{number}")));
    let mut candidates = candidates.map(|number| {
        let mut candidate = name.to_owned();
        candidate.push(format!("{number}.{extension}"));
        path.with_file_name(candidate)
    });
    let is_free = |candidate: &PathBuf| candidate.symlink_metadata().is_err();
    candidates.find(is_free).unwrap_or_else(|| path.with_extension(extension))
}
