//! What `fix` found and did, for a person, in the order in which it happened.

use std::io::Write;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::apply::Applied;
use super::setup::Setup;
use super::severity;
use crate::cli::FixArguments;
use crate::commands::Status;
use crate::commands::new_key::Notes;
use crate::finding::{Finding, Severity};
use crate::inspection::{Inspection, Text};
use crate::key_file::Held;
use crate::logstash::discovery::{Note, NoteKind};
use crate::logstash::readers;
use crate::logstash::version::version;
use crate::plan::{self, KeyChange, Obstacle, Plan, Rewrite};
use crate::report::human::{self, Subject};
use crate::report::{Messages, diff, quoted, secrets, shown};

/// A finding, and what became of it.
pub(super) struct Told {
    /// The place of its text.
    pub(super) text: usize,
    pub(super) finding: Finding,
    /// `None` where there is nothing that `fix` could do.
    pub(super) outcome: Option<Result<(), Obstacle>>,
}

/// What was found and done.
pub(super) struct Story<'a> {
    pub(super) arguments: &'a FixArguments,
    pub(super) setup: &'a Setup,
    pub(super) inspection: &'a Inspection<'a>,
    pub(super) notes: Vec<Note>,
    pub(super) told: Vec<Told>,
    pub(super) plan: Plan<'a>,
    pub(super) rewrites: Vec<Rewrite>,
    pub(super) applied: Applied,
}

impl Told {
    /// Whether it is repaired, or would be.
    pub(super) fn is_fixed(&self) -> bool {
        matches!(self.outcome, Some(Ok(())))
    }

    fn obstacle(&self) -> Option<&Obstacle> {
        self.outcome.as_ref()?.as_ref().err()
    }

    /// The finding with the reason why it is not repaired.
    pub(super) fn with_reason(&self) -> Finding {
        let Some(obstacle) = self.obstacle() else { return self.finding.clone() };
        let hint = match &obstacle.hint {
            Some(hint) => format!("not fixed, since {}; {hint}", obstacle.message),
            None => format!("not fixed, since {}", obstacle.message),
        };
        self.finding.clone().hint(hint)
    }
}

