//! `pipeline-not-read`: what Logstash, or fixkey, does not read of the pipelines.

use crate::check::finding::{Finding, Severity};
use crate::logstash::discovery::{Note, NoteKind};

pub(super) const NAME: &str = "pipeline-not-read";

/// What there is to say of a note of the search.
pub(super) fn finding(note: &Note) -> Option<Finding> {
    let severity = match note.kind {
        NoteKind::Refused => Severity::Error,
        NoteKind::NoMatch => Severity::Warning,
        // The one is told as a file that is not examined, the other is as it should be.
        NoteKind::Unreadable | NoteKind::Backup => return None,
        _ => Severity::Note,
    };
    Some(Finding::new(severity, NAME, &*note.message))
}
