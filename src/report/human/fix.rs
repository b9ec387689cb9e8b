//! What `fix` changed, or would change, in the order in which it happened.

use std::io::IsTerminal as _;
use std::path::Path;

use super::{Printer, checked_files, plural};
use crate::check::finding::Severity;
use crate::check::report::{ConvertedKey, EditedFile, FileKind, FixReport, GrantedFile};
use crate::os::display::{is_pasteable, shown};
use crate::report::diff;

/// Says where an old file is kept.
fn kept_as(backup: Option<&Path>) -> String {
    backup.map_or(String::new(), |backup| format!(", the old file is kept as {}", shown(backup)))
}

impl Printer<'_> {
    pub(super) fn changes(&mut self, fix: &FixReport) {
        fix.keys.iter().for_each(|key| self.key(key));
        fix.grants.iter().for_each(|grant| self.grant(grant, fix.is_dry_run));
        fix.in_the_way.iter().for_each(|obstacle| self.lines.labelled("warning", obstacle));
        fix.configurations.iter().for_each(|file| self.configuration(file, fix.is_dry_run));
        fix.left_over.iter().for_each(|left| self.lines.labelled("warning", left));
    }

    /// The key before and after: `OLD: RSA 2048, PKCS#1 -> NEW: PKCS#8`.
    fn key(&mut self, key: &ConvertedKey) {
        let old = shown(&key.old);
        if !self.style.is_quiet {
            let place =
                if key.is_in_place() { String::new() } else { format!("{}: ", shown(&key.new)) };
            let done = if key.is_up_to_date { ", up to date" } else { "" };
            let access = key.access.as_ref().map_or(String::new(), |access| format!(", {access}"));
            let kept = kept_as(key.backup.as_deref());
            self.lines
                .line(&format!("{old}: {} -> {place}PKCS#8{done}{access}{kept}", key.description));
        }
        for limit in &key.limits {
            self.lines.labelled("warning", &format!("{old}: {limit}"));
        }
        self.remarks(Some(&key.new), &key.remarks);
        self.remarks(None, key.renewal.as_slice());
    }

    fn grant(&mut self, grant: &GrantedFile, is_dry_run: bool) {
        if is_dry_run && !self.style.is_quiet {
            let is_kept = grant.group_before.as_ref() == Some(&grant.group);
            let group = if is_kept { String::new() } else { format!("group {} and ", grant.group) };
            self.lines.line(&format!(
                "{}: would get {group}mode {:04o}, so that account \"{}\" can read it",
                shown(&grant.path),
                grant.mode,
                grant.account
            ));
        }
        self.remarks(Some(&grant.path), &grant.remarks);
        self.remarks(None, grant.renewal.as_slice());
    }

    fn configuration(&mut self, file: &EditedFile, is_dry_run: bool) {
        if is_dry_run {
            return self.diff(file);
        }
        if !self.style.is_quiet {
            let kept = kept_as(file.backup.as_deref());
            self.lines.line(&format!("{}: changed{kept}", shown(&file.path)));
        }
        self.remarks(Some(&file.path), &file.remarks);
    }

    fn diff(&mut self, file: &EditedFile) {
        let path = std::fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
        let diff = diff::unified(&path, &file.old, &file.new, &file.edits);
        if diff.is_masked {
            self.lines.line("note: secrets are masked in this diff, so it does not apply");
        }
        // A terminal acts on what `patch` only reads.
        if std::io::stdout().is_terminal() {
            diff.text.lines().for_each(|line| self.lines.line(line));
        } else {
            self.lines.raw(&diff.text);
        }
    }

    /// How much is repaired, and what to do next.
    pub(super) fn end(&mut self, fix: &FixReport) {
        let report = self.report;
        let fixed = report.findings.iter().filter(|located| located.is_fixable());
        let fixed = fixed.count();
        let left =
            |severity| report.left().filter(|located| located.finding.severity == severity).count();
        let errors = left(Severity::Error) + fix.errors().count() + report.unread().count();
        let left = [(errors, "error"), (left(Severity::Warning), "warning")];
        let left = left.iter().filter(|(count, _)| *count > 0);
        let left: Vec<String> = left.map(|(count, what)| plural(*count, what)).collect();
        if fixed == 0 && left.is_empty() {
            self.lines.line(&format!("Nothing to fix ({}).", self.looked_at()));
            return;
        }
        let tense = if fix.is_dry_run { "would be fixed" } else { "fixed" };
        let left = if left.is_empty() { "0".to_owned() } else { left.join(" and ") };
        self.lines.line(&format!("{fixed} {tense}, {left} left"));
        if let Some(next) = &fix.next {
            self.lines.line(&format!("next: {next}"));
        }
        self.undo(fix);
    }

    /// What undoes the run, and what it left where it was.
    fn undo(&mut self, fix: &FixReport) {
        if fix.is_dry_run {
            return;
        }
        fix.undo().iter().for_each(|command| self.lines.line(&format!("undo: {command}")));
        let new = || fix.keys.iter().filter(|key| !key.is_up_to_date);
        for key in new().filter(|key| key.is_in_place() && key.backup.is_none()) {
            let message = format!("{}: the old file is not kept", shown(&key.old));
            self.lines.labelled("note", &message);
        }
        let is_backed_up = |file: &EditedFile| file.backup.as_deref().is_some_and(is_pasteable);
        if !fix.configurations.iter().all(is_backed_up) {
            self.lines.labelled("note", "no command puts every old configuration back");
        }
        if new().any(|key| !key.is_in_place()) {
            let is_of_shippers =
                self.report.files.iter().all(|file| file.kind != FileKind::Configuration)
                    && self.report.files.iter().any(|file| file.kind == FileKind::Shipper);
            let other = if is_of_shippers { "Logstash" } else { "Filebeat" };
            let note = format!("the old keys stay: another program, such as {other}, may use them");
            self.lines.labelled("note", &note);
        }
    }

    fn looked_at(&self) -> String {
        let checked = checked_files(self.report);
        let unseen = self.report.findings.iter();
        match unseen.filter(|located| located.finding.is_of_unseen_file).count() {
            0 => checked,
            unseen => format!("{checked}; {} not checked", plural(unseen, "file")),
        }
    }
}
