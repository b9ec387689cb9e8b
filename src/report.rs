//! Messages for a person: `error:`, `warning:`, `note:` and `hint:` lines, safe for any terminal.

pub mod diff;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
pub mod sarif;
pub mod secrets;
mod telling;
mod xml;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// A path as messages show it: as it was given, with what a terminal would act on escaped. A key that was
/// pasted where a path belongs is not shown.
#[must_use]
pub fn shown(path: &Path) -> String {
    let path = path.to_string_lossy();
    if path.contains("-----BEGIN") {
        return "(PEM, not a path)".to_owned();
    }
    escape(&path)
}

/// Text with control characters escaped.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unsafe(character) {
            let _ = write!(escaped, "{}", character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// What a terminal acts on, or shows in another order.
fn is_unsafe(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A path as a shell takes it, quoted where it has to be.
#[must_use]
pub fn quoted(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    let path = path.to_string_lossy();
    if path == "-" {
        return path.into_owned();
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:=@%".contains(c);
    if !path.is_empty() && path.chars().all(plain) && !path.starts_with('-') {
        path.into_owned()
    } else if path.chars().any(|c| is_unsafe(c) || c == char::REPLACEMENT_CHARACTER) {
        let escape = |byte: &u8| match byte {
            b' '..=b'~' if !b"'\\".contains(byte) => char::from(*byte).to_string(),
            _ => format!("\\x{byte:02x}"),
        };
        format!("$'{}'", bytes.iter().map(escape).collect::<String>())
    } else if path.starts_with('-') {
        quoted(Path::new(&format!("./{path}")))
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

/// A message without the numbers that Rust adds to the system's own words.
#[must_use]
pub fn without_numbers(message: &str) -> String {
    let mut words = String::with_capacity(message.len());
    for (index, part) in message.split(" (os error ").enumerate() {
        let part =
            if index == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) };
        words.push_str(part);
    }
    words
}

/// Writes messages to a stream, one line each.
pub struct Messages<'a> {
    stream: &'a mut dyn Write,
}

impl<'a> Messages<'a> {
    /// Messages that go to `stream`.
    pub fn new(stream: &'a mut dyn Write) -> Self {
        Self { stream }
    }

    /// Writes a line with its kind before it: `error`, `warning`, `note`, `hint`.
    pub fn labelled(&mut self, kind: &str, message: &str) {
        self.line(&format!("{kind}: {}", without_numbers(message)));
    }

    /// Writes text as it is, for a program such as `patch`.
    pub fn raw(&mut self, text: &str) {
        let _: io::Result<()> = self.stream.write_all(text.as_bytes());
    }

    /// Writes a line, safe for a terminal, at once. A message that nobody can read is no reason to stop.
    pub fn line(&mut self, line: &str) {
        let _: io::Result<()> = self.stream.write_all((escape(line) + "\n").as_bytes());
    }
}
