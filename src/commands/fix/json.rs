//! What `fix` found and did, for a program: one JSON document, version 1.

use std::io::Write;

use serde_json::{Value, json};

use super::severity;
use super::story::{Story, Told, in_file, notes_of, warnings};
use crate::commands::Failure;
use crate::fix::plan::KeyChange;
use crate::logstash::discovery::Note;
use crate::os::display::without_numbers;
use source_text::LineIndex;

/// The version of the document; it changes when a reader of the old one would err.
const VERSION: u32 = 1;

/// Prints it. What nobody can read is no reason to stop.
pub(super) fn print(story: &Story<'_>, stdout: &mut dyn Write) {
    let document = json!({
        "version": VERSION,
        "changed": story.changes() && !story.arguments.diff,
        "would_change": story.changes(),
        "status": story.status().code(),
        "notes": story.notes.iter().map(note).collect::<Vec<_>>(),
        "unread": story.unread().map(|(path, error)| json!({
            "path": path.to_string_lossy(), "message": without_numbers(&error.to_string()),
        })).collect::<Vec<_>>(),
        "findings": findings(story),
        "keys": keys(story),
        "grants": story.json_of_grants(),
        "configurations": configurations(story),
        "in_the_way": story.plan.in_the_way,
        "left_over": story.left_over(),
        "next": story.next_step(),
    });
    write(stdout, &document);
}

/// Prints why the run came to nothing.
pub(super) fn print_failure(failure: &Failure, stdout: &mut dyn Write) {
    write(
        stdout,
        &json!({
            "version": VERSION,
            "changed": false,
            "status": failure.status.code(),
            "error": without_numbers(&failure.message),
            "hint": failure.hint,
        }),
    );
}

fn write(stdout: &mut dyn Write, document: &Value) {
    let _ = serde_json::to_writer_pretty(&mut *stdout, document);
    let _ = stdout.write_all(b"\n");
}

fn note(note: &Note) -> Value {
    json!({
        "severity": severity(note).word(),
        "path": note.path.to_string_lossy(),
        "line": note.place.map(|place| place.line),
        "column": note.place.map(|place| place.column),
        "message": without_numbers(&note.message),
    })
}

fn findings(story: &Story<'_>) -> Vec<Value> {
    let by_text = story.told.chunk_by(|one, two| one.text == two.text);
    by_text
        .flat_map(|told| {
            let lines = LineIndex::of(&story.inspection.texts[told[0].text].source.bytes);
            told.iter().map(|told| finding(story, told, &lines)).collect::<Vec<_>>()
        })
        .collect()
}

fn finding(story: &Story<'_>, told: &Told, lines: &LineIndex<'_>) -> Value {
    let text = &story.inspection.texts[told.text];
    let finding = in_file(text, told.with_reason(story.own));
    let position = finding.span.as_ref().map(|span| lines.position(span.start));
    json!({
        "rule": finding.rule,
        "severity": finding.severity.word(),
        "message": without_numbers(&finding.full_message()),
        "evidence": finding.evidence,
        "hint": finding.hint,
        "path": text.source.path.to_string_lossy(),
        "line": position.map(|position| position.line),
        "column": position.map(|position| position.column),
        "start": finding.span.as_ref().map(|span| span.start),
        "end": finding.span.as_ref().map(|span| span.end),
        "fixed": told.is_fixed() && !story.arguments.diff,
        "fixable": told.is_fixed(),
    })
}

fn keys(story: &Story<'_>) -> Vec<Value> {
    let told = |(index, key): (usize, &KeyChange<'_>)| {
        let notes = notes_of(story.applied.keys.get(index)).iter();
        let notes = notes.map(|(kind, note)| json!({ "kind": kind, "message": note }));
        let warned = warnings(key)
            .into_iter()
            .map(|finding| json!({ "kind": "warning", "message": finding.message }));
        json!({
            "old": key.file.located.path.to_string_lossy(),
            "new": key.new.to_string_lossy(),
            "configured": key.configured.to_string_lossy(),
            "was": key.description(),
            "public_key_sha256": key.read().ok().and_then(|key| Some(key.public_key()?.fingerprint().to_string())),
            "there_already": key.is_there,
            "notes": warned.chain(notes).collect::<Vec<_>>(),
        })
    };
    story.plan.keys.iter().enumerate().map(told).collect()
}

fn configurations(story: &Story<'_>) -> Vec<Value> {
    let told = |(index, rewrite): (usize, &crate::fix::plan::Rewrite)| {
        let backup = story.applied.backups.get(index).and_then(Option::as_ref);
        let notes = notes_of(story.applied.files.get(index)).iter();
        json!({
            "path": rewrite.path.to_string_lossy(),
            "backup": backup.map(|path| path.to_string_lossy()),
            "notes": notes.map(|(kind, note)| json!({ "kind": kind, "message": note })).collect::<Vec<_>>(),
        })
    };
    story.rewrites.iter().enumerate().map(told).collect()
}
