//! What the formats for programs share: texts without control characters, and paths as they tell them.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use crate::check::examination::{Examination, Located};
use crate::check::finding::Severity;
use crate::os::display::{escape, is_unsafe, shown, without_numbers};
use source_text::Position;

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

/// A part of a JSON document. What is in lists is made and written one after the other, since there may be ten
/// thousand files.
pub(super) enum Part<'a> {
    /// A value.
    Value(Value),
    /// A list of values.
    List(Box<dyn Iterator<Item = Value> + 'a>),
    /// A list of one part.
    Only(Box<Part<'a>>),
    /// An object of these fields.
    Object(Vec<(&'static str, Part<'a>)>),
}

/// Prints a JSON document. What nobody can read is no reason to stop.
pub(super) fn print(document: Part<'_>, stdout: &mut dyn Write) {
    let mut stdout = BufWriter::new(stdout);
    let _ = write(document, "\n", &mut stdout);
    let _ = stdout.write_all(b"\n");
}

/// Writes a part; `line` is a line's end with the indentation after it.
fn write(part: Part<'_>, line: &str, out: &mut dyn Write) -> io::Result<()> {
    let deeper = format!("{line}  ");
    match part {
        Part::Value(value) => out.write_all(safe(&format!("{value:#}"), line).as_bytes()),
        Part::Only(part) => {
            write!(out, "[{deeper}")?;
            write(*part, &deeper, out)?;
            write!(out, "{line}]")
        }
        Part::List(values) => {
            let mut before = "[";
            for value in values {
                write!(out, "{before}{deeper}")?;
                write(Part::Value(value), &deeper, out)?;
                before = ",";
            }
            if before == "[" { write!(out, "[]") } else { write!(out, "{line}]") }
        }
        Part::Object(fields) => {
            let mut before = "{";
            for (name, part) in fields {
                write!(out, "{before}{deeper}\"{name}\": ")?;
                write(part, &deeper, out)?;
                before = ",";
            }
            write!(out, "{line}}}")
        }
    }
}

/// JSON in which what a terminal acts on is written as `\u` and its number, which is the same text to a program.
fn safe(json: &str, line: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            // Within strings it is escaped already.
            '\n' => text.push_str(line),
            _ if is_unsafe(character) => {
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            _ => text.push(character),
        }
    }
    text
}
