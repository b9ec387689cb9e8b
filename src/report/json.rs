//! What `check` found, for a program: one JSON document, version 1, described by `docs/check.schema.json`.

use crate::os::display::shown;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::telling::{Part, count, plain, print};
use crate::check::examination::{Content, Examination, ExaminedFile, Kind, Located};
use crate::check::finding::Severity;
use source_text::Position;
use time::format_description::well_known::Rfc3339;

/// The version of the document; it changes when a reader of the old one would err.
const VERSION: u32 = 1;

/// Writes it, with the exit status of the program. What nobody can read is no reason to stop.
pub fn write(examination: &Examination, status: u8, stdout: &mut dyn Write) {
    let document = Part::Object(vec![
        ("version", Part::Value(json!(VERSION))),
        ("status", Part::Value(json!(status))),
        ("judged_by", Part::Value(json!(plain(&examination.judged_by)))),
        ("files", Part::List(Box::new(examination.files.iter().map(file)))),
        ("findings", Part::List(Box::new(examination.findings.iter().map(finding)))),
        ("summary", Part::Value(summary(examination))),
    ]);
    print(document, stdout);
}

fn file(file: &ExaminedFile) -> Value {
    let attributes = file.attributes.as_ref();
    json!({
        "path": path(&file.path),
        "kind": word(file.kind),
        "contents": file.contents.iter().map(content).collect::<Vec<_>>(),
        "owner": attributes.map(|attributes| &attributes.owner),
        "group": attributes.map(|attributes| &attributes.group),
        "mode": attributes.map(|attributes| format!("{:04o}", attributes.mode & 0o7777)),
        "modified": attributes.map(|attributes| attributes.modified.format(&Rfc3339).unwrap_or_default()),
        "not_examined": file.not_examined.as_deref().map(plain),
    })
}

fn content(content: &Content) -> Value {
    json!({
        "line": content.line,
        "description": plain(&content.description),
        "public_key_sha256": content.public_key_sha256,
    })
}

fn finding(located: &Located) -> Value {
    let finding = &located.finding;
    json!({
        "rule": finding.rule,
        "severity": finding.severity.word(),
        "message": plain(&finding.message),
        "evidence": finding.evidence.as_deref().map(plain),
        "hint": finding.hint.as_deref().map(plain),
        "path": path(&located.path),
        "line": located.position.map(|position| position.line),
        "column": located.position.map(|position| position.column),
        "end_line": located.end.map(|position| position.line),
        "end_column": located.end.map(|position| position.column),
        "start": located.span().map(|span| span.start),
        "end": located.span().map(|span| span.end),
        "fixable": finding.repair.is_some(),
        "named_at": located.named_at.iter().map(named_at).collect::<Vec<_>>(),
    })
}

fn named_at((named_in, position): &(PathBuf, Position)) -> Value {
    json!({ "path": path(named_in), "line": position.line, "column": position.column })
}

fn summary(examination: &Examination) -> Value {
    let files = |kind| examination.files.iter().filter(|file| file.kind == kind).count();
    json!({
        "errors": count(examination, Severity::Error),
        "warnings": count(examination, Severity::Warning),
        "notes": count(examination, Severity::Note),
        "files": examination.files.len(),
        "keys": files(Kind::Key),
        "certificates": files(Kind::Certificate),
        "configurations": files(Kind::Configuration),
    })
}

/// A path to the character, so that a program finds the file; a key that was pasted in its place is not told.
fn path(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text.contains("-----BEGIN") { shown(path) } else { text.into_owned() }
}

/// What a file is, in a word of the schema.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Key => "key",
        Kind::Certificate => "certificate",
        Kind::Configuration => "configuration",
        Kind::Settings => "settings",
        Kind::Other => "other",
    }
}