impl Story<'_> {
    /// How the run ends.
    pub(super) fn status(&self) -> Status {
        let kinds: Vec<plan::Kind> =
            self.told.iter().filter_map(|told| Some(told.obstacle()?.kind)).collect();
        let signal = kinds.iter().find_map(|kind| match kind {
            plan::Kind::Signal(signal) => Some(*signal),
            _ => None,
        });
        if let Some(signal) = signal {
            return Status::Signalled(signal);
        }
        if kinds.contains(&plan::Kind::CouldNot) || self.could_not_read() {
            return Status::CouldNot;
        }
        let would_change = self.arguments.diff && self.changes();
        if would_change || self.leaves_errors() || self.has_error_notes() {
            return Status::InputAtFault;
        }
        Status::Done
    }

    /// Whether anything is changed, or would be.
    pub(super) fn changes(&self) -> bool {
        !self.rewrites.is_empty() || self.plan.keys.iter().any(|key| !key.is_there)
    }

    fn could_not_read(&self) -> bool {
        self.notes.iter().any(|note| note.kind == NoteKind::Unreadable)
            || self.unread().next().is_some()
    }

    /// Files that fixkey itself may not read.
    pub(super) fn unread(&self) -> impl Iterator<Item = (&Path, &crate::view::Error)> {
        self.inspection.files.values().filter_map(|file| match &file.held {
            Held::Unreadable(error) => Some((file.located.path.as_path(), error)),
            _ => None,
        })
    }

    fn leaves_errors(&self) -> bool {
        let most = if self.arguments.strict { Severity::Warning } else { Severity::Error };
        self.told.iter().any(|told| !told.is_fixed() && told.finding.severity <= most)
            || self.notes.iter().any(|note| severity(note) <= most)
    }

    fn has_error_notes(&self) -> bool {
        self.applied.keys.iter().flatten().any(|(kind, _)| *kind == "error")
    }

    /// Tells it. What nobody can read is no reason to stop.
    pub(super) fn tell(&self, stdout: &mut dyn Write) {
        let mut lines = Messages::new(stdout);
        self.tell_search(&mut lines);
        for told in self.told.chunk_by(|one, two| one.text == two.text) {
            self.tell_findings(told, &mut lines);
        }
        if !self.arguments.quiet {
            self.tell_keys(&mut lines);
            self.tell_files(&mut lines);
            self.tell_what_is_left(&mut lines);
        }
        self.tell_end(&mut lines);
    }

    fn tell_search(&self, lines: &mut Messages<'_>) {
        if self.setup.release.is_some_and(|release| release.is_later_than_known()) {
            lines.line("note: this release of Logstash is later than all that fixkey knows, and judged as 9.5.2");
        }
        for note in &self.notes {
            let severity = severity(note);
            let is_expected = note.kind == NoteKind::Backup;
            if severity == Severity::Note && (self.arguments.quiet || is_expected) {
                continue;
            }
            let place = note
                .place
                .map_or(String::new(), |place| format!(":{}:{}", place.line, place.column));
            lines.line(&format!(
                "{}: {}{place}: {}",
                severity.word(),
                shown(&note.path),
                note.message
            ));
        }
        for (path, error) in self.unread() {
            lines.labelled("error", &format!("{}: {error}", shown(path)));
            lines.labelled("hint", "run fixkey as root or as the owner of the file");
        }
    }

    /// Tells the findings of one text.
    fn tell_findings(&self, told: &[Told], lines: &mut Messages<'_>) {
        let Some(first) = told.first() else { return };
        let text = &self.inspection.texts[first.text];
        let (name, bytes) = (shown(&text.source.path), &text.source.bytes);
        let secrets = secrets::spans(bytes);
        let subject = Subject { name: &name, text: bytes, secrets: &secrets };
        let fixed = if self.arguments.diff { "to fix" } else { "fixed" };
        for told in told {
            let finding = in_file(text, told.with_reason());
            if !told.is_fixed() {
                human::finding(&finding, subject).lines().for_each(|line| lines.line(line));
            } else if !self.arguments.quiet {
                lines.line(&human::headline(fixed, &finding, subject));
            }
        }
    }

    fn tell_keys(&self, lines: &mut Messages<'_>) {
        for (index, key) in self.plan.keys.iter().enumerate() {
            let place =
                if key.is_in_place() { String::new() } else { format!("{}: ", shown(&key.new)) };
            let done = if key.is_there { ", there already" } else { "" };
            let old = shown(&key.file.located.path);
            lines.line(&format!("{old}: {} -> {place}PKCS#8{done}", key.description()));
            for finding in warnings(key) {
                lines.labelled("warning", &format!("{old}: {}", finding.message));
            }
            let notes = self.applied.keys.get(index).into_iter().flatten();
            notes.for_each(|(kind, note)| {
                lines.labelled(kind, &format!("{}: {note}", shown(&key.new)));
            });
            if let Some(hook) = renewal(key) {
                lines.labelled("note", &hook);
            }
        }
    }

    fn tell_files(&self, lines: &mut Messages<'_>) {
        for (index, rewrite) in self.rewrites.iter().enumerate() {
            if self.arguments.diff {
                tell_diff(rewrite, lines);
                continue;
            }
            let kept = match self.applied.backups.get(index) {
                Some(Some(backup)) => format!(", the old file is kept as {}", shown(backup)),
                _ => String::new(),
            };
            lines.line(&format!("{}: changed{kept}", shown(&rewrite.path)));
            let notes = self.applied.files.get(index).into_iter().flatten();
            notes.for_each(|(kind, note)| tell_note(&rewrite.path, kind, note, lines));
        }
    }

    fn tell_what_is_left(&self, lines: &mut Messages<'_>) {
        for left in self.left_over() {
            lines.labelled("warning", &left);
        }
    }

    /// What is left over that should not be.
    pub(super) fn left_over(&self) -> Vec<String> {
        let mut left = Vec::new();
        if self.arguments.diff {
            return left;
        }
        for key in self.plan.keys.iter().filter(|key| !key.is_in_place()) {
            let mode = key.held.file.as_ref().map_or(0, |file| file.metadata.mode());
            if mode & 0o004 != 0 {
                let path = &key.file.located.path;
                left.push(format!(
                    "{}: everyone on this machine can read the old key: chmod o= {}",
                    shown(path),
                    quoted(path)
                ));
            }
        }
        for (rewrite, backup) in self.rewrites.iter().zip(&self.applied.backups) {
            if let Some(backup) = backup.as_ref().filter(|_| self.loses_passphrase(rewrite)) {
                left.push(format!(
                    "{}: it holds a passphrase; once Logstash runs: rm {}",
                    shown(backup),
                    quoted(backup)
                ));
            }
        }
        left
    }

    /// Whether a passphrase stood in the old file that does not stand in the new one.
    fn loses_passphrase(&self, rewrite: &Rewrite) -> bool {
        let count = |text: &[u8]| secrets::spans(text).len();
        let holds_literal = rewrite.texts.iter().any(|index| {
            let endpoints = &self.inspection.texts[*index].endpoints;
            let mut passphrases = endpoints.iter().flat_map(|endpoint| &endpoint.passphrases);
            passphrases.any(|setting| !setting.raw.is_empty() && !setting.raw.contains("${"))
        });
        holds_literal && count(&rewrite.new) < count(&rewrite.old)
    }

    fn tell_end(&self, lines: &mut Messages<'_>) {
        let left = self.told.iter().filter(|told| !told.is_fixed());
        let left = left.filter(|told| told.finding.severity < Severity::Note).count();
        let fixed = self.told.iter().filter(|told| told.is_fixed()).count();
        if !self.told.iter().any(Told::is_fixed) {
            if left == 0 && !self.arguments.quiet && !self.could_not_read() {
                lines.line(&format!("nothing to fix: {}", self.looked_at()));
            }
            return;
        }
        if self.arguments.quiet {
            return;
        }
        let tense = if self.arguments.diff { "would be fixed" } else { "fixed" };
        lines.line(&format!("{fixed} {tense}, {left} left"));
        if let Some(next) = self.next_step() {
            lines.line(&format!("next: {next}"));
        }
    }

    fn looked_at(&self) -> String {
        let plural = |count: usize, one: &str| {
            if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
        };
        let is_key = |held: &Held| matches!(held, Held::Key(_));
        let keys = self.inspection.files.values().filter(|file| is_key(&file.held)).count();
        format!(
            "{} and {} looked at",
            plural(self.inspection.texts.len(), "configuration"),
            plural(keys, "key")
        )
    }

    /// What the operator does next.
    pub(super) fn next_step(&self) -> Option<&'static str> {
        if self.arguments.diff || !self.changes() {
            return None;
        }
        let reloads =
            self.setup.release.is_some_and(|release| release.is_at_least(version(9, 5, 0)));
        Some(if reloads {
            "restart Logstash: systemctl restart logstash (where config.reload.automatic and ssl.reload.automatic are on, it reloads by itself)"
        } else {
            "restart Logstash: systemctl restart logstash"
        })
    }
}

