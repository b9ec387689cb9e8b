//! What `fix` found and did, for a person, in the order in which it happened.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write};
use std::path::Path;

use super::aftermath::renewal;
use super::apply::Applied;
use super::options::FixOptions;
use super::{located, severity};
use crate::check::finding::{Finding, Severity};
use crate::check::inspection::{Inspection, Text};
use crate::check::key_file::Held;
use crate::check::rules;
use crate::cli::FixArguments;
use crate::commands::Status;
use crate::commands::new_key::Notes;
use crate::commands::setup::Setup;
use crate::fix::plan::{self, KeyChange, Obstacle, Plan, Rewrite};
use crate::logstash::discovery::{Note, NoteKind};
use crate::logstash::readers;
use crate::logstash::releases::Release;
use crate::logstash::version::version;
use crate::os::display::shown;
use crate::report::human::{self, Subject};
use crate::report::{Messages, diff, secrets};

/// A finding, and what became of it.
pub(super) struct Told {
    /// The place of its text.
    pub(super) text: usize,
    /// Where in it the endpoint stands that it is about.
    pub(super) endpoint: Option<usize>,
    pub(super) finding: Finding,
    /// `None` where there is nothing that `fix` could do.
    pub(super) outcome: Option<Result<(), Obstacle>>,
}

