//! A report for a program: one JSON document, version 1. `docs/check.schema.json` describes that of `check`,
//! `docs/fix.schema.json` that of `fix`.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;
use source_text::Position;
use time::format_description::well_known::Rfc3339;

use super::document::{Each, plain, print_json};
use crate::check::finding::Severity;
use crate::check::forecast::{Connection, Forecast};
use crate::check::hint::{self, Hint};
use crate::check::report::NamedAccess;
use crate::check::report::{
    self, CheckedFile, ConvertedKey, EditedFile, FileKind, FixReport, GrantedFile, LocatedFinding,
    NamedAt, Remark, Report, RunFailure, SearchRemark,
};
use crate::os::display::{holds_key, shown};

/// The version of both documents; it changes when a reader of the old one would err.
const VERSION: u32 = 1;

/// Prints it, with the exit status of the program.
pub fn print(report: &Report, status: u8, stdout: &mut dyn Write) {
    match (&report.failure, &report.fix) {
        (Some(failure), fix) => print_failure(failure, fix.is_some(), status, stdout),
        (None, None) => print_check(report, status, stdout),
        (None, Some(fix)) => print_fix(report, fix, status, stdout),
    }
}

fn print_check(report: &Report, status: u8, stdout: &mut dyn Write) {
    #[derive(Serialize)]
    struct CheckDocument<Files, Findings> {
        version: u32,
        status: u8,
        judged_by: String,
        files: Files,
        findings: Findings,
        connections: Vec<ConnectionOf>,
        summary: Summary,
    }
    let document = CheckDocument {
        version: VERSION,
        status,
        judged_by: plain(&report.judged_by),
        files: Each(&report.files, file),
        findings: Each(&report.findings, Finding::of),
        connections: report.connections.iter().map(ConnectionOf::of).collect(),
        summary: Summary::of(report),
    };
    print_json(&document, stdout);
}

fn print_fix(report: &Report, fix: &FixReport, status: u8, stdout: &mut dyn Write) {
    #[derive(Serialize)]
    struct FixDocument<'a> {
        version: u32,
        changed: bool,
        would_change: bool,
        status: u8,
        notes: Vec<Note>,
        unread: Vec<Unread>,
        findings: Vec<FixFinding>,
        keys: Vec<Key<'a>>,
        grants: Vec<Grant<'a>>,
        configurations: Vec<Configuration>,
        remarks: Vec<Said>,
        in_the_way: Vec<String>,
        left_over: Vec<String>,
        next: Option<&'a str>,
        undo: Vec<String>,
    }
    let unread =
        |(file, why): (&CheckedFile, &str)| Unread { path: path(&file.path), message: plain(why) };
    let document = FixDocument {
        version: VERSION,
        changed: fix.changes() && !fix.is_dry_run,
        would_change: fix.changes(),
        status,
        notes: fix.search.iter().map(note).collect(),
        unread: report.unread().map(unread).collect(),
        findings: report
            .findings
            .iter()
            .flat_map(|found| FixFinding::of(found, fix.has_repaired(found)))
            .collect(),
        keys: fix.keys.iter().map(key).collect(),
        grants: fix.grants.iter().map(grant).collect(),
        configurations: fix.configurations.iter().map(configuration).collect(),
        remarks: report.remarks.iter().flat_map(said).collect(),
        in_the_way: fix.in_the_way.iter().map(|text| plain(text)).collect(),
        left_over: fix.left_over.iter().map(|text| plain(text)).collect(),
        next: fix.next.as_deref(),
        undo: fix.undo().iter().map(|command| plain(command)).collect(),
    };
    print_json(&document, stdout);
}

fn print_failure(failure: &RunFailure, is_of_fix: bool, status: u8, stdout: &mut dyn Write) {
    #[derive(Serialize)]
    struct FailureDocument {
        version: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        changed: Option<bool>,
        status: u8,
        error: String,
        hint: Option<String>,
        hints: Vec<HintOf>,
    }
    let document = FailureDocument {
        version: VERSION,
        changed: is_of_fix.then_some(false),
        status,
        error: plain(&failure.message),
        hint: hint::joined(&failure.hints).as_deref().map(plain),
        hints: failure.hints.iter().map(HintOf::of).collect(),
    };
    print_json(&document, stdout);
}

