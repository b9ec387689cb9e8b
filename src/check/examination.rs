//! What `check` found: every file that it looked at, and every finding with its place.

use std::fs::Metadata;
use std::ops::Range;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use time::{Duration, OffsetDateTime};

use crate::check::finding::Finding;
use source_text::Position;

/// Everything that one run of `check` has to tell, each part in a total order.
pub struct Examination {
    /// By which Logstash keys were judged, in words: `logstash-input-beats 6.9.3, of …/Gemfile.lock`.
    pub judged_by: String,
    /// The working directory: formats that want it tell paths beneath it relative to it.
    pub working_directory: PathBuf,
    /// Every file that was looked at, by path.
    pub files: Vec<ExaminedFile>,
    /// Every finding, by path, place and rule.
    pub findings: Vec<Located>,
}

impl Examination {
    /// Whether there was nothing to check.
    #[must_use]
    pub fn is_of_nothing(&self) -> bool {
        let is_other = |file: &ExaminedFile| file.kind == Kind::Other;
        self.findings.is_empty() && self.files.iter().all(is_other)
    }

    /// Whether fixkey may not read what the judgement needs.
    #[must_use]
    pub fn could_not_look(&self) -> bool {
        self.files.iter().any(|file| file.is_closed)
    }
}

/// A file that was looked at, or that should have been.
pub struct ExaminedFile {
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

impl ExaminedFile {
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
    /// Where a finding about a file is due to settings that name it: their places.
    pub named_at: Vec<(PathBuf, Position)>,
}

impl Located {
    /// Its span in bytes of the file.
    #[must_use]
    pub fn span(&self) -> Option<&Range<usize>> {
        self.finding.span.as_ref()
    }
}
