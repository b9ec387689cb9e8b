//! What became of each key of a conversion, for people and as JSON.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::check::finding::Severity;
use crate::check::report::NamedAccess;
use crate::check::report::Remark;
use crate::commands::{Failure, Status, Streams};
use crate::os::display::shown;
use crate::os::signals::Signals;
use crate::report::Messages;
use crate::report::json::{self, ConvertedFile};

/// What became of one key.
pub(super) struct Outcome {
    source: PathBuf,
    /// What the key is and how it was written: `RSA 2048, PKCS#1`.
    pub(super) description: Option<String>,
    /// SHA-256 of its `SubjectPublicKeyInfo` in hexadecimal, where it is known.
    pub(super) public_key_sha256: Option<String>,
    /// What was done, or would be; `None` where it failed.
    pub(super) change: Option<Change>,
    /// What there is to say besides, each with its file.
    pub(super) remarks: Vec<Remark>,
    /// Why there is no new key.
    pub(super) failure: Option<Failure>,
    /// Whether the account that needs the new key cannot read it.
    pub(super) is_unreadable: bool,
    /// From before a file is written until its outcome is told.
    pub(super) signals: Option<Signals>,
}

/// What a conversion does to a file.
pub(super) enum Change {
    /// The key went to standard output.
    Printed,
    /// The file has these bytes already.
    UpToDate(PathBuf),
    /// The file has these bytes already, and got other permissions.
    GivenPermissions(PathBuf),
    /// The file was written.
    Written(PathBuf),
    /// The file would be written, and have this owner, group and mode.
    WouldWrite(PathBuf, NamedAccess),
}

impl Change {
    /// The file; `None` for standard output.
    fn file(&self) -> Option<&Path> {
        match self {
            Self::Printed => None,
            Self::UpToDate(path)
            | Self::GivenPermissions(path)
            | Self::Written(path)
            | Self::WouldWrite(path, _) => Some(path),
        }
    }
}

impl Outcome {
    pub(super) fn of(source: &Path) -> Self {
        Self {
            source: source.to_owned(),
            description: None,
            public_key_sha256: None,
            change: None,
            remarks: Vec::new(),
            failure: None,
            is_unreadable: false,
            signals: None,
        }
    }

    /// How it ended.
    pub(super) fn status(&self) -> Status {
        match (&self.failure, &self.change) {
            (Some(failure), _) => failure.status,
            (None, Some(Change::WouldWrite(..))) => Status::InputAtFault,
            (None, _) if self.is_unreadable => Status::InputAtFault,
            (None, _) => Status::Done,
        }
    }

    /// Whether a file is now other than it was.
    pub(super) fn has_changed(&self) -> bool {
        matches!(self.change, Some(Change::Written(_) | Change::GivenPermissions(_)))
    }

    /// The key before and after: `our.key: RSA 2048, PKCS#1 -> our.p8: PKCS#8`.
    fn summary(&self) -> Option<String> {
        let (change, description) = (self.change.as_ref()?, self.description.as_ref()?);
        let place = match change.file() {
            None => "standard output: ".to_owned(),
            Some(path) if path == self.source => String::new(),
            Some(path) => format!("{}: ", shown(path)),
        };
        let done = match change {
            Change::Printed | Change::Written(_) => String::new(),
            Change::UpToDate(_) | Change::GivenPermissions(_) => ", up to date".to_owned(),
            Change::WouldWrite(_, access) => format!(", {access} (not written)"),
        };
        Some(format!("{}: {description} -> {place}PKCS#8{done}", name(&self.source)))
    }

    /// Prints it for people.
    pub(super) fn print(&self, is_quiet: bool, stderr: &mut dyn Write) {
        let mut messages = Messages::new(stderr);
        if let Some(summary) = self.summary().filter(|_| !is_quiet) {
            messages.line(&summary);
        }
        let is_said = |remark: &&Remark| !is_quiet || remark.severity < Severity::Note;
        for Remark { severity, text, hints } in self.remarks.iter().filter(is_said) {
            messages.labelled(severity.word(), text);
            for hint in hints {
                messages.labelled("hint", hint.text());
            }
        }
        if let Some(failure) = &self.failure {
            failure.print(stderr);
        }
    }
}

/// What messages call a key file.
pub(super) fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { shown(path) }
}

/// Prints one JSON document for all keys; what went wrong goes to standard error too.
pub(super) fn print_json(outcomes: &[Outcome], status: Status, streams: &mut Streams<'_>) {
    for failure in outcomes.iter().filter_map(|outcome| outcome.failure.as_ref()) {
        failure.print(streams.stderr);
    }
    let file = |outcome: &Outcome| ConvertedFile {
        source: outcome.source.clone(),
        output: outcome.change.as_ref().and_then(Change::file).map(Path::to_owned),
        was: outcome.description.clone(),
        public_key_sha256: outcome.public_key_sha256.clone(),
        changed: matches!(outcome.change, Some(Change::Written(_) | Change::GivenPermissions(_))),
        access: match &outcome.change {
            Some(Change::WouldWrite(_, access)) => Some(access.clone()),
            _ => None,
        },
        remarks: outcome.remarks.clone(),
        failure: outcome.failure.as_ref().map(|it| (it.message.clone(), it.hints.clone())),
    };
    let files: Vec<ConvertedFile> = outcomes.iter().map(file).collect();
    json::print_conversion(&files, status.code(), streams.stdout);
}
