//! What a run of `check` or `fix` found and did: the one model that every printer prints.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::fs::Metadata;
use std::ops::Range;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use logstash_config::edit::Edit;
use source_text::Position;
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use crate::check::finding::{Finding, Severity};
use crate::check::forecast::Connection;
use crate::check::hint::Hint;
use crate::os::display::{is_pasteable, quoted};

/// Everything that one run reports, each list in a total order.
#[derive(Default)]
pub struct Report {
    /// The Logstash that keys are checked against, in words: `logstash-input-beats 6.9.3 (from …/Gemfile.lock)`.
    pub judged_by: String,
    /// Whether only what an upgrade stops is reported.
    pub is_of_upgrade: bool,
    /// The working directory, which some formats print paths relative to.
    pub working_directory: PathBuf,
    /// When the run began, UTC; `None` for a run that failed.
    pub began: Option<OffsetDateTime>,
    /// Whether a warning counts as an error.
    pub is_strict: bool,
    /// Why there is nothing to report; `None` for a run that was completed.
    pub failure: Option<RunFailure>,
    /// Every file that was examined, sorted by path.
    pub files: Vec<CheckedFile>,
    /// Every finding, sorted by path, place and rule.
    pub findings: Vec<LocatedFinding>,
    /// The connections of shippers to inputs, in the order of the shippers' files.
    pub connections: Vec<Connection>,
    /// Remarks about the run as a whole.
    pub remarks: Vec<Remark>,
    /// The command that makes the repairs that `check` found; `None` if there are none, and for `fix`.
    pub fix_command: Option<String>,
    /// The command that reads what this account has no permission to read; `None` if nothing is unreadable, and for
    /// root.
    pub privileged_command: Option<String>,
    /// What `fix` changed, or would change; `None` for `check`.
    pub fix: Option<FixReport>,
    /// The texts that the spans of findings refer to, by path.
    pub texts: HashMap<PathBuf, Arc<Zeroizing<Vec<u8>>>>,
}

impl Report {
    /// Returns whether there was nothing to check.
    #[must_use]
    pub fn is_of_nothing(&self) -> bool {
        self.findings.is_empty() && self.files.iter().all(|file| file.kind == FileKind::Other)
    }

    /// Returns the files that fixkey needs but has no permission to read, each with the reason.
    pub fn unread(&self) -> impl Iterator<Item = (&CheckedFile, &str)> {
        self.files.iter().filter_map(|file| Some((file, file.closed()?)))
    }

    /// Returns every message that no rule gives: of the run, then of what `fix` wrote.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice<'_>> {
        let of_run = self.remarks.iter().map(|remark| Notice::of(None, remark));
        let of_fix = self.fix.as_ref().map(FixReport::notices).unwrap_or_default();
        of_run.chain(of_fix).collect()
    }

    /// Returns every certificate that was read, with its file.
    pub fn certificates(&self) -> impl Iterator<Item = (&Path, &Certificate)> {
        self.files.iter().flat_map(|file| {
            let certificates = file.contents.iter().filter_map(|it| it.certificate.as_ref());
            certificates.map(|certificate| (file.path.as_path(), certificate))
        })
    }

    /// Counts the findings of this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|located| located.finding.severity == severity).count()
    }

    /// Returns the findings that `fix` has not repaired yet.
    pub fn present(&self) -> impl Iterator<Item = &LocatedFinding> {
        let has_fixed = self.fix.as_ref().is_some_and(|fix| !fix.is_dry_run);
        self.findings.iter().filter(move |located| !(has_fixed && located.is_fixable()))
    }

    /// Returns the findings that `fix` does not repair; for `check`, all of them.
    pub fn left(&self) -> impl Iterator<Item = &LocatedFinding> {
        self.findings.iter().filter(|located| self.fix.is_none() || !located.is_fixable())
    }

    /// Returns whether a finding that is left is a problem.
    #[must_use]
    pub fn has_problem(&self) -> bool {
        self.left().any(|located| self.is_problem(&located.finding))
    }

    /// Returns whether a finding is an error, or counts as one.
    #[must_use]
    pub fn is_problem(&self, finding: &Finding) -> bool {
        self.counts_as_error(finding.severity) || self.is_strict && finding.is_of_unseen_file
    }

    /// Returns whether messages of this severity count as errors.
    #[must_use]
    pub fn counts_as_error(&self, severity: Severity) -> bool {
        severity <= if self.is_strict { Severity::Warning } else { Severity::Error }
    }
}

/// Why a run of `check` or `fix` has nothing to report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFailure {
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub hints: Vec<Hint>,
}

