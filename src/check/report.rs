//! What a run of `check` or `fix` found and did: the one model that every printer prints.

use std::collections::{BTreeMap, BTreeSet};
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

/// Everything that one run has to say, each part in a total order.
#[derive(Default)]
pub struct Report {
    /// By which Logstash keys are judged, in words: `logstash-input-beats 6.9.3, of …/Gemfile.lock`.
    pub judged_by: String,
    /// The working directory: formats that want it print paths beneath it relative to it.
    pub working_directory: PathBuf,
    /// Every file that was looked at, by path.
    pub files: Vec<CheckedFile>,
    /// Every finding, by path, place and rule.
    pub findings: Vec<Located>,
    /// Remarks about the run as a whole.
    pub remarks: Vec<Remark>,
    /// What `fix` did, or would do; `None` for `check`.
    pub fix: Option<FixReport>,
    /// The texts that findings have their spans in, by path.
    pub texts: BTreeMap<PathBuf, Arc<Zeroizing<Vec<u8>>>>,
}

impl Report {
    /// Whether there was nothing to check.
    #[must_use]
    pub fn is_of_nothing(&self) -> bool {
        self.findings.is_empty() && self.files.iter().all(|file| file.kind == Kind::Other)
    }

    /// The files that fixkey may not read although the judgement needs them, each with the reason.
    pub fn unread(&self) -> impl Iterator<Item = (&CheckedFile, &str)> {
        self.files.iter().filter_map(|file| Some((file, file.closed()?)))
    }

    /// What became of files that `fix` wrote and should not stay as it is.
    #[must_use]
    pub fn file_problems(&self) -> Vec<FileProblem<'_>> {
        self.fix.as_ref().map(FixReport::problems).unwrap_or_default()
    }

    /// How many findings are as bad as this.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|located| located.finding.severity == severity).count()
    }

    /// The findings that are true now: not those that `fix` has repaired.
    pub fn present(&self) -> impl Iterator<Item = &Located> {
        let has_fixed = self.fix.as_ref().is_some_and(|fix| !fix.is_dry_run);
        self.findings.iter().filter(move |located| !(has_fixed && located.is_fixable()))
    }

    /// The findings that stay as they are: all of `check`'s, and those that `fix` does not repair.
    pub fn left(&self) -> impl Iterator<Item = &Located> {
        self.findings.iter().filter(|located| self.fix.is_none() || !located.is_fixable())
    }

    /// Whether a finding that stays is an error, or with `strict` a warning.
    #[must_use]
    pub fn has_problem(&self, strict: bool) -> bool {
        let most = if strict { Severity::Warning } else { Severity::Error };
        self.left().any(|Located { finding, .. }| {
            finding.severity <= most || strict && finding.is_of_unseen_file
        })
    }
}

/// What there is to say about a file or a run beside its findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The word that it begins with.
    pub kind: RemarkKind,
    /// What it says, without the file's name; of a hint, the command.
    pub text: String,
}

/// What a remark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemarkKind {
    /// It keeps Logstash from working.
    Error,
    /// It may keep Logstash from working, or should not stay as it is.
    Warning,
    /// Worth knowing.
    Note,
    /// What to do about the remark before it.
    Hint,
}

impl RemarkKind {
    /// The word that messages begin with.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Hint => "hint",
        }
    }
}

impl Remark {
    /// A warning.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { kind: RemarkKind::Warning, text: text.into() }
    }

    /// A note.
    pub fn note(text: impl Into<String>) -> Self {
        Self { kind: RemarkKind::Note, text: text.into() }
    }

    /// A hint.
    pub fn hint(text: impl Into<String>) -> Self {
        Self { kind: RemarkKind::Hint, text: text.into() }
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
    /// Files that the account of Logstash was let read.
    pub grants: Vec<GrantedFile>,
    /// Configurations with other settings.
    pub configurations: Vec<EditedFile>,
    /// What keeps a dry run from being carried out from here.
    pub in_the_way: BTreeSet<String>,
    /// What is left over that should not be.
    pub left_over: Vec<String>,
    /// What to do next.
    pub next: Option<String>,
}

impl FixReport {
    /// Whether anything is changed, or would be.
    #[must_use]
    pub fn changes(&self) -> bool {
        !self.configurations.is_empty()
            || !self.grants.is_empty()
            || self.keys.iter().any(|key| !key.is_up_to_date)
    }

    /// What became of files and should not stay as it is: what limits new keys, then the errors and warnings about
    /// keys, permissions and configurations.
    #[must_use]
    pub fn problems(&self) -> Vec<FileProblem<'_>> {
        let limits = self.keys.iter().flat_map(|key| {
            let (path, severity) = (key.old.as_path(), Severity::Warning);
            key.limits.iter().map(move |text| FileProblem { path, severity, text: text.clone() })
        });
        let keys = self.keys.iter().flat_map(|key| problems(&key.new, &key.remarks));
        let grants = self.grants.iter().flat_map(|grant| problems(&grant.path, &grant.remarks));
        let files = self.configurations.iter();
        let files = files.flat_map(|file| problems(&file.path, &file.remarks));
        limits.chain(keys).chain(grants).chain(files).collect()
    }

    /// What became of new keys and permissions that keeps Logstash from working.
    pub fn errors(&self) -> impl Iterator<Item = &Remark> {
        let keys = self.keys.iter().flat_map(|key| &key.remarks);
        let grants = self.grants.iter().flat_map(|grant| &grant.remarks);
        keys.chain(grants).filter(|remark| remark.kind == RemarkKind::Error)
    }
}