#[derive(Serialize)]
struct File<'a> {
    path: String,
    kind: &'static str,
    contents: Vec<Content<'a>>,
    owner: Option<&'a str>,
    group: Option<&'a str>,
    mode: Option<String>,
    modified: Option<String>,
    not_examined: Option<String>,
}

#[derive(Serialize)]
struct Content<'a> {
    line: Option<usize>,
    description: String,
    public_key_sha256: Option<&'a str>,
    certificate: Option<CertificateFields<'a>>,
}

#[derive(Serialize)]
struct CertificateFields<'a> {
    subject: String,
    issuer: String,
    serial: &'a str,
    subject_alternative_names: Vec<String>,
    not_before: Option<String>,
    not_after: Option<String>,
    sha256: &'a str,
    public_key_sha256: Option<&'a str>,
}

fn content(content: &report::Content) -> Content<'_> {
    Content {
        line: content.line,
        description: plain(&content.description),
        public_key_sha256: content.public_key_sha256.as_deref(),
        certificate: content.certificate.as_ref().map(|certificate| CertificateFields {
            subject: plain(&certificate.subject),
            issuer: plain(&certificate.issuer),
            serial: &certificate.serial,
            subject_alternative_names: names(certificate),
            not_before: certificate.not_before.format(&Rfc3339).ok(),
            not_after: certificate.not_after.format(&Rfc3339).ok(),
            sha256: &certificate.sha256,
            public_key_sha256: content.public_key_sha256.as_deref(),
        }),
    }
}

fn names(certificate: &report::Certificate) -> Vec<String> {
    certificate.subject_alternative_names.iter().map(|name| plain(name)).collect()
}

fn file(file: &CheckedFile) -> File<'_> {
    let attributes = file.attributes.as_ref();
    File {
        path: path(&file.path),
        kind: word(file.kind),
        contents: file.contents.iter().map(content).collect(),
        owner: attributes.map(|attributes| attributes.owner.as_str()),
        group: attributes.map(|attributes| attributes.group.as_str()),
        mode: attributes.map(|attributes| octal(attributes.mode)),
        modified: attributes.and_then(|attributes| attributes.modified.format(&Rfc3339).ok()),
        not_examined: file.not_examined.as_deref().map(plain),
    }
}

/// A finding as both commands have it.
#[derive(Serialize)]
struct Finding {
    rule: &'static str,
    severity: &'static str,
    message: String,
    evidence: Option<String>,
    note: Option<String>,
    hint: Option<String>,
    hints: Vec<HintOf>,
    path: String,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    fixable: bool,
    named_at: Vec<NamedPlace>,
}

#[derive(Serialize)]
struct HintOf {
    kind: &'static str,
    text: String,
}

impl HintOf {
    fn of(hint: &Hint) -> Self {
        Self { kind: hint.kind(), text: plain(hint.text()) }
    }
}

#[derive(Serialize)]
struct NamedPlace {
    path: String,
    line: usize,
    column: usize,
}

impl Finding {
    fn of(located: &LocatedFinding) -> Self {
        let (finding, span) = (&located.finding, located.span());
        let named_at = |NamedAt { path: named_in, position, .. }: &NamedAt| NamedPlace {
            path: path(named_in),
            line: position.line,
            column: position.column,
        };
        Self {
            rule: finding.rule,
            severity: finding.severity.word(),
            message: plain(&finding.message),
            evidence: finding.evidence.as_deref().map(plain),
            note: finding.note.as_deref().map(plain),
            hint: hint::joined(&finding.hints).as_deref().map(plain),
            hints: finding.hints.iter().map(HintOf::of).collect(),
            path: path(&located.path),
            line: located.position.map(|position| position.line),
            column: located.position.map(|position| position.column),
            end_line: located.end.map(|position| position.line),
            end_column: located.end.map(|position| position.column),
            start: span.map(|span| span.start),
            end: span.map(|span| span.end),
            fixable: located.is_fixable(),
            named_at: located.named_at.iter().map(named_at).collect(),
        }
    }
}

/// A finding of `fix`, whose place is the setting also where it is about the file that the setting names.
#[derive(Serialize)]
struct FixFinding {
    #[serde(flatten)]
    finding: Finding,
    fixed: bool,
}

