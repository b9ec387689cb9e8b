//! A report for a person: what was found, by file, then what was changed, and what to do next.

mod excerpt;
mod fix;

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::io::{BufWriter, Write};
use std::path::Path;

use source_text::LineIndex;

use self::excerpt::{Advice, Subject};
use super::Messages;
use super::secrets::{self, Comments};
use crate::check::finding::Severity;
use crate::check::forecast::{Connection, Forecast, InputPlace};
use crate::check::hint::Hint;
use crate::check::report::{CheckedFile, FileKind, LocatedFinding, Remark, Report};
use crate::os::display::{escape, shown, without_commands};

/// How much is said, and in which colours.
#[derive(Clone, Copy)]
pub struct Style {
    /// Only problems.
    pub is_quiet: bool,
    /// With the files that were checked.
    pub is_verbose: bool,
    /// With colours.
    pub is_coloured: bool,
}

/// Prints it. What nobody can read is no reason to stop.
pub fn print(report: &Report, style: Style, stdout: &mut dyn Write) {
    let mut buffer = BufWriter::new(stdout);
    let lines = Messages::new(&mut buffer);
    let shared = shared_hints(report);
    Printer { report, lines, style, shared, notes: BTreeSet::new() }.print();
}

struct Printer<'a> {
    report: &'a Report,
    lines: Messages<'a>,
    style: Style,
    /// Hints of several findings, which are printed once at the end.
    shared: Vec<&'a [Hint]>,
    /// Notes that were printed: each is printed once.
    notes: BTreeSet<&'a str>,
}

/// The hints that several findings have, of those that nothing repairs; those of a finding stay together.
fn shared_hints(report: &Report) -> Vec<&[Hint]> {
    let left = || report.findings.iter().filter(|located| !located.is_fixable());
    let hints = || left().map(|located| located.finding.hints.as_slice());
    let mut count: HashMap<&[Hint], usize> = HashMap::new();
    hints().for_each(|hints| *count.entry(hints).or_default() += 1);
    // Each once, where it comes first.
    hints().filter(|hints| count.remove(hints).is_some_and(|count| count > 1)).collect()
}

impl<'a> Printer<'a> {
    fn print(mut self) {
        let Report { files, findings, remarks, fix, .. } = self.report;
        let mut by_path: HashMap<&OsStr, Vec<&LocatedFinding>> = HashMap::new();
        for located in findings {
            by_path.entry(located.path.as_os_str()).or_default().push(located);
        }
        for file in files {
            self.file(file);
            self.findings(by_path.remove(file.path.as_os_str()).unwrap_or_default());
        }
        let mut others: Vec<_> = by_path.into_iter().collect();
        others.sort_by_key(|(path, _)| Path::new(*path));
        for (_, findings) in others {
            self.findings(findings);
        }
        if let Some(fix) = fix {
            self.changes(fix);
        }
        self.remarks(None, remarks);
        self.connections();
        for hint in std::mem::take(&mut self.shared).into_iter().flatten() {
            self.lines.labelled("hint", hint.text());
        }
        if let Some(command) = &self.report.privileged_command {
            self.lines.labelled("hint", command);
        }
        match fix {
            _ if self.style.is_quiet => {}
            Some(fix) => self.end(fix),
            None => self.summary(),
        }
    }

    /// Prints a line for each connection of a shipper.
    fn connections(&mut self) {
        for connection in &self.report.connections {
            let is_problem = !matches!(connection.outcome, Forecast::Works);
            if self.style.is_quiet && !is_problem {
                continue;
            }
            let Connection { shipper, position, host, input, outcome, .. } = connection;
            let from = format!("{}:{} ({})", shown(shipper), position.line, escape(host));
            let to = match input {
                Some(InputPlace { path, position, port, .. }) => {
                    format!("{}:{} ({port})", shown(path), position.line)
                }
                None => "?".to_owned(),
            };
            let outcome = match outcome {
                Forecast::Works => "ok".to_owned(),
                Forecast::Fails(side, rule) if rule.starts_with("shipper-") => {
                    format!("fails: {rule} (refused by the {})", side.word())
                }
                Forecast::Fails(side, rule) => {
                    format!("fails: {rule} (the {} does not start)", side.word())
                }
                Forecast::NotKnown(why) => format!("unknown: {why}"),
            };
            self.lines.line(&format!("{from} -> {to}: {outcome}"));
        }
    }