/// What became of a file and should not stay as it is.
pub struct FileProblem<'a> {
    /// The file.
    pub path: &'a Path,
    /// An error or a warning.
    pub severity: Severity,
    /// What is wrong, then what to do.
    pub text: String,
}

/// The errors and warnings among the remarks about a file, each with its hints.
fn problems<'a>(path: &'a Path, remarks: &[Remark]) -> Vec<FileProblem<'a>> {
    let mut problems: Vec<FileProblem<'a>> = Vec::new();
    for Remark { kind, text } in remarks {
        let severity = match kind {
            RemarkKind::Error => Severity::Error,
            RemarkKind::Warning => Severity::Warning,
            RemarkKind::Note => continue,
            RemarkKind::Hint => {
                if let Some(last) = problems.last_mut() {
                    last.text = format!("{}\nhint: {text}", last.text);
                }
                continue;
            }
        };
        problems.push(FileProblem { path, severity, text: text.clone() });
    }
    problems
}

/// What the search for configurations has to say of a file.
pub struct SearchRemark {
    /// How bad it is.
    pub severity: Severity,
    /// The file.
    pub path: PathBuf,
    /// The line and column in it, where there is a place.
    pub position: Option<Position>,
    /// What it says.
    pub text: String,
}

/// A key that was converted, or would be.
pub struct ConvertedKey {
    /// The old key's file.
    pub old: PathBuf,
    /// The new key's file, on this machine.
    pub new: PathBuf,
    /// The same as configurations name it.
    pub configured: PathBuf,
    /// What the old key is and how it was written: `RSA 2048, PKCS#1`.
    pub description: String,
    /// SHA-256 of its `SubjectPublicKeyInfo` in hexadecimal, where it is known.
    pub public_key_sha256: Option<String>,
    /// Whether the new key was there already.
    pub is_up_to_date: bool,
    /// What Logstash or its clients may not take of it.
    pub limits: Vec<String>,
    /// What became of its permissions.
    pub remarks: Vec<Remark>,
    /// What keeps it in its new form where another program renews the old one.
    pub renewal: Option<String>,
}

/// A file that the account of Logstash was let read, or would be.
pub struct GrantedFile {
    /// The file.
    pub path: PathBuf,
    /// Name of its group afterwards, or its number.
    pub group: String,
    /// The same before, where it is known.
    pub group_before: Option<String>,
    /// Its permission bits afterwards.
    pub mode: u32,
    /// The same before, where they are known.
    pub mode_before: Option<u32>,
    /// The account.
    pub account: String,
    /// What became of its permissions.
    pub remarks: Vec<Remark>,
    /// What keeps the permission where another program renews the file.
    pub renewal: Option<String>,
}

/// A configuration that was changed, or would be.
pub struct EditedFile {
    /// The file.
    pub path: PathBuf,
    /// Where the old one is kept.
    pub backup: Option<PathBuf>,
    /// What it held.
    pub old: Arc<Zeroizing<Vec<u8>>>,
    /// What it holds now, or would.
    pub new: Zeroizing<Vec<u8>>,
    /// What changes from the one to the other.
    pub edits: Vec<Edit>,
    /// What could not be kept of it.
    pub remarks: Vec<Remark>,
}

/// A file that was looked at, or that should have been.
pub struct CheckedFile {
    /// Where it is on this machine; `-` for standard input.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// The keys and certificates in it, in their order.
    pub contents: Vec<Content>,
    /// Who owns it and when it was changed; `None` of what has no such thing, or cannot be asked.
    pub attributes: Option<Attributes>,
    /// Why it was not examined, where it was not.
    pub not_examined: Option<String>,
    /// Whether that is so since fixkey may not read it, although the judgement needs it.
    pub is_closed: bool,
}

impl CheckedFile {
    /// Why fixkey may not read it, although the judgement needs it.
    #[must_use]
    pub fn closed(&self) -> Option<&str> {
        self.not_examined.as_deref().filter(|_| self.is_closed)
    }
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It holds a private key, and perhaps certificates too.
    Key,
    /// It holds certificates and no private key.
    Certificate,
    /// A text in Logstash's configuration language.
    Configuration,
    /// `logstash.yml` or `pipelines.yml`.
    Settings,
    /// Something else, or not examined.
    Other,
}

/// A key or certificate in a file.
pub struct Content {
    /// The line, from 1, on which it begins; `None` in a binary file.
    pub line: Option<usize>,
    /// What it is, in one line: `RSA 2048, PKCS#1, not encrypted`.
    pub description: String,
    /// SHA-256 of its `SubjectPublicKeyInfo` in hexadecimal, where it is known.
    pub public_key_sha256: Option<String>,
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
    /// Those of a file, with numbers in place of names.
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
pub struct Located {
    /// What was found. Its spans are those of [`Located::path`].
    pub finding: Finding,
    /// The file.
    pub path: PathBuf,
    /// Line and column of the beginning, where there is a place.
    pub position: Option<Position>,
    /// Line and column of the end.
    pub end: Option<Position>,
    /// Line and column of the other place that [`Finding::related`] speaks of.
    pub related: Option<Position>,
    /// Where a finding about a file is due to settings that name it.
    pub named_at: Vec<NamedAt>,
}

/// A place in a text that names a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedAt {
    /// The file of the text.
    pub path: PathBuf,
    /// Line and column of the value.
    pub position: Position,
    /// The value, as byte offsets.
    pub span: Range<usize>,
}

impl Located {
    /// Its span in bytes of the file.
    #[must_use]
    pub fn span(&self) -> Option<&Range<usize>> {
        self.finding.span.as_ref()
    }

    /// Whether `fix` repairs it, or would.
    #[must_use]
    pub fn is_fixable(&self) -> bool {
        self.finding.repair.is_some()
    }
}
