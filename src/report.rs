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

use std::io::{self, Write};

use crate::os::display::{escape, without_numbers};

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