impl FixFinding {
    /// One for each setting.
    fn of(located: &LocatedFinding, fixed: bool) -> Vec<Self> {
        if located.named_at.is_empty() {
            return vec![Self { finding: Finding::of(located), fixed }];
        }
        let at = |NamedAt { path: named_in, position, span }: &NamedAt| {
            let finding = Finding {
                message: plain(&located.finding.full_message()),
                path: path(named_in),
                line: Some(position.line),
                column: Some(position.column),
                start: Some(span.start),
                end: Some(span.end),
                ..Finding::of(located)
            };
            Self { finding, fixed }
        };
        located.named_at.iter().map(at).collect()
    }
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    files: usize,
    keys: usize,
    certificates: usize,
    configurations: usize,
}

impl Summary {
    fn of(report: &Report) -> Self {
        let files = |kind| report.files.iter().filter(|file| file.kind == kind).count();
        Self {
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            notes: report.count(Severity::Note),
            files: report.files.len(),
            keys: files(FileKind::Key),
            certificates: files(FileKind::Certificate),
            configurations: files(FileKind::Configuration),
        }
    }
}

#[derive(Serialize)]
struct Note {
    severity: &'static str,
    path: String,
    line: Option<usize>,
    column: Option<usize>,
    message: String,
}

fn note(found: &SearchRemark) -> Note {
    let at = |number: fn(Position) -> usize| found.position.map(number);
    Note {
        severity: found.severity.word(),
        path: path(&found.path),
        line: at(|position| position.line),
        column: at(|position| position.column),
        message: plain(&found.text),
    }
}

#[derive(Serialize)]
struct Unread {
    path: String,
    message: String,
}

#[derive(Serialize)]
struct Key<'a> {
    old: String,
    new: String,
    configured: String,
    was: &'a str,
    public_key_sha256: Option<&'a str>,
    there_already: bool,
    access: Option<NewAccess>,
    backup: Option<String>,
    notes: Vec<Said>,
}

fn key(key: &ConvertedKey) -> Key<'_> {
    let limits = key.limits.iter().map(|limit| Said { kind: "warning", message: plain(limit) });
    Key {
        old: path(&key.old),
        new: path(&key.new),
        configured: path(&key.configured),
        was: &key.description,
        public_key_sha256: key.public_key_sha256.as_deref(),
        there_already: key.is_up_to_date,
        access: key.access.as_ref().map(new_access),
        backup: key.backup.as_deref().map(path),
        notes: limits.chain(key.remarks.iter().flat_map(said)).collect(),
    }
}

/// The owner, group and mode that a file would have.
#[derive(Serialize)]
struct NewAccess {
    owner: String,
    group: String,
    mode: String,
}

fn new_access(NamedAccess { owner, group, mode }: &NamedAccess) -> NewAccess {
    NewAccess { owner: owner.clone(), group: group.clone(), mode: octal(*mode) }
}

#[derive(Serialize)]
struct Grant<'a> {
    path: String,
    group: &'a str,
    group_before: Option<&'a str>,
    mode: String,
    mode_before: Option<String>,
    notes: Vec<Said>,
}

fn grant(grant: &GrantedFile) -> Grant<'_> {
    Grant {
        path: path(&grant.path),
        group: &grant.group,
        group_before: grant.group_before.as_deref(),
        mode: octal(grant.mode),
        mode_before: grant.mode_before.map(octal),
        notes: grant.remarks.iter().flat_map(said).collect(),
    }
}

#[derive(Serialize)]
struct Configuration {
    path: String,
    backup: Option<String>,
    notes: Vec<Said>,
}

fn configuration(file: &EditedFile) -> Configuration {
    Configuration {
        path: path(&file.path),
        backup: file.backup.as_deref().map(path),
        notes: file.remarks.iter().flat_map(said).collect(),
    }
}

/// A remark about a file that was written or about the run, or its hint.
#[derive(Serialize)]
struct Said {
    kind: &'static str,
    message: String,
}

fn said(remark: &Remark) -> impl Iterator<Item = Said> {
    let hint = |hint: &Hint| Said { kind: "hint", message: plain(hint.text()) };
    let message = plain(&remark.text);
    let said = Said { kind: remark.severity.word(), message };
    std::iter::once(said).chain(remark.hints.iter().map(hint))
}

/// A connection of a shipper to an input.
#[derive(Serialize)]
struct ConnectionOf {
    shipper: String,
    line: usize,
    column: usize,
    host: String,
    input: Option<InputOf>,
    outcome: &'static str,
    refused_by: Option<&'static str>,
    rule: Option<&'static str>,
    reason: Option<String>,
}