/// What was found and done.
pub(super) struct Story<'a> {
    pub(super) arguments: &'a FixArguments,
    pub(super) setup: &'a Setup,
    pub(super) own: &'a FixOptions,
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

    /// Whether the account is let read this file for it.
    pub(super) fn grants(&self, path: &Path) -> bool {
        let is_about = self.finding.about.as_ref().is_some_and(|about| about.path == path);
        is_about && self.finding.rule == rules::FILE_UNREADABLE && self.is_fixed()
    }

    fn obstacle(&self) -> Option<&Obstacle> {
        self.outcome.as_ref()?.as_ref().err()
    }

    /// The finding with the reason why it is not repaired.
    pub(super) fn with_reason(&self, own: &FixOptions) -> Finding {
        let Some(obstacle) = self.obstacle() else { return self.finding.clone() };
        let hint = match &obstacle.hint {
            Some(hint) => {
                format!("not fixed, since {}; {}", obstacle.message, own.spelled_out(hint))
            }
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
        if would_change || self.leaves_errors() || self.error_notes().next().is_some() {
            return Status::InputAtFault;
        }
        Status::Done
    }

    /// Whether anything is changed, or would be.
    pub(super) fn changes(&self) -> bool {
        !self.rewrites.is_empty()
            || !self.plan.grants.is_empty()
            || self.plan.keys.iter().any(|key| !key.is_there)
    }

    fn could_not_read(&self) -> bool {
        self.notes.iter().any(|note| note.kind == NoteKind::Unreadable)
            || self.unread().next().is_some()
    }

    /// Files that fixkey itself may not read.
    pub(super) fn unread(&self) -> impl Iterator<Item = (&Path, &crate::os::view::Error)> {
        self.inspection.files.values().filter_map(|file| match &file.held {
            Held::Unreadable(error) => Some((file.located.path.as_path(), error)),
            _ => None,
        })
    }

    fn leaves_errors(&self) -> bool {
        let most = if self.arguments.judging.strict { Severity::Warning } else { Severity::Error };
        self.told.iter().any(|told| !told.is_fixed() && told.finding.severity <= most)
            || self.notes.iter().any(|note| severity(note) <= most)
            || self.told.iter().any(|told| {
                told.obstacle().is_some_and(|obstacle| obstacle.kind == plan::Kind::WrongPassphrase)
                    || self.arguments.judging.strict && told.finding.is_of_unseen_file
            })
    }

    /// Tells it. What nobody can read is no reason to stop.
    pub(super) fn tell(&self, stdout: &mut dyn Write) {
        let mut lines = Messages::new(stdout);
        self.tell_search(&mut lines);
        let mut evidence = BTreeSet::new();
        for told in self.told.chunk_by(|one, two| one.text == two.text) {
            self.tell_findings(told, &mut evidence, &mut lines);
        }
        self.tell_keys(&mut lines);
        self.tell_grants(&mut lines);
        self.tell_files(&mut lines);
        self.left_over().iter().for_each(|left| lines.labelled("warning", left));
        if !self.arguments.judging.quiet {
            self.tell_end(&mut lines);
        }
    }

    fn tell_search(&self, lines: &mut Messages<'_>) {
        if self.setup.release.is_some_and(|release| release.is_later_than_known()) {
            lines.line("note: this release of Logstash is later than all that fixkey knows, and judged as 9.5.2");
        }
        for note in &self.notes {
            let severity = severity(note);
            let is_expected = note.kind == NoteKind::Backup;
            if severity == Severity::Note && (self.arguments.judging.quiet || is_expected) {
                continue;
            }
            lines.labelled(severity.word(), &located(note));
        }
        for (path, error) in self.unread() {
            lines.labelled("error", &format!("{}: {error}", shown(path)));
        }
        if self.could_not_read() {
            lines.labelled("hint", "run fixkey as root or as the owner of these files");
        }
    }

    /// Tells the findings of one text; evidence that was told before is not told again.
    fn tell_findings(
        &self,
        told: &[Told],
        evidence: &mut BTreeSet<String>,
        lines: &mut Messages<'_>,
    ) {
        let Some(first) = told.first() else { return };
        let text = &self.inspection.texts[first.text];
        let (name, bytes) = (shown(&text.source.path), &text.source.bytes);
        let secrets = secrets::spans(bytes);
        let lines_of_text = source_text::LineIndex::of(bytes);
        let subject =
            Subject { name: &name, text: bytes, lines: &lines_of_text, secrets: &secrets };
        let fixed = if self.arguments.diff { "to fix" } else { "fixed" };
        for told in told {
            let mut finding = in_file(text, told.with_reason(self.own));
            if !told.is_fixed() {
                finding.evidence = finding.evidence.filter(|words| evidence.insert(words.clone()));
                human::finding(&finding, subject).lines().for_each(|line| lines.line(line));
            } else if !self.arguments.judging.quiet {
                lines.line(&human::headline(fixed, &finding, subject));
            }
        }
    }

    fn tell_keys(&self, lines: &mut Messages<'_>) {
        for (index, key) in self.plan.keys.iter().enumerate() {
            let old = shown(&key.file.located.path);
            if !self.arguments.judging.quiet {
                lines.line(&told_of_key(key));
            }
            for finding in warnings(key) {
                lines.labelled("warning", &format!("{old}: {}", finding.message));
            }
            let notes = self.applied.keys.get(index);
            for note in notes_of(notes) {
                self.tell_note(&key.new, note, lines);
            }
            if let Some(hook) = renewal(key).filter(|_| !self.arguments.diff) {
                lines.labelled("note", &hook);
            }
        }
    }

    fn tell_files(&self, lines: &mut Messages<'_>) {
        for obstacle in &self.plan.in_the_way {
            lines
                .labelled("warning", &format!("{obstacle}, so that this cannot be done from here"));
        }
        for (index, rewrite) in self.rewrites.iter().enumerate() {
            if self.arguments.diff {
                tell_diff(rewrite, lines);
                continue;
            }
            if !self.arguments.judging.quiet {
                let backup = self.applied.backups.get(index).and_then(Option::as_ref);
                let kept = backup.map_or(String::new(), |backup| {
                    format!(", the old file is kept as {}", shown(backup))
                });
                lines.line(&format!("{}: changed{kept}", shown(&rewrite.path)));
            }
            let notes = self.applied.files.get(index);
            for note in notes_of(notes) {
                self.tell_note(&rewrite.path, note, lines);
            }
        }
    }

    /// A note about a file; a hint is a command, and stands by itself.
    pub(super) fn tell_note(
        &self,
        path: &Path,
        (kind, note): &(&str, String),
        lines: &mut Messages<'_>,
    ) {
        match *kind {
            "hint" => lines.labelled(kind, note),
            "note" if self.arguments.judging.quiet => {}
            kind => lines.labelled(kind, &format!("{}: {note}", shown(path))),
        }
    }

    fn tell_end(&self, lines: &mut Messages<'_>) {
        let fixed = self.told.iter().filter(|told| told.is_fixed()).count();
        let left = self.left();
        if fixed == 0 && left == 0 {
            self.tell_keys_as_they_are(lines);
            lines.line(&format!("nothing to fix: {}", self.looked_at()));
            return;
        }
        let wrote_keys =
            self.applied.keys.iter().zip(&self.plan.keys).any(|(_, key)| !key.is_there);
        if wrote_keys && self.setup.rights.know_no_account() {
            lines.line(NO_ACCOUNT);
        }
        let tense = if self.arguments.diff { "would be fixed" } else { "fixed" };
        lines.line(&format!("{fixed} {tense}, {left} left"));
        if let Some(next) = self.next_step() {
            lines.line(&format!("next: {next}"));
        }
    }

    /// How many things are left that keep Logstash from working, or may.
    fn left(&self) -> usize {
        let findings = self.told.iter().filter(|told| !told.is_fixed());
        findings.filter(|told| told.finding.severity < Severity::Note).count()
            + self.error_notes().count()
            + self.unread().count()
            + self.notes.iter().filter(|note| severity(note) < Severity::Note).count()
    }

    /// What became of new keys and rights that is an error.
    fn error_notes(&self) -> impl Iterator<Item = &(&'static str, String)> {
        let notes = self.applied.keys.iter().chain(&self.applied.grants).flatten();
        notes.filter(|(kind, _)| *kind == "error")
    }

    /// What each key is that nothing is wrong with; not of a great many.
    fn tell_keys_as_they_are(&self, lines: &mut Messages<'_>) {
        const MOST: usize = 10;
        let keys = self.inspection.files.values().filter_map(|file| match &file.held {
            Held::Key(held) => Some((&file.located.path, held)),
            _ => None,
        });
        let keys: Vec<_> = keys.collect();
        for (path, held) in keys.iter().filter(|_| keys.len() <= MOST) {
            lines.line(&format!("{}: {}", shown(path), held.description()));
        }
    }

    fn looked_at(&self) -> String {
        let plural = |count: usize, one: &str| {
            if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
        };
        let is_key = |held: &Held| matches!(held, Held::Key(_));
        let keys = self.inspection.files.values().filter(|file| is_key(&file.held)).count();
        let looked_at = format!(
            "{} and {} looked at",
            plural(self.inspection.texts.len(), "configuration"),
            plural(keys, "key")
        );
        match self.told.iter().filter(|told| told.finding.is_of_unseen_file).count() {
            0 => looked_at,
            unseen => format!("{looked_at}, {} not", plural(unseen, "file")),
        }
    }

    /// What the operator does next.
    pub(super) fn next_step(&self) -> Option<String> {
        if self.arguments.diff || !self.changes() {
            return None;
        }
        let is_here = !self.setup.is_mapped;
        let restart = if is_here { "systemctl restart logstash" } else { "restart Logstash" };
        let reloads = |release: Release| release.is_at_least(version(9, 5, 0));
        let by_itself = if self.setup.release.is_some_and(reloads) {
            " (where config.reload.automatic and ssl.reload.automatic are on, it reloads by itself)"
        } else {
            ""
        };
        if self.leaves_errors() || self.error_notes().next().is_some() {
            return Some(format!("do what is said above of what is left, then {restart}"));
        }
        Some(format!("{restart}{by_itself}"))
    }
}