    /// How much was found in how much, and what repairs it.
    fn summary(&mut self) {
        let report = self.report;
        let count = |severity| report.count(severity);
        let unreadable = report.unread().count();
        let (problems, notes) =
            (count(Severity::Error) + count(Severity::Warning) + unreadable, count(Severity::Note));
        let found = [
            (unreadable, "unreadable file"),
            (count(Severity::Error), "error"),
            (count(Severity::Warning), "warning"),
            (notes, "note"),
        ];
        let found = found.iter().filter(|(count, _)| *count > 0);
        let found: Vec<String> = found.map(|(count, what)| plural(*count, what)).collect();
        let is_unknown = |one: &&Connection| matches!(one.outcome, Forecast::NotKnown(_));
        let unknown = report.connections.iter().filter(is_unknown).count();
        let passed =
            if report.is_of_upgrade { "The upgrade stops nothing" } else { "All checks passed" };
        let outcome = match (problems, notes) {
            (0, 0) if unknown > 0 => format!("{passed}, {} unknown", plural(unknown, "connection")),
            (0, 0) => passed.to_owned(),
            (0, _) => format!("{passed} with {}", found.join(", ")),
            _ => found.join(", "),
        };
        let (checked, judged_by) = (checked_files(report), &report.judged_by);
        self.lines.line(&format!("{outcome} ({checked}; checked against {judged_by})."));
        if let Some(command) = &report.fix_command {
            let fixable = report.findings.iter().filter(|located| located.is_fixable()).count();
            self.lines.line(&format!("{fixable} fixable with: {command}"));
        }
    }

    fn file(&mut self, file: &CheckedFile) {
        if let Some(why) = file.closed() {
            self.lines.labelled("error", &format!("{}: {why}", shown(&file.path)));
        }
        if !self.style.is_verbose {
            return;
        }
        for content in &file.contents {
            // Of a certificate, people know another SHA-256: that of the whole of it.
            let of = if content.certificate.is_some() { "public key " } else { "" };
            let key = content.public_key_sha256.as_ref();
            let key = key.map_or(String::new(), |key| format!(", {of}SHA-256 {key}"));
            self.lines.line(&format!("{}: {}{key}", shown(&file.path), content.description));
        }
    }

    /// Prints the findings of one file.
    fn findings(&mut self, findings: Vec<&'a LocatedFinding>) {
        let Some(first) = findings.first() else { return };
        let name = shown(&first.path);
        let text = self.report.texts.get(&first.path);
        let bytes: &[u8] = text.map_or(&[], |text| text);
        let (lines, secrets) = (LineIndex::of(bytes), secrets::spans(bytes, Comments::Masked));
        let subject = Subject { name: &name, text: bytes, lines: &lines, secrets: &secrets };
        let fixed = self.report.fix.as_ref();
        let fixed = fixed.map(|fix| if fix.is_dry_run { "to fix" } else { "fixed" });
        for located in findings {
            match fixed.filter(|_| located.is_fixable()) {
                Some(_) if self.style.is_quiet => {}
                Some(word) => {
                    self.lines.line(&excerpt::headline(word, located, &name));
                    if let Some(says) = located.finding.repair_says() {
                        self.lines.labelled("note", says);
                    }
                }
                None => self.finding(located, subject),
            }
        }
    }

    fn finding(&mut self, located: &'a LocatedFinding, subject: Subject<'_>) {
        let finding = &located.finding;
        let note = finding.note.as_deref().filter(|note| self.notes.insert(note));
        let is_said_later = located.is_fixable() || self.shared.contains(&finding.hints.as_slice());
        let hints = finding.hints.iter().filter(|_| !is_said_later).map(Hint::text);
        let advice = Advice { note, hints: hints.collect() };
        let shown = excerpt::finding(located, &advice, subject, self.style.is_coloured);
        if self.style.is_coloured {
            shown.lines().for_each(|line| self.lines.raw(&(without_commands(line) + "\n")));
        } else {
            shown.lines().for_each(|line| self.lines.line(line));
        }
    }

    /// Prints remarks about a file, or about the run.
    fn remarks(&mut self, path: Option<&Path>, remarks: &[Remark]) {
        let is_said = |remark: &&Remark| !self.style.is_quiet || remark.severity < Severity::Note;
        for Remark { severity, text, hints } in remarks.iter().filter(is_said) {
            let subject = path.map_or(String::new(), |path| format!("{}: ", shown(path)));
            self.lines.labelled(severity.word(), &format!("{subject}{text}"));
            for hint in hints {
                self.lines.labelled("hint", hint.text());
            }
        }
    }
}

fn plural(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// How many files were checked: `3 configurations, 2 keys, 2 certificates`.
fn checked_files(report: &Report) -> String {
    let files = |kind: FileKind| report.files.iter().filter(|file| file.kind == kind).count();
    let counts = [
        (files(FileKind::Configuration) + files(FileKind::Settings), "configuration"),
        (files(FileKind::Key), "key"),
        (files(FileKind::Certificate), "certificate"),
        (files(FileKind::Shipper), "shipper file"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, what)| plural(*count, what)).collect();
    if counts.is_empty() { "no files".to_owned() } else { counts.join(", ") }
}