/// The input that a connection leads to.
#[derive(Serialize)]
struct InputOf {
    name: String,
    path: String,
    line: usize,
    column: usize,
    port: u16,
    pipelines: Vec<String>,
}

impl ConnectionOf {
    fn of(connection: &Connection) -> Self {
        let Connection { shipper, position, host, input, outcome, .. } = connection;
        let (refused_by, rule) = match outcome {
            Forecast::Fails(side, rule) => (Some(side.word()), Some(*rule)),
            _ => (None, None),
        };
        let reason = match outcome {
            Forecast::NotKnown(why) => Some(plain(why)),
            _ => None,
        };
        let input = input.as_ref().map(|input| InputOf {
            name: plain(&input.name),
            path: path(&input.path),
            line: input.position.line,
            column: input.position.column,
            port: input.port,
            pipelines: input.pipelines.iter().map(|id| plain(id)).collect(),
        });
        Self {
            shipper: path(shipper),
            line: position.line,
            column: position.column,
            host: plain(host),
            input,
            outcome: outcome.word(),
            refused_by,
            rule,
            reason,
        }
    }
}

/// A path to the character, so that a program finds the file; a key that was pasted in its place is not shown.
fn path(path: &Path) -> String {
    let text = path.to_string_lossy();
    if holds_key(&text) { shown(path) } else { text.into_owned() }
}

fn octal(mode: u32) -> String {
    format!("{:04o}", mode & 0o7777)
}

/// What a file is, in a word of the schema.
fn word(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Key => "key",
        FileKind::Certificate => "certificate",
        FileKind::Configuration => "configuration",
        FileKind::Settings => "settings",
        FileKind::Shipper => "shipper",
        FileKind::Other => "other",
    }
}

/// A key file of a conversion, for [`print_conversion`].
pub struct ConvertedFile {
    /// The key as the command line has it.
    pub source: PathBuf,
    /// The new key's file; `None` for standard output, and where there is none.
    pub output: Option<PathBuf>,
    /// What the key is and how it was written, where it was read.
    pub was: Option<String>,
    /// SHA-256 of its `SubjectPublicKeyInfo` in hexadecimal, where it is known.
    pub public_key_sha256: Option<String>,
    /// Whether a file was changed.
    pub changed: bool,
    /// With `--diff`, the owner, group and mode of the file that would be written; `None` where none would.
    pub access: Option<NamedAccess>,
    /// Messages about it.
    pub remarks: Vec<Remark>,
    /// Why there is no new key: the message, and the hint.
    pub failure: Option<(String, Vec<Hint>)>,
}

/// Prints what became of the keys of a conversion.
pub fn print_conversion(files: &[ConvertedFile], status: u8, stdout: &mut dyn Write) {
    #[derive(Serialize)]
    struct ConvertDocument {
        version: u32,
        changed: bool,
        would_change: bool,
        status: u8,
        keys: Vec<ConvertedKeyFile>,
    }
    #[derive(Serialize)]
    struct ConvertedKeyFile {
        source: String,
        output: Option<String>,
        was: Option<String>,
        public_key_sha256: Option<String>,
        changed: bool,
        would_change: bool,
        access: Option<NewAccess>,
        notes: Vec<Said>,
        error: Option<String>,
        hint: Option<String>,
        hints: Vec<HintOf>,
    }
    let key = |file: &ConvertedFile| ConvertedKeyFile {
        source: path(&file.source),
        output: file.output.as_deref().map(path),
        was: file.was.as_deref().map(plain),
        public_key_sha256: file.public_key_sha256.clone(),
        changed: file.changed,
        would_change: file.changed || file.access.is_some(),
        access: file.access.as_ref().map(new_access),
        notes: file.remarks.iter().flat_map(said).collect(),
        error: file.failure.as_ref().map(|(message, _)| plain(message)),
        hint: file
            .failure
            .as_ref()
            .and_then(|(_, hints)| hint::joined(hints))
            .as_deref()
            .map(plain),
        hints: file.failure.iter().flat_map(|(_, hints)| hints).map(HintOf::of).collect(),
    };
    let changed = files.iter().any(|file| file.changed);
    let document = ConvertDocument {
        version: VERSION,
        changed,
        would_change: changed || files.iter().any(|file| file.access.is_some()),
        status,
        keys: files.iter().map(key).collect(),
    };
    print_json(&document, stdout);
}