/// A message about a file or a run that no rule gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// How bad it is.
    pub severity: Severity,
    /// The message, without the file's name.
    pub text: String,
    /// What to do about it.
    pub hints: Vec<Hint>,
}

impl Remark {
    /// Creates a warning.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, text: text.into(), hints: Vec::new() }
    }

    /// Creates a note.
    pub fn note(text: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::warning(text) }
    }
}

/// What `fix` did, or with `--diff` would do.
#[derive(Default)]
pub struct FixReport {
    /// Whether nothing was written.
    pub is_dry_run: bool,
    /// Remarks of the search for configurations.
    pub search: Vec<SearchRemark>,
    /// New keys, in the order in which they were planned.
    pub keys: Vec<ConvertedKey>,
    /// Files that Logstash's account was given permission to read.
    pub grants: Vec<GrantedFile>,
    /// Configurations with other settings.
    pub configurations: Vec<EditedFile>,
    /// Why the changes of a dry run could not be made by this account, as messages.
    pub in_the_way: BTreeSet<String>,
    /// Temporary files that could not be removed, each as a message.
    pub left_over: Vec<String>,
    /// What to do next.
    pub next: Option<String>,
}

impl FixReport {
    /// Returns whether anything is changed, or would be.
    #[must_use]
    pub fn changes(&self) -> bool {
        !self.configurations.is_empty()
            || !self.grants.is_empty()
            || self.keys.iter().any(|key| !key.is_up_to_date)
    }

    /// Returns the messages about written files: limits of new keys, then the remarks about keys, permissions and
    /// configurations, then what is in the way and what is left over.
    fn notices(&self) -> Vec<Notice<'_>> {
        let of = |path, remarks: &'_ [Remark]| -> Vec<Notice<'_>> {
            remarks.iter().map(|remark| Notice::of(Some(path), remark)).collect()
        };
        let mut notices = Vec::new();
        for ConvertedKey { old, limits, .. } in &self.keys {
            notices.extend(limits.iter().map(|limit| Notice::warning(Some(old), limit)));
        }
        self.keys.iter().for_each(|key| notices.extend(of(&key.new, &key.remarks)));
        self.grants.iter().for_each(|grant| notices.extend(of(&grant.path, &grant.remarks)));
        self.configurations.iter().for_each(|file| notices.extend(of(&file.path, &file.remarks)));
        let of_run = self.in_the_way.iter().chain(&self.left_over);
        notices.extend(of_run.map(|message| Notice::warning(None, message)));
        notices
    }

    /// Returns whether a finding is repaired: the changes are made, and the account can read the new key.
    #[must_use]
    pub fn has_repaired(&self, located: &LocatedFinding) -> bool {
        let is_error = |remark: &Remark| remark.severity == Severity::Error;
        let is_of = |key: &&ConvertedKey| Some(&key.old) == located.key.as_ref();
        let is_unreadable =
            self.keys.iter().filter(is_of).any(|key| key.remarks.iter().any(is_error));
        located.is_fixable() && !self.is_dry_run && !is_unreadable
    }

    /// Returns the commands that undo the run, in the order in which they have to be given: configurations, so that none
    /// points to a missing key, then keys, then permissions. A backup is moved, which follows no link that somebody put in
    /// its way, and brings owner and mode back. A new key goes only if every configuration comes back.
    #[must_use]
    pub fn undo(&self) -> Vec<String> {
        if self.is_dry_run {
            return Vec::new();
        }
        let put_back = |backup: &Option<PathBuf>, path: &Path| {
            let backup = backup.as_deref().filter(|backup| is_pasteable(backup))?;
            Some(format!("mv -T {} {}", quoted(backup), quoted(path)))
        };
        let is_undone = |file: &EditedFile| put_back(&file.backup, &file.target).is_some();
        let all_come_back = self.configurations.iter().all(is_undone);
        let configurations =
            self.configurations.iter().filter_map(|file| put_back(&file.backup, &file.target));
        let written = self.keys.iter().filter(|key| !key.is_up_to_date);
        let keys = written.filter_map(|key| match key.is_in_place() {
            true => put_back(&key.backup, &key.target),
            false if all_come_back && is_pasteable(&key.new) => {
                Some(format!("rm {}", quoted(&key.new)))
            }
            false => None,
        });
        let grants = self.grants.iter().filter_map(|grant| grant.undo.clone());
        configurations.chain(keys).chain(grants).collect()
    }

    /// Returns the errors about new keys and permissions: with them, Logstash does not work.
    pub fn errors(&self) -> impl Iterator<Item = &Remark> {
        let keys = self.keys.iter().flat_map(|key| &key.remarks);
        let grants = self.grants.iter().flat_map(|grant| &grant.remarks);
        keys.chain(grants).filter(|remark| remark.severity == Severity::Error)
    }
}

