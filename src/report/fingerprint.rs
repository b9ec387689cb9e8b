//! Fingerprints of findings, by which code scanning and code quality know a finding again.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::document::{artifact_uri, plain};
use crate::check::report::{LocatedFinding, Report};

/// Makes fingerprints, each unique in its report.
pub(super) struct Fingerprints<'a> {
    report: &'a Report,
    /// How often each digest was needed.
    seen: HashMap<String, usize>,
}

impl<'a> Fingerprints<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        Self { report, seen: HashMap::new() }
    }

    /// Returns the fingerprint of a finding. Findings with one digest are told apart by their number.
    pub(super) fn of_finding(&mut self, located: &LocatedFinding) -> String {
        self.of(located.finding.rule, &located.path, &located.finding.message)
    }

    /// Returns the fingerprint of a message about a file.
    pub(super) fn of(&mut self, rule: &str, path: &Path, message: &str) -> String {
        let digest = digest(rule, &artifact_uri(self.report, path).uri, message);
        let number = self.seen.entry(digest.clone()).or_default();
        *number += 1;
        format!("{digest}:{number}")
    }
}

/// Returns SHA-256 of the rule, the file and the message without numbers of lines, so that it stays the same when
/// lines come before it.
fn digest(rule: &str, uri: &str, message: &str) -> String {
    let message = without_lines(&plain(message));
    let digest = Sha256::digest([rule, &format!("\"{uri}\""), &message].join("\0"));
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns a message with the numbers of lines and columns left out.
fn without_lines(message: &str) -> String {
    let mut words = message.split(' ').map(str::to_owned).collect::<Vec<_>>();
    for index in 1..words.len() {
        if matches!(words[index - 1].as_str(), "line" | "lines" | "column") {
            words[index].retain(|character| !character.is_ascii_digit());
        }
    }
    words.join(" ")
}
