//! Printers of the one model of a report, and of messages: `error:`, `warning:`, `note:` and `hint:` lines.

pub mod concise;
pub mod diff;
mod document;
mod fingerprint;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod openmetrics;
pub mod sarif;
pub mod secrets;
mod xml;

use std::io::{self, Write};

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use self::human::Style;
use crate::check::report::Report;
use crate::os::display::{escape, without_commands, without_numbers};

/// Where the project is published; `docs/rules/` lies beneath it. A placeholder until it is published.
pub const HOMEPAGE: &str = env!("CARGO_PKG_REPOSITORY");

/// How what was found and done is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person.
    Human,
    /// For an editor: one line a finding.
    Concise,
    /// For a program.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// For GitHub Actions: annotations.
    Github,
    /// For GitLab: a Code Quality report.
    Gitlab,
    /// For a test report: the XML of `JUnit`.
    Junit,
    /// For monitoring: metrics for Prometheus.
    Openmetrics,
}

impl Format {
    /// Returns the parser of the formats of `fix`: those that can tell what was changed.
    pub fn of_fix() -> impl TypedValueParser<Value = Self> {
        let is_of_fix = |format: &&Self| !matches!(format, Self::Concise | Self::Openmetrics);
        let formats = Self::value_variants().iter().filter(is_of_fix);
        PossibleValuesParser::new(formats.filter_map(Self::to_possible_value))
            .try_map(|name| Self::from_str(&name, false))
    }
}

/// Prints a report, with the exit status of the program. What nobody can read is no reason to stop.
pub fn print(report: &Report, format: Format, style: Style, status: u8, stdout: &mut dyn Write) {
    match format {
        // For people, the message on standard error is the report.
        Format::Human | Format::Concise if report.failure.is_some() => {}
        Format::Human => human::print(report, style, stdout),
        Format::Concise => concise::print(report, stdout),
        Format::Json => json::print(report, status, stdout),
        Format::Sarif => sarif::print(report, status, stdout),
        Format::Github => github::print(report, stdout),
        Format::Gitlab => gitlab::print(report, stdout),
        Format::Junit => junit::print(report, stdout),
        Format::Openmetrics => openmetrics::print(report, status, stdout),
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

    /// Writes a line, safe for a terminal and a CI job, at once. A message that nobody can read is no reason to stop.
    pub fn line(&mut self, line: &str) {
        let _: io::Result<()> =
            self.stream.write_all((without_commands(&escape(line)) + "\n").as_bytes());
    }
}
