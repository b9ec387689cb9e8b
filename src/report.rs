//! Prints reports in every format, and messages: `error:`, `warning:`, `note:` and `hint:` lines.

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

/// The URL of the project, which contains `docs/rules/`. A placeholder until the project is published.
pub const HOMEPAGE: &str = env!("CARGO_PKG_REPOSITORY");

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people.
    Human,
    /// One line per finding, for editors and grep.
    Concise,
    /// JSON for programs.
    Json,
    /// SARIF 2.1.0 for code scanning.
    Sarif,
    /// Annotations for GitHub Actions.
    Github,
    /// A Code Quality report for GitLab.
    Gitlab,
    /// XML for test reports.
    Junit,
    /// Prometheus metrics for monitoring.
    Openmetrics,
}

impl Format {
    /// Returns the parser for the formats of `fix`: those that can report changes.
    pub fn of_fix() -> impl TypedValueParser<Value = Self> {
        let is_of_fix = |format: &&Self| !matches!(format, Self::Concise | Self::Openmetrics);
        let formats = Self::value_variants().iter().filter(is_of_fix);
        PossibleValuesParser::new(formats.filter_map(Self::to_possible_value))
            .try_map(|name| Self::from_str(&name, false))
    }
}

/// Prints a report, with the exit status of the program. Ignores write errors.
pub fn print(report: &Report, format: Format, style: Style, status: u8, stdout: &mut dyn Write) {
    match format {
        // For people, the error message is already on standard error.
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
    /// Creates messages that go to `stream`.
    pub fn new(stream: &'a mut dyn Write) -> Self {
        Self { stream }
    }

    /// Writes a line that begins with its kind: `error`, `warning`, `note` or `hint`.
    pub fn labelled(&mut self, kind: &str, message: &str) {
        self.line(&format!("{kind}: {}", without_numbers(message)));
    }

    /// Writes text unchanged, for a program such as `patch`.
    pub fn raw(&mut self, text: &str) {
        let _: io::Result<()> = self.stream.write_all(text.as_bytes());
    }

    /// Writes a line in one call, escaped for terminals and CI jobs. Ignores write errors.
    pub fn line(&mut self, line: &str) {
        let _: io::Result<()> =
            self.stream.write_all((without_commands(&escape(line)) + "\n").as_bytes());
    }
}
