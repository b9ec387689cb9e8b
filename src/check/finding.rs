//! A finding: what is wrong, how bad it is, which rule found it, and where.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use logstash_config::edit::Edit;

use crate::check::hint::Hint;
use crate::logstash::settings::ClientAuth;
use crate::os::display::shown;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It keeps Logstash, or its clients, from working.
    Error,
    /// It may keep them from working.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// Returns the word that messages begin with.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A finding about one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The rule's name, in kebab-case.
    pub rule: &'static str,
    /// What was found.
    pub message: String,
    /// The evidence, measured or read in source: only for programs.
    pub evidence: Option<String>,
    /// One more sentence that the operator needs.
    pub note: Option<String>,
    /// Its span in the examined text, as byte offsets.
    pub span: Option<Range<usize>>,
    /// A related place, and what is there.
    pub related: Option<(Range<usize>, String)>,
    /// What to do about it.
    pub hints: Vec<Hint>,
    /// What `fix` can do about it.
    pub repair: Option<Repair>,
    /// Whether it says that a file was not examined.
    pub is_of_unseen_file: bool,
    /// The file that it is about, if it applies whichever setting points to the file.
    pub about: Option<About>,
}

/// A file that a finding is about, other than the text that points to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The file, on this machine.
    pub path: PathBuf,
    /// The line in it, from 1, if any.
    pub line: Option<usize>,
}

/// A repair that a rule asks for; the plan decides whether it is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Convert the key to unencrypted PKCS#8, and point to the new file.
    ConvertKey,
    /// Remove every setting of the key's passphrase.
    RemovePassphrase,
    /// Give Logstash's account access to the key's file.
    GrantKey,
    /// Give it access to the certificate's file.
    GrantCertificate,
    /// Let it read the file of this one of the authorities, counted from 0.
    GrantAuthority(usize),
    /// Write the setting that replaces an old one, if what it means is clear.
    Migrate(Arc<Migration>),
}

/// How an old setting is written today, or what has to be decided first.
pub type Migration = Result<Migrated, Undecided>;

/// The edits that write a setting as the one that replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The edits of the text.
    pub edits: Vec<Edit>,
    /// What the operator needs to know about them.
    pub says: Option<String>,
}

/// Why nothing replaces a setting without a decision of the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The reason.
    pub message: String,
    /// What the operator can do in the configuration.
    pub actions: Vec<String>,
    /// The values of `--client-auth` that decide it.
    pub choices: Vec<ClientAuth>,
}

impl Finding {
    /// Creates a finding without a place.
    #[must_use]
    pub fn new(severity: Severity, rule: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            severity,
            rule,
            message,
            evidence: None,
            note: None,
            span: None,
            related: None,
            hints: Vec::new(),
            repair: None,
            is_of_unseen_file: false,
            about: None,
        }
    }

    /// Makes it a finding about a file, which its message then leaves out.
    #[must_use]
    pub fn about(self, path: &Path, line: Option<usize>) -> Self {
        Self { about: Some(About { path: path.to_owned(), line }), ..self }
    }

    /// Returns the message, after the path of the file that it is about.
    #[must_use]
    pub fn full_message(&self) -> String {
        match &self.about {
            None => self.message.clone(),
            Some(About { path, line: None }) => format!("{}: {}", shown(path), self.message),
            Some(About { path, line: Some(line) }) => {
                format!("{}: line {line}: {}", shown(path), self.message)
            }
        }
    }

    /// Sets its place.
    #[must_use]
    pub fn at(self, span: Range<usize>) -> Self {
        Self { span: Some(span), ..self }
    }

    /// Sets its evidence.
    #[must_use]
    pub fn evidence(self, evidence: impl Into<String>) -> Self {
        Self { evidence: Some(evidence.into()), ..self }
    }

    /// Sets its note.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// Adds a command to run.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.hints.push(Hint::command(command));
        self
    }

    /// Adds an action to take.
    #[must_use]
    pub fn action(mut self, action: impl Into<String>) -> Self {
        self.hints.push(Hint::action(action));
        self
    }

    /// Replaces its hints.
    #[must_use]
    pub fn hints(self, hints: Vec<Hint>) -> Self {
        Self { hints, ..self }
    }

    /// Returns what its repair does that the operator needs to know.
    #[must_use]
    pub fn repair_says(&self) -> Option<&str> {
        match self.repair.as_ref()? {
            Repair::Migrate(migration) => migration.as_ref().as_ref().ok()?.says.as_deref(),
            _ => None,
        }
    }

    /// Sets its repair.
    #[must_use]
    pub fn repair(self, repair: Repair) -> Self {
        Self { repair: Some(repair), ..self }
    }
}
