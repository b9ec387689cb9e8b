//! What the formats for programs share: texts without control characters, and paths as they tell them.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use serde::{Serialize, Serializer};

use crate::check::report::{LocatedFinding, NamedAt, Report};
use crate::os::display::{escape, holds_key, is_unsafe, shown, without_numbers};

/// Words of the system or of fixkey: on one line, without what a terminal acts on.
pub(super) fn plain(message: &str) -> String {
    escape(&without_numbers(message))
}

/// A finding with its note, the settings that point to its file, and its hints, a line each.
pub(super) fn lines(report: &Report, located: &LocatedFinding) -> Vec<String> {
    let finding = &located.finding;
    let named = |NamedAt { path, position, .. }: &NamedAt| {
        format!("set at {}:{position}", relative(report, path))
    };
    let message = std::iter::once(plain(&finding.message));
    let note = finding.note.iter().map(|note| format!("note: {}", plain(note)));
    let named = located.named_at.iter().map(named);
    let hints = finding.hints.iter().map(|hint| format!("hint: {}", plain(hint.text())));
    message.chain(note).chain(named).chain(hints).collect()
}

/// A path as text: relative to the working directory where it is beneath it.
pub(super) fn relative(report: &Report, path: &Path) -> String {
    shown(&beneath(report, path).unwrap_or_else(|| path.to_owned()))
}

/// A path from the working directory on, where it is beneath it.
pub(super) fn beneath(report: &Report, path: &Path) -> Option<PathBuf> {
    let whole = absolute(report, path);
    whole.strip_prefix(absolute(report, Path::new(""))).ok().map(Path::to_owned)
}

/// A path from the root on, without `.` and `..`.
pub(super) fn absolute(report: &Report, path: &Path) -> PathBuf {
    let mut whole = PathBuf::from("/");
    for part in report.working_directory.join(path).components() {
        match part {
            Component::ParentDir => _ = whole.pop(),
            Component::Normal(name) => whole.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    whole
}

/// The URI of a file.
pub(super) struct ArtifactUri {
    pub(super) uri: String,
    /// Whether it is relative to the working directory.
    pub(super) is_relative: bool,
}

/// Returns the URI of a file: beneath the working directory a relative one, else a whole one.
pub(super) fn artifact_uri(report: &Report, path: &Path) -> ArtifactUri {
    match beneath(report, path) {
        Some(path) if !path.as_os_str().is_empty() => {
            ArtifactUri { uri: uri(&path), is_relative: true }
        }
        _ => {
            let uri = format!("file://{}", uri(&absolute(report, path)));
            ArtifactUri { uri, is_relative: false }
        }
    }
}

/// Returns a path in a URI: every byte but the unreserved ones of RFC 3986, §2.3, and slashes is escaped. A key that
/// was pasted where a path belongs is left out.
pub(super) fn uri(path: &Path) -> String {
    let mut uri = String::new();
    let shown = shown(path);
    let is_pasted = holds_key(&path.to_string_lossy());
    let bytes = if is_pasted { shown.as_bytes() } else { path.as_os_str().as_bytes() };
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// Prints a JSON document. What nobody can read is no reason to stop.
pub(super) fn print_json(document: &impl Serialize, stdout: &mut dyn Write) {
    let mut stdout = SafeJson(BufWriter::new(stdout));
    let _ = serde_json::to_writer_pretty(&mut stdout, document);
    let _ = stdout.0.write_all(b"\n");
}

/// A list that is made while it is written, since it may be of ten thousand files.
pub(super) struct Each<'a, T, F>(pub(super) &'a [T], pub(super) F);

impl<'a, T, V: Serialize, F: Fn(&'a T) -> V> Serialize for Each<'a, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(&self.1))
    }
}

/// JSON in which what a terminal or the runner of GitHub Actions acts on is written as `\u` and its number, which is
/// the same text to a program. Line ends are those between values: within strings they are escaped already.
struct SafeJson<W: Write>(W);

impl<W: Write> Write for SafeJson<W> {
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        for chunk in json.utf8_chunks() {
            for part in chunk.valid().split_inclusive(|c| is_unsafe(c) && c != '\n') {
                let last = part.chars().next_back().filter(|c| is_unsafe(*c) && *c != '\n');
                let plain = part.len() - last.map_or(0, char::len_utf8);
                self.0.write_all(part[..plain].replace("##[", "#\\u0023[").as_bytes())?;
                if let Some(character) = last {
                    write!(self.0, "\\u{:04x}", u32::from(character))?;
                }
            }
            self.0.write_all(chunk.invalid())?;
        }
        Ok(json.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
