//! What the formats for programs share: texts without control characters, and paths as they tell them.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::{escape, is_unsafe, shown, without_numbers};
use crate::examination::{Examination, Located};
use crate::finding::Severity;
use crate::source::Position;

/// Words of the system or of fixkey: on one line, without what a terminal acts on.
pub(super) fn plain(message: &str) -> String {
    escape(&without_numbers(message))
}

/// A finding with how it is known, where it is named and what to do, a line each.
pub(super) fn lines(examination: &Examination, located: &Located) -> Vec<String> {
    let finding = &located.finding;
    let named = |(path, position): &(PathBuf, Position)| {
        format!("named at {}:{position}", relative(examination, path))
    };
    let message = std::iter::once(plain(&finding.message));
    let evidence = finding.evidence.iter().map(|evidence| plain(evidence));
    let named = located.named_at.iter().map(named);
    let hint = finding.hint.iter().map(|hint| format!("hint: {}", plain(hint)));
    message.chain(evidence).chain(named).chain(hint).collect()
}

/// How many findings are as bad as this.
pub(super) fn count(examination: &Examination, severity: Severity) -> usize {
    examination.findings.iter().filter(|located| located.finding.severity == severity).count()
}

/// A path as text: relative to the working directory where it is beneath it.
pub(super) fn relative(examination: &Examination, path: &Path) -> String {
    shown(&beneath(examination, path).unwrap_or_else(|| path.to_owned()))
}

/// A path from the working directory on, where it is beneath it.
pub(super) fn beneath(examination: &Examination, path: &Path) -> Option<PathBuf> {
    let whole = absolute(examination, path);
    whole.strip_prefix(absolute(examination, Path::new(""))).ok().map(Path::to_owned)
}

/// A path from the root on, without `.` and `..`.
pub(super) fn absolute(examination: &Examination, path: &Path) -> PathBuf {
    let mut whole = PathBuf::from("/");
    for part in examination.working_directory.join(path).components() {
        match part {
            Component::ParentDir => _ = whole.pop(),
            Component::Normal(name) => whole.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    whole
}

/// Prints a JSON document. What a terminal acts on is written as `\u` and its number, which is the same text
/// to a program. What nobody can read is no reason to stop.
pub(super) fn print(document: &Value, stdout: &mut dyn Write) {
    let mut text = String::new();
    // Outside of strings, JSON has no character of these but line ends.
    for character in format!("{document:#}\n").chars() {
        if is_unsafe(character) && character != '\n' {
            let _ = write!(text, "\\u{:04x}", u32::from(character));
        } else {
            text.push(character);
        }
    }
    let _ = stdout.write_all(text.as_bytes());
}