/// A message that no rule gives, as the formats for programs print it.
pub struct Notice<'a> {
    /// The file that it is about; `None` for the run.
    pub path: Option<&'a Path>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, then each hint on a line of its own.
    pub text: String,
}

impl<'a> Notice<'a> {
    fn of(path: Option<&'a Path>, Remark { severity, text, hints }: &Remark) -> Self {
        Self { path, severity: *severity, text: with_hints(text, hints) }
    }

    /// Returns why a run failed, as an error about the run.
    #[must_use]
    pub fn of_failure(failure: &RunFailure) -> Self {
        let text = with_hints(&failure.message, &failure.hints);
        Self { path: None, severity: Severity::Error, text }
    }

    fn warning(path: Option<&'a Path>, text: &str) -> Self {
        Self { path, severity: Severity::Warning, text: text.to_owned() }
    }
}

fn with_hints(text: &str, hints: &[Hint]) -> String {
    let hints = hints.iter().map(|hint| format!("\nhint: {}", hint.text()));
    text.to_owned() + &hints.collect::<String>()
}

/// A message of the search for configurations about a file.
pub struct SearchRemark {
    /// How bad it is.
    pub severity: Severity,
    /// The file.
    pub path: PathBuf,
    /// The line and column in it, where there is a place.
    pub position: Option<Position>,
    /// The message.
    pub text: String,
}

/// A key that was converted, or would be.
pub struct ConvertedKey {
    /// The old key's file.
    pub old: PathBuf,
    /// The new key's file, on this machine.
    pub new: PathBuf,
    /// The new key's file without links.
    pub target: PathBuf,
    /// The new key's path as the configuration has it.
    pub configured: PathBuf,
    /// What the old key is and how it was written: `RSA 2048, PKCS#1`.
    pub description: String,
    /// SHA-256 of its `SubjectPublicKeyInfo` in hexadecimal, if known.
    pub public_key_sha256: Option<String>,
    /// Whether the new key already existed.
    pub is_up_to_date: bool,
    /// Messages about what Logstash or its clients may refuse.
    pub limits: Vec<String>,
    /// Messages about its permissions.
    pub remarks: Vec<Remark>,
    /// What to run after each renewal, where another program renews the old key.
    pub renewal: Option<Remark>,
    /// In a dry run, the owner, group and mode that the new key would have.
    pub access: Option<NamedAccess>,
    /// The backup of the old key that the new one replaced.
    pub backup: Option<PathBuf>,
}

impl ConvertedKey {
    /// Returns whether the old key's file was replaced.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        self.new == self.old
    }
}

/// Owner, group and mode of a file, by name: `owner root, group logstash, mode 0640`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedAccess {
    /// Name of the owner, or its number if it has none.
    pub owner: String,
    /// Name of the group, or its number if it has none.
    pub group: String,
    /// Permission bits.
    pub mode: u32,
}

impl NamedAccess {
    /// Returns whether everyone can read the file.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.mode & 0o004 != 0
    }
}

impl fmt::Display for NamedAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { owner, group, mode } = self;
        write!(f, "owner {owner}, group {group}, mode {mode:04o}")
    }
}

/// A file that Logstash's account was given permission to read, or would be.
pub struct GrantedFile {
    /// The file.
    pub path: PathBuf,
    /// Name of its group afterwards, or its number.
    pub group: String,
    /// The old group, if known.
    pub group_before: Option<String>,
    /// Its permission bits afterwards.
    pub mode: u32,
    /// The old permission bits, if known.
    pub mode_before: Option<u32>,
    /// The account.
    pub account: String,
    /// Messages about its permissions.
    pub remarks: Vec<Remark>,
    /// What to run after each renewal, where another program renews the file.
    pub renewal: Option<Remark>,
    /// The command that undoes it.
    pub undo: Option<String>,
}

/// A configuration that was changed, or would be.
pub struct EditedFile {
    /// The file.
    pub path: PathBuf,
    /// The file itself, where `path` is a link.
    pub target: PathBuf,
    /// The backup of the old one.
    pub backup: Option<PathBuf>,
    /// The old content.
    pub old: Arc<Zeroizing<Vec<u8>>>,
    /// The new content.
    pub new: Zeroizing<Vec<u8>>,
    /// The edits that make the new content from the old.
    pub edits: Vec<Edit>,
    /// Messages about attributes that could not be kept.
    pub remarks: Vec<Remark>,
}

