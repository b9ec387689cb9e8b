//! Printers of the one model of a report, and of messages: `error:`, `warning:`, `note:` and `hint:` lines.

pub mod diff;
mod document;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
pub mod sarif;
pub mod secrets;
mod xml;

use std::io::{self, Write};

use clap::ValueEnum;

use self::human::Style;
use crate::check::report::Report;
use crate::os::display::{escape, without_numbers};

/// How what was found and done is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person.
    Human,
    /// For a program.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// For GitHub Actions: annotations.
    Github,
    /// For a test report: the XML of `JUnit`.
    Junit,
}

/// Prints a report, with the exit status of the program. What nobody can read is no reason to stop.
pub fn print(report: &Report, format: Format, style: Style, status: u8, stdout: &mut dyn Write) {
    match format {
        Format::Human => human::print(report, style, stdout),
        Format::Json => json::print(report, status, stdout),
        Format::Sarif => sarif::print(report, status, stdout),
        Format::Github => github::print(report, stdout),
        Format::Junit => junit::print(report, stdout),
    }
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