/// A finding with its spans in the file.
pub(super) fn in_file(text: &Text, finding: Finding) -> Finding {
    let related = finding.related.map(|(span, what)| (text.shown_at(span), what));
    Finding { span: finding.span.map(|span| text.shown_at(span)), related, ..finding }
}

/// What Logstash or its clients may not take of a new key.
pub(super) fn warnings(key: &KeyChange<'_>) -> Vec<Finding> {
    let Ok(read) = key.read() else { return Vec::new() };
    let flaw = read.check().ok().flatten();
    readers::findings(&read, flaw)
}

/// What keeps a key in its new form that another program renews.
fn renewal(key: &KeyChange<'_>) -> Option<String> {
    let link = key.file.located.link.as_ref()?;
    let at = &link.at;
    let command = if key.is_in_place() {
        format!("fixkey --in-place {}", quoted(at))
    } else {
        format!("fixkey {} -o {} --force", quoted(at), quoted(&key.new))
    };
    let hook = if at.starts_with("/etc/letsencrypt") {
        format!(
            "install it as a hook: printf '#!/bin/sh\\n%s\\n' '{command}' > /etc/letsencrypt/renewal-hooks/deploy/fixkey && chmod 755 /etc/letsencrypt/renewal-hooks/deploy/fixkey"
        )
    } else {
        format!("run this after each renewal: {command}")
    };
    Some(format!(
        "{} is a link, which another program may renew in the old form; {hook}",
        shown(at)
    ))
}

/// A note about a file; a hint is a command, and stands by itself.
fn tell_note(path: &Path, kind: &str, note: &str, lines: &mut Messages<'_>) {
    match kind {
        "hint" => lines.labelled(kind, note),
        _ => lines.labelled(kind, &format!("{}: {note}", shown(path))),
    }
}

fn tell_diff(rewrite: &Rewrite, lines: &mut Messages<'_>) {
    let path = std::path::absolute(&rewrite.path).unwrap_or_else(|_| rewrite.path.clone());
    let diff = diff::unified(&path, &rewrite.old, &rewrite.new, &rewrite.edits);
    if diff.is_masked {
        lines.line(
            "note: secrets are masked in the following, so that it does not apply as it stands",
        );
    }
    lines.raw(&diff.text);
}

/// The notes of the keys, for a program.
pub(super) fn notes_of(notes: Option<&Notes>) -> &[(&'static str, String)] {
    notes.map_or(&[], Vec::as_slice)
}