/// A file that was examined, or that could not be.
pub struct CheckedFile {
    /// Where it is on this machine; `-` for standard input.
    pub path: PathBuf,
    /// What it is.
    pub kind: FileKind,
    /// The keys and certificates in it, in their order.
    pub contents: Vec<Content>,
    /// Its owner, mode and time; `None` for standard input, and where the system does not tell.
    pub attributes: Option<Attributes>,
    /// Why it was not examined; `None` if it was.
    pub not_examined: Option<String>,
    /// Whether the reason is that fixkey has no permission to read it, although it needs it.
    pub is_closed: bool,
}

impl CheckedFile {
    /// Returns why fixkey cannot read it, where it needs it and has no permission.
    #[must_use]
    pub fn closed(&self) -> Option<&str> {
        self.not_examined.as_deref().filter(|_| self.is_closed)
    }
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// It holds a private key, and perhaps certificates too.
    Key,
    /// It holds certificates and no private key.
    Certificate,
    /// A text in Logstash's configuration language.
    Configuration,
    /// `logstash.yml` or `pipelines.yml`.
    Settings,
    /// `filebeat.yml`, or the file of another shipper.
    Shipper,
    /// Something else, or not examined.
    Other,
}

/// A key or certificate in a file.
pub struct Content {
    /// The line, from 1, on which it begins; `None` in a binary file.
    pub line: Option<usize>,
    /// What it is, in one line: `RSA 2048, PKCS#1, not encrypted`.
    pub description: String,
    /// SHA-256 of its `SubjectPublicKeyInfo` in hexadecimal, if known.
    pub public_key_sha256: Option<String>,
    /// The fields of a certificate; `None` for a key.
    pub certificate: Option<Certificate>,
}

/// The fields of a certificate; its texts are not yet escaped for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The subject, as RFC 4514 writes it.
    pub subject: String,
    /// The issuer, in the same form.
    pub issuer: String,
    /// The serial number in hexadecimal, as `openssl x509 -serial` prints it.
    pub serial: String,
    /// The names in `subjectAltName`, with their kinds: `DNS:logstash.example`, `IP:10.0.0.1`.
    pub subject_alternative_names: Vec<String>,
    /// The first moment at which it is valid, UTC.
    pub not_before: OffsetDateTime,
    /// The last moment at which it is valid, UTC.
    pub not_after: OffsetDateTime,
    /// SHA-256 of the certificate in DER, in hexadecimal.
    pub sha256: String,
}

impl Certificate {
    /// Returns the fields of a certificate.
    #[must_use]
    pub fn of(read: &keyfile::certificate::Certificate) -> Self {
        Self {
            subject: read.subject.clone(),
            issuer: read.issuer.clone(),
            serial: read.serial.clone(),
            subject_alternative_names: read.usage.alternative_names.clone(),
            not_before: read.not_before,
            not_after: read.not_after,
            sha256: read.fingerprint.to_string(),
        }
    }
}

/// Attributes of a file.
pub struct Attributes {
    /// Name of the owner, or its number.
    pub owner: String,
    /// Name of the group, or its number.
    pub group: String,
    /// The permission bits.
    pub mode: u32,
    /// When its content was last changed, UTC.
    pub modified: OffsetDateTime,
}

impl Attributes {
    /// Returns those of a file, with numbers in place of names.
    #[must_use]
    pub fn of(file: &Metadata) -> Self {
        Self {
            owner: file.uid().to_string(),
            group: file.gid().to_string(),
            mode: file.mode() & 0o7777,
            modified: OffsetDateTime::UNIX_EPOCH.saturating_add(Duration::seconds(file.mtime())),
        }
    }
}

/// A finding with its place in a file of this machine.
pub struct LocatedFinding {
    /// What was found. Its spans are those of [`LocatedFinding::path`].
    pub finding: Finding,
    /// The file.
    pub path: PathBuf,
    /// Line and column of the beginning, where there is a place.
    pub position: Option<Position>,
    /// Line and column of the end.
    pub end: Option<Position>,
    /// Line and column of [`Finding::related`].
    pub related: Option<Position>,
    /// The settings that point to the file, for a finding about a file.
    pub named_at: Vec<NamedAt>,
    /// The key file that is converted for it.
    pub key: Option<PathBuf>,
}

/// A setting that points to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedAt {
    /// The configuration that it is in.
    pub path: PathBuf,
    /// Line and column of its value.
    pub position: Position,
    /// The span of its value, as byte offsets.
    pub span: Range<usize>,
}

impl LocatedFinding {
    /// Returns its span, as byte offsets of the file.
    #[must_use]
    pub fn span(&self) -> Option<&Range<usize>> {
        self.finding.span.as_ref()
    }

    /// Returns whether `fix` repairs it, or would.
    #[must_use]
    pub fn is_fixable(&self) -> bool {
        self.finding.repair.is_some()
    }
}