/// For the operator whose Logstash runs in a container, or under another name.
const NO_ACCOUNT: &str = "note: whether Logstash can read the new keys was not looked at, since its account is not known here: --user names it, UID:GID for a container";

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

/// The key before and after: `OLD: RSA 2048, PKCS#1 -> NEW: PKCS#8`.
fn told_of_key(key: &KeyChange<'_>) -> String {
    let place = if key.is_in_place() { String::new() } else { format!("{}: ", shown(&key.new)) };
    let done = if key.is_there { ", there already" } else { "" };
    format!("{}: {} -> {place}PKCS#8{done}", shown(&key.file.located.path), key.description())
}

fn tell_diff(rewrite: &Rewrite, lines: &mut Messages<'_>) {
    let path = std::fs::canonicalize(&rewrite.path).unwrap_or_else(|_| rewrite.path.clone());
    let diff = diff::unified(&path, &rewrite.old, &rewrite.new, &rewrite.edits);
    if diff.is_masked {
        lines.line(
            "note: secrets are masked in the following, so that it does not apply as it stands",
        );
    }
    // A terminal acts on what `patch` only reads.
    if std::io::stdout().is_terminal() {
        diff.text.lines().for_each(|line| lines.line(line));
    } else {
        lines.raw(&diff.text);
    }
}

/// The notes of the keys, for a program.
pub(super) fn notes_of(notes: Option<&Notes>) -> &[(&'static str, String)] {
    notes.map_or(&[], Vec::as_slice)
}
