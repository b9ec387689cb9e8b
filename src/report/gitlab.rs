//! A report for GitLab: a Code Quality report, <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::document::{lines, plain, print_json, relative};
use super::fingerprint::Fingerprints;
use crate::check::finding::Severity;
use crate::check::report::Report;

/// A violation, in GitLab's words.
#[derive(Serialize)]
struct Violation {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// Prints a violation for each file that fixkey cannot read, each finding and each notice. Write errors are ignored.
pub fn print(report: &Report, stdout: &mut dyn Write) {
    let mut fingerprints = Fingerprints::new(report);
    let mut of_file = |check_name, path: &Path, severity, text: &str| Violation {
        description: text.lines().map(plain).collect::<Vec<_>>().join("\n"),
        check_name,
        fingerprint: fingerprints.of(check_name, path, text),
        severity: word(severity),
        location: location(report, path, None),
    };
    let unread = report.unread();
    let mut violations: Vec<Violation> = unread
        .map(|(file, why)| of_file("not-examined", &file.path, Severity::Error, why))
        .collect();
    let notices = report.notices();
    let notices: Vec<Violation> = notices
        .iter()
        .map(|notice| {
            // The format has no place for a message about the run: it is about the directory.
            let path = notice.path.unwrap_or(Path::new(""));
            of_file("notice", path, notice.severity, &notice.text)
        })
        .collect();
    violations.extend(report.present().map(|located| Violation {
        description: lines(report, located).join("\n"),
        check_name: located.finding.rule,
        fingerprint: fingerprints.of_finding(located),
        severity: word(located.finding.severity),
        location: location(report, &located.path, located.position.map(|it| it.line)),
    }));
    violations.extend(notices);
    print_json(&violations, stdout);
}

/// Returns where GitLab shows it: on the first line of a file, if no other is known.
fn location(report: &Report, path: &Path, line: Option<usize>) -> Location {
    let path = match relative(report, path) {
        path if path.is_empty() => ".".to_owned(),
        path => path,
    };
    Location { path, lines: Lines { begin: line.unwrap_or(1) } }
}

/// Returns GitLab's word for a severity. `blocker` and `minor` are not used.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Note => "info",
    }
}
