//! `pipeline-not-read`: Logstash or fixkey does not read a part of the pipelines.

use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::discovery::{Note, NoteKind};

pub(super) const RULE: Rule = Rule {
    name: "pipeline-not-read",
    summary: "part of the pipelines is not read, by Logstash or by fixkey",
    severity: Severity::Error,
    exceptions: &[
        (Severity::Warning, "where a pattern matches no file"),
        (Severity::Note, "where only fixkey does not read it"),
    ],
    page: include_str!("../../../docs/rules/pipeline-not-read.md"),
    check: Check::Discovery(|note| Vec::from_iter(finding(note))),
    ..Rule::DEFAULT
};

fn finding(note: &Note) -> Option<Finding> {
    match note.kind {
        // The first is an unexamined file, the second is normal.
        NoteKind::Unreadable | NoteKind::Backup => None,
        _ => Some(Finding::new(severity(note), RULE.name, &*note.message)),
    }
}

/// Returns the severity of a note that something is not read.
pub(super) fn severity(note: &Note) -> Severity {
    match note.kind {
        NoteKind::Refused | NoteKind::Unreadable => Severity::Error,
        NoteKind::NoMatch => Severity::Warning,
        _ => Severity::Note,
    }
}
